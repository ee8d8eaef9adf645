// Findings of an attack on the console, in a real browser: words typed on an alert that leaves the
// view, and words over words.

import { MemoryLog } from '@tocsin/event-log/memory-log'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AlertWriter } from '../../services/notifier/test/support/alert-builder.ts'
import {
  type ListeningNotifier,
  listenNotifier
} from '../../services/notifier/test/support/listening-notifier.ts'
import { ownerKey } from '../../services/notifier/test/support/notifier-harness.ts'
import { executablePath, openConsole, soon, startBrowser, violationsOf } from './browser.ts'

describe.skipIf(executablePath === undefined)('an officer', () => {
  const log = new MemoryLog()
  const alerts = new AlertWriter(log)
  let notifier: ListeningNotifier
  let browser: Browser

  beforeAll(async () => {
    browser = await startBrowser()
    await alerts.write('raised', 'leaves', {
      headline: 'An alert that leaves',
      handling: 'partners'
    })
    await alerts.write('raised', 'taken')
    const operator = {
      acknowledgedBy: 'the officer of the second watch of the joint desk',
      acknowledgedUntil: '2026-11-22T22:30:00.000Z',
      assignedTo: null,
      disposition: null
    }
    await alerts.write('acknowledged', 'taken', { operator, operatorRevision: 1 })
    notifier = await listenNotifier({}, log)
  }, 300_000)
  afterAll(async () => {
    await browser?.close()
    await notifier?.close()
  })

  it('can copy what was typed on an alert that is no longer visible', async () => {
    const made = await fetch(`${notifier.url}/v1/keys`, {
      method: 'POST',
      headers: { authorization: `Bearer ${ownerKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        name: 'Ama',
        scopes: ['alerts:read', 'alerts:operate'],
        handling: 'partners'
      })
    })
    const { secret } = (await made.json()) as { secret: string }
    const { page, complaints } = await openConsole(browser, {
      url: notifier.url,
      key: secret,
      query: '?alert=leaves&look=light'
    })
    await page.locator('.act textarea').fill('The road to Diosso is shut.')
    await alerts.write('revised', 'leaves', { handling: 'restricted' })
    await soon(() => page.locator('.alert').textContent()).toContain(
      'not, or no longer, visible to you'
    )
    const kept = page.getByLabel('What you had typed on it')
    expect(await kept.inputValue()).toBe('The road to Diosso is shut.')
    expect(await page.locator('.alert').textContent()).not.toContain('An alert that leaves')
    expect(await violationsOf(page)).toEqual([])
    await page.locator('.look select').selectOption('dark')
    expect(await violationsOf(page)).toEqual([])
    await page.getByRole('button', { name: 'I do not need it' }).press('Enter')
    await soon(() => kept.count()).toBe(0)
    expect(complaints).toEqual([])
    await page.context().close()
  }, 300_000)

  it.each([1300, 1000, 390])(
    'reads place and holder of a row, neither over the other, on %i pixels',
    async width => {
      const viewport = { width, height: 800 }
      const query = width === 390 ? '' : '?alert=taken'
      const { page } = await openConsole(browser, {
        url: notifier.url,
        key: ownerKey,
        query,
        viewport
      })
      const row = page.locator('.row-main[data-alert=taken]')
      await row.waitFor()
      const boxOf = async (part: string) =>
        (await row.locator(`${part} bdi`).boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 }
      const [place, holder, whole] = [
        await boxOf('.row-place'),
        await boxOf('.row-holder'),
        await row.boundingBox()
      ]
      const isBeside = place.x + place.width <= holder.x + 1
      const isApart =
        place.y + place.height <= holder.y + 1 || holder.y + holder.height <= place.y + 1
      expect([isBeside || isApart, place.width > 40, holder.x >= (whole?.x ?? 0)]).toEqual([
        true,
        true,
        true
      ])
      await page.context().close()
    },
    300_000
  )
})
