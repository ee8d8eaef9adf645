// Two officers and a partner on one alert of a running suite: taken, handed over, answered by the
// link in a webhook, responded to by an officer and by the partner, closed. The times to the
// answers are right to the second by the events that everyone was told, and the trail says who did
// what, with which key, and when; also after a kill.

import { WebhookReceiver } from '@tocsin/testing/client/webhook-receiver'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { CheckedApi } from './harness/checked-api.ts'
import { WholeSuite } from './harness/whole-suite.ts'

const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10)

interface AlertShown {
  readonly alertId: string
  readonly severity: string
  readonly operatorRevision: number
  readonly action: unknown
  readonly operator: {
    readonly responses?: { readonly last: { readonly at: string } }
    readonly answers?: readonly {
      readonly at: string
      readonly response?: { readonly kind: string; readonly at: string }
    }[]
  }
  readonly revisions: readonly {
    readonly type: string
    readonly time: string
    readonly data: {
      readonly notify: string
      readonly action: { readonly by: string; readonly byId?: string; readonly text: string } | null
      readonly operator: AlertShown['operator']
    }
  }[]
}

const publicUrl = 'https://tocsin.example'
let suite: WholeSuite
beforeAll(async () => {
  suite = await WholeSuite.start({ env: { TOCSIN_PUBLIC_URL: publicUrl } })
})
const closers: (() => Promise<void>)[] = []
afterAll(async () => {
  for (const close of closers) await close()
  await suite?.end()
})

async function keyOf(
  name: string,
  handling: string,
  scopes = ['alerts:operate', 'alerts:read']
): Promise<{ readonly keyId: string; readonly api: CheckedApi }> {
  const body = { name, scopes, handling }
  const made = (await suite.api.call('POST', '/v1/keys', { body })).body as {
    keyId: string
    secret: string
  }
  return { keyId: made.keyId, api: new CheckedApi({ url: suite.url, key: made.secret }) }
}

async function raised(): Promise<string> {
  for (const [i, [lat, lon]] of [
    [11.8212, -5.1403],
    [11.8634, -5.1711],
    [11.8907, -5.1127],
    [11.8429, -5.0976]
  ].entries()) {
    const body = {
      ...{
        source: { id: 'my-desk' },
        externalId: String(i),
        occurred: { from: yesterday, to: yesterday },
        category: 'attack'
      },
      ...{ location: { country: 'ML', lat, lon }, handling: 'partners' }
    }
    await suite.api.call('POST', '/v1/reports', { body })
  }
  const found = async () =>
    (
      (await suite.api.call('GET', '/v1/alerts?pattern=front')).body as {
        items: readonly { alertId: string }[]
      }
    ).items
  await expect.poll(async () => (await found()).length, { timeout: 30_000 }).toBe(1)
  return (await found())[0]?.alertId ?? ''
}

/** A partner's endpoint that asks for links. */
async function subscribed(
  api: CheckedApi
): Promise<{ readonly id: string; readonly receiver: WebhookReceiver }> {
  const receiver = await WebhookReceiver.listen()
  closers.push(() => receiver.close())
  const filter = { pattern: ['front'] }
  const { body } = await api.call('POST', '/v1/subscriptions', {
    body: { url: receiver.url, answerLinks: true, filter }
  })
  const { id, secret } = body as { id: string; secret: string }
  receiver.useSecret(secret)
  return { id, receiver }
}

/**
 * As a browser that is led to the public address: a page, the press of its button, and its form
 * with these fields.
 */
async function open(
  link: string,
  method: 'GET' | 'POST',
  fields?: Record<string, string>
): Promise<{ readonly status: number; readonly text: string }> {
  const body = fields === undefined ? {} : { body: new URLSearchParams(fields) }
  const answer = await fetch(link.replace(publicUrl, suite.url), { method, ...body })
  return { status: answer.status, text: await answer.text() }
}

/**
 * Until a time by the clock of this machine, which the suite has too: what takes no time is no
 * measure of times.
 */
const until = (ms: number) =>
  expect.poll(() => Date.now(), { timeout: 30_000, interval: 20 }).toBeGreaterThan(ms)

const seen = async (api: CheckedApi, id: string) =>
  (await api.call('GET', `/v1/alerts/${id}`)).body as AlertShown

it('is answered by two officers and a partner, and the report and the trail say so to the second', async () => {
  const holds = ['alerts:read', 'subscriptions:manage']
  const [awa, bo, partner, river] = [
    await keyOf('Awa', 'restricted'),
    await keyOf('Bo', 'restricted'),
    await keyOf('Partner', 'partners'),
    await keyOf('River house', 'partners', holds)
  ]
  const { id: subscriptionId, receiver } = await subscribed(river.api)
  const alertId = await raised()
  const unanswered = async (api: CheckedApi) => {
    const { items } = (await api.call('GET', '/v1/alerts?answered=false&pattern=front')).body as {
      items: readonly { alertId: string }[]
    }
    return items.map(item => item.alertId)
  }
  expect([await unanswered(awa.api), await unanswered(partner.api)]).toEqual([[alertId], [alertId]])

  const pagedAt =
    (await seen(awa.api, alertId)).revisions.find(({ data }) => data.notify === 'page')?.time ?? ''
  await until(Date.parse(pagedAt) + 2_000)
  const beganAt = new Date().toISOString()
  const act = async ({ api }: typeof awa, what: string, body: object, stale = 0) => {
    const headers = { 'if-match': `"${(await seen(api, alertId)).operatorRevision - stale}"` }
    return api.call('POST', `/v1/alerts/${alertId}/${what}`, { headers, body })
  }
  expect(await act(awa, 'acknowledgement', { note: 'Calling.' })).toMatchObject({ status: 200 })
  expect(await act(awa, 'assignment', { to: 'Bo', note: 'End of my shift.' })).toMatchObject({
    status: 200
  })

  // The partner's link is opened by a scanner, then by a human, who presses. Bo's revision holds as
  // before.
  const first = await receiver.waitForEvent(
    'the alert at the partner',
    ({ data }) => data.alertId === alertId
  )
  const { answerurl = '' } = first
  const revisionBefore = (await seen(awa.api, alertId)).revisions.length
  expect(await open(answerurl, 'GET')).toMatchObject({
    status: 200,
    text: expect.stringContaining('A human has it')
  })
  expect((await seen(awa.api, alertId)).revisions).toHaveLength(revisionBefore)
  await until(Date.parse(beganAt) + 2_000)
  expect(await open(answerurl, 'POST')).toMatchObject({
    status: 200,
    text: expect.stringContaining('a human has it')
  })
  expect((await seen(awa.api, alertId)).operator).toMatchObject({
    ...{ acknowledgedBy: 'Awa', assignedTo: 'Bo' },
    answers: [{ subscriptionId, by: 'River house', via: 'link' }]
  })
  const { items: had } = (await awa.api.call('GET', `/v1/alerts/${alertId}/told`)).body as {
    items: readonly object[]
  }
  expect(had).toMatchObject([{ subscriptionId, by: 'River house', answered: { via: 'link' } }])
  expect(await open(answerurl.slice(0, -2), 'POST')).toMatchObject({ status: 404 })

  await until(Date.parse(beganAt) + 4_000)
  const text = 'The patrol of Kadiolo left.'
  const late = await act(bo, 'response', { kind: 'sent', text }, 1)
  expect(late).toMatchObject({
    status: 409,
    body: { code: 'action-refused', by: 'Awa', byId: awa.keyId }
  })
  expect(await act(bo, 'response', { kind: 'sent', text })).toMatchObject({ status: 200 })
  // The partner warned people before anybody there pressed the button: it says so by the same link,
  // and once more by mistake.
  const warned = { kind: 'warned', hours: '', minutes: '', text: 'By the radio of the port.' }
  const recorded = await open(answerurl, 'POST', warned)
  expect(recorded).toMatchObject({
    status: 200,
    text: expect.stringContaining('people were warned, at')
  })
  expect(await open(answerurl, 'POST', warned)).toEqual(recorded)
  expect(await act(bo, 'resolution', { disposition: 'true' })).toMatchObject({ status: 200 })

  const report = async () => {
    const alert = await seen(awa.api, alertId)
    const at = (type: string) =>
      Date.parse(alert.revisions.find(each => each.type === `tocsin.alert.${type}.v1`)?.time ?? '')
    const doneAt = Date.parse(alert.operator.responses?.last.at ?? '')
    const paged = Date.parse(alert.revisions.find(({ data }) => data.notify === 'page')?.time ?? '')
    const [taken, done] = [
      Math.floor((at('acknowledged') - paged) / 1000),
      Math.floor((doneAt - paged) / 1000)
    ]
    const trail = alert.revisions.flatMap(({ type, time, data: { action } }) =>
      action === null ? [] : [{ type, by: action.by, byId: action.byId, time }]
    )
    const partnersDoneAt = Date.parse(alert.operator.answers?.[0]?.response?.at ?? '')
    const { items } = (await awa.api.call('GET', '/v1/response-times?by=officer')).body as {
      items: readonly object[]
    }
    const front = (await awa.api.call('GET', `/v1/response-times?by=severity`)).body as {
      items: readonly object[]
    }
    const subscribers = (await awa.api.call('GET', '/v1/response-times?by=subscriber')).body as {
      items: readonly object[]
    }
    const sent = (await suite.api.call('GET', `/v1/alerts/${alertId}/deliveries`)).body as {
      items: readonly { readonly sequence: number; readonly acceptedAt: string }[]
    }
    const had = Date.parse(
      sent.items.toSorted((a, b) => a.sequence - b.sequence)[0]?.acceptedAt ?? ''
    )
    const sinceHad = (ms: number) => Math.max(0, Math.floor((ms - Math.max(paged, had)) / 1000))
    const firstDoneAt = Math.min(doneAt, partnersDoneAt)
    const partner = {
      answered: sinceHad(at('answered')),
      done: sinceHad(firstDoneAt),
      rows: subscribers.items
    }
    return {
      taken,
      done,
      trail,
      officers: items,
      severities: front.items,
      severity: alert.severity,
      partner
    }
  }
  const before = await report()
  expect(before.trail.map(({ type, by, byId }) => [type, by, byId])).toEqual([
    ['tocsin.alert.acknowledged.v1', 'Awa', awa.keyId],
    ['tocsin.alert.assigned.v1', 'Awa', awa.keyId],
    ['tocsin.alert.answered.v1', 'River house', undefined],
    ['tocsin.alert.responded.v1', 'Bo', bo.keyId],
    ['tocsin.alert.answered.v1', 'River house', undefined],
    ['tocsin.alert.resolved.v1', 'Bo', bo.keyId]
  ])
  // Each happened when it was asked, in that order, by the clock of this machine.
  const times = [beganAt, ...before.trail.map(({ time }) => time), new Date().toISOString()]
  expect(times).toEqual(times.toSorted())
  const told = await seen(awa.api, alertId)
  const [, second] = told.revisions.filter(({ type }) => type === 'tocsin.alert.answered.v1')
  expect([second?.data.action?.text, second?.data.operator.answers]).toEqual([
    ...[
      'By the radio of the port.',
      [
        expect.objectContaining({
          response: expect.objectContaining({ kind: 'warned', at: second?.time })
        })
      ]
    ]
  ])
  const { taken, done } = before
  // From the page, and later than that as the partner's endpoint accepted it.
  expect([
    taken >= 2,
    done >= taken + 3,
    before.partner.answered >= 2,
    before.partner.done > before.partner.answered
  ]).toEqual([true, true, true, true])
  const answers = {
    ...{
      drill: false,
      called: 1,
      acknowledged: 1,
      acknowledgementMedianS: taken,
      acknowledgementP90S: taken
    },
    ...{ responded: 1, responseMedianS: done, responseP90S: done, unanswered: 0 }
  }
  expect(before.officers).toContainEqual({ officer: 'Awa', officerId: awa.keyId, ...answers })
  const { partner: ofPartner } = before
  expect(ofPartner.rows).toEqual([
    {
      ...{ subscriber: 'River house', subscriptionId, drill: false, called: 1, unanswered: 0 },
      ...{
        acknowledged: 1,
        acknowledgementMedianS: ofPartner.answered,
        acknowledgementP90S: ofPartner.answered
      },
      ...{ responded: 1, responseMedianS: ofPartner.done, responseP90S: ofPartner.done }
    }
  ])
  expect(await unanswered(awa.api)).toEqual([])

  // The partner is told that something was done, of which kind and when, and by nobody's name.
  const shown = await seen(partner.api, alertId)
  expect(shown.operator).toMatchObject({
    acknowledgedBy: 'an officer',
    responses: { count: 1, first: { kind: 'sent' } }
  })
  expect(JSON.stringify(shown)).not.toMatch(/Kadiolo|Awa|"Bo"|River|answer|warned|radio/)
  expect(JSON.stringify(receiver.events)).not.toMatch(/River|"answers"|alert.answered|warned|radio/)
  expect(receiver.violations).toEqual([])
  const toPartner = (await partner.api.call('GET', '/v1/response-times?by=officer')).body as {
    items: readonly object[]
  }
  expect(toPartner.items).toContainEqual({ officer: 'an officer', officerId: null, ...answers })

  await suite.killAndRestart()
  expect(await report()).toEqual(before)
})
