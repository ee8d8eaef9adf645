// The console under strain: a thousand alerts at once, a link that is cut, a clock that jumps. It says the truth, loses nothing
// typed and recovers by itself.

import { MemoryLog } from '@tocsin/event-log/memory-log'
import { topics } from '@tocsin/event-log/topics'
import { TcpProxy } from '@tocsin/testing/process/tcp-proxy'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AlertWriter } from '../../../services/notifier/test/support/alert-builder.ts'
import { type ListeningNotifier, listenNotifier } from '../../../services/notifier/test/support/listening-notifier.ts'
import { ownerKey } from '../../../services/notifier/test/support/notifier-harness.ts'
import { executablePath, openConsole, soon, startBrowser } from '../browser.ts'

describe.skipIf(executablePath === undefined)('the console under strain', () => {
  const log = new MemoryLog()
  const alerts = new AlertWriter(log)
  let notifier: ListeningNotifier
  let browser: Browser

  beforeAll(async () => {
    browser = await startBrowser()
    await alerts.write('raised', 'a0', { severity: 'severe' })
    notifier = await listenNotifier({}, log)
  }, 300_000)
  afterAll(async () => {
    await browser?.close()
    await notifier?.close()
  })

  /** An officer who has begun to write about the first alert. */
  async function writing(): Promise<Page> {
    const { page } = await openConsole(browser, { url: notifier.url, key: ownerKey })
    await page.locator('.row-main').first().click()
    await page.locator('.act textarea').fill('Half a sen')
    return page
  }

  async function keptAndLive(page: Page): Promise<void> {
    await page.locator('.banner.stale').waitFor({ state: 'detached' })
    expect(await page.locator('.act textarea').inputValue()).toBe('Half a sen')
    expect(await page.locator('.act button[type=submit]').isDisabled()).toBe(false)
  }

  it('says at once that it is not live when the machine has no network, and what it missed when it has', async () => {
    const page = await writing()
    await page.context().setOffline(true)
    await page.locator('.banner.stale').waitFor()
    expect(await page.locator('.act button[type=submit]').isDisabled()).toBe(true)
    await page.context().setOffline(false)
    await keptAndLive(page)
    await page.context().close()
  }, 300_000)

  it('says within five seconds that its link was cut, and lists what it missed when it is back', async () => {
    const proxy = await TcpProxy.listen({ target: new URL(notifier.url).host })
    const { page } = await openConsole(browser, { url: `http://${proxy.address}`, key: ownerKey })
    await page.locator('.page.is-live').waitFor()
    await page.clock.install()
    await page.locator('.row-main').first().click()
    await page.locator('.act textarea').fill('Half a sen')
    await page.locator('.page.is-live').waitFor()
    // Held, not closed, as by a network that is gone: nobody tells the browser. Its time then stands still after five seconds.
    proxy.blackhole()
    await page.clock.pauseAt((await page.evaluate<number>('Date.now()')) + 5_000)
    await page.locator('.banner.stale').waitFor()
    expect(await page.locator('.act button[type=submit]').isDisabled()).toBe(true)
    await page.clock.resume()
    await alerts.write('raised', 'while-cut', { severity: 'severe' })
    await page.clock.fastForward(60_000)
    proxy.resume()
    await keptAndLive(page)
    await soon(() => page.locator('.missed').textContent()).toContain('Siege of Diosso (while-cut)')
    await page.context().close()
    await proxy.close()
  }, 300_000)

  it.each([3 * 3_600_000, -3 * 3_600_000])(
    'is live again by itself after its clock jumped by %i ms',
    async byMs => {
      const page = await writing()
      await page.evaluate(`{ const now = Date.now; Date.now = () => now() + ${byMs} }`)
      // What was heard before the jump is no proof any more; the next word from the suite is, however soon it comes.
      await alerts.write('raised', `after${byMs}`, { severity: 'minor' })
      await page.locator('.waiting').waitFor()
      await keptAndLive(page)
      await page.context().close()
    },
    300_000
  )

  it('keeps a thousand new alerts waiting while somebody writes, and counts them', async () => {
    const page = await writing()
    for (let from = 0; from < 1_000; from += 100) {
      const records = Array.from(
        { length: 100 },
        (_, i) => alerts.record('raised', `new-${from + i}`, { severity: 'extreme' })[0]
      )
      await log.append(topics.alerts, records)
    }
    await soon(() => page.locator('.waiting').textContent()).toBe('1000 new, extreme among them: show')
    expect(await page.locator('.row-main').first().getAttribute('data-alert')).toBe('a0')
    expect(await page.locator('.act textarea').inputValue()).toBe('Half a sen')
    await page.locator('.waiting').click()
    await soon(() => page.locator('.count').textContent()).toBe('1,004 alerts')
    expect(await page.locator('.row').count()).toBeLessThan(60)
    await page.context().close()
  }, 300_000)
})
