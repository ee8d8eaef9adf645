// The queue of the console in a real browser: many alerts, filters, what waits while somebody
// reads, hostile text, a narrow screen.

import { MemoryLog } from '@tocsin/event-log/memory-log'
import { topics } from '@tocsin/event-log/topics'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AlertWriter, anAlert } from '../../services/notifier/test/support/alert-builder.ts'
import {
  type ListeningNotifier,
  listenNotifier
} from '../../services/notifier/test/support/listening-notifier.ts'
import { ownerKey } from '../../services/notifier/test/support/notifier-harness.ts'
import { executablePath, openConsole, soon, startBrowser, violationsOf } from './browser.ts'

const alertCount = 10_000
const severities = ['minor', 'moderate', 'severe', 'extreme'] as const
const hostile =
  '<img src=x onerror="document.title=1"><script>alert(1)</script> \u202Egnp.exe Z\u0351\u0352a\u0353lgo 🇲🇱🇧🇫'

describe.skipIf(executablePath === undefined)('the queue', () => {
  const log = new MemoryLog()
  const alerts = new AlertWriter(log)
  let notifier: ListeningNotifier
  let browser: Browser
  /** All parts of the snapshot have come: from then on rows stand where they are. */
  const isWhole = (page: Page) =>
    soon(() => page.locator('.count').textContent()).toMatch(/\d alerts$/)
  const open = (options: object = {}) =>
    openConsole(browser, { url: notifier.url, key: ownerKey, ...options })

  beforeAll(async () => {
    for (let from = 0; from < alertCount; from += 1_000) {
      const records = Array.from({ length: 1_000 }, (_, i) => {
        const severity = severities[(from + i) % 4] as (typeof severities)[number]
        return alerts.record('raised', `a${from + i}`, {
          severity,
          headline: `Siege number ${from + i}`
        })[0]
      })
      await log.append(topics.alerts, records)
    }
    await alerts.write('raised', 'hostile', {
      severity: 'extreme',
      headline: hostile,
      explanation: hostile
    })
    await alerts.write('raised', 'part', {
      severity: 'minor',
      headline: 'A part of the hostile one',
      partOf: 'hostile'
    })
    browser = await startBrowser()
    notifier = await listenNotifier({}, log)
  }, 300_000)
  afterAll(async () => {
    await browser?.close()
    await notifier?.close()
  })

  it('holds 10,000 alerts with a few rows in the page, and filters them by the address', async () => {
    const { page, complaints } = await open()
    await soon(() => page.locator('.count').textContent()).toBe('10,002 alerts')
    expect(await page.locator('.row').count()).toBeLessThan(60)
    expect(await page.locator('.row-main').first().textContent()).toContain('extreme')
    expect(await page.locator('.toggle.severe').textContent()).toContain('2,500 open')
    expect(await page.title()).toBe('(10,002) Tocsin')
    await page.locator('.toggle.severe').click()
    await soon(() => page.locator('.count').textContent()).toBe('2500 of 10,002 alerts')
    await soon(() => new URL(page.url()).search).toBe('?severity=severe')
    await page.locator('#search').fill('number 4998')
    await soon(() => page.locator('.count').textContent()).toBe('1 of 10,002 alerts')
    await page.reload()
    await soon(() => page.locator('.row-headline').first().textContent()).toContain(
      'Siege number 4998'
    )
    expect(await page.locator('#search').inputValue()).toBe('number 4998')
    expect(complaints).toEqual([])
    await page.context().close()
  }, 300_000)

  it('lists what has changed within hours, by the address and by one press', async () => {
    const { page } = await open({ query: '?q=lately' })
    await isWhole(page)
    const detectedAt = new Date(Date.now() - 2 * 3_600_000).toISOString()
    await alerts.write('raised', 'lately', {
      headline: 'Lately changed',
      times: { ...anAlert().times, detectedAt }
    })
    await soon(() => page.locator('.row').count()).toBe(1)
    await page.getByRole('button', { name: 'More filters' }).click()
    await page.getByRole('button', { name: 'in 6 hours' }).click()
    await soon(() => new URL(page.url()).search).toBe('?q=lately&changed=6h')
    await soon(() => page.locator('.row').count()).toBe(1)
    await page.getByRole('button', { name: 'in the last hour' }).click()
    await soon(() => page.locator('.row').count()).toBe(0)
    await page.getByRole('button', { name: 'Fewer filters' }).click()
    await page
      .getByRole('button', { name: 'Drop this filter: Last change: in the last hour' })
      .click()
    await soon(() => page.locator('.row').count()).toBe(1)
    await page.context().close()
  }, 300_000)

  it('is used by the keyboard alone: move, open, go back, search', async () => {
    const { page } = await open({ query: '?q=siege' })
    await isWhole(page)
    await page.keyboard.press('j')
    await page.keyboard.press('j')
    const second = await page.evaluate('document.activeElement.dataset.alert')
    expect(second).toBe(await page.locator('.row-main').nth(1).getAttribute('data-alert'))
    await page.keyboard.press('Enter')
    await page.locator('.alert h2').waitFor()
    await soon(() => new URL(page.url()).searchParams.get('alert')).toBe(second)
    await page.keyboard.press('j')
    await soon(() => new URL(page.url()).searchParams.get('alert')).not.toBe(second)
    await page.keyboard.press('Escape')
    await soon(() => page.locator('.alert').count()).toBe(0)
    await page.keyboard.press('/')
    expect(await page.evaluate('document.activeElement.id')).toBe('search')
    await page.context().close()
  }, 300_000)

  it('stands still while somebody reads: what is new waits behind a bar that says how grave it is', async () => {
    const { page } = await open({ query: '?severity=extreme' })
    await isWhole(page)
    await page.locator('.row-main').nth(1).click()
    await page.locator('.alert h2').waitFor()
    const first = await page.locator('.row-headline').first().textContent()
    await alerts.write('raised', `new-${Date.now()}`, {
      severity: 'extreme',
      headline: 'Something new',
      times: { ...anAlert().times, detectedAt: new Date().toISOString() }
    })
    await page.locator('.waiting').waitFor()
    expect(await page.locator('.waiting').textContent()).toBe('1 new, extreme among them: show')
    expect(await page.locator('.row-headline').first().textContent()).toBe(first)
    await page.keyboard.press('n')
    await soon(() => page.locator('.row-headline').first().textContent()).toContain('Something new')
    await page.context().close()
  }, 300_000)

  it('moves no row under the mouse, and none between two steps of the keyboard', async () => {
    const { page } = await open({ query: '?severity=extreme' })
    await isWhole(page)
    const first = page.locator('.row-main').first()
    const standing = async () => ({
      id: await first.getAttribute('data-alert'),
      y: (await first.boundingBox())?.y
    })
    const write = () =>
      alerts.write('raised', `new-${Date.now()}`, {
        severity: 'extreme',
        headline: 'Something under the mouse',
        times: { ...anAlert().times, detectedAt: new Date().toISOString() }
      })
    const before = await standing()
    const over = async (dx: number) => page.mouse.move(200 + dx, (before.y ?? 0) + 20)
    await over(0)
    await write()
    await soon(async () => {
      // Slower than a second, and it would rest.
      await over(Date.now() % 40)
      return page.locator('.waiting').count()
    }).toBe(1)
    expect(await standing()).toEqual(before)
    await page.mouse.move(5, 5)
    await soon(() => first.getAttribute('data-alert')).not.toBe(before.id)
    const moved = await standing()
    expect(moved.y).toBe(before.y)
    await page.keyboard.press('j')
    await write()
    await page.locator('.waiting').waitFor()
    await page.keyboard.press('j')
    await page.keyboard.press('j')
    expect(await page.locator('.waiting').textContent()).toBe('1 new, extreme among them: show')
    expect(await standing()).toEqual(moved)
    await page.context().close()
  }, 300_000)

  it('folds parts under their whole, and shows hostile text inert', async () => {
    const { page, complaints } = await open({ query: '?q=a+part+of' })
    // The whole does not say so: a part whose whole is not listed stands alone.
    await soon(() => page.locator('.row.depth-0').textContent()).toContain(
      'A part of the hostile one'
    )
    await page.locator('#search').fill('zalgo')
    await soon(() => page.locator('.row-headline').first().textContent()).toContain('<script>')
    await page.locator('#search').fill('hostile')
    await page.locator('.row-parts').first().click()
    await soon(() => page.locator('.row.depth-1').textContent()).toContain(
      'A part of the hostile one'
    )
    await page.locator('[data-alert=hostile]').click()
    await page.locator('.alert h2').waitFor()
    expect(await page.locator('.alert h2').textContent()).toBe(hostile)
    expect(await page.locator('main img, main script').count()).toBe(0)
    expect(complaints).toEqual([])
    await page.context().close()
  }, 300_000)

  it('leads back from an alert to its row on a narrow screen', async () => {
    const { page } = await open({ viewport: { width: 390, height: 760 }, hasTouch: true })
    await isWhole(page)
    const row = page.locator('.row-main').nth(2)
    const id = await row.getAttribute('data-alert')
    await row.tap()
    await page.locator('.alert h2').waitFor()
    expect((await page.locator('.alert h2').boundingBox())?.y).toBeLessThan(380)
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390)
    await page.locator('.back').tap()
    await soon(() => page.evaluate('document.activeElement.dataset.alert')).toBe(id)
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390)
    expect(await violationsOf(page)).toEqual([])
    await page.context().close()
  }, 300_000)

  it('is paused by a press or a key: new ones wait, and the list says that it stands', async () => {
    const { page } = await open({ query: '?q=paused' })
    await isWhole(page)
    const write = (id: string) =>
      alerts.write('raised', id, { severity: 'extreme', headline: `Paused ${id}` })
    await write('first')
    await soon(() => page.locator('.row').count()).toBe(1)
    await page.getByRole('button', { name: 'Pause', exact: true }).click()
    // The hand is elsewhere, and nothing has the focus in the list.
    await page.mouse.move(5, 5)
    await write('second')
    await soon(() => page.locator('.waiting').textContent()).toBe('1 new, extreme among them: show')
    expect(await page.locator('.row').count()).toBe(1)
    expect(await page.locator('.list-state').textContent()).toMatch(/paused at .*: no row moves/)
    expect(await violationsOf(page)).toEqual([])
    await page.getByRole('button', { name: 'Pause', exact: true }).focus()
    await page.keyboard.press('p')
    await soon(() => page.locator('.row').count()).toBe(2)
    await page.context().close()
  }, 300_000)

  it('finds closed alerts beyond those that it holds, and says what is searched', async () => {
    const own = new MemoryLog()
    const closing = new AlertWriter(own)
    const status = 'resolved'
    await closing.write('resolved', 'old', { status, headline: 'Siege of Farabougou' })
    for (let i = 0; i < 501; i += 1)
      await closing.write('resolved', `c${i}`, { status, headline: `Siege number ${i}` })
    const many = await listenNotifier({}, own)
    const { page, complaints } = await open({ url: many.url, query: '?status=closed&q=number+500' })
    const note = page.getByText('Of closed alerts the 500 that changed last are here.')
    await soon(() => note.textContent()).toMatch(/all 1 that have these words are here\.$/)
    await page.locator('#search').fill('farabougou')
    await soon(() => page.locator('.row-headline').allTextContents()).toEqual([
      ' Siege of Farabougou'
    ])
    await page.locator('#search').fill('')
    await soon(() => note.textContent()).toContain(
      'Older ones are searched by their headlines once you type words'
    )
    expect(await violationsOf(page)).toEqual([])
    expect(complaints).toEqual([])
    await page.context().close()
    await many.close()
  }, 300_000)

  it('says on a wall what it leaves out', async () => {
    const { page } = await open({ query: '?look=wall&severity=extreme' })
    await isWhole(page)
    expect(await page.locator('.filters-first').isVisible()).toBe(false)
    const left = page.locator('.active-filters button')
    await soon(() => left.allTextContents()).toEqual(['Severity: extreme ✕'])
    await left.click()
    await soon(() => page.locator('.count').textContent()).toMatch(/^[\d,]+ alerts$/)
    await page.context().close()
  }, 300_000)
})
