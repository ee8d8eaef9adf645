// The console under strain: a thousand alerts at once, a link that is cut, a clock that jumps. It
// says the truth, loses nothing typed and recovers by itself.

import { MemoryLog } from '@tocsin/event-log/memory-log'
import { topics } from '@tocsin/event-log/topics'
import { TcpProxy } from '@tocsin/testing/process/tcp-proxy'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { silenceMs } from '../../../services/console/src/live/freshness.ts'
import { AlertWriter } from '../../../services/notifier/test/support/alert-builder.ts'
import {
  type ListeningNotifier,
  listenNotifier
} from '../../../services/notifier/test/support/listening-notifier.ts'
import { ownerKey } from '../../../services/notifier/test/support/notifier-harness.ts'
import {
  executablePath,
  openConsole,
  shownAfterMs,
  soon,
  startBrowser,
  truthMs
} from '../browser.ts'

const stale = { selector: '.banner.stale' }
const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs
/** Some more than an hour: it is told as one. */
const jumpMs = hourMs + minuteMs

/** How far a time of the day is from another, ms. */
function apartMs(said: string, at: Date): number {
  const awayMs = Math.abs(Date.parse(`1970-01-01T${said}Z`) - (at.getTime() % dayMs))
  return Math.min(awayMs, dayMs - awayMs)
}

const setClock = (page: Page, byMs: number) =>
  page.evaluate(`{ const now = Date.now; Date.now = () => now() + ${byMs} }`)
const clockSaid = (byMs: number) => ({
  selector: '.machine-clock',
  said: new RegExp(
    `is ${Math.floor(Math.abs(byMs) / hourMs)} h ${byMs > 0 ? 'ahead of' : 'behind'} the suite’s`
  )
})

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
    const afterMs = await shownAfterMs(page, stale, () => page.context().setOffline(true))
    expect(afterMs).toBeLessThan(truthMs)
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
      await page.locator('.row-main').first().click()
      await page.locator('.act textarea').fill('Half a sen')
      await page.locator('.page.is-live').waitFor()
      // Held, not closed, as by a network that is gone: nobody tells the browser.
      expect(await shownAfterMs(page, stale, () => proxy.blackhole())).toBeLessThan(truthMs)
      expect(await page.locator('.act button[type=submit]').isDisabled()).toBe(true)
      await page.clock.install()
      await alerts.write('raised', `while-cut-${transport}`, { severity: 'severe' })
      await page.clock.fastForward(60_000)
      proxy.resume()
      await keptAndLive(page)
      await soon(() => page.locator('.missed').textContent()).toContain(
        `Siege of Diosso (while-cut-${transport})`
      )
      await page.context().close()
      await proxy.close()
    },
    300_000
  )

  it.each([jumpMs, -jumpMs, 3 * jumpMs, -3 * jumpMs])(
    'says that its clock jumped by %i ms, and is live again by itself',
    async byMs => {
      const page = await writing()
      expect(await shownAfterMs(page, clockSaid(byMs), () => setClock(page, byMs))).toBeLessThan(
        truthMs
      )
      // What was heard before the jump is no proof any more; the next word from the suite is,
      // however soon it comes.
      await alerts.write('raised', `after${byMs}`, { severity: 'minor' })
      await page.locator('.waiting').waitFor()
      await keptAndLive(page)
      await page.context().close()
    },
    300_000
  )

  it.each([jumpMs, -jumpMs])(
    'that is not live tells its age though its clock is set by %i ms, and when it was so once it is live again',
    async byMs => {
      const proxy = await TcpProxy.listen({ target: new URL(notifier.url).host })
      const { page } = await openConsole(browser, { url: `http://${proxy.address}`, key: ownerKey })
      await page.locator('.row-main').first().click()
      await page.locator('.act textarea').fill('Half a sen')
      await page.locator('.page.is-live').waitFor()
      const cutMs = Date.now()
      await shownAfterMs(page, stale, () => proxy.blackhole())
      if (byMs < 0) {
        // Set back: the page knows at once, and no age is less than it is.
        expect(await shownAfterMs(page, clockSaid(byMs), () => setClock(page, byMs))).toBeLessThan(
          truthMs
        )
        const [, age] =
          /UTC, (\d+) s ago\./.exec((await page.locator('.banner.stale').textContent()) ?? '') ?? []
        expect(Number(age)).toBeGreaterThanOrEqual(silenceMs / 1_000)
      } else {
        // Set ahead, or asleep for an hour, which the suite alone can tell: until then it is taken
        // for the longer.
        const old = { selector: '.banner.stale', said: /UTC, 1 h ago\./ }
        expect(await shownAfterMs(page, old, () => setClock(page, byMs))).toBeLessThan(truthMs)
      }
      await alerts.write('raised', `set-while-cut${byMs}`, { severity: 'severe' })
      proxy.resume()
      await page.locator(clockSaid(byMs).selector).waitFor()
      await keptAndLive(page)
      await soon(() => page.locator('.missed').textContent()).toContain(
        `Siege of Diosso (set-while-cut${byMs})`
      )
      const told = (await page.locator('.missed').textContent()) ?? ''
      const [, from = '', to = ''] =
        /From (\d\d:\d\d:\d\d) UTC to (\d\d:\d\d:\d\d) UTC/.exec(told) ?? []
      // Of the day: neither is an hour off.
      expect(apartMs(from, new Date(cutMs))).toBeLessThan(hourMs / 2)
      expect(apartMs(to, new Date())).toBeLessThan(hourMs / 2)
      await page.context().close()
      await proxy.close()
    },
    300_000
  )

  it('keeps a thousand new alerts waiting while somebody writes, and counts them', async () => {
    const page = await writing()
    const [open = ''] = /\d+/.exec((await page.locator('.count').textContent()) ?? '') ?? []
    for (let from = 0; from < 1_000; from += 100) {
      const records = Array.from(
        { length: 100 },
        (_, i) => alerts.record('raised', `new-${from + i}`, { severity: 'extreme' })[0]
      )
      await log.append(topics.alerts, records)
    }
    const all = { selector: '.waiting', said: /^1000 new, extreme among them: show$/ }
    expect(await shownAfterMs(page, all)).toBeLessThan(truthMs)
    expect(await page.locator('.row-main').first().getAttribute('data-alert')).toBe('a0')
    expect(await page.locator('.act textarea').inputValue()).toBe('Half a sen')
    await page.locator('.waiting').click()
    await soon(() => page.locator('.count').textContent()).toBe(
      `${(Number(open) + 1_000).toLocaleString('en')} alerts`
    )
    expect(await page.locator('.row').count()).toBeLessThan(60)
    await page.context().close()
  }, 300_000)
})
