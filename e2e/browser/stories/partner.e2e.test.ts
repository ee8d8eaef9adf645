// A partner's engineer at the console of a running suite: subscribes an endpoint, tests it, looks
// at deliveries, sends them again, and learns of changes by others.

import { words } from '@tocsin/console/words/words'
import { WebhookReceiver } from '@tocsin/testing/client/webhook-receiver'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import {
  describeInBrowser,
  expectFits,
  openPage,
  phone,
  press,
  readFocus,
  readText,
  soon
} from '../support/page.ts'
import { call, makeKey, raiseAlert } from '../support/test-suite.ts'

const { filters, policies, subscriptions, told, views } = words
const { deliveryStates } = told
const { form } = subscriptions

describeInBrowser("a partner's engineer", () => {
  let receiver: WebhookReceiver
  let answer = 200
  let key: string

  beforeAll(async () => {
    receiver = await WebhookReceiver.listen(() => answer)
    key = await makeKey('Partner', ['alerts:read', 'subscriptions:manage'])
  })
  afterAll(() => receiver?.close())

  const open = (options: object = {}) => openPage({ key, query: '?view=subscriptions', ...options })
  const marks = (page: Page) => page.locator('.deliveries .mark').allTextContents()
  const raise = (externalId: string, lat: number) =>
    raiseAlert(externalId, { country: 'BF', lat, lon: -1.5 })
  const facts = (page: Page) => readText(page, '.facts-row')
  const hasMark = (state: string) => expect.stringContaining(state)
  async function storeSecret(page: Page): Promise<void> {
    receiver.useSecret((await page.locator('.secret').textContent()) ?? '')
    await press(page, views.stored)
    expect(await page.locator('.secret').count()).toBe(0)
  }

  it('subscribes, stores the secret, tests, reads a delivery, and sends it again', async () => {
    const page = await open()
    await press(page, subscriptions.create)
    await soon(() => readFocus(page)).toBe(subscriptions.create)
    await page.getByLabel(form.url).fill('ftp://partner.example/hook')
    await press(page, form.create)
    await soon(() => page.locator('.field.has-fault label').allTextContents()).toEqual([form.url])
    await page.getByLabel(form.url).fill(receiver.url)
    const countries = page.getByLabel(String(filters.byName.country))
    await countries.fill('burk')
    await countries.press('Enter')
    await page.getByRole('button', { name: views.dropPick('Burkina Faso') }).waitFor()
    await page.getByLabel(policies.telling).selectOption('each')
    await press(page, form.create)
    await storeSecret(page)
    await press(page, subscriptions.test)
    await soon(() => readText(page, '.test .outcome')).toContain(subscriptions.statusWas(200))

    await raise('partner-1', 12.4)
    await soon(() => marks(page)).toContainEqual(hasMark(String(deliveryStates.delivered)))
    await page.locator('.deliveries [aria-expanded]').last().click()
    await page.getByRole('button', { name: views.openAlert }).waitFor()
    await soon(() => readText(page, '.deliveries .columns')).toContain(subscriptions.statusWas(200))
    const first = subscriptions.sequence(1)
    await press(page, `${subscriptions.replayOne} ${first}`)
    await soon(() => readText(page, '.replays .outcome')).toBe(subscriptions.replayed(1))
    await soon(() => readText(page, '.deliveries')).toContain(subscriptions.round(1))
    expect([...receiver.unverified, ...receiver.undocumented]).toEqual([])
  }, 300_000)

  it('sees why an endpoint takes nothing, and sends all that failed again', async () => {
    const page = await open()
    await page.locator('.record h3 button').click()
    answer = 503
    await press(page, subscriptions.test)
    await soon(() => readText(page, '.test .outcome')).toContain(subscriptions.statusWas(503))
    await raise('partner-2', 14.2)
    await soon(() => marks(page)).toContainEqual(hasMark(subscriptions.retrying))
    // While it still fails: an endpoint that is back gets all of it without a press.
    await press(page, subscriptions.replayFailed)
    await soon(() => readText(page, '.replays .outcome')).not.toBe('')
    answer = 200
    await soon(async () =>
      (await marks(page)).every(mark => mark.includes(String(deliveryStates.delivered)))
    ).toBe(true)
  }, 300_000)

  it('learns that another changed the subscription, and overwrites none of it', async () => {
    const page = await open()
    await page.locator('.record h3 button').click()
    await press(page, form.change)
    await page.getByLabel(form.contact).fill('desk@partner.example')
    const { items } = await call<{ items: readonly { id: string; url: string; filter: object }[] }>(
      'GET',
      '/v1/subscriptions'
    )
    const mine = items.find(({ url }) => url === receiver.url)
    await call('PATCH', `/v1/subscriptions/${mine?.id}`, { filter: { country: ['BF', 'TG'] } })
    await press(page, form.save)
    await page.locator('.newer').waitFor()
    await press(page, views.goOn)
    await press(page, form.save)
    await soon(() => facts(page)).toContain('desk@partner.example')
    expect(await facts(page)).toContain('Burkina Faso, Togo')
  }, 300_000)

  it('changes it, pauses it, makes a new secret and deletes it, by touch on a narrow screen', async () => {
    const page = await open(phone)
    const tap = (name: string) => page.getByRole('button', { name, exact: true }).first().tap()
    await page.locator('.record h3 button').tap()
    await tap(form.change)
    await page
      .getByLabel(String(filters.byName.minSeverity), { exact: true })
      .selectOption('severe')
    await tap(form.save)
    await soon(() => facts(page)).toContain(filters.least('severe'))
    await tap(subscriptions.pause)
    await soon(() => readText(page, '.mark')).toContain(String(subscriptions.states.disabled))
    await tap(subscriptions.resume)
    await soon(() => readText(page, '.mark')).toContain(String(subscriptions.states.active))
    await tap(subscriptions.rotate)
    await tap(subscriptions.rotateGo)
    await page.locator('.once').waitFor()
    await expectFits(page)
    await storeSecret(page)
    await tap(subscriptions.remove)
    await tap(views.deleteIt)
    await page.locator('main').getByText(subscriptions.none).waitFor()
  }, 300_000)
})
