// Watches at the console of a running suite: one is made, followed, given a shift, handed over by
// officers, and withdrawn.

import { WebhookReceiver } from '@tocsin/testing/client/webhook-receiver'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WholeSuite } from '../../harness/whole-suite.ts'
import { executablePath, openConsole, soon, startBrowser, violationsOf } from '../browser.ts'

const inHours = (hours: number) =>
  new Date(Date.now() + hours * 3_600_000).toISOString().slice(0, 16)

interface Told {
  readonly id: string
  readonly version: number
  readonly onWatch: readonly {
    readonly officer: string
    readonly lines: readonly string[]
    readonly note: string | null
  }[]
}

describe.skipIf(executablePath === undefined)('the watch', () => {
  let suite: WholeSuite
  let browser: Browser
  let receiver: WebhookReceiver

  beforeAll(async () => {
    browser = await startBrowser()
    suite = await WholeSuite.start()
    receiver = await WebhookReceiver.listen(() => 200)
  }, 300_000)
  afterAll(async () => {
    await browser?.close()
    await receiver?.close()
    await suite?.end()
  })

  const open = async (
    query = '?view=watches',
    { key = suite.key, ...options }: BrowserContextOptions & { readonly key?: string } = {}
  ) =>
    (await openConsole(browser, { url: suite.url, key, query: `${query}&look=light`, ...options }))
      .page
  const press = (page: Page, name: string) =>
    page.getByRole('button', { name, exact: true }).click()
  const mark = (page: Page) => page.locator('.record .mark').first().textContent()
  const told = async () => {
    const { items } = (await suite.api.call('GET', '/v1/watches')).body as {
      readonly items: readonly Told[]
    }
    return items[0]
  }
  async function keyOf(
    name: string,
    scopes: readonly string[],
    handling = 'internal'
  ): Promise<string> {
    const body = { name, scopes, handling }
    return ((await suite.api.call('POST', '/v1/keys', { body })).body as { secret: string }).secret
  }

  it('is made, and told to be followed by nobody yet', async () => {
    const page = await open()
    await press(page, 'New watch')
    await page.getByLabel('Name', { exact: true }).fill('Joint desk')
    await page.getByLabel('Minutes until the next line').fill('soon')
    await press(page, 'Make the watch')
    await soon(() => page.locator('.field.has-fault label').allTextContents()).toEqual([
      'Minutes until the next line'
    ])
    expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe('Joint desk')
    expect(await violationsOf(page)).toEqual([])
    await page.getByLabel('Minutes until the next line').fill('10')
    await press(page, 'Make the watch')
    await soon(() => mark(page)).toBe('○ nobody is on, and no subscription follows it')
    expect(await page.locator('.facts-row').textContent()).toMatch(
      /On watchnobody.*Nextnobody is planned.*10 min/
    )
    expect(await violationsOf(page)).toEqual([])
    await page.context().close()
  }, 300_000)

  it('is chosen by its name in the policy of a subscription', async () => {
    const page = await open('?view=subscriptions')
    await press(page, 'New subscription')
    await page.getByLabel('Address').fill(receiver.url)
    await page.getByLabel('By a policy: less, later or once').check()
    await page.getByLabel('Watch that it follows').selectOption('Joint desk')
    expect(await violationsOf(page)).toEqual([])
    await press(page, 'Subscribe')
    receiver.useSecret((await page.locator('.secret').textContent()) ?? '')
    await press(page, 'I have stored it')
    await soon(() => page.locator('.facts-row').first().textContent()).toContain(
      'on watch Joint desk'
    )
    await page.context().close()
  }, 300_000)

  it('that nobody is on says so, and is given a shift whose refusals stand at its fields', async () => {
    const page = await open()
    await soon(() => mark(page)).toBe('✕ nobody is on: all that follow it are told')
    // Whoever looks at the queue is told as well, and led here.
    await page.getByRole('link', { name: 'Alerts', exact: true }).click()
    const unstaffed = page.locator('.unstaffed-link')
    await soon(() => unstaffed.textContent()).toBe('▲ Nobody can be reached on Joint desk')
    expect(await violationsOf(page)).toEqual([])
    await unstaffed.click()
    await page.getByRole('button', { name: 'Joint desk' }).press('Enter')
    await press(page, 'Change')
    await press(page, 'Add a shift')
    await page.getByLabel('Officer').fill('Ama')
    await page.getByLabel('Until (UTC)').fill('2020-01-01T00:00')
    await press(page, 'Save the change')
    await soon(() => page.locator('.has-fault legend').allTextContents()).toEqual([
      'Lines, in order'
    ])
    await page.getByLabel('Line 1').selectOption(receiver.url)
    await press(page, 'Save the change')
    await soon(() => page.locator('.has-fault').textContent()).toContain(
      'must be after its beginning'
    )
    expect(await page.locator('.has-fault label').textContent()).toBe('Until (UTC)')
    expect(await page.getByLabel('Officer').inputValue()).toBe('Ama')
    expect(await violationsOf(page)).toEqual([])
    await page.locator('.look select').selectOption('dark')
    expect(await violationsOf(page)).toEqual([])
    await page.getByLabel('Until (UTC)').fill(inHours(8))
    await press(page, 'Save the change')
    await soon(() => mark(page)).toBe('● somebody is on')
    expect(await page.locator('.facts-row').textContent()).toMatch(
      /On watchAma until .* UTC, in 7 h/
    )
    expect(await page.locator('.roster').textContent()).toContain(receiver.url)
    await page.context().close()
  }, 300_000)

  it('is handed over by an officer with a note; who comes second is told who has it, and loses no word', async () => {
    const key = await keyOf('Kofi', ['alerts:read', 'alerts:operate'])
    const page = await open('?view=watches', {
      key,
      viewport: { width: 390, height: 844 },
      hasTouch: true
    })
    expect(await page.getByRole('button', { name: 'New watch' }).count()).toBe(0)
    await page.getByRole('button', { name: 'Joint desk' }).tap()
    expect(await page.getByRole('button', { name: /^(Change|Withdraw)$/ }).count()).toBe(0)
    await page.getByRole('button', { name: 'Hand over', exact: true }).tap()
    await page.getByLabel('Officer').fill('Kofi')
    await page.getByLabel('Note').fill('Two alerts near Mopti are open.')
    const before = await told()
    const first = { version: before?.version, officer: 'Esi', until: `${inHours(4)}:00Z` }
    await suite.api.call('POST', `/v1/watches/${before?.id}/hand-over`, { body: first })
    await soon(() => page.locator('.newer').textContent()).toContain('On watch now: Esi.')
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390)
    expect(await violationsOf(page)).toEqual([])
    await page.getByRole('button', { name: 'Hand it over now' }).tap()
    await soon(() => page.locator('.outcome.refused').textContent()).toContain(
      'Another change of the watch came first'
    )
    expect(await page.getByLabel('Note').inputValue()).toBe('Two alerts near Mopti are open.')
    await page.getByRole('button', { name: 'Go on with what I typed' }).tap()
    await page.getByRole('button', { name: 'Hand it over now' }).tap()
    await soon(() => page.locator('.outcome.done').textContent()).toBe(
      'Handed over: Kofi has the watch.'
    )
    await soon(() => page.locator('.roster .record').first().textContent()).toContain(
      'Two alerts near Mopti are open.'
    )
    expect((await told())?.onWatch).toMatchObject([
      { officer: 'Kofi', lines: before?.onWatch[0]?.lines, note: 'Two alerts near Mopti are open.' }
    ])
    await page.locator('main').getByText('Over within the last month (2)').click()
    expect(await violationsOf(page)).toEqual([])
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390)
    await page.context().close()
  }, 300_000)

  it('and silences name subscriptions to officers by who holds them, never by an address', async () => {
    const { id } = (
      (await suite.api.call('GET', '/v1/subscriptions')).body as { items: { id: string }[] }
    ).items[0] as {
      id: string
    }
    await suite.api.call('PATCH', `/v1/subscriptions/${id}`, {
      body: { contact: 'desk@partner.example' }
    })
    const silence = {
      reason: 'An exercise.',
      minutes: 60,
      subscriptionId: id,
      filter: { severity: ['minor'] }
    }
    await suite.api.call('POST', '/v1/silences', { body: silence })
    const page = await open('?view=watches', {
      key: await keyOf('Esi', ['alerts:read', 'alerts:operate'], 'restricted')
    })
    await page.getByRole('button', { name: 'Joint desk' }).click()
    await soon(() => page.locator('.watch-lines').first().textContent()).toBe(
      'owner (desk@partner.example)'
    )
    expect(await violationsOf(page)).toEqual([])
    await page.getByRole('button', { name: 'Hand over', exact: true }).click()
    const choices = await page.getByLabel('Line 1').locator('option').allTextContents()
    expect(choices).toContain('owner (desk@partner.example)')
    await page.getByRole('link', { name: 'Silences' }).click()
    await soon(() => page.locator('.records').first().textContent()).toContain(
      'owner (desk@partner.example)'
    )
    const all = await page.locator('body').textContent()
    expect([all?.includes(receiver.url), all?.includes(id)]).toEqual([false, false])
    await page.context().close()
  }, 300_000)

  it('is not shown to who may neither act on alerts nor manage subscriptions', async () => {
    const page = await open('?view=watches', { key: await keyOf('Reader', ['alerts:read']) })
    expect(await page.locator('.views a').allTextContents()).not.toContain('Watches')
    expect(await page.getByText('Joint desk').count()).toBe(0)
    await page.context().close()
  }, 300_000)

  it('is withdrawn after being asked once more', async () => {
    const page = await open()
    await page.getByRole('button', { name: 'Joint desk' }).click()
    await press(page, 'Withdraw')
    await press(page, 'Withdraw it')
    await soon(() => page.locator('.view').textContent()).toContain('There is no watch.')
    await soon(() => page.locator('.outcome').textContent()).toBe('Withdrawn.')
    await page.context().close()
  }, 300_000)

  it('that is withdrawn while an officer hands it over is said to be gone, and no word is lost', async () => {
    const made = await suite.api.call('POST', '/v1/watches', {
      body: { name: 'Night desk', shifts: [] }
    })
    const { id, version } = made.body as { readonly id: string; readonly version: number }
    const page = await open(`?view=watches&item=${id}`)
    // Somebody is on, and nothing is sent to anybody: that is not green.
    const line = (
      (await suite.api.call('GET', '/v1/subscriptions')).body as { items: { id: string }[] }
    ).items[0]?.id
    const on = {
      officer: 'Ama',
      from: `${inHours(-1)}:00Z`,
      until: `${inHours(7)}:00Z`,
      lines: [line]
    }
    await suite.api.call('PATCH', `/v1/watches/${id}`, { body: { version, shifts: [on] } })
    await soon(() => mark(page)).toContain(
      'somebody is on, but no subscription that you may know of follows it'
    )
    await press(page, 'Hand over')
    // As long as the shift that is on was to last.
    const proposedMs = Date.parse(`${await page.getByLabel('Until (UTC)').inputValue()}Z`)
    expect(Math.abs(proposedMs - Date.now() - 8 * 3_600_000)).toBeLessThan(10 * 60_000)
    await page.getByLabel('Officer').fill('Kofi')
    await page.getByLabel('Note').fill('Two alerts near Mopti are open.')
    await page.route(/\/v1\/watches$/, route => route.abort())
    await suite.api.call('DELETE', `/v1/watches/${id}`)
    await press(page, 'Hand it over now')
    await soon(() => page.locator('.outcome.refused').textContent()).toContain('Not accepted')
    await page.unroute(/\/v1\/watches$/)
    await soon(() => page.locator('.gone-watch').textContent()).toContain('is not there any more')
    expect(await page.locator('.gone-watch .outcome.refused').textContent()).toContain(
      'Not accepted'
    )
    expect(await page.locator('.gone-watch textarea').inputValue()).toBe(
      'Kofi\nTwo alerts near Mopti are open.'
    )
    expect(await violationsOf(page)).toEqual([])
    await press(page, 'I do not need it')
    expect(await page.locator('.gone-watch textarea').count()).toBe(0)
    await page.context().close()
  }, 300_000)
})
