// An analyst at the rules of a running suite: finds one, changes it, reads faults by line, sees
// what would change, puts it into force, tries it on the past, and reads how alerts were answered.

import { words } from '@tocsin/console/words/words'
import type { AlertState } from '@tocsin/contracts/alert/alert'
import type { Page, Request } from 'playwright-core'
import { beforeAll, expect, it } from 'vitest'
import {
  describeInBrowser,
  openPage,
  press,
  readQuery,
  readText,
  soon,
  typeOver
} from '../support/page.ts'
import { actOnAlert, call, makeKey, raiseAlert, testSuite } from '../support/test-suite.ts'

const { importing, responseTimes, rules } = words
const country = 'NE'
/** A rule of this story, so that no other one loses alerts. */
const ruleFor = (where: string) => `pattern: mass-casualty\nwhere: country == "${where}"\n`

describeInBrowser('an analyst', () => {
  let alert: AlertState
  let key: string

  beforeAll(async () => {
    alert = await raiseAlert('analyst-1', { country, lat: 14.2, lon: 1.5 })
    await call('PUT', '/v1/rules/niger', { pattern: 'mass-casualty', where: 'country == "NE"' })
    key = await makeKey('Analyst', ['alerts:read', 'rules:manage'])
  }, 120_000)

  const editor = (page: Page) => page.getByLabel(rules.text)
  const outcome = (page: Page) => readText(page, '.rule-results > .outcome')
  const preview = (page: Page) => readText(page, '.rule-preview')
  const save = (page: Page) => page.getByRole('button', { name: rules.publish })
  /** Asks again if another story changed a rule meanwhile, which voids the preview. */
  async function showPreview(page: Page): Promise<void> {
    const ask = page.getByRole('button', { name: rules.preview })
    await expect
      .poll(
        async () => {
          if (!(await save(page).isEnabled()) && (await ask.isEnabled())) await ask.click()
          return save(page).isEnabled()
        },
        { timeout: 60_000, interval: 1_000 }
      )
      .toBe(true)
  }

  it('finds a rule, reads faults by line, and puts a change into force after a look at it', async () => {
    const page = await openPage({ key, query: '?view=rules' })
    await page.getByLabel(rules.search).fill('niger')
    await soon(() => readQuery(page, 'find')).toBe('niger')
    await page.reload()
    await soon(() => page.locator('.record').count()).toBe(1)
    await page.locator('.record h3 button').click()
    await soon(() => editor(page).textContent()).toContain('mass-casualty')
    await typeOver(editor(page), 'pattern: mass-casualty\nparameters:\n  noSuchThing: 1\n')
    await press(page, rules.preview)
    await soon(() => readText(page, '.fault')).toContain(words.views.faultAt(3, 3, ''))
    await typeOver(editor(page), ruleFor('BJ'))
    await press(page, rules.preview)
    await soon(() => preview(page)).toContain(rules.vanish(1))
    await page
      .getByRole('button', { name: rules.markWhat('') })
      .first()
      .click()
    await page.locator('.sketches > .is-picked').waitFor()
    // A changed text has no preview yet.
    await typeOver(editor(page), `title: Niger\n${ruleFor(country)}`)
    expect(await save(page).isDisabled()).toBe(true)
    await showPreview(page)
    await save(page).click()
    await soon(() => outcome(page)).toContain(rules.published(2))
  }, 300_000)

  it('comes second, and keeps what was typed', async () => {
    const page = await openPage({ key, query: '?view=rules&item=niger' })
    await soon(() => editor(page).textContent()).toContain('mass-casualty')
    await typeOver(editor(page), `title: Mine\n${ruleFor(country)}`)
    await showPreview(page)
    const theirs = { title: 'Theirs', pattern: 'mass-casualty', where: 'country == "NE"' }
    await call('PUT', '/v1/rules/niger', theirs, { 'if-match': '"2"' })
    await save(page).click()
    await soon(() => outcome(page)).toContain(rules.stale('').trim().split(' ').at(-1))
    expect(await editor(page).textContent()).toContain('Mine')
    await press(page, rules.reload)
    await soon(() => editor(page).textContent()).toContain('Theirs')
  }, 300_000)

  it('tries a rule on what is kept, which puts nothing into force, and reads what nearly fired', async () => {
    const page = await openPage({ key, query: '?view=rules&item=new' })
    await page.getByLabel(rules.id, { exact: true }).fill('tried')
    await typeOver(editor(page), ruleFor(country))
    await press(page, rules.backtest)
    await page.locator('.backtest-bars').waitFor()
    expect(await page.locator('.sketches li').count()).toBe(1)
    expect(await save(page).isDisabled()).toBe(true)
    const body = {
      pattern: 'cumulative-deaths',
      where: 'country == "NE"',
      parameters: { limit: 60 }
    }
    await call('PUT', '/v1/rules/many-deaths', body)
    await page.goto(`${testSuite().url}/?view=rules&item=many-deaths`)
    const near = page.getByRole('region', { name: rules.near.title })
    await near.getByRole('button').click()
    await soon(() => near.getByRole('status').textContent()).toBe(rules.near.found(1, true))
  }, 300_000)

  it('ends a long preview by leaving its rule', async () => {
    const page = await openPage({ key, query: '?view=rules&item=niger' })
    await soon(() => editor(page).textContent()).toContain('mass-casualty')
    const isPreview = (request: Request) =>
      request.method() === 'POST' && request.url().includes('/v1/rules/preview')
    // It is never answered.
    await page.route('**/v1/rules/preview*', async (route, request) => {
      if (!isPreview(request)) await route.continue()
    })
    const asked = page.waitForRequest(isPreview)
    // It is asked for once typing stops.
    await typeOver(editor(page), ruleFor('TD'))
    await asked
    const ended = page.waitForEvent('requestfailed', isPreview)
    await page.locator('.views a', { hasText: words.views.names.alerts }).click()
    await ended
  }, 300_000)

  it('imports a file by keyboard: tries it, reads what is refused, and sends it over a broken link', async () => {
    const page = await openPage({
      key: await makeKey('Importer', ['alerts:read', 'reports:write']),
      query: '?view=import'
    })
    const place = { lat: 14.2, lon: 1.5, country }
    const rows = ['1', '2', '2', '3'].map(externalId => ({
      ...{ source: { id: 'imported' }, externalId, location: place },
      occurred: { from: '2025-01-02', to: '2025-01-02' },
      category: externalId === '3' ? 'party' : 'attack'
    }))
    const ended = { source: { id: 'imported' }, externalId: '2' }
    const withdraw = { withdraw: { ...ended, reason: 'Never happened.' } }
    const chooser = page.waitForEvent('filechooser')
    await page.getByLabel(importing.file, { exact: true }).press('Space')
    await (await chooser).setFiles({
      name: 'log.ndjson',
      mimeType: '',
      buffer: Buffer.from([...rows, withdraw].map(each => `${JSON.stringify(each)}\n`).join(''))
    })
    await soon(() => page.getByLabel(importing.format).inputValue()).toBe('ndjson')
    await press(page, importing.try)
    await soon(() => readText(page, '.records .record h3')).toContain(importing.row(4))
    const find = '/v1/reports?source=imported&externalId=1'
    expect(await call('GET', find)).toMatchObject({ items: [] })
    await page.route('**/v1/reports?lane=backfill', route => route.abort(), { times: 1 })
    const send = page.getByRole('button', { name: importing.send(2, 1) })
    await send.press('Enter')
    await soon(() => page.locator('.outcome').last().textContent()).toContain(
      words.views.unreachable
    )
    await send.press('Enter')
    await soon(() => page.locator('.outcome').last().textContent()).toBe(importing.sent(2, 0, 1, 0))
    expect(await call('GET', find)).toMatchObject({ items: [{ revision: 1 }] })
  }, 300_000)

  it('reads how often a rule was wrong, and how late the alerts were answered', async () => {
    await actOnAlert(alert.alertId, 'acknowledgement')
    await actOnAlert(alert.alertId, 'resolution', { disposition: 'false-alarm' })
    const page = await openPage({ key, query: `?alert=${alert.alertId}` })
    await soon(() => readText(page, '.measured')).toMatch(/[1-9]\d* of \d+/)
    await page.goto(`${testSuite().url}/?view=response-times&by=area`)
    const row = page.locator('.figures tbody tr', { hasText: 'Niger' }).first()
    await row.waitFor()
    const link = page.getByRole('link', { name: responseTimes.csv })
    const csv = await page.evaluate(
      async href => (await fetch(href)).text(),
      (await link.getAttribute('href')) ?? ''
    )
    expect(csv).toMatch(/^area,drill,called,acknowledged,[\s\S]*\nNE,false,/)
  }, 300_000)
})
