// An analyst at the rules: reads one, changes it, is told of faults by line, sees what would
// change, and puts it into force.

import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WholeSuite } from '../harness/whole-suite.ts'
import { executablePath, openConsole, soon, startBrowser, violationsOf } from './browser.ts'

const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10)

describe.skipIf(executablePath === undefined)('an analyst', () => {
  let suite: WholeSuite
  let browser: Browser
  let key: string

  beforeAll(async () => {
    browser = await startBrowser()
    suite = await WholeSuite.start()
    const body = {
      ...{
        source: { id: 'wire-1' },
        externalId: 'first',
        occurred: { from: yesterday, to: yesterday }
      },
      ...{
        category: 'attack-on-civilians',
        location: { country: 'ML', lat: 14.8252, lon: -5.2547, radiusKm: 2 }
      },
      ...{ fatalities: { low: 40, best: 45, high: 50 }, handling: 'internal' }
    }
    const posted = await suite.api.call('POST', '/v1/reports', { body })
    await suite.api.call(
      'GET',
      `/v1/reports/${(posted.body as { reportId: string }).reportId}?wait=10`
    )
    const made = {
      name: 'Analyst',
      scopes: ['alerts:read', 'rules:manage'],
      handling: 'restricted'
    }
    key = ((await suite.api.call('POST', '/v1/keys', { body: made })).body as { secret: string })
      .secret
  }, 300_000)
  afterAll(async () => {
    await browser?.close()
    await suite?.end()
  })

  const open = (query: string, options = {}) =>
    openConsole(browser, { url: suite.url, key, query, ...options })
  const editor = (page: Page) => page.getByLabel('The rule, as YAML')
  const press = (page: Page, name: string) =>
    page.getByRole('button', { name, exact: true }).click()
  const outcome = (page: Page) => page.locator('.fields > .outcome').textContent()

  it('changes a rule after a look at what that would do', async () => {
    const { page, complaints } = await open('?view=rules&look=light')
    await page.locator('.record').first().waitFor()
    await page.getByLabel('Search rules').fill('mass-casualty')
    // A link to what was found finds it again.
    await soon(() => new URL(page.url()).searchParams.get('find')).toBe('mass-casualty')
    await page.reload()
    await soon(() => page.getByLabel('Search rules').inputValue()).toBe('mass-casualty')
    await soon(() => page.locator('.record').count()).toBe(1)
    await page.locator('.record h3 button').first().click()
    await soon(() => editor(page).inputValue()).toContain('pattern: mass-casualty')
    await page.locator('.parameters').waitFor()

    await editor(page).fill('pattern: mass-casualty\nparameters:\n  noSuchThing: 1\n')
    await press(page, 'Show what would change')
    await soon(() => page.locator('.fault').textContent()).toContain('Line 3, column 3')
    await editor(page).fill('pattern: [')
    await press(page, 'Show what would change')
    await soon(() => page.locator('.fault').textContent()).toContain('Line 1')

    await editor(page).fill('pattern: mass-casualty\nwhere: country == "NE"\n')
    await press(page, 'Show what would change')
    await soon(() => page.locator('.rule-preview').textContent()).toContain('1 alert would vanish')
    expect(await page.getByLabel('would vanish (1)').isChecked()).toBe(true)
    await page.getByRole('button', { name: /^Mark on the map: / }).click()
    await page.locator('.sketches > .is-picked').waitFor()
    await page.getByRole('region', { name: 'Map of the alerts that would vanish' }).waitFor()
    // Another text has no preview yet.
    await editor(page).fill('pattern: mass-casualty\nwhere: country == "BF"\n')
    expect(await page.getByRole('button', { name: 'Put into force' }).isDisabled()).toBe(true)
    await press(page, 'Show what would change')
    await soon(() => page.getByRole('button', { name: 'Put into force' }).isEnabled()).toBe(true)
    await press(page, 'Put into force')
    await soon(() => outcome(page)).toContain('In force, as version 2')
    await page.locator('.look select').selectOption('dark')
    expect(await violationsOf(page)).toEqual([])
    expect(complaints).toEqual([])
    await page.context().close()
  }, 300_000)

  it('tries a rule on all that is retained, and puts nothing into force by that', async () => {
    const { page, complaints } = await open('?view=rules&item=siege')
    await soon(() => editor(page).inputValue()).toContain('pattern: siege')
    await press(page, 'Backtest on what is retained')
    await soon(() => page.locator('.rule-preview').textContent()).toContain('0 alerts since')
    await editor(page).fill('pattern: mass-casualty\nseverities: [minor]\n')
    expect(await page.locator('.rule-preview').count()).toBe(0)
    await press(page, 'Backtest on what is retained')
    await soon(() => page.locator('.rule-preview').textContent()).toContain('1 alert since')
    expect(await page.locator('.backtest-bars td:nth-child(2)').allTextContents()).toContain('1')
    expect(await page.locator('.rule-preview').textContent()).toMatch(
      /How late, after the first incident began: half within \d/
    )
    expect(await page.locator('.sketches li').allTextContents()).toEqual([
      expect.stringMatching(/told after \d.* at the latest$/)
    ])
    expect(await page.getByRole('button', { name: 'Put into force' }).isDisabled()).toBe(true)
    expect(complaints).toEqual([])
    await page.context().close()
    const { items } = (await suite.api.call('GET', '/v1/rules')).body as {
      items: readonly { ruleId: string; ruleVersion: number }[]
    }
    expect(items.find(({ ruleId }) => ruleId === 'siege')?.ruleVersion).toBe(1)
  }, 300_000)

  it('who comes second is told, and keeps what was typed', async () => {
    const { page } = await open('?view=rules&item=surge')
    await soon(() => editor(page).inputValue()).toContain('pattern: surge')
    await editor(page).fill('title: Mine\npattern: surge\n')
    await press(page, 'Show what would change')
    await soon(() => page.getByRole('button', { name: 'Put into force' }).isEnabled()).toBe(true)
    const headers = { 'if-match': '"1"' }
    const other = await suite.api.call('PUT', '/v1/rules/surge', {
      body: { title: 'Theirs', pattern: 'surge' },
      headers
    })
    expect(other.status).toBe(200)
    await press(page, 'Put into force')
    await soon(() => outcome(page)).toContain('What you typed is kept')
    expect(await editor(page).inputValue()).toContain('Mine')
    await press(page, 'Show what is in force instead of what I typed')
    await soon(() => editor(page).inputValue()).toContain('Theirs')
    await page.context().close()
  }, 300_000)

  it('declares a rule and withdraws it, on a narrow screen by touch', async () => {
    const { page } = await open('?view=rules&item=new', {
      viewport: { width: 390, height: 844 },
      hasTouch: true
    })
    await page.getByLabel('Id', { exact: true }).fill('my-surge')
    await editor(page).fill('title: My surge\npattern: surge\n')
    await page.getByRole('button', { name: 'Show what would change' }).tap()
    await soon(() => page.getByRole('button', { name: 'Put into force' }).isEnabled()).toBe(true)
    await page.getByRole('button', { name: 'Put into force' }).tap()
    await soon(() => page.locator('.view h2').textContent()).toBe('My surge')
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390)
    expect(await violationsOf(page)).toEqual([])
    await page.getByRole('button', { name: 'Withdraw the rule' }).tap()
    await page.getByRole('button', { name: 'Withdraw it' }).tap()
    await page.locator('.outcome', { hasText: 'The rule my-surge is withdrawn.' }).waitFor()
    await page.context().close()
  }, 300_000)

  it('who may only read sees no editor', async () => {
    const made = await suite.api.call('POST', '/v1/keys', {
      body: { name: 'Reader', scopes: ['alerts:read'] }
    })
    const { page } = await open('?view=rules&item=siege', {
      key: (made.body as { secret: string }).secret
    })
    await page.locator('.parameters').waitFor()
    expect(await editor(page).count()).toBe(0)
    await page.context().close()
  }, 300_000)

  it('reads how often alerts of a rule were false alarms, with the rule and beside why one fired', async () => {
    const listed = await suite.api.call('GET', '/v1/alerts?status=provisional,confirmed')
    const { items } = listed.body as {
      items: readonly { alertId: string; ruleId: string; operatorRevision: number }[]
    }
    const { alertId, ruleId, operatorRevision } = items[0] as (typeof items)[number]
    const { page, complaints } = await open(`?view=rules&item=${ruleId}`)
    const judged = page.locator('.facts-row > div', { hasText: 'False alarms as judged' })
    await soon(() => judged.textContent()).toMatch(
      /: none of the \d+ raised since .* was closed with a disposition$/
    )
    const headers = { 'if-match': `"${operatorRevision}"` }
    const body = { disposition: 'false-alarm' }
    expect(
      (await suite.api.call('POST', `/v1/alerts/${alertId}/resolution`, { body, headers })).status
    ).toBe(200)
    await page.goto(`${suite.url}/?alert=${alertId}`)
    await soon(() => page.locator('.measured').textContent()).toMatch(
      /measured: 1 of 1 judged was a false alarm \(\d+ raised since .*\): too little was judged to say how often/
    )
    await page.goto(`${suite.url}/?view=rules&item=${ruleId}`)
    await soon(() => judged.textContent()).toContain('1 of 1 judged was a false alarm')
    expect(await violationsOf(page)).toEqual([])
    expect(complaints).toEqual([])
    await page.context().close()
  }, 300_000)

  it('takes the list as a file by its filter, and reads how late an alert came', async () => {
    const { page, complaints } = await open('?status=all&country=ML&taken=nobody')
    const text = async (name: string) => {
      const path = await page.getByRole('link', { name, exact: true }).getAttribute('href')
      return page.evaluate(async href => (await fetch(href)).text(), path ?? '')
    }
    const listed = (await suite.api.call('GET', '/v1/alerts?country=ML')).body as {
      items: readonly { alertId: string }[]
    }
    expect(listed.items.length).toBeGreaterThan(0)
    const csv = await text('CSV')
    for (const { alertId } of listed.items) expect(csv).toContain(alertId)
    expect(JSON.parse(await text('GeoJSON'))).toMatchObject({
      type: 'FeatureCollection',
      rows: listed.items.length
    })
    // What the suite has no filter for is named: nobody takes the file for the list.
    expect(await page.locator('.export-links').textContent()).toContain('Not narrowed by:')
    await page.getByRole('combobox', { name: 'Country', exact: true }).selectOption('')
    expect(
      await page.getByRole('link', { name: 'CSV', exact: true }).getAttribute('href')
    ).not.toContain('country')
    expect(await violationsOf(page)).toEqual([])
    await page.goto(`${suite.url}/?alert=${listed.items[0]?.alertId}`)
    await soon(() => page.locator('.facts').allTextContents()).toContainEqual(
      expect.stringMatching(/How late.* after the first report, .* after it began/)
    )
    expect(complaints).toEqual([])
    await page.context().close()
  }, 300_000)

  it('reads what nearly fired, by touch on a narrow screen too', async () => {
    const body = { pattern: 'cumulative-deaths', parameters: { limit: 60 } }
    expect((await suite.api.call('PUT', '/v1/rules/many-deaths', { body })).status).toBe(200)
    const narrow = { viewport: { width: 390, height: 844 }, hasTouch: true }
    const { page, complaints } = await open('?view=rules&item=many-deaths', narrow)
    const near = page.getByRole('region', { name: 'What nearly fired' })
    await near.getByRole('button').tap()
    await soon(() => near.getByRole('status').textContent()).toBe('1 near miss')
    expect(await near.getByRole('listitem').textContent()).toMatch(
      /of 60 · lacks \d+ more deaths · 1 incident, the last on /
    )
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390)
    expect(await violationsOf(page)).toEqual([])
    expect(complaints).toEqual([])
    await page.context().close()
  }, 300_000)
})
