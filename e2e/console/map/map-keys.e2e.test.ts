// The map of the list by keyboard alone: from mark to mark, into one, and out again; and of the
// chosen alert its shape.

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

const area = { country: ['ML'], admin1: ['ML-5'], settlement: 'ML-5/x' }

describe.skipIf(executablePath === undefined)('the map by keyboard', () => {
  const log = new MemoryLog()
  const alerts = new AlertWriter(log)
  let notifier: ListeningNotifier
  let browser: Browser

  beforeAll(async () => {
    browser = await startBrowser()
    await alerts.write('raised', 'west', {
      severity: 'severe',
      headline: 'West',
      area: { ...area, circle: [14, -6, 5] }
    })
    await alerts.write('raised', 'east', {
      severity: 'extreme',
      headline: 'East',
      area: { ...area, circle: [14, -2, 5] }
    })
    const wide = { country: ['ML'], admin1: ['ML-7'], circle: null, settlement: null }
    await alerts.write('raised', 'north', { severity: 'minor', headline: 'North', area: wide })
    notifier = await listenNotifier({}, log)
  }, 300_000)
  afterAll(async () => {
    await browser?.close()
    await notifier?.close()
  })

  const said = (page: Page) => page.locator('.map-said').first().textContent()

  it('is gone over from mark to mark, areas too; Enter opens beside it, Escape leads to the list', async () => {
    const options = {
      url: notifier.url,
      key: ownerKey,
      query: '?look=dark',
      viewport: { width: 1400, height: 900 }
    }
    const { page, complaints } = await openConsole(browser, options)
    await soon(() => page.locator('.map-words').count()).toBe(0)
    const map = page.locator('.map-canvas').first()
    await map.focus()
    await soon(() => said(page)).toMatch(/^3 marks\. Arrow keys/)
    await map.press('ArrowLeft')
    // One of the two in the middle; from there every other is a step or two away.
    await map.press('ArrowLeft')
    await map.press('ArrowLeft')
    await soon(() => said(page)).toMatch(/^(No mark further|severe: West)/)
    await map.press('ArrowRight')
    await soon(() => said(page)).toContain('East')
    await map.press('ArrowUp')
    await soon(() => said(page)).toMatch(/North.*Known by its area alone/)
    expect(await violationsOf(page)).toEqual([])
    await map.press('+')
    await map.press('-')
    await soon(() => said(page)).toContain('North')

    await map.press('Escape')
    await soon(() => page.evaluate('document.activeElement.dataset.alert')).toBe('north')
    await map.focus()
    // It begins where the map was left.
    await map.press('ArrowDown')
    await soon(() => said(page)).toContain('North')
    await map.press('ArrowDown')
    await soon(() => said(page)).toMatch(/East|West/)
    const which = (await said(page))?.includes('East') ? 'east' : 'west'
    await map.press('Enter')
    await soon(() => new URL(page.url()).searchParams.get('alert')).toBe(which)
    await page.locator('.alert h2').waitFor()
    // The map stays beside the list, and says what the outline of the chosen one is.
    await soon(() => page.locator('.map-notes').first().textContent()).toContain(
      'Ring: the place under siege.'
    )
    expect(await violationsOf(page)).toEqual([])
    expect(complaints).toEqual([])
    await page.context().close()
  }, 300_000)

  it('complains of nothing that is pressed in the moment in which the map takes other colours', async () => {
    const viewport = { width: 1400, height: 900 }
    const { page, complaints } = await openConsole(browser, {
      url: notifier.url,
      key: ownerKey,
      query: '',
      viewport
    })
    await soon(() => page.locator('.map-words').count()).toBe(0)
    const map = page.locator('.map-canvas').first()
    await map.focus()
    await soon(() => said(page)).toMatch(/^3 marks\. Arrow keys/)
    // Keys and the mouse in every task of the page, so that some fall between the old style and the
    // new one.
    await page.evaluate(pressWithoutEnd)
    for (const colorScheme of ['dark', 'light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      const before = (await page.evaluate('window.pressed')) as number
      await soon(() => page.evaluate('window.pressed') as Promise<number>).toBeGreaterThan(
        before + 40
      )
    }
    await soon(() => said(page)).toMatch(/East|West/)
    expect(complaints).toEqual([])
    await page.context().close()
  }, 300_000)
})

const pressWithoutEnd = `(() => {
  window.pressed = 0
  const map = document.querySelector('.map-canvas')
  const { x, y, width, height } = map.getBoundingClientRect()
  const at = { clientX: x + width / 2, clientY: y + height / 2, bubbles: true }
  const channel = new MessageChannel()
  channel.port1.onmessage = () => {
    const key = ++window.pressed % 2 === 0 ? 'ArrowLeft' : 'ArrowRight'
    map.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }))
    map.querySelector('canvas').dispatchEvent(new MouseEvent('mousemove', at))
    setTimeout(() => channel.port2.postMessage(0))
  }
  channel.port2.postMessage(0)
})()`
