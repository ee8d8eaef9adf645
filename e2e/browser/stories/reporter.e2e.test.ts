// A reporter on a telephone with a bad link, at a running suite: the page is small, nothing typed is
// lost, nothing is sent twice, and what was sent is read back, corrected and withdrawn.

import { part as english } from '@tocsin/console/words/en/report'
import { part as french } from '@tocsin/console/words/fr/report'
import { categoryNames } from '@tocsin/contracts/incident/incident-names'
import type { Page } from 'playwright-core'
import { beforeAll, expect, it } from 'vitest'
import {
  describeInBrowser,
  expectFits,
  openContext,
  openPage,
  phone,
  readText,
  signIn,
  soon
} from '../support/page.ts'
import { call, makeKey, testSuite } from '../support/test-suite.ts'

const words = english.report
const narrative = 'Two motorcycles came from the river.'
/** A page within reach of a slow link, bytes after compression. */
const pageBytesMax = 60_000

describeInBrowser('a reporter', () => {
  let key: string
  let otherKey: string
  beforeAll(async () => {
    key = await makeKey('Reporter', ['reports:write'])
    otherKey = await makeKey('Other', ['reports:write'])
  })

  const open = (secret = key) => openPage({ key: secret, path: 'report', ...phone })
  const field = (page: Page, label: string) => page.getByLabel(label, { exact: true })
  const send = (page: Page) => page.locator('.sendbar button').tap()
  const outcome = (page: Page) => readText(page, '.sendbar .outcome')
  const faults = (page: Page) => page.locator('.has-fault label').allTextContents()
  const accepted = words.accepted('').replace('.', '').trim()

  async function fill(page: Page, place: string): Promise<void> {
    await page.getByRole('button', { name: categoryNames.attack.en, exact: true }).tap()
    await field(page, words.from).fill('2026-01-02')
    await field(page, words.place).fill(place)
    await field(page, words.country).selectOption('ML')
    await field(page, words.deaths).fill('3')
    await field(page, words.narrative).fill(narrative)
  }

  async function openMine(page: Page): Promise<void> {
    await page.getByText(words.mine, { exact: true }).tap()
    await page.locator('.mine li').first().waitFor()
  }

  it('learns by field what is missing, keeps what was typed while the link is down, and sends it once', async () => {
    const page = await open()
    await send(page)
    const needed = [words.category, words.from, words.place, words.country]
    await soon(() => faults(page)).toEqual(needed)
    await soon(() =>
      page.evaluate(
        'document.activeElement.id === document.querySelector(".has-fault :is(input, select)").id'
      )
    ).toBe(true)

    await fill(page, 'Diosso')
    await page.context().setOffline(true)
    await send(page)
    await soon(() => outcome(page)).toBe(words.unreachable)
    expect(await field(page, words.narrative).inputValue()).toBe(narrative)
    await page.context().setOffline(false)
    // The suite accepts it, and its answer is lost.
    await page.route('**/v1/reports', async route => {
      await route.fetch()
      await route.abort()
    })
    await send(page)
    await soon(() => outcome(page)).toBe(words.unreachable)
    await page.unroute('**/v1/reports')
    await send(page)
    await soon(() => outcome(page)).toContain(words.known('x').split(',')[0])
    expect(await field(page, words.place).inputValue()).toBe('')
    await expectFits(page)
  }, 300_000)

  it('opens a small page in French, and finds the draft again after a reload and in another tab, but not what was told in own words', async () => {
    const context = await openContext({ ...phone, locale: 'fr-FR' })
    const page = await context.newPage()
    await page.goto(`${testSuite().url}/report`)
    await signIn(page, key)
    const loaded: number[] = []
    page.on('response', async response => {
      loaded.push((await response.request().sizes()).responseBodySize)
    })
    await page.reload()
    await field(page, french.report.place).fill('Koro')
    await field(page, french.report.narrative).fill(narrative)
    expect(await page.locator('html').getAttribute('lang')).toBe('fr')
    // The page, its script, its words, and who is signed in.
    expect(loaded.length).toBeLessThanOrEqual(4)
    expect(loaded.reduce((sum, bytes) => sum + bytes, 0)).toBeLessThan(pageBytesMax)
    const tab = await context.newPage()
    await tab.goto(`${testSuite().url}/report`)
    await soon(() => field(tab, french.report.place).inputValue()).toBe('Koro')
    expect(await field(tab, french.report.narrative).inputValue()).toBe('')
    expect(await tab.evaluate('JSON.stringify(localStorage)')).not.toContain('motorcycles')
    await tab.getByRole('button', { name: french.report.signOut }).tap()
    await tab.locator('#key').waitFor()
    expect(await tab.evaluate('localStorage.length')).toBe(0)
  }, 300_000)

  it('says which of several places is meant, and learns beside the field what the suite refuses', async () => {
    const page = await open()
    await fill(page, 'Koro')
    await send(page)
    await soon(() => outcome(page)).toContain(accepted)
    const spots = page.locator('.spots button')
    await soon(() => spots.count()).toBeGreaterThan(1)
    const chosen = (await spots.first().locator('b').textContent()) ?? ''
    expect(chosen).toMatch(/^Koro, \D+$/)
    await spots.first().tap()
    await soon(() => outcome(page)).toBe(words.placed(chosen))
    await openMine(page)
    const { items } = await call<{ items: readonly { report: { place: object } }[] }>(
      'GET',
      `/v1/reports?source=reporter&externalId=${await lastReference(page)}`
    )
    expect(items[0]?.report.place).toMatchObject({
      settlementName: 'Koro',
      resolution: 'stated',
      statedAdmin1: expect.stringMatching(/^ML-/)
    })
    await fill(page, 'Diosso')
    await field(page, words.from).fill('9999-01-02')
    await send(page)
    await soon(() => faults(page)).toEqual([words.from])
    // What is not sent is not kept for others.
    await page.getByRole('button', { name: words.signOut }).tap()
    await signIn(page, otherKey)
    expect(await field(page, words.place).inputValue()).toBe('')
  }, 300_000)

  /** The reference of the newest report, as its correction shows it. */
  async function lastReference(page: Page): Promise<string> {
    await page.locator('.mine li').first().getByRole('button', { name: words.correct }).tap()
    await page.getByText(words.rest, { exact: true }).tap()
    const reference = await field(page, words.externalId).inputValue()
    await page.getByRole('button', { name: words.startAnother }).tap()
    return reference
  }

  it('reads back its own reports alone, corrects one, and withdraws it without losing the reason', async () => {
    const other = await open(otherKey)
    await fill(other, 'Diosso')
    await send(other)
    await soon(() => outcome(other)).toContain(accepted)
    await other.close()
    const page = await open()
    await fill(page, 'Diosso')
    await field(page, words.deaths).fill('4')
    await send(page)
    await soon(() => outcome(page)).toContain(accepted)
    const id = ((await outcome(page)) ?? '').match(/[0-9a-f]{32}/)?.[0] ?? ''
    await page.goto(`${testSuite().url}/report?item=${id}`)
    await openMine(page)
    const item = page.getByRole('listitem', { name: words.sentAs(id) })
    await item.getByRole('button', { name: words.correct }).tap()
    // The key may not read private texts, also not its own.
    expect(await field(page, words.narrative).inputValue()).toBe('')
    await field(page, words.deaths).fill('9')
    await send(page)
    await soon(() => outcome(page)).toContain(words.corrected(id, 2))
    await soon(() => page.locator('.mine').textContent()).not.toContain('Other')
    await item.getByRole('button', { name: words.withdraw }).tap()
    await page.getByLabel(words.withdrawReason).fill('Two desks sent it.')
    await page.route('**/v1/reports/*', route => route.abort())
    await page.getByRole('button', { name: words.withdrawSend }).tap()
    await soon(() => page.locator('details').last().textContent()).toContain(words.unreachable)
    await page.unroute('**/v1/reports/*')
    expect(await page.getByLabel(words.withdrawReason).inputValue()).toBe('Two desks sent it.')
    await page.getByRole('button', { name: words.withdrawSend }).tap()
    await soon(() => item.textContent()).toContain('Two desks sent it.')
    expect(await call('GET', `/v1/reports/${id}`)).toMatchObject({
      withdrawn: { reason: 'Two desks sent it.' },
      report: null
    })
  }, 300_000)
})
