// The map of the console in a real browser: drawn from this origin alone, with the list's filter,
// and its choice.

import { MemoryLog } from '@tocsin/event-log/memory-log'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AlertWriter } from '../../../services/notifier/test/support/alert-builder.ts'
import {
  type ListeningNotifier,
  listenNotifier
} from '../../../services/notifier/test/support/listening-notifier.ts'
import { ownerKey } from '../../../services/notifier/test/support/notifier-harness.ts'
import { executablePath, openConsole, soon, startBrowser, violationsOf } from '../browser.ts'

describe.skipIf(executablePath === undefined)('the map', () => {
  const log = new MemoryLog()
  const alerts = new AlertWriter(log)
  let notifier: ListeningNotifier
  let browser: Browser

  beforeAll(async () => {
    browser = await startBrowser()
    await alerts.write('raised', 'a1', { severity: 'extreme' })
    notifier = await listenNotifier({}, log)
  }, 300_000)
  afterAll(async () => {
    await browser?.close()
    await notifier?.close()
  })

  it('is drawn without a request to any other host, and an alert is chosen on it as in the list', async () => {
    const options = {
      url: notifier.url,
      key: ownerKey,
      query: '?map=yes',
      viewport: { width: 1280, height: 720 }
    }
    const { page, complaints } = await openConsole(browser, options)
    await soon(() => page.locator('.map-words').count()).toBe(0)
    expect(await violationsOf(page)).toEqual([])
    // The one alert is in the middle of what the map shows.
    const box = await page.locator('.map canvas').boundingBox()
    if (box === null) throw new Error('the map has no size')
    await soon(async () => {
      await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2)
      return new URL(page.url()).searchParams.get('alert')
    }).toBe('a1')
    await page.locator('.alert h2').waitFor()
    expect(complaints).toEqual([])
    await page.context().close()
  }, 300_000)

  it('marks what is selected in the list, says so, and keeps its words beside what is drawn', async () => {
    const options = {
      url: notifier.url,
      key: ownerKey,
      query: '?map=yes',
      viewport: { width: 1280, height: 720 }
    }
    const { page, complaints } = await openConsole(browser, options)
    await soon(() => page.locator('.map-words').count()).toBe(0)
    const drawn = async () => (await page.locator('.map canvas').screenshot()).toString('base64')
    const before = await drawn()
    await page.locator('.row-pick input').first().check()
    await soon(() => page.locator('.map-notes').textContent()).toContain('✓: selected in the list.')
    await soon(async () => (await drawn()) === before).toBe(false)
    // No word lies over a mark.
    const boxes = await Promise.all(
      ['.map-notes', '.map canvas'].map(each => page.locator(each).boundingBox())
    )
    const [notes, canvas] = boxes
    expect(notes?.y).toBeGreaterThanOrEqual((canvas?.y ?? 0) + (canvas?.height ?? 0) - 1)
    await page.locator('.map-canvas').focus()
    await page.keyboard.press('ArrowRight')
    await soon(() => page.locator('.map-said').textContent()).toMatch(/^Selected: extreme: /)
    expect(await violationsOf(page)).toEqual([])
    expect(complaints).toEqual([])
    await page.context().close()
  }, 300_000)

  it('leaves the presets beside it and an open alert, and the list its rows', async () => {
    const own = new MemoryLog()
    const many = new AlertWriter(own)
    for (let i = 0; i < 8; i += 1)
      await many.write('raised', `b${i}`, { severity: i < 4 ? 'extreme' : 'minor' })
    const busy = await listenNotifier({}, own)
    const options = {
      url: busy.url,
      key: ownerKey,
      query: '?map=yes&look=light',
      viewport: { width: 1280, height: 720 }
    }
    const { page, complaints } = await openConsole(browser, options)
    await page.locator('.row-main').first().click()
    await page.locator('.history').waitFor()
    await soon(() => page.locator('.queue ~ .map .map-words').count()).toBe(0)
    expect(await page.locator('.has-map.has-choice .presets').isVisible()).toBe(true)
    expect(
      await page.locator('.scroller').evaluate(each => each.clientHeight)
    ).toBeGreaterThanOrEqual(2 * 62)
    await page.locator('.presets').getByRole('button', { name: 'Severe, taken by nobody' }).click()
    await soon(() => page.locator('.count').textContent()).toContain('4 of 8')
    expect(await violationsOf(page)).toEqual([])
    expect(complaints).toEqual([])
    await page.context().close()
    await busy.close()
  }, 300_000)

  it('counts alerts that lie close together, and parts them when that is pressed', async () => {
    const own = new MemoryLog()
    const near = new AlertWriter(own)
    const area = { country: ['ML'], admin1: ['ML-5'], settlement: 'ML-5/x' }
    await near.write('raised', 'west', {
      severity: 'extreme',
      area: { ...area, circle: [14.5, -4.225, 1] }
    })
    await near.write('raised', 'east', {
      severity: 'minor',
      area: { ...area, circle: [14.5, -4.175, 1] }
    })
    const crowded = await listenNotifier({}, own)
    const options = {
      url: crowded.url,
      key: ownerKey,
      query: '?map=yes&look=dark',
      viewport: { width: 1280, height: 720 }
    }
    const { page, complaints } = await openConsole(browser, options)
    await soon(() => page.locator('.map-words').count()).toBe(0)
    expect(await violationsOf(page)).toEqual([])
    const box = await page.locator('.map canvas').boundingBox()
    if (box === null) throw new Error('the map has no size')
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2]
    const chosen = () => new URL(page.url()).searchParams.get('alert')
    // Both are one in the middle, which parts: then nothing is in the middle, and the milder one
    // lies east of it.
    await soon(async () => {
      await page.mouse.click(x, y)
      if (chosen() === null) await page.mouse.click(x + 36, y)
      return chosen()
    }).toBe('east')
    expect(complaints).toEqual([])
    await page.context().close()
    await crowded.close()
  }, 300_000)
})
