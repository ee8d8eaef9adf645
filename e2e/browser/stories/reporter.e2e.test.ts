// A reporter on a telephone with a bad link, at a running suite: nothing typed is lost, nothing is
// sent twice, and what was sent is corrected and withdrawn.

import { words } from '@tocsin/console/words/words'
import type { Page } from 'playwright-core'
import { beforeAll, expect, it } from 'vitest'
import {
  describeInBrowser,
  expectFits,
  openPage,
  openView,
  phone,
  readFocus,
  readQuery,
  readText,
  soon
} from '../support/page.ts'
import { call, makeKey, testSuite } from '../support/test-suite.ts'

const { lights, report, stale, views } = words
const narrative = 'Two motorcycles came from the river.'

describeInBrowser('a reporter', () => {
  let key: string
  beforeAll(async () => {
    key = await makeKey('Reporter', ['reports:write', 'reports:read', 'persons:read'])
  })

  const open = (query = '') => openPage({ key, query, ...phone })
  const field = (page: Page, label: string) => page.getByLabel(label, { exact: true })
  const send = (page: Page) => page.locator('.fields button[type=submit]').tap()
  const outcome = (page: Page) => readText(page, '.fields .outcome')
  const faults = (page: Page) => page.locator('.has-fault label').allTextContents()
  const accepted = report.accepted('').replace('.', '').trim()

  async function fill(page: Page, place: string): Promise<void> {
    await field(page, report.source).fill('field-7')
    await field(page, report.category).selectOption('attack')
    await field(page, report.from).fill('2026-01-02')
    await field(page, report.place).fill(place)
    await field(page, report.country).selectOption('ML')
    await field(page, report.low).fill('3')
    await field(page, report.narrative).fill(narrative)
  }

  it('learns by field what is missing, keeps what was typed while the link is down, and sends it once', async () => {
    const page = await open()
    await field(page, report.place).waitFor()
    expect(await page.locator('.queue').count()).toBe(0)
    await send(page)
    const needed = [report.source, report.category, report.from, report.place, report.country]
    await soon(() => faults(page)).toEqual(needed)
    await soon(() =>
      page.evaluate('document.activeElement.id === document.querySelector(".has-fault input").id')
    ).toBe(true)

    await fill(page, 'Diosso')
    await page.context().setOffline(true)
    await send(page)
    await soon(() => outcome(page)).toContain(views.unreachable.split('.')[0])
    expect(await field(page, report.narrative).inputValue()).toBe(narrative)
    await page.context().setOffline(false)
    // The suite accepts it, and its answer is lost.
    await page.route('**/v1/reports', async route => {
      await route.fetch()
      await route.abort()
    })
    await send(page)
    await page.locator('.fields .outcome.refused').waitFor()
    await page.unroute('**/v1/reports')
    await send(page)
    await soon(() => outcome(page)).toContain(report.known('x').split(',')[0])
    expect(await field(page, report.place).inputValue()).toBe('')
    expect(await field(page, report.source).inputValue()).toBe('field-7')
    await page.getByRole('button', { name: report.ask }).tap()
    await soon(() => readText(page, '.record [role=status]')).not.toBe('')
    await expectFits(page)
  }, 300_000)

  it('learns within seconds that the suite does not answer, and that it does again', async () => {
    const page = await open()
    const light = page.locator('.light').first()
    await soon(() => light.textContent()).toContain(lights.linkAnswers)
    expect(await page.locator('.banner.stale').count()).toBe(0)
    // A link that hangs: no request is refused, and no answer comes.
    await page.route('**/*', () => undefined)
    await soon(() => readText(page, '.banner.stale')).toContain(stale.title)
    await page.unroute('**/*')
    await page.locator('.banner.stale').waitFor({ state: 'detached' })
  }, 300_000)

  it('says which of several places is meant, and learns beside the field what the suite refuses', async () => {
    const page = await open()
    await fill(page, 'Koro')
    await send(page)
    await soon(() => outcome(page)).toContain(accepted)
    const spots = page.locator('.record ul button')
    await soon(() => spots.count()).toBeGreaterThan(1)
    await spots.first().tap()
    await soon(() => readText(page, '.record')).toContain(report.resolutions.stated)
    await fill(page, 'Diosso')
    await field(page, report.from).fill('9999-01-02')
    await send(page)
    await soon(() => faults(page)).toEqual([report.from])
    await page.locator('.views-menu').tap()
    await openView(page, 'sources')
    await soon(() => readFocus(page)).toBe(views.names.sources)
    await page.locator('.views-menu').tap()
    await openView(page, 'report')
    await soon(() => field(page, report.place).inputValue()).toBe('Diosso')
  }, 300_000)

  it('finds a report by its id, corrects it, and withdraws it without losing the reason', async () => {
    const page = await open()
    await fill(page, 'Diosso')
    await send(page)
    await soon(() => outcome(page)).toContain(accepted)
    const id = readQuery(page, 'item') ?? ''
    const read = () => call<Record<string, unknown>>('GET', `/v1/reports/${id}?wait=10`)
    const opened = page.getByRole('region', { name: report.opened })
    await page.reload()
    await soon(() => opened.textContent()).toContain(report.sentAs(id))
    await opened.getByRole('button', { name: report.correct }).tap()
    expect(await field(page, report.narrative).inputValue()).toBe(narrative)
    await field(page, report.high).fill('9')
    await send(page)
    await soon(() => outcome(page)).toContain(report.corrected(id, 2))
    expect(await read()).toMatchObject({
      revision: 2,
      report: { fatalities: { low: 3, high: 9 }, private: { narrative } }
    })

    await page.goto(`${testSuite().url}/?view=report`)
    await page.getByLabel(report.openById).fill(id)
    await page.getByRole('button', { name: report.open, exact: true }).tap()
    await opened.getByRole('button', { name: report.withdraw }).tap()
    await page.getByLabel(report.withdrawReason).fill('Two desks sent it.')
    await page.route('**/v1/reports/*', route => route.abort())
    await page.getByRole('button', { name: report.withdrawSend }).tap()
    await opened.locator('.outcome').waitFor()
    await page.unroute('**/v1/reports/*')
    expect(await page.getByLabel(report.withdrawReason).inputValue()).toBe('Two desks sent it.')
    await page.getByRole('button', { name: report.withdrawSend }).tap()
    await soon(() => opened.textContent()).toContain('Two desks sent it.')
    await soon(read).toMatchObject({ withdrawn: { reason: 'Two desks sent it.' }, report: null })
    // The browser keeps nothing of it.
    expect(await page.evaluate('JSON.stringify([localStorage, sessionStorage])')).toBe('[{},{}]')
  }, 300_000)
})
