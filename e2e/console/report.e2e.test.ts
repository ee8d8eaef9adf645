// A reporter with one report and a bad link, on a telephone: nothing typed is lost, and nothing is
// doubled.

import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WholeSuite } from '../harness/whole-suite.ts'
import { executablePath, openConsole, soon, startBrowser, violationsOf } from './browser.ts'

describe.skipIf(executablePath === undefined)('a reporter', () => {
  let suite: WholeSuite
  let browser: Browser
  let key: string

  beforeAll(async () => {
    browser = await startBrowser()
    suite = await WholeSuite.start()
    const body = {
      name: 'Reporter',
      scopes: ['reports:write', 'reports:read'],
      handling: 'restricted'
    }
    key = ((await suite.api.call('POST', '/v1/keys', { body })).body as { secret: string }).secret
  }, 300_000)
  afterAll(async () => {
    await browser?.close()
    await suite?.end()
  })

  const telephone = { viewport: { width: 390, height: 844 }, hasTouch: true }
  const open = (options = {}) =>
    openConsole(browser, { url: suite.url, key, query: '?look=light', ...options })
  const send = (page: Page) => page.locator('.fields button[type=submit]').tap()
  const outcome = (page: Page) => page.locator('.fields .outcome').textContent()

  async function fill(page: Page, place: string): Promise<void> {
    await page.getByLabel('Source', { exact: true }).fill('field-7')
    await page.getByLabel('What happened', { exact: true }).selectOption('attack')
    await page.getByLabel('Day', { exact: true }).fill('2026-01-02')
    await page.getByLabel('Name of the place').fill(place)
    await page.getByLabel('Country', { exact: true }).selectOption('ML')
    await page.getByLabel('At least').fill('3')
    await page.getByLabel('What was seen or said').fill('Two motorcycles came from the river.')
  }

  it('is told by field what is missing, keeps what was typed while the link is down, and sends it once', async () => {
    const { page, complaints } = await open(telephone)
    await page.getByLabel('Name of the place').waitFor()
    await send(page)
    await soon(() => page.locator('.has-fault label').allTextContents()).toEqual([
      ...['Source', 'What happened', 'Day', 'Name of the place', 'Country']
    ])
    await soon(() =>
      page.evaluate('document.activeElement.id === document.querySelector(".has-fault input").id')
    ).toBe(true)

    await fill(page, 'Diosso')
    await page.context().setOffline(true)
    await send(page)
    await soon(() => outcome(page)).toContain('could not be reached')
    expect(await page.getByLabel('What was seen or said').inputValue()).toContain('motorcycles')
    await page.context().setOffline(false)

    // The suite takes it, and its answer is lost on the way.
    await page.route('**/v1/reports', async route => {
      await route.fetch()
      await route.abort()
    })
    await send(page)
    await soon(() => page.locator('.fields .outcome.refused').count()).toBe(1)
    await page.unroute('**/v1/reports')
    await send(page)
    await soon(() => outcome(page)).toContain('The suite has this already')
    expect(await page.getByLabel('Name of the place').inputValue()).toBe('')
    // Who reports once reports again as the same source.
    expect(await page.getByLabel('Source', { exact: true }).inputValue()).toBe('field-7')
    await page.getByRole('button', { name: 'Ask what became of it' }).tap()
    await soon(() => page.locator('.record [role=status]').textContent()).not.toBe('')
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390)
    expect(await violationsOf(page)).toEqual([])
    expect(complaints).toEqual([])
    await page.context().close()
  }, 300_000)

  it('is told within seconds that the suite does not answer, and that it does again', async () => {
    const { page } = await open(telephone)
    const light = () => page.locator('.light').first().getAttribute('class')
    await soon(light).toBe('light good')
    expect(await page.locator('.banner.stale').count()).toBe(0)
    // A link that hangs: nothing is refused, and nothing comes.
    await page.route('**/*', () => undefined)
    await soon(light).toBe('light bad')
    expect(await page.locator('.banner.stale').textContent()).toContain('This page is not live.')
    expect(await page.title()).toContain('not live')
    await page.unroute('**/*')
    await soon(light).toBe('light good')
    expect(await page.locator('.banner.stale').count()).toBe(0)
    await page.context().close()
  }, 300_000)

  it('whose place may be several says which one, and corrects what was sent', async () => {
    const { page } = await open({ hasTouch: true })
    await fill(page, 'Koro')
    await send(page)
    await soon(() => outcome(page)).toContain('Accepted as report')
    const spots = page.locator('.record ul button')
    await soon(() => spots.count()).toBeGreaterThan(1)
    expect(await violationsOf(page)).toEqual([])
    await spots.first().tap()
    await soon(() => page.locator('.deliveries .outcome').textContent()).toBe(
      'The place is stored.'
    )
    await soon(() => page.locator('.record').textContent()).toContain(
      'the coordinates that you stated'
    )
    await page.getByRole('button', { name: 'Correct it' }).tap()
    await page.getByLabel('At least').fill('4')
    await send(page)
    await soon(() => outcome(page)).toContain('Accepted as revision')
    await page.locator('.look select').selectOption('dark')
    expect(await violationsOf(page)).toEqual([])
    await page.context().close()
  }, 300_000)

  it('is told beside the field what the suite refuses, and finds what was typed after a look elsewhere', async () => {
    const { page } = await open({ hasTouch: true })
    await fill(page, 'Diosso')
    await page.getByLabel('Day', { exact: true }).fill('9999-01-02')
    await send(page)
    await soon(() => page.locator('.has-fault label').allTextContents()).toEqual(['Day'])
    await page.locator('.views a', { hasText: 'Sources' }).tap()
    await soon(() => page.evaluate('document.activeElement.textContent')).toBe('Sources')
    await page.locator('.views a', { hasText: 'Report' }).tap()
    await soon(() => page.getByLabel('Name of the place').inputValue()).toBe('Diosso')
    await page.context().close()
  }, 300_000)

  it('finds it again by its id after a reload, corrects it without losing a word, and withdraws it, by touch', async () => {
    const made = {
      name: 'Reader of names',
      scopes: ['reports:write', 'reports:read', 'persons:read'],
      handling: 'restricted'
    }
    const whole = (
      (await suite.api.call('POST', '/v1/keys', { body: made })).body as { secret: string }
    ).secret
    const { page, complaints } = await open({ ...telephone, key: whole })
    const opened = page.getByRole('region', { name: 'The opened report' })
    await fill(page, 'Diosso')
    await page.getByLabel('What happened', { exact: true }).selectOption('attack-on-civilians')
    await send(page)
    await soon(() => outcome(page)).toContain('Accepted as report')
    const id = new URL(page.url()).searchParams.get('item') ?? ''
    expect(id).toMatch(/^[0-9a-f]{32}$/)

    await page.reload()
    await soon(() => opened.textContent()).toContain(`Report ${id}`)
    await soon(() => opened.getByRole('status').textContent()).toMatch(/^It is in /)
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390)
    expect(await violationsOf(page)).toEqual([])
    await opened.getByRole('button', { name: 'Correct it' }).tap()
    expect(await page.getByLabel('What was seen or said').inputValue()).toBe(
      'Two motorcycles came from the river.'
    )
    expect(await page.getByLabel('Source', { exact: true }).getAttribute('readonly')).not.toBeNull()
    await page.getByLabel('At most').fill('9')
    await send(page)
    await soon(() => outcome(page)).toContain('Accepted as revision 2')
    const read = async () =>
      (await suite.api.call('GET', `/v1/reports/${id}?wait=10`)).body as Record<string, unknown>
    expect(await read()).toMatchObject({
      revision: 2,
      report: {
        fatalities: { low: 3, high: 9 },
        private: { narrative: 'Two motorcycles came from the river.' }
      }
    })

    // Elsewhere: by its id.
    await page.goto(`${suite.url}/?view=report`)
    await page.getByLabel('Open a report by its id').fill(id)
    await page.getByRole('button', { name: 'Open', exact: true }).tap()
    await opened.getByRole('button', { name: 'Withdraw it' }).tap()
    await page.getByLabel('Why it is withdrawn').fill('Two desks sent it.')
    expect(await violationsOf(page)).toEqual([])
    // A reason that was typed stays while the link is down.
    await page.route('**/v1/reports/*', route => route.abort())
    await page.getByRole('button', { name: 'Withdraw the report' }).tap()
    await soon(() => opened.locator('.outcome').textContent()).toContain('could not be reached')
    await page.unroute('**/v1/reports/*')
    expect(await page.getByLabel('Why it is withdrawn').inputValue()).toBe('Two desks sent it.')
    await page.getByRole('button', { name: 'Withdraw the report' }).tap()
    await soon(() => opened.textContent()).toMatch(/Withdrawn .* UTC: Two desks sent it\./)
    expect(await opened.getByRole('button', { name: 'Correct it' }).count()).toBe(0)
    expect(await read()).toMatchObject({
      withdrawn: { reason: 'Two desks sent it.' },
      report: null
    })
    await page.reload()
    await soon(() => opened.textContent()).toContain('Two desks sent it.')
    // Nothing of it is kept in the browser.
    expect(await page.evaluate('JSON.stringify([localStorage, sessionStorage])')).toBe('[{},{}]')
    expect(complaints).toEqual([])
    await page.context().close()
  }, 300_000)

  it('is told that an id names nothing, and may withdraw by an id without reading', async () => {
    const { page } = await open({ query: `?view=report&item=${'0'.repeat(32)}&look=light` })
    await page
      .locator('main')
      .getByText('There is no such report, or your key may not see it.')
      .waitFor()
    await page.context().close()
    const body = {
      ...{
        source: { id: 'field-8' },
        externalId: 'w1',
        category: 'clash',
        location: { name: 'Diosso', country: 'ML' }
      },
      occurred: { from: '2026-01-02', to: '2026-01-02' }
    }
    const { reportId } = (await suite.api.call('POST', '/v1/reports', { body })).body as {
      reportId: string
    }
    const writes = { name: 'Writer', scopes: ['reports:write'], handling: 'internal' }
    const writer = (
      (await suite.api.call('POST', '/v1/keys', { body: writes })).body as { secret: string }
    ).secret
    const { page: narrow } = await open({
      ...telephone,
      key: writer,
      query: `?view=report&item=${reportId}&look=light`
    })
    await narrow
      .locator('main')
      .getByText('Your key may not read reports back. It may withdraw this one.')
      .waitFor()
    await narrow.getByRole('button', { name: 'Withdraw it' }).tap()
    await narrow.getByLabel('Why it is withdrawn').fill('A rumour.')
    await narrow.getByRole('button', { name: 'Withdraw the report' }).tap()
    await soon(() => narrow.locator('.record .outcome').textContent()).toBe(
      'The report is withdrawn.'
    )
    const { body: told } = await suite.api.call('GET', `/v1/reports/${reportId}`)
    expect(told).toMatchObject({ withdrawn: { reason: 'A rumour.' } })
    await narrow.context().close()
  }, 300_000)
})
