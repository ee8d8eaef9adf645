// Incidents that have raised no alert are a layer of the map that may be switched on, at the
// console of a running suite.

import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WholeSuite } from '../../harness/whole-suite.ts'
import { executablePath, openConsole, soon, startBrowser, violationsOf } from '../browser.ts'

const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10)

describe.skipIf(executablePath === undefined)('incidents without an alert', () => {
  let suite: WholeSuite
  let browser: Browser
  beforeAll(async () => {
    browser = await startBrowser()
    suite = await WholeSuite.start()
    await report('quiet', { category: 'looting' })
    await report('grave', {
      category: 'attack-on-civilians',
      fatalities: { low: 40, best: 45, high: 50 }
    })
  }, 300_000)
  afterAll(async () => {
    await browser?.close()
    await suite?.end()
  })

  async function report(externalId: string, more: object): Promise<void> {
    const body = {
      ...{
        source: { id: 'wire-1' },
        externalId,
        occurred: { from: yesterday, to: yesterday },
        handling: 'internal'
      },
      ...{
        location: {
          country: 'ML',
          lat: externalId === 'quiet' ? 16.2 : 13.4,
          lon: -5.2547,
          radiusKm: 2
        }
      },
      ...more
    }
    const { body: posted } = await suite.api.call('POST', '/v1/reports', { body })
    await suite.api.call('GET', `/v1/reports/${(posted as { reportId: string }).reportId}?wait=30`)
  }

  it('are drawn and listed when that is asked for, which the address keeps, and no alert names one of them', async () => {
    const options = {
      url: suite.url,
      key: suite.key,
      query: '?map=yes&look=light',
      viewport: { width: 1280, height: 800 }
    }
    const { page, complaints } = await openConsole(browser, options)
    await page.locator('.row').first().waitFor()
    await soon(() => page.locator('.map-words').count()).toBe(0)
    const drawn = async () => (await page.locator('.map canvas').screenshot()).toString('base64')
    const before = await drawn()
    await page.getByLabel('Incidents that no alert names').check()
    await soon(() => page.locator('.loose summary').textContent()).toContain(
      '◇ or dotted: 1 incident that no alert here names.'
    )
    await soon(async () => (await drawn()) === before).toBe(false)
    expect(new URL(page.url()).searchParams.get('incidents')).toBe('yes')
    // The keyboard stops at its sign and says what it is, which Enter opens nowhere.
    const map = page.locator('.map-canvas').first()
    await map.focus()
    const said = page.locator('.map-said').first()
    const ways = [
      'ArrowRight',
      'ArrowUp',
      'ArrowLeft',
      'ArrowUp',
      'ArrowRight',
      'ArrowDown'
    ] as const
    let pressed = 0
    const isThere = /^No alert here names it: .*wire-1 quiet/
    await soon(async () => {
      const words = (await said.textContent()) ?? ''
      if (!isThere.test(words)) await map.press(ways[pressed++ % ways.length] ?? 'ArrowUp')
      return words
    }).toMatch(isThere)
    await map.press('Enter')
    expect(new URL(page.url()).searchParams.get('alert')).toBeNull()
    await page.locator('.loose summary').press('Enter')
    await soon(() => page.locator('.loose li').allTextContents()).toEqual([
      expect.stringContaining('wire-1 quiet')
    ])
    expect(await violationsOf(page)).toEqual([])
    await page.locator('.look select').selectOption('dark')
    expect(await violationsOf(page)).toEqual([])
    expect(complaints).toEqual([])
    await page.context().close()
  }, 300_000)
})
