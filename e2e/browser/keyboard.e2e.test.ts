// The console by keyboard alone, at a running suite: what each kind of user does most, where the
// focus is after each act, and the switch of single keys for speech input.

import { words } from '@tocsin/console/words/words'
import { WebhookReceiver } from '@tocsin/testing/client/webhook-receiver'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { expectFocus, openByKeyboard, press, reload, tabTo, typeInto } from './support/keyboard.ts'
import { describeInBrowser, phone, readFocus, readQuery, readText, soon } from './support/page.ts'
import { call, raiseAlert, testSuite } from './support/test-suite.ts'

const { acts, help, report, responses, rules, silences, subscriptions, views, watches } = words
const query = '?country=SO&pattern=mass-casualty'

describeInBrowser('by keyboard alone', () => {
  let receiver: WebhookReceiver

  beforeAll(async () => {
    receiver = await WebhookReceiver.listen(() => 200)
    await raiseAlert('keyboard-1', { country: 'SO', lat: 2.05, lon: 45.32 })
    await raiseAlert('keyboard-2', { country: 'SO', lat: 6.4, lon: 47.4 })
    await call('PUT', '/v1/rules/somalia', { pattern: 'mass-casualty', where: 'country == "SO"' })
  }, 120_000)
  afterAll(() => receiver?.close())

  const open = (view: string, options: object = {}) => openByKeyboard({ query: view, ...options })
  const readFocusedAlert = (page: Page) =>
    page.evaluate<string | undefined>('document.activeElement.dataset.alert')
  const outcome = (page: Page, at: string) => readText(page, `${at} .outcome`)
  async function openAlert(page: Page): Promise<void> {
    await page.locator('.row-main').first().waitFor()
    await page.keyboard.press('j')
    await page.keyboard.press('Enter')
    await page.locator('.history').waitFor()
  }

  it('an officer goes through the list, acts on an alert, silences it, and closes it', async () => {
    const page = await open(query)
    await openAlert(page)
    const id = readQuery(page, 'alert')
    await page.keyboard.press('j')
    await soon(() => readQuery(page, 'alert')).not.toBe(id)
    await page.locator('.acts').waitFor()
    await page.keyboard.press('a')
    await soon(() => outcome(page, '.alert')).toBe(acts.done.acknowledgement)
    await page.keyboard.press('r')
    await soon(() => page.evaluate('document.activeElement.tagName')).toBe('SELECT')
    await page.keyboard.type(responses.kinds.warned)
    await typeInto(page, responses.text, 'I called the field office.')
    await press(page, acts.response)
    await soon(() => outcome(page, '.alert')).toBe(acts.done.response)
    await expectFocus(page)
    await press(page, words.views.moreShort)
    await press(page, silences.ofAlert)
    await soon(() => readFocus(page)).toBe(silences.create)
    await typeInto(page, silences.form.reason, 'Known to all desks.')
    await press(page, silences.form.go)
    await press(page, views.openAlert)
    await page.locator('.history').waitFor()
    await page.keyboard.press('e')
    await soon(() => page.evaluate('document.activeElement.tagName')).toBe('SELECT')
    await page.keyboard.type(words.dispositions.true)
    await press(page, acts.resolve)
    await soon(() => readText(page, '.history > li')).toContain(
      words.alert.judgedTitle(words.dispositions.true)
    )
    const resolved = readQuery(page, 'alert') ?? ''
    await page.keyboard.press('Escape')
    await page.locator('.alert').waitFor({ state: 'detached' })
    await expectFocus(page)
    await page.keyboard.press('/')
    expect(await page.evaluate('document.activeElement.id')).toBe('search')
    await page.keyboard.press('Control+k')
    await page.getByRole('combobox', { name: help.field }).waitFor()
    await page.keyboard.type(resolved)
    await soon(() => readText(page, '.option[aria-selected=true]')).toContain(
      words.statuses.resolved
    )
    await page.keyboard.press('Enter')
    await page.locator('.history').waitFor()
    expect(readQuery(page, 'alert')).toBe(resolved)
  }, 300_000)

  it('an officer makes a watch, and stands at the button after each form that is left', async () => {
    const page = await open('?view=watches')
    await press(page, watches.create)
    await typeInto(page, watches.form.name, 'Coast desk')
    await press(page, watches.form.create)
    for (const [opener, label] of [
      [watches.titles['hand-over'], watches.form.officer],
      [watches.titles.change, watches.form.name],
      [watches.addShift, watches.form.officer]
    ] as const) {
      await press(page, opener)
      await typeInto(page, label, '7')
      await press(page, acts.cancel)
      await soon(() => readFocus(page)).toBe(opener)
    }
    await press(page, watches.withdraw)
    await press(page, views.deleteIt)
    await soon(() => readText(page, '.outcome')).toBe(watches.withdrawn)
    await expectFocus(page)
  }, 300_000)

  it('a reporter sends a report, and withdraws it', async () => {
    const page = await open('', { path: 'report' })
    await tabTo(page, page.getByLabel(report.category, { exact: true }))
    await page.keyboard.type('attack')
    await press(page, report.yesterday)
    await typeInto(page, report.place, 'Diosso')
    await tabTo(page, page.getByLabel(report.country, { exact: true }))
    await page.keyboard.type('Mali')
    await press(page, report.send)
    await soon(() => outcome(page, '.sendbar')).toContain(report.accepted('').split(' .')[0])
    await tabTo(page, page.getByText(report.mine, { exact: true }))
    await page.keyboard.press('Enter')
    await press(page, report.withdraw)
    await tabTo(page, page.getByLabel(report.withdrawReason))
    await page.keyboard.type('Two desks sent it.')
    await press(page, report.withdrawSend)
    await soon(() => readText(page, '.mine')).toContain('Two desks sent it.')
    await expectFocus(page)
  }, 300_000)

  it("a partner's engineer subscribes an endpoint, tests it, and deletes it", async () => {
    const page = await open('?view=subscriptions&item=new')
    await typeInto(page, subscriptions.form.url, receiver.url)
    await press(page, subscriptions.form.create)
    receiver.useSecret((await page.locator('.secret').textContent()) ?? '')
    await press(page, views.stored)
    await press(page, subscriptions.test)
    await soon(() => outcome(page, '.test')).toContain(subscriptions.statusWas(200))
    await press(page, subscriptions.remove)
    await press(page, views.deleteIt)
    await soon(() => page.locator('.record', { hasText: receiver.url }).count()).toBe(0)
    await expectFocus(page)
  }, 300_000)

  it('an analyst changes a rule after its preview', async () => {
    const page = await open('?view=rules&item=somalia')
    await soon(() => page.getByLabel(rules.text).textContent()).toContain('mass-casualty')
    await typeInto(page, rules.text, 'pattern: mass-casualty\nwhere: country == "DJ"\n')
    await press(page, rules.preview)
    await press(page, new RegExp(`^${rules.markWhat('')}`))
    await page.locator('.sketches > .is-picked').waitFor()
    await press(page, rules.publish)
    await soon(() => readText(page, '.rule-results > .outcome')).toContain(rules.published(2))
    await expectFocus(page)
  }, 300_000)

  it('who speaks to the machine switches single keys off, and on again without one', async () => {
    const page = await open(`${query}&status=all`)
    const rows = page.locator('.row-main')
    await rows.first().waitFor()
    const box = page.getByLabel(help.singleKeys)
    await page.keyboard.press('j')
    expect(await readFocusedAlert(page)).toBeDefined()
    await page.keyboard.press('?')
    await tabTo(page, box)
    await page.keyboard.press('Space')
    await press(page, help.close)
    await tabTo(page, rows.first())
    for (const key of ['j', 'k', 'x', 'n', '0', '/', '?', '2']) await page.keyboard.press(key)
    expect(await page.locator('dialog.palette[open]').count()).toBe(0)
    expect(await readFocusedAlert(page)).toBe(await rows.first().getAttribute('data-alert'))
    expect(await page.locator('.row-pick input:checked').count()).toBe(0)
    // The address keeps it, over a load too.
    await reload(page)
    await rows.first().waitFor()
    await page.keyboard.press('?')
    expect(await page.locator('dialog.palette[open]').count()).toBe(0)
    await page.keyboard.press('Control+k')
    await page.getByRole('option', { name: views.names['hand-over'], exact: true }).waitFor()
    expect(await page.locator('.option kbd').count()).toBe(0)
    await page.keyboard.press('Escape')
    await press(page, new RegExp(`^${words.top.signedInAs('')}`))
    await press(page, help.open)
    await tabTo(page, box)
    expect(await box.isChecked()).toBe(false)
    await page.keyboard.press('Space')
    await press(page, help.close)
    await page.keyboard.press('2')
    await soon(() => readFocus(page)).toBe(views.names.area)
  }, 300_000)

  it('the list of keys is found on a narrow screen, beside an open alert too', async () => {
    const page = await open(`${query}&status=all`, phone)
    await openAlert(page)
    await press(page, new RegExp(`^${words.top.signedInAs('')}`))
    await press(page, help.open)
    await page.locator('dialog.palette[open]').waitFor()
    await press(page, help.close)
    await soon(() => readFocus(page)).toContain(words.top.signedInAs(''))
    expect(new URL(page.url()).origin).toBe(testSuite().url)
  }, 300_000)
})
