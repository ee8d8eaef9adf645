// What is known to an extent alone, on the map of a real browser: a circle with its width, no mark in its middle, and reached all
// the same.

import { MemoryLog } from '@tocsin/event-log/memory-log'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AlertWriter } from '../../../services/notifier/test/support/alert-builder.ts'
import { type ListeningNotifier, listenNotifier } from '../../../services/notifier/test/support/listening-notifier.ts'
import { ownerKey } from '../../../services/notifier/test/support/notifier-harness.ts'
import { executablePath, openConsole, soon, startBrowser, violationsOf } from '../browser.ts'

describe.skipIf(executablePath === undefined)('an alert of which no place is known but an extent', () => {
  const log = new MemoryLog()
  const alerts = new AlertWriter(log)
  let notifier: ListeningNotifier
  let browser: Browser

  beforeAll(async () => {
    browser = await startBrowser()
    const area = { country: ['ML'], admin1: [], circle: [17, -4, 500] as const, settlement: null }
    await alerts.write('raised', 'wide', { severity: 'severe', headline: 'Somewhere in Mali', area })
    notifier = await listenNotifier({}, log)
  }, 300_000)
  afterAll(async () => {
    await browser?.close()
    await notifier?.close()
  })

  it('is a circle that can be pressed anywhere, and one stop of the keyboard', async () => {
    const options = { url: notifier.url, key: ownerKey, query: '?look=light', viewport: { width: 1400, height: 900 } }
    const { page, complaints } = await openConsole(browser, options)
    await soon(() => page.locator('.map-words').count()).toBe(0)
    const map = page.locator('.map-canvas').first()
    await map.focus()
    await soon(() => page.locator('.map-said').first().textContent()).toMatch(/^1 mark\. Arrow keys/)
    await map.press('ArrowRight')
    await soon(() => page.locator('.map-said').first().textContent()).toContain('Somewhere in Mali')
    const box = (await map.boundingBox()) ?? expect.unreachable('the map has a size')
    // The circle fills the view: well off its middle.
    await map.click({ position: { x: box.width / 2, y: box.height * 0.35 } })
    await soon(() => new URL(page.url()).searchParams.get('alert')).toBe('wide')
    expect(await violationsOf(page)).toEqual([])
    expect(complaints).toEqual([])
    await page.context().close()
  }, 300_000)
})
