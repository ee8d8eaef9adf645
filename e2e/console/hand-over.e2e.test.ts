// The end of a shift on a running suite: what changed is handed over, and what pages sounds until
// somebody has it.

import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WholeSuite } from '../harness/whole-suite.ts'
import { executablePath, openConsole, soon, startBrowser, violationsOf } from './browser.ts'

const hoursLater = (at: string, hours: number) =>
  new Date(Date.parse(at) + hours * 3_600_000).toISOString()
const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10)

describe.skipIf(executablePath === undefined)('the end of a shift', () => {
  let suite: WholeSuite
  let browser: Browser

  beforeAll(async () => {
    browser = await startBrowser()
    suite = await WholeSuite.start()
    await report('first', 14.8252)
  }, 300_000)
  afterAll(async () => {
    await browser?.close()
    await suite?.end()
  })

  async function report(externalId: string, lat: number): Promise<void> {
    const body = {
      ...{
        source: { id: 'wire-1' },
        externalId,
        occurred: { from: yesterday, to: yesterday },
        category: 'attack-on-civilians'
      },
      location: { country: 'ML', lat, lon: -5.2547, radiusKm: 2 },
      ...{ fatalities: { low: 40, best: 45, high: 50 }, handling: 'internal' }
    }
    const { body: posted } = await suite.api.call('POST', '/v1/reports', { body })
    await suite.api.call('GET', `/v1/reports/${(posted as { reportId: string }).reportId}?wait=10`)
  }

  async function officer(name: string, options: object = {}): Promise<Page> {
    const body = { name, scopes: ['alerts:operate', 'alerts:read'], handling: 'restricted' }
    const made = await suite.api.call('POST', '/v1/keys', { body })
    const { page } = await openConsole(browser, {
      url: suite.url,
      key: (made.body as { secret: string }).secret,
      ...options
    })
    return page
  }

  it('tells the next officer what is new, what was taken and said, and what nobody has', async () => {
    const page = await officer('Ama', { query: '?pattern=mass-casualty' })
    await page.locator('.row-main').first().click()
    await page.locator('.act textarea').fill('Called the field office.')
    await page.locator('.act button[type=submit]').click()
    await soon(() => page.locator('.act .outcome').textContent()).toBe('Acknowledged by you.')
    await page.getByRole('link', { name: 'Hand-over' }).click()
    await soon(() => page.locator('.is-raised li').count()).toBeGreaterThan(0)
    await soon(() => page.locator('.is-noted').textContent()).toContain('Called the field office.')
    expect(await page.locator('.is-nobody li').count()).toBeGreaterThan(0)
    await page.locator('.hand-over-text summary').click()
    expect(await page.locator('.hand-over-text pre').textContent()).toContain('by Ama')
    // On paper there is the document alone.
    await page.emulateMedia({ media: 'print' })
    expect(await page.locator('.hand-over-doings').isVisible()).toBe(false)
    expect(await page.locator('.is-raised').isVisible()).toBe(true)
    await page.emulateMedia({ media: 'screen' })
    // From an hour ahead of the suite's beginning on there is nothing; the address says since when.
    await page.locator('.hand-over-since input').fill('2020-01-01T00:00')
    await soon(() => new URL(page.url()).searchParams.get('since')).toBe('2020-01-01T00:00:00.000Z')
    await page.context().close()
  }, 300_000)

  it('waits with a time that is typed part by part: of last night, after midnight, the hour is still to come at first', async () => {
    const page = await officer('Noor', { query: '?view=hand-over' })
    const field = page.locator('.hand-over-since input')
    const at = (ms: number) => new Date(Date.now() + ms).toISOString().slice(0, 16)
    const [toCome, meant] = [at(7_200_000), at(-79_200_000)]
    await field.fill(toCome)
    expect(await field.inputValue()).toBe(toCome)
    expect(await page.locator('.hand-over-since [role=alert]').count()).toBe(0)
    await field.fill(meant)
    await soon(() => new URL(page.url()).searchParams.get('since')).toBe(`${meant}:00.000Z`)
    await field.fill(toCome)
    await field.press('Enter')
    await page.locator('.hand-over-since [role=alert]').waitFor()
    expect(await field.inputValue()).not.toBe(toCome)
    await page.context().close()
  }, 300_000)

  it('tells it in the order in which it is needed, names what is empty once, and what there is beside the alerts', async () => {
    await report('unanswered', 16.9)
    const watch = { name: 'Night desk', lineMinutes: 5, shifts: [] }
    expect((await suite.api.call('POST', '/v1/watches', { body: watch })).status).toBe(201)
    const silence = { reason: 'Exercise at Mopti', minutes: 60, filter: { country: ['ML'] } }
    expect((await suite.api.call('POST', '/v1/silences', { body: silence })).status).toBe(201)
    const { page } = await openConsole(browser, {
      url: suite.url,
      key: suite.key,
      query: '?view=hand-over&look=light'
    })
    const headings = page.locator('.hand-over-part h3')
    await soon(() => headings.count()).toBeGreaterThan(2)
    const names = (await headings.allTextContents()).map(text => text.replace(/ \(.*/, ''))
    expect(names[0]).toBe('Called people, and nobody answered')
    expect(names.slice(-2)).toEqual(['On watch', 'Silences'])
    expect(await page.locator('.is-watches li').first().textContent()).toContain(
      'Night desk: nobody is on'
    )
    expect(await page.locator('.is-silences li').first().textContent()).toContain(
      'Exercise at Mopti'
    )
    expect(await page.locator('.view').textContent()).toMatch(/Nothing under: .*Escalated/)
    expect(await violationsOf(page)).toEqual([])
    await page.context().close()
  }, 300_000)

  it('goes by the clock of the suite on a machine whose clock is wrong, on the page and in the link for the next', async () => {
    const body = { name: 'Zoe', scopes: ['alerts:read'], handling: 'restricted' }
    const { secret } = (await suite.api.call('POST', '/v1/keys', { body })).body as {
      secret: string
    }
    const context = await browser.newContext({ permissions: ['clipboard-read', 'clipboard-write'] })
    const page = await context.newPage()
    // Three hours and a half ahead.
    await page.addInitScript('{ const now = Date.now; Date.now = () => now() + 12_600_000 }')
    await page.goto(`${suite.url}/?view=hand-over`)
    await page.locator('#key').fill(secret)
    await page.locator('form button[type=submit]').click()
    const isNow = (text: string | null) => Math.abs(Date.parse(text ?? '') - Date.now()) < 60_000
    await soon(async () => isNow(await page.locator('.clocks time').getAttribute('datetime'))).toBe(
      true
    )
    await page.getByRole('button', { name: 'Bring up to date' }).click()
    await soon(() => page.locator('.view [role=alert]').allTextContents()).toContainEqual(
      expect.stringMatching(/3 h ahead of/)
    )
    await page.getByRole('button', { name: 'Copy link for the next hand-over' }).click()
    const copied = () => page.evaluate<string>('navigator.clipboard.readText()')
    await soon(async () => isNow(new URL(await copied()).searchParams.get('since'))).toBe(true)
    await page.getByRole('button', { name: 'Last 4 h' }).click()
    const shift = () => new URL(page.url()).searchParams.get('since') ?? ''
    await soon(() => shift() !== '' && isNow(hoursLater(shift(), 4))).toBe(true)
    await context.close()
  }, 300_000)

  it('sounds once it is armed, shows that it does, and is silent when somebody has the alert', async () => {
    const page = await officer('Ben', { query: '?sound=minor' })
    await page.locator('.row').first().waitFor()
    await page.getByRole('button', { name: 'Arm sound' }).click()
    await soon(() => page.locator('.sound summary').textContent()).toContain(
      'Sound on: minor and worse'
    )
    await report('second', 12.3)
    await page.locator('.banner.alarm').waitFor()
    await page.locator('.sound summary').click()
    await page.getByRole('button', { name: 'Mute', exact: true }).click()
    await soon(() => page.locator('.sound summary').textContent()).toContain('Sound muted')
    expect(await violationsOf(page)).toEqual([])
    await page.locator('.sound summary').click()
    // Somebody takes all of them.
    const { items } = (await suite.api.call('GET', '/v1/alerts?status=provisional,confirmed'))
      .body as {
      items: readonly { alertId: string; operatorRevision: number }[]
    }
    for (const { alertId, operatorRevision } of items) {
      const headers = { 'if-match': `"${operatorRevision}"` }
      await suite.api.call('POST', `/v1/alerts/${alertId}/acknowledgement`, { body: {}, headers })
    }
    await page.locator('.banner.alarm').waitFor({ state: 'detached' })
    await page.context().close()
  }, 300_000)
})
