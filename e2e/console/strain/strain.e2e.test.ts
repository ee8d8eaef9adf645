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
import { executablePath, openConsole, shownAfterMs, soon, startBrowser, truthMs } from '../browser.ts'

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

  /** As behind a proxy that lets plain requests through and nothing else: pages are pulled. */
  async function pullOnly(page: Page): Promise<void> {
    await page.routeWebSocket('**/v1/stream*', socket => socket.close())
    await page.route('**/v1/events*', route => route.fulfill({ status: 404 }))
    await page.reload()
    await page.waitForRequest('**/v1/feed?*')
  }

  it.each(['websocket', 'pull'])(
    'says within five seconds that its link (%s) was cut, and what it missed',
    async transport => {
      const proxy = await TcpProxy.listen({ target: new URL(notifier.url).host })
      const { page } = await openConsole(browser, { url: `http://${proxy.address}`, key: ownerKey })
      if (transport === 'pull') await pullOnly(page)
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
      await alerts.write('raised', `while-cut-${transport}`, { severity: 'severe' })
      await page.clock.fastForward(60_000)
      proxy.resume()
      await keptAndLive(page)
      await soon(() => page.locator('.missed').textContent()).toContain(`Siege of Diosso (while-cut-${transport})`)
      await page.context().close()
      await proxy.close()
    },
    300_000
  )

  it.each([12_600_000, -12_600_000])(
    'says that its clock jumped by %i ms, and is live again by itself',
    async byMs => {
      const page = await writing()
      const said = page.locator('.machine-clock', { hasText: `is 3 h ${byMs > 0 ? 'ahead of' : 'behind'} the suite’s` })
      const jump = () => page.evaluate(`{ const now = Date.now; Date.now = () => now() + ${byMs} }`)
      expect(await shownAfterMs(said, jump)).toBeLessThan(truthMs)
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
    const all = page.locator('.waiting', { hasText: /^1000 new, extreme among them: show$/ })
    expect(await shownAfterMs(all)).toBeLessThan(truthMs)
    expect(await page.locator('.row-main').first().getAttribute('data-alert')).toBe('a0')
    expect(await page.locator('.act textarea').inputValue()).toBe('Half a sen')
    await page.locator('.waiting').click()
    await soon(() => page.locator('.count').textContent()).toBe('1,005 alerts')
    expect(await page.locator('.row').count()).toBeLessThan(60)
    await page.context().close()
  }, 300_000)
})
