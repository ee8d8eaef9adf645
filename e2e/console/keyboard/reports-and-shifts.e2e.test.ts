// By keyboard alone: a report that was sent is corrected and withdrawn; a shift is handed over; and
// the keys that act by themselves are switched off by who speaks to the machine.

import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { postMassacre } from '../../harness/something-of-everything.ts'
import { WholeSuite } from '../../harness/whole-suite.ts'
import { executablePath, soon, startBrowser } from '../browser.ts'
import { follow, leave, openByKeyboard, press, reload, tabTo, typeInto } from '../by-keyboard.ts'

describe.skipIf(executablePath === undefined)('by keyboard alone', () => {
  let suite: WholeSuite
  let browser: Browser
  let reportId: string

  beforeAll(async () => {
    browser = await startBrowser()
    suite = await WholeSuite.start()
    reportId = await postMassacre(suite, 'first', 14.8252)
    await postMassacre(suite, 'second', 16.4)
  }, 300_000)
  afterAll(async () => {
    await browser?.close()
    await suite?.end()
  })

  const open = (query = '', options = {}) =>
    openByKeyboard(browser, { url: suite.url, key: suite.key, query, ...options })
  const focused = (page: Page) => page.evaluate('document.activeElement.textContent')
  const read = async () => (await suite.api.call('GET', `/v1/reports/${reportId}?wait=10`)).body

  it('a reporter opens a report by its id, corrects it, and withdraws it', async () => {
    const page = await open('?view=report')
    await typeInto(page, 'Open a report by its id', reportId)
    await page.keyboard.press('Enter')
    const opened = page.getByRole('region', { name: 'The opened report' })
    await soon(() => opened.getByRole('status').textContent()).toMatch(/^It is in /)
    await press(page, /^Correct it/)
    await soon(() => focused(page)).toBe('Report')
    await soon(() => page.getByLabel('At most', { exact: true }).inputValue()).toBe('50')
    await typeInto(page, 'At most', '60')
    await tabTo(page, page.locator('.fields button[type=submit]'))
    await page.keyboard.press('Enter')
    await soon(() => page.locator('.fields .outcome').textContent()).toContain(
      'Accepted as revision 2'
    )
    expect(await read()).toMatchObject({
      revision: 2,
      report: { fatalities: { low: 40, high: 60 } }
    })

    await press(page, /^Withdraw it/)
    await soon(() =>
      page.evaluate('document.activeElement.closest("form").getAttribute("aria-label")')
    ).toBe('Withdraw it')
    await page.keyboard.type('Two desks sent it.')
    await press(page, 'Withdraw the report')
    await soon(() => page.locator('.records .outcome').textContent()).toBe(
      'The report is withdrawn.'
    )
    expect(await read()).toMatchObject({
      withdrawn: { reason: 'Two desks sent it.' },
      report: null
    })
    await leave(page)
  }, 300_000)

  it('an officer hands a shift over: since when, what is new, the text of it, and the link for the next', async () => {
    const page = await open('?view=hand-over', {
      permissions: ['clipboard-read', 'clipboard-write']
    })
    await page.locator('.is-raised li').first().waitFor()
    await press(page, 'Last 4 h')
    await soon(() => new URL(page.url()).searchParams.has('since')).toBe(true)
    await press(page, 'Bring up to date')
    await page.locator('.is-raised li').first().waitFor()
    await press(page, 'Copy link for the next hand-over, from now')
    await soon(() => page.locator('.hand-over-doings [role=status]').textContent()).toContain(
      'Copied'
    )
    expect(await page.evaluate('navigator.clipboard.readText()')).toContain('since=')
    await tabTo(page, page.locator('.hand-over-text summary'))
    await page.keyboard.press('Enter')
    await soon(() => page.locator('.hand-over-text pre').isVisible()).toBe(true)
    // Its text scrolls by keys.
    await tabTo(page, page.locator('.hand-over-text pre'))
    await tabTo(page, page.locator('.is-raised a').first())
    await page.keyboard.press('Enter')
    await page.locator('.history').waitFor()
    await follow(page, 'Hand-over')
    await soon(() => focused(page)).toBe('Hand-over')
    await leave(page)
  }, 300_000)

  it('who speaks to the machine switches single keys off, finds the switch again without one, and has them back', async () => {
    const page = await open('?pattern=mass-casualty')
    const rows = page.locator('.row-main')
    await rows.first().waitFor()
    const isAt = () => page.evaluate<string | undefined>('document.activeElement.dataset.alert')
    const box = page.getByLabel('Single keys act (off: for speech input)')
    await page.keyboard.press('j')
    const before = await isAt()
    expect(before).toBeDefined()
    await page.keyboard.press('?')
    await tabTo(page, box)
    await page.keyboard.press('Space')
    await press(page, 'Close')
    await page.locator('dialog.help[open]').waitFor({ state: 'detached' })

    await tabTo(page, rows.first())
    for (const key of ['j', 'k', 'x', 'X', 'n', '0', '/', '?', '2', '9'])
      await page.keyboard.press(key)
    expect(await page.locator('dialog.help[open]').count()).toBe(0)
    expect(await isAt()).toBe(await rows.first().getAttribute('data-alert'))
    expect(await page.locator('.row-pick input:checked').count()).toBe(0)
    expect(new URL(page.url()).searchParams.has('view')).toBe(false)
    // Keys that are no letters act as ever.
    await page.keyboard.press('Enter')
    await page.locator('.history').waitFor()
    await page.keyboard.press('Escape')
    await page.locator('.alert').waitFor({ state: 'detached' })
    // It is kept where a page keeps things, in its address: also over a load.
    await reload(page)
    await rows.first().waitFor()
    await page.keyboard.press('?')
    expect(await page.locator('dialog.help[open]').count()).toBe(0)

    await press(page, 'All keys, and their switch')
    await tabTo(page, box)
    expect(await box.isChecked()).toBe(false)
    await page.keyboard.press('Space')
    await press(page, 'Close')
    await page.locator('dialog.help[open]').waitFor({ state: 'detached' })
    await soon(() => focused(page)).toBe('All keys, and their switch')
    await page.keyboard.press('2')
    await soon(() => focused(page)).toBe('Hand-over')
    await leave(page)
  }, 300_000)
})
