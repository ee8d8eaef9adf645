// An alert on paper: whole, black on white whatever the screen is, marked with who may read it and
// when it was so, and without anything that can only be pressed.

import { MemoryLog } from '@tocsin/event-log/memory-log'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AlertWriter } from '../../services/notifier/test/support/alert-builder.ts'
import {
  type ListeningNotifier,
  listenNotifier
} from '../../services/notifier/test/support/listening-notifier.ts'
import { ownerKey } from '../../services/notifier/test/support/notifier-harness.ts'
import { executablePath, openConsole, soon, startBrowser } from './browser.ts'

const revisions = 40
const long = 'Two motorcycles came from the river and went back to it before the patrol was there. '

/** What can only be pressed or typed into, and is seen all the same. */
const controlsSeen = `[...document.querySelectorAll('button:not(.as-link), input, select, textarea, summary, a[href]')]
  .filter(each => each.checkVisibility() && each.getClientRects().length > 0 && !each.closest('.visually-hidden, .skip'))
  .map(each => each.outerHTML)`
/** What holds more than it shows. A map is a picture. */
const cutOff = `[...document.querySelectorAll('.alert, .alert *')]
  .filter(each => each.checkVisibility() && !each.closest('.visually-hidden, .map, svg'))
  .filter(each => getComputedStyle(each).overflow !== 'visible')
  .filter(each => each.scrollWidth > each.clientWidth + 1 || each.scrollHeight > each.clientHeight + 1)
  .map(each => each.className)`
/**
 * Boxes that reach beyond the sheet; a space at the end of a line may hang over the edge of its
 * box.
 */
const beyond = `[...document.querySelectorAll('.alert *')]
  .filter(each => getComputedStyle(each).display !== 'inline')
  .filter(each => each.checkVisibility() && !each.closest('.visually-hidden, .map, svg'))
  .filter(each => each.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
  .map(each => each.outerHTML.slice(0, 200))`

describe.skipIf(executablePath === undefined)('an alert of many revisions on paper', () => {
  const log = new MemoryLog()
  const alerts = new AlertWriter(log)
  let notifier: ListeningNotifier
  let browser: Browser

  beforeAll(async () => {
    browser = await startBrowser()
    await alerts.write('raised', 'a1', { severity: 'severe', explanation: long.repeat(20) })
    for (let i = 0; i < revisions; i += 1)
      await alerts.write('revised', 'a1', {
        measure: {
          name: 'criteria held',
          value: i,
          threshold: 2,
          baseline: null,
          falseAlarmsPerYear: null
        }
      })
    const note = {
      by: 'Ama',
      byId: 'key_ama',
      actionId: 'act-1',
      text: long.repeat(40),
      handling: 'restricted' as const
    }
    await alerts.write('commented', 'a1', { action: note, operatorRevision: 1 })
    notifier = await listenNotifier({}, log)
  }, 300_000)
  afterAll(async () => {
    await browser?.close()
    await notifier?.close()
  })

  /** The alert as it is printed, from a dark screen. */
  async function onPaper(viewport: {
    readonly width: number
    readonly height: number
  }): Promise<Page> {
    const options = {
      url: notifier.url,
      key: ownerKey,
      query: '?alert=a1&look=dark',
      viewport,
      colorScheme: 'dark' as const
    }
    const { page } = await openConsole(browser, options)
    await soon(() => page.locator('.history > li').count()).toBe(revisions + 2)
    await page.locator('.act textarea').fill('Half a sen')
    await page.emulateMedia({ media: 'print' })
    return page
  }

  it.each([
    [1400, 900],
    [390, 844]
  ])(
    'is whole, marked and without controls from a screen of %i pixels',
    async (width, height) => {
      const page = await onPaper({ width, height })
      expect(await page.evaluate(controlsSeen)).toEqual([])
      expect(await page.evaluate(cutOff)).toEqual([])
      expect(await page.evaluate(beyond)).toEqual([])
      expect(
        await page.evaluate(
          'document.documentElement.scrollWidth <= document.documentElement.clientWidth'
        )
      ).toBe(true)
      // The note of an officer is for fewer people than the alert.
      expect(await page.locator('.on-paper').textContent()).toMatch(
        /^Handling: restricted\. As known at .* UTC \(.* there\)\.$/
      )
      expect(await page.locator('.on-paper').isVisible()).toBe(true)
      expect(await page.locator('.history > li').last().isVisible()).toBe(true)
      expect(await page.locator('.notes').textContent()).toContain(long.trim())
      expect(await page.locator('.alert').textContent()).not.toContain('Half a sen')
      const colours = `(each => [getComputedStyle(document.body).backgroundColor, getComputedStyle(each).color])(document.querySelector('.alert h2'))`
      expect(await page.evaluate(colours)).toEqual(['rgb(255, 255, 255)', 'rgb(0, 0, 0)'])
      const sheets =
        (await page.pdf({ format: 'A4' })).toString('latin1').match(/\/Type\s*\/Page\b/g)?.length ??
        0
      expect(sheets).toBeGreaterThan(2)
      await page.context().close()
    },
    300_000
  )

  it('has its map, light from a dark screen, or says that it was not drawn', async () => {
    const options = {
      url: notifier.url,
      key: ownerKey,
      query: '?alert=a1&look=dark',
      colorScheme: 'dark' as const
    }
    const { page } = await openConsole(browser, {
      ...options,
      viewport: { width: 1100, height: 500 }
    })
    await soon(() => page.locator('.history > li').count()).toBe(revisions + 2)
    const map = page.locator('.alert .map')
    const images = async () =>
      (await page.pdf({ format: 'A4' })).toString('latin1').match(/\/Subtype\s*\/Image\b/g)
        ?.length ?? 0
    // Nobody has scrolled to it.
    await page.emulateMedia({ media: 'print' })
    expect(await map.textContent()).toContain('The map was not drawn when this was printed')
    expect(await map.locator('.map-not-drawn').isVisible()).toBe(true)
    const without = await images()
    await page.emulateMedia({ media: 'screen' })
    await map.scrollIntoViewIfNeeded()
    await soon(() => map.locator('.map-words').count()).toBe(0)
    expect(await brightnessOf(page, await map.screenshot())).toBeLessThan(80)
    await page.emulateMedia({ media: 'print' })
    expect(await map.locator('.map-not-drawn').count()).toBe(0)
    expect(await brightnessOf(page, await map.screenshot())).toBeGreaterThan(200)
    expect(await images()).toBeGreaterThan(without)
    await page.context().close()
  }, 300_000)

  it('leaves what can only be pressed out of the list too, and its map', async () => {
    const options = {
      url: notifier.url,
      key: ownerKey,
      query: '?map=yes',
      viewport: { width: 1400, height: 900 }
    }
    const { page } = await openConsole(browser, options)
    await soon(() => page.locator('.row').count()).toBe(1)
    await soon(() => page.locator('.map .maplibregl-ctrl-zoom-in').count()).toBe(1)
    const seen = async () =>
      (await page.evaluate<string[]>(controlsSeen)).filter(each => !/class="row-main"/.test(each))
    expect((await seen()).some(each => each.includes('Map'))).toBe(true)
    await page.emulateMedia({ media: 'print' })
    expect(await seen()).toEqual([])
    expect(await page.locator('.row-main').isVisible()).toBe(true)
    await page.context().close()
  }, 300_000)

  it('says when it was so, where an earlier time is looked at', async () => {
    const page = await onPaper({ width: 1400, height: 900 })
    await page.emulateMedia({ media: 'screen' })
    const [, first] = await page.locator('.known-at option').allTextContents()
    await page.locator('.known-at select').selectOption({ index: 1 })
    await page.emulateMedia({ media: 'print' })
    const known = String(first).replace(/, [^,]*$/, '')
    expect(await page.locator('.on-paper').textContent()).toContain(`As known at ${known}.`)
    await page.context().close()
  }, 300_000)
})

/** Of the middle of a picture, 0 to 255, as most of its pixels are. */
function brightnessOf(page: Page, picture: Buffer): Promise<number> {
  const read = async (png: string) => {
    const bytes = Uint8Array.from(atob(png), each => each.charCodeAt(0))
    const image = await createImageBitmap(new Blob([bytes], { type: 'image/png' }))
    const canvas = new OffscreenCanvas(image.width, image.height)
    const pen = canvas.getContext('2d')
    pen?.drawImage(image, 0, 0)
    const { data = [] } =
      pen?.getImageData(image.width / 4, image.height / 4, image.width / 2, image.height / 2) ?? {}
    const pixels = Array.from(
      { length: data.length / 4 },
      (_, i) => (data[i * 4] ?? 0) + (data[i * 4 + 1] ?? 0) + (data[i * 4 + 2] ?? 0)
    )
    return (pixels.toSorted((a, b) => a - b)[Math.floor(pixels.length / 2)] ?? 0) / 3
  }
  return page.evaluate(read, picture.toString('base64'))
}
