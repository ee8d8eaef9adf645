// Watch officers at the console of a running suite: they take an alert, come second, record what
// was done, act on many, silence, hear the alarm, and hand the shift over.

import { words } from '@tocsin/console/words/words'
import { WebhookReceiver } from '@tocsin/testing/client/webhook-receiver'
import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { anAlert } from '../../../services/notifier/test/support/alert-builder.ts'
import { startNotifier } from '../support/notifier.ts'
import {
  describeInBrowser,
  expectFits,
  openAct,
  openFirstAlert,
  openPage,
  openView,
  type PageOptions,
  phone,
  press,
  readFocus,
  readQuery,
  readText,
  soon
} from '../support/page.ts'
import {
  actOnAlert,
  call,
  makeKey,
  makeOfficer,
  raiseAlert,
  testSuite
} from '../support/test-suite.ts'

const { acts, holder, pastBoard, responses, shiftReport, silences, sound, watches } = words
const done = acts.done
const query = '?country=ML&pattern=mass-casualty'
const placeAt = (lat: number) => ({ country: 'ML', lat, lon: -5.2547 })
const inHours = (hours: number) =>
  new Date(Date.now() + hours * 3_600_000).toISOString().slice(0, 16)

describeInBrowser('a watch officer', () => {
  let receiver: WebhookReceiver

  beforeAll(async () => {
    receiver = await WebhookReceiver.listen(() => 200)
    await raiseAlert('officer-1', placeAt(14.8))
    await raiseAlert('officer-2', placeAt(12.4))
  }, 120_000)
  afterAll(() => receiver?.close())

  const openAs = async (name: string, options: PageOptions = {}) =>
    openPage({ key: await makeOfficer(name), query, ...options })
  const outcome = (page: Page) => readText(page, '.alert .outcome')
  const send = (page: Page) => page.locator('.act button[type=submit]').click()
  const note = (page: Page) => page.locator('.act textarea')
  /** Blocks the details of alerts, so that the next act of this page comes second. */
  const holdBack = (page: Page) =>
    page.route('**/v1/alerts/**', route =>
      route.request().method() === 'GET' ? route.abort() : route.continue()
    )

  it('takes an alert; another sees it at once, comes second and loses no word', async () => {
    const [ama, ben] = [await openAs('Ama'), await openAs('Ben', phone)]
    for (const page of [ama, ben]) await openFirstAlert(page)
    await openAct(ben, acts.comment)
    await note(ben).fill('I have called the field office.')
    await holdBack(ben)
    await press(ama, acts.acknowledge)
    await soon(() => outcome(ama)).toBe(done.acknowledgement)
    await ben.locator('.banner.older').waitFor()
    await press(ben, acts.acknowledge)
    await soon(() => outcome(ben)).toContain(acts.cameFirst('Ama', null).replace('.', ''))
    expect(await note(ben).inputValue()).toBe('I have called the field office.')
    await ben.unroute('**/v1/alerts/**')
    await ben.locator('.banner.older').waitFor({ state: 'detached' })
    await send(ben)
    await soon(() => readText(ama, '.history')).toContain('I have called the field office.')
    await expectFits(ben)

    await openAct(ama, acts.assign)
    await ama.getByLabel(acts.assignTo, { exact: true }).selectOption('Ben')
    await send(ama)
    await soon(() => readText(ben, '.taken-away')).toContain(acts.takenAway.assigned('Ama'))
    await press(ben, words.alert.back)
    await soon(() => ben.locator('.row-holder').allTextContents()).toContainEqual(
      expect.stringContaining(words.filters.owners.me)
    )
    await openAct(ama, acts.assign)
    await ama.getByLabel(acts.assignTo, { exact: true }).selectOption(acts.giveBack)
    await send(ama)
    await soon(() => outcome(ama)).toBe(done['give-back'])
  }, 300_000)

  it('records what was done, corrects it, and resolves the alert; another reopens it', async () => {
    const [ama, ben] = [await openAs('Ama'), await openAs('Ben')]
    for (const page of [ama, ben]) await openFirstAlert(page)
    const kind = (page: Page) => page.locator('.act-fields select').first()
    await openAct(ama, acts.response)
    await kind(ama).selectOption('warned')
    await ama.getByLabel(responses.text).fill('Called the three village heads.')
    await send(ama)
    await soon(() => outcome(ama)).toBe(done.response)
    await soon(() => readText(ben, '.deeds')).toContain('Called the three village heads.')
    await ben.locator('.deeds button').click()
    await kind(ben).selectOption('moved')
    await send(ben)
    for (const page of [ama, ben])
      await soon(() => readText(page, '.deeds li')).toContain(responses.kinds.moved)
    expect(await readText(ama, '.history > li')).toContain(words.events['response-corrected'])
    await openAct(ama, acts.resolve)
    await kind(ama).selectOption('true')
    await send(ama)
    await soon(() => outcome(ama)).toBe(done.resolution)
    await soon(() => readText(ben, '.closed-words')).toContain(
      words.alert.judgedTitle(words.dispositions.true)
    )
    expect(await readText(ben, '.sure')).toContain('Ama')
    await openAct(ben, acts.reopen)
    await note(ben).fill('The road is still closed.')
    await send(ben)
    await soon(() => outcome(ben)).toBe(done.reopening)
    await ama.locator('.closed-words').waitFor({ state: 'detached' })
    expect(await readText(ama, '.history > li')).toContain('The road is still closed.')
  }, 300_000)

  it('sees at an open alert who has it, and that a reader has nothing to act with', async () => {
    const page = await openPage({ key: await makeKey('Chi', ['alerts:read']), query })
    await openFirstAlert(page)
    expect(await readText(page, '.acts')).toContain(acts.notAllowed)
    expect(await readText(page, '.name')).toContain(words.top.readOnly)
    expect(await page.locator('.views').textContent()).not.toContain(words.views.names.watches)
  }, 300_000)

  it('reads the board as it was before somebody took an alert, and as it is', async () => {
    const { alertId, headline } = await raiseAlert('officer-past', placeAt(20.5))
    const at = new Date().toISOString()
    await actOnAlert(alertId, 'acknowledgement')
    const page = await openPage({ query: `?view=board&at=${at}` })
    const record = page.locator('.record', { hasText: headline })
    await soon(() => record.textContent()).toContain(holder.nobody)
    await press(page, pastBoard.hours(1))
    await soon(() => record.textContent()).not.toContain(holder.nobody)
    await press(page, pastBoard.hours(-24))
    await soon(() => record.count()).toBe(0)
  }, 300_000)

  it('acts on all that is selected; what another did first stays selected', async () => {
    await raiseAlert('officer-3', placeAt(16.4))
    const page = await openAs('Ama')
    const rows = page.locator('.row-pick input')
    await soon(() => rows.count()).toBeGreaterThan(1)
    const top = (row: Locator) => row.evaluate(each => each.getBoundingClientRect().top)
    const before = await top(page.locator('.row').nth(1))
    for (const row of await rows.all()) await row.check()
    await page.locator('.bulk').waitFor()
    expect(await top(page.locator('.row').nth(1))).toBe(before)
    await page.route('**/v1/alerts/**', async route => {
      if (route.request().method() === 'POST' && route.request().url().includes(taken))
        await actOnAlert(taken, 'acknowledgement').catch(() => {})
      await route.continue()
    })
    const taken = String(await page.locator('.row-main').nth(1).getAttribute('data-alert'))
    await page.locator('.bulk select').first().selectOption('acknowledgement')
    await page.locator('.bulk button[type=submit]').click()
    await page.locator('.bulk-results .is-done').first().waitFor()
    await soon(() => page.locator('.bulk-results .is-refused').allTextContents()).toEqual([
      expect.stringContaining('owner')
    ])
    await soon(() => page.locator('.row-pick input:checked').count()).toBe(1)
  }, 300_000)

  it('silences an alert, and sees at the alert, in the list and at the deliveries what it holds back', async () => {
    const { id, secret } = await call<{ id: string; secret: string }>('POST', '/v1/subscriptions', {
      url: receiver.url,
      contact: 'Night desk',
      filter: { country: ['ML'] },
      policy: { groupWaitSeconds: 0 }
    })
    receiver.useSecret(secret)
    const { alertId } = await raiseAlert('officer-4', placeAt(18.2))
    const page = await openAs('Dua', { query: `?alert=${alertId}` })
    await page.locator('.more-acts > .menu-button').press('Enter')
    await soon(() => page.locator('.more-acts').textContent()).toContain(acts.silences(1, 'owner'))
    await page.getByRole('button', { name: silences.ofAlert }).press('Enter')
    await soon(() => readFocus(page)).toBe(silences.create)
    await page.getByLabel(silences.form.reason).fill('Told by telephone.')
    await soon(() => readText(page, '.preview')).toContain(silences.wouldHold(1))
    await press(page, silences.form.go)
    const record = page.locator('.record', { hasText: 'Told by telephone.' }).first()
    await soon(() => record.locator('.mark').textContent()).toContain(silences.states.holding)
    const ends = () => record.locator('time').first().getAttribute('datetime')
    const before = Date.parse((await ends()) ?? '')
    await record.getByRole('button', { name: silences.edit }).click()
    await page.getByLabel(silences.form.minutes).fill('120')
    await press(page, silences.form.go)
    await soon(async () => Date.parse((await ends()) ?? '') - before).toBeGreaterThan(3_000_000)
    await actOnAlert(alertId, 'comment', { text: 'Seen.' })
    await record.getByRole('button', { name: words.views.openAlert }).click()
    await page.locator('.alert .silenced').waitFor()
    await soon(() => page.locator('.told-list').textContent()).toContain(words.told.silenced)
    await page.locator('.alert .silenced button').press('Enter')
    await record.getByRole('button', { name: silences.end, exact: true }).click()
    await press(page, silences.endYes)
    await soon(() => record.textContent()).toContain(silences.ended)
    await page.goBack()
    await page.locator('.alert .silenced').waitFor({ state: 'detached' })
    await soon(() => page.locator('.told-list').textContent()).toContain(words.told.states.accepted)
    await call('DELETE', `/v1/subscriptions/${id}`)
  }, 300_000)

  it('hears the alarm once sound is unlocked, until somebody has the alert; a reload locks it', async () => {
    const { alerts, url, key } = await startNotifier(writer => writer.write('raised', 'a0'))
    const page = await openPage({ url, key, query: '?sound=minor' })
    await page.locator('.row').first().waitFor()
    await page.getByRole('button', { name: sound.arm }).click()
    await soon(() => readText(page, '.sound .menu-button')).toContain(sound.armed)
    const { operator } = anAlert()
    const paging = { ...operator, isAcknowledged: false }
    await alerts.write('raised', 'a1', { severity: 'extreme', operator: paging })
    await page.locator('.banner.alarm').waitFor()
    const icon = () => page.locator('link[rel=icon]').getAttribute('href')
    await soon(icon).toContain('icon-marked')
    await page.reload()
    await press(page, sound.turnOn)
    await page.locator('.banner.alarm').waitFor()
    const byAma = { acknowledgedBy: 'Ama', acknowledgedById: 'key_1', isAcknowledged: true }
    for (const id of ['a0', 'a1'])
      await alerts.write('acknowledged', id, {
        ...{ operator: { ...operator, ...byAma }, operatorRevision: 1 }
      })
    await page.locator('.banner.alarm').waitFor({ state: 'detached' })
    await soon(icon).not.toContain('icon-marked')
  }, 300_000)

  it('hands over: what changed as text, the watch with a note, and a conflict that loses no word', async () => {
    const page = await openAs('Esi')
    await openView(page, 'hand-over')
    await page.locator('.report-item').first().waitFor()
    await press(page, shiftReport.hours(8))
    await soon(() => readQuery(page, 'since')).not.toBeNull()
    await press(page, shiftReport.nextLink)
    await soon(() => page.evaluate<string>('navigator.clipboard.readText()')).toContain('since=')
    await page.locator('.report-text summary').click()
    await soon(() => readText(page, '.report-text pre')).toContain(shiftReport.tags.new)
    await page.emulateMedia({ media: 'print' })
    expect(await page.locator('.report-tools').first().isVisible()).toBe(false)
    await page.emulateMedia({ media: 'screen' })

    const made = await call<{ id: string; version: number }>('POST', '/v1/watches', {
      name: 'Joint desk',
      shifts: []
    })
    const line = await call<{ id: string }>('POST', '/v1/subscriptions', {
      url: receiver.url,
      policy: { watch: made.id }
    })
    const shift = { officer: 'Ama', from: `${inHours(-1)}:00Z`, until: `${inHours(7)}:00Z` }
    const { version } = await call<{ version: number }>('PATCH', `/v1/watches/${made.id}`, {
      version: made.version,
      shifts: [{ ...shift, lines: [line.id] }]
    })
    await page.goto(`${testSuite().url}/?view=watches&item=${made.id}`)
    await press(page, watches.titles['hand-over'])
    await page.getByLabel(watches.form.officer).fill('Esi')
    await page.getByLabel(watches.form.note).fill('Two alerts near Mopti are open.')
    await call('POST', `/v1/watches/${made.id}/hand-over`, {
      version,
      officer: 'Kofi',
      until: `${inHours(4)}:00Z`
    })
    await page.locator('.newer').waitFor()
    await press(page, watches.go['hand-over'])
    await page.locator('.outcome.refused').waitFor()
    expect(await page.getByLabel(watches.form.note).inputValue()).toContain('Mopti')
    await press(page, words.views.goOn)
    await press(page, watches.go['hand-over'])
    await soon(() => readText(page, '.outcome.done')).toBe(watches.handedOver('Esi'))
  }, 300_000)
})
