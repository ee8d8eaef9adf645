// Another moment than now: list and map show what had been reported by then, say so, and lose
// nothing that comes meanwhile.

import type { AlertState } from '@tocsin/domain/alert/alert'
import { MemoryLog } from '@tocsin/event-log/memory-log'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AlertWriter } from '../../../services/notifier/test/support/alert-builder.ts'
import {
  type ListeningNotifier,
  listenNotifier
} from '../../../services/notifier/test/support/listening-notifier.ts'
import { ownerKey } from '../../../services/notifier/test/support/notifier-harness.ts'
import { executablePath, openConsole, soon, startBrowser, violationsOf } from '../browser.ts'

/** Raised at noon of a day of February. */
function raisedOn(day: string): Partial<AlertState> {
  const at = `2026-02-${day}T12:00:00.000Z`
  return {
    times: { occurredFrom: at, firstReportedAt: at, detectedAt: at },
    levels: [{ level: 1, at, reason: 'partial' }],
    area: {
      country: ['ML'],
      admin1: ['ML-4'],
      circle: [13.88, -5.36, 5],
      settlement: 'ML-4/diosso'
    }
  }
}

describe.skipIf(executablePath === undefined)('an earlier moment', () => {
  const log = new MemoryLog()
  const alerts = new AlertWriter(log, '2026-02-10T12:00:00.000Z')
  let notifier: ListeningNotifier
  let browser: Browser

  beforeAll(async () => {
    browser = await startBrowser()
    await alerts.write('raised', 'first', { ...raisedOn('03'), headline: 'The first' })
    await alerts.write('raised', 'second', {
      ...raisedOn('07'),
      headline: 'The second',
      severity: 'severe'
    })
    await alerts.write('raised', 'third', { ...raisedOn('09'), headline: 'The third' })
    notifier = await listenNotifier({}, log)
  }, 300_000)
  afterAll(async () => {
    await browser?.close()
    await notifier?.close()
  })

  const open = (query: string, options = {}) =>
    openConsole(browser, { url: notifier.url, key: ownerKey, query, ...options })
  const rows = (page: Page) => page.locator('[data-alert]').count()
  const said = (page: Page) => page.locator('.moment-words').textContent()
  const until = (page: Page) => new URL(page.url()).searchParams.get('until')

  it('is gone to by steps and by the slider, is said in words, and what comes meanwhile waits', async () => {
    const { page, complaints } = await open('?look=light')
    await soon(() => rows(page)).toBe(3)
    await page.getByRole('button', { name: 'Time', exact: true }).click()
    const slider = page.locator('.moment input')
    await soon(() => slider.isEnabled()).toBe(true)
    expect(await page.getByRole('button', { name: 'Play', exact: true }).count()).toBe(0)
    expect(await violationsOf(page)).toEqual([])
    const back = page.locator('.moment').getByRole('button', { name: 'Back', exact: true })
    await back.press('Enter')
    await soon(() => rows(page)).toBe(2)
    expect(until(page)).toBe('2026-02-07T12:00:00.000Z')
    await soon(() => said(page)).toBe(
      'Not now: 2 of 3 alerts had been reported by 7 Feb 2026, 12:00 UTC (7 Feb, 12:00 there). Each is as it is now, and what closed since is left out if it is not in the list.'
    )
    expect(await violationsOf(page)).toEqual([])
    await slider.press('Home')
    await soon(() => rows(page)).toBe(1)

    await alerts.write('raised', 'fourth', {
      ...raisedOn('12'),
      headline: 'The fourth',
      severity: 'extreme'
    })
    const waiting = page.locator('.waiting')
    await soon(() => waiting.textContent()).toBe('1 new, extreme among them: back to now')
    expect(await rows(page)).toBe(1)
    await waiting.click()
    await soon(() => rows(page)).toBe(4)
    expect(until(page)).toBeNull()
    await soon(() => said(page)).toBe('Now: 4 alerts in the list.')
    expect(complaints).toEqual([])
    await page.context().close()
  }, 300_000)

  it('stands in the address, for the map and the chosen alert too, and one key leads back', async () => {
    await alerts.write('revised', 'second', { headline: 'The second, grown' })
    const viewport = { width: 1280, height: 720 }
    const { page } = await open('?look=dark&until=2026-02-10T12:00:02Z', { viewport })
    await soon(() => rows(page)).toBe(3)
    await soon(() => page.locator('.map-words').count()).toBe(0)
    expect(await page.locator('.map-notes').textContent()).toContain(
      'Not now: reported by 10 Feb 2026, 12:00 UTC'
    )
    expect(await violationsOf(page)).toEqual([])
    await page.locator('[data-alert="second"]').click()
    await soon(() => page.locator('.alert h2').textContent()).toBe('The second')
    expect(await page.locator('.alert .then').first().textContent()).toContain(
      'not what is known now'
    )
    await page.keyboard.press('0')
    await soon(() => page.locator('.alert h2').textContent()).toBe('The second, grown')
    expect(until(page)).toBeNull()
    await page.context().close()
  }, 300_000)

  it('moves on by itself up to now, for who has nothing against motion', async () => {
    const { page } = await open('?until=2026-02-03T12:00:00Z', { reducedMotion: 'no-preference' })
    await soon(() => rows(page)).toBe(1)
    await page.getByRole('button', { name: 'Play', exact: true }).click()
    await soon(() => until(page)).toBeNull()
    await soon(() => rows(page)).toBeGreaterThan(2)
    await soon(() => page.getByRole('button', { name: 'Play', exact: true }).count()).toBe(1)
    await page.context().close()
  }, 300_000)
})
