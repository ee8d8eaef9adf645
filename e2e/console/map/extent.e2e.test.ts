// What is known to an extent alone, on the map of a real browser: a circle with its width, no mark
// in its middle, and reached all the same.

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

describe.skipIf(executablePath === undefined)(
  'an alert of which no place is known but an extent',
  () => {
    const log = new MemoryLog()
    const alerts = new AlertWriter(log)
    let notifier: ListeningNotifier
    let browser: Browser

    beforeAll(async () => {
      browser = await startBrowser()
      const area = { country: ['ML'], admin1: [], circle: [17, -4, 500] as const, settlement: null }
      await alerts.write('raised', 'wide', {
        severity: 'severe',
        headline: 'Somewhere in Mali',
        area
      })
      notifier = await listenNotifier({}, log)
    }, 300_000)
    afterAll(async () => {
      await browser?.close()
      await notifier?.close()
    })

    it.each(['light', 'dark'])(
      'of three villages is no mark in their middle, at the scale of a town and of a country: %s',
      async look => {
        const own = new MemoryLog()
        const area = {
          country: ['ML'],
          admin1: ['ML-4'],
          circle: [13.9, -5.4, 15] as const,
          settlement: null
        }
        await new AlertWriter(own).write('raised', 'three', {
          severity: 'severe',
          headline: 'Three villages',
          area
        })
        const drawn = await listenNotifier({}, own)
        const options = {
          url: drawn.url,
          key: ownerKey,
          query: `?look=${look}`,
          viewport: { width: 1400, height: 900 }
        }
        const { page, complaints } = await openConsole(browser, options)
        await soon(() => page.locator('.map-words').count()).toBe(0)
        const map = page.locator('.map-canvas').first()
        const box = (await map.boundingBox()) ?? expect.unreachable('the map has a size')
        const inkWithin = async (px: number) =>
          inkAround(page, await map.screenshot(), [box.width / 2, box.height / 2], px)
        // A town fills the map: the circle, and nothing in it.
        await soon(() => inkWithin(150)).toBeGreaterThan(0)
        expect(await inkWithin(50)).toBe(0)
        expect(await violationsOf(page)).toEqual([])
        // A country does: a frame, which is no ring, and nothing in it.
        await map.focus()
        for (const key of ['-', '-', '-']) await map.press(key)
        await soon(() => inkWithin(30)).toBeGreaterThan(0)
        expect(await inkWithin(13)).toBe(0)
        await map.press('ArrowRight')
        await soon(() => page.locator('.map-said').first().textContent()).toContain(
          'Three villages'
        )
        expect(await page.locator('.map-said').first().textContent()).toContain(
          'somewhere within ± 15 km'
        )
        await map.click({ position: { x: box.width / 2 + 12, y: box.height / 2 + 12 } })
        await soon(() => new URL(page.url()).searchParams.get('alert')).toBe('three')
        expect(complaints).toEqual([])
        await page.context().close()
        await drawn.close()
      },
      300_000
    )

    it('is a circle that can be pressed anywhere, and one stop of the keyboard', async () => {
      const options = {
        url: notifier.url,
        key: ownerKey,
        query: '?look=light',
        viewport: { width: 1400, height: 900 }
      }
      const { page, complaints } = await openConsole(browser, options)
      await soon(() => page.locator('.map-words').count()).toBe(0)
      const map = page.locator('.map-canvas').first()
      await map.focus()
      await soon(() => page.locator('.map-said').first().textContent()).toMatch(
        /^1 mark\. Arrow keys/
      )
      await map.press('ArrowRight')
      await soon(() => page.locator('.map-said').first().textContent()).toContain(
        'Somewhere in Mali'
      )
      const box = (await map.boundingBox()) ?? expect.unreachable('the map has a size')
      // The circle fills the view: well off its middle.
      await map.click({ position: { x: box.width / 2, y: box.height * 0.35 } })
      await soon(() => new URL(page.url()).searchParams.get('alert')).toBe('wide')
      expect(await violationsOf(page)).toEqual([])
      expect(complaints).toEqual([])
      await page.context().close()
    }, 300_000)
  }
)

/**
 * Pixels in the colour of severe alerts nearer to a place of a picture than so many px: what is
 * drawn but for its shade.
 */
function inkAround(
  page: Page,
  picture: Buffer,
  [x, y]: readonly [number, number],
  px: number
): Promise<number> {
  const read = async ([png, x, y, px]: readonly [string, number, number, number]) => {
    const bytes = Uint8Array.from(atob(png), each => each.charCodeAt(0))
    const image = await createImageBitmap(new Blob([bytes], { type: 'image/png' }))
    const canvas = new OffscreenCanvas(image.width, image.height)
    const pen = canvas.getContext('2d')
    pen?.drawImage(image, 0, 0)
    const { data = [] } = pen?.getImageData(0, 0, image.width, image.height) ?? {}
    const [, hex = ''] =
      /#(\w{6})/.exec(getComputedStyle(document.documentElement).getPropertyValue('--severe')) ?? []
    const colour = [0, 2, 4].map(at => Number.parseInt(hex.slice(at, at + 2), 16))
    let count = 0
    for (let row = Math.ceil(y - px); row <= y + px; row += 1)
      for (let column = Math.ceil(x - px); column <= x + px; column += 1) {
        const at = (row * image.width + column) * 4
        const isAlike = colour.every((part, i) => Math.abs(part - (data[at + i] ?? -999)) < 45)
        if (isAlike && Math.hypot(column - x, row - y) <= px) count += 1
      }
    return count
  }
  return page.evaluate(read, [picture.toString('base64'), x, y, px] as const)
}
