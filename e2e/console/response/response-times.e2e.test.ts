// From call to answer, at a console in a real browser: drawn and as a table, by severity, area and
// officer, for a range of days.

import { MemoryLog } from '@tocsin/event-log/memory-log'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AlertWriter, anAlert } from '../../../services/notifier/test/support/alert-builder.ts'
import {
  type ListeningNotifier,
  listenNotifier
} from '../../../services/notifier/test/support/listening-notifier.ts'
import { ownerKey } from '../../../services/notifier/test/support/notifier-harness.ts'
import { executablePath, openConsole, soon, startBrowser, violationsOf } from '../browser.ts'

const { operator } = anAlert()
const taken = { ...operator, acknowledgedBy: 'Ama', acknowledgedById: 'key_1' }

describe.skipIf(executablePath === undefined)('who asks how long answers took', () => {
  const log = new MemoryLog()
  const alerts = new AlertWriter(log)
  let notifier: ListeningNotifier
  let browser: Browser

  beforeAll(async () => {
    browser = await startBrowser()
    const at = '2026-03-01T15:30:00.000Z'
    const done = { kind: 'sent', at, recordedAt: at } as const
    const responses = { count: 1, first: done, last: done }
    for (const [id, severity] of [
      ['a', 'extreme'],
      ['b', 'severe'],
      ['c', 'severe']
    ] as const)
      await alerts.write('raised', id, { severity })
    await alerts.write('raised', 'exercise', { drill: true })
    await alerts.write('acknowledged', 'a', { operator: taken, operatorRevision: 1 })
    await alerts.write('acknowledged', 'b', { operator: taken, operatorRevision: 1 })
    await alerts.write('responded', 'a', { operator: { ...taken, responses }, operatorRevision: 2 })
    notifier = await listenNotifier({}, log)
  }, 300_000)
  afterAll(async () => {
    await browser?.close()
    await notifier?.close()
  })

  const open = async (query: string, options: object = {}) =>
    (await openConsole(browser, { url: notifier.url, key: ownerKey, query, ...options })).page
  const cells = (page: Page) =>
    page
      .locator('.times-table tbody tr')
      .evaluateAll(rows =>
        rows.map(row => [...row.children].map(cell => cell.textContent?.trim()).join(' | '))
      )

  it('sees the figures as a table, and the same drawn and in words', async () => {
    const page = await open('?view=response-times')
    await soon(() => cells(page)).toEqual([
      '▲▲▲ extreme | 1 | 1 | 4 s | 4 s | 1 | 3 h 29 min | 3 h 29 min | 0',
      '▲▲ severe | 2 | 1 | 4 s | 4 s | 0 | no time– | no time– | 1',
      'DRILL ▲ moderate | 1 | 0 | no time– | no time– | 0 | no time– | no time– | 1'
    ])
    const said = (plot: number) =>
      page
        .locator('.time-plot')
        .nth(plot)
        .getByRole('img')
        .evaluateAll(all => all.map(each => each.ariaLabel))
    expect(await said(0)).toEqual([
      'extreme: half within 4 s, nine of ten within 4 s; 1 of 1 call',
      'severe: half within 4 s, nine of ten within 4 s; 1 of 2 calls'
    ])
    expect(await said(1)).toEqual([
      'extreme: half within 3 h 29 min, nine of ten within 3 h 29 min; 1 of 1 call'
    ])
    await page.context().close()
  }, 300_000)

  it('asks by area and officer and for other days, all of it in the address and in the link to the CSV', async () => {
    const page = await open('?view=response-times')
    await page.locator('.times-asked select').selectOption('officer')
    await soon(async () => (await cells(page)).map(row => row.split(' | ')[0])).toEqual([
      'Ama',
      'nobody',
      'DRILL nobody'
    ])
    await page.locator('.times-asked select').selectOption('area')
    await soon(async () => (await cells(page)).map(row => row.split(' | ')[0])).toContain('Mali')
    const csv = (await page.getByRole('link', { name: 'As CSV' }).getAttribute('href')) ?? ''
    expect(await page.evaluate(async href => (await fetch(href)).text(), csv)).toMatch(
      /^area,drill,called,acknowledged,[\s\S]*\nML,false,3,2,/
    )
    await page.getByLabel('From day').fill('2026-03-02')
    await soon(() => page.locator('.view-inner > [role=status]').textContent()).toBe(
      'Nobody was called in these days.'
    )
    await soon(() => new URL(page.url()).search).toBe(
      '?view=response-times&by=area&from=2026-03-02'
    )
    await page.getByLabel('From day').fill('2026-03-01')
    await page.getByLabel('To and with day').fill('2026-03-01')
    await soon(() => cells(page)).not.toEqual([])
    await page.getByRole('button', { name: 'All' }).press('Enter')
    await soon(() => new URL(page.url()).search).toBe('?view=response-times&by=area')
    await page.context().close()
  }, 300_000)

  it('reads it on a narrow screen, where the table scrolls by itself', async () => {
    const page = await open('?view=response-times', {
      viewport: { width: 390, height: 844 },
      hasTouch: true
    })
    await soon(async () => (await cells(page)).length).toBe(3)
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390)
    expect(await violationsOf(page)).toEqual([])
    await page.context().close()
  }, 300_000)
})
