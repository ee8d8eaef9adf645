// Partners say what they did: with a key or by the link, under the rules of officers' responses,
// told to officers alone, and in the report and the metric of their own subscription.

import type { SubscriptionRecord } from '@tocsin/domain/control/control-record'
import { subscriberDeedsMax } from '@tocsin/domain/response/subscriber-calls'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Delivery } from '../../src/delivery/delivery.ts'
import { Suite } from '../support/http-suite.ts'
import { settle } from '../support/manual-clock.ts'

const formType = 'application/x-www-form-urlencoded'

let suite: Suite
let river: string
let other: string
let awa: string
let sub: string
beforeEach(async () => {
  suite = await Suite.start({ publicUrl: 'https://tocsin.example/' })
  const holding = ['subscriptions:manage', 'alerts:read']
  river = await suite.key(holding, { name: 'River house', handling: 'partners' })
  other = await suite.key(holding, { name: 'Other house', handling: 'partners' })
  awa = await suite.key(['alerts:read', 'alerts:operate'], { name: 'Awa', handling: 'internal' })
  sub = await subscription(river, 'https://own.example/hook')
})

async function subscription(key: string, url: string): Promise<string> {
  return (await suite.ask('POST', '/v1/subscriptions', { body: { url, answerLinks: true }, key }))
    .body.id
}
async function write(
  ...[name, id, more]: Parameters<Suite['h']['alerts']['write']>
): Promise<void> {
  await suite.h.alerts.write(name, id, { handling: 'partners', ...more })
  await settle(60)
}
const linkOf = (at: number) => {
  const { answerurl = 'none' } = suite.h.network.events[at] as unknown as { answerurl?: string }
  return answerurl.replace('https://tocsin.example', '')
}
const tell = (response: unknown, { key = river, more = {}, headers = {} } = {}) =>
  suite.ask('POST', `/v1/subscriptions/${sub}/acknowledgements`, {
    key,
    headers,
    body: { alertId: 'a1', ...more, response }
  })
const at = (minutes: number) => new Date(suite.h.clock.nowMs() + minutes * 60_000).toISOString()
const seenBy = async (key: string) =>
  (await suite.ask('GET', '/v1/alerts/a1?revisions=50', { key })).body
const answerNow = async () => (await seenBy(awa)).operator.answers?.[0]
const timesOf = async (by: string, key: string) =>
  (await suite.ask('GET', `/v1/response-times?by=${by}`, { key })).body.items as readonly Record<
    string,
    unknown
  >[]
const open = (url: string, method: 'GET' | 'POST', fields?: Record<string, string>) =>
  suite.host.app.inject({
    ...{ method, url },
    headers: {
      host: 'tocsin.example',
      ...(fields === undefined
        ? {}
        : { 'content-type': formType, origin: 'https://tocsin.example' })
    },
    ...(fields === undefined ? {} : { payload: new URLSearchParams(fields).toString() })
  })

describe('what a partner did', () => {
  it('is told to officers with its name, its words and its time, in the state, the trail and the list of who was told', async () => {
    await write('raised', 'a1')
    const done = { kind: 'warned', at: at(-40), text: 'By radio.' }
    expect((await tell(done, { more: { note: 'Ours.' } })).status).toBe(200)
    const shown = await seenBy(awa)
    const response = { kind: 'warned', at: done.at, recordedAt: expect.any(String) }
    expect(shown).toMatchObject({
      ...{
        operatorRevision: 0,
        status: 'provisional',
        action: { by: 'River house', byId: expect.any(String), text: 'By radio.' }
      },
      operator: {
        acknowledgedBy: null,
        answers: [{ subscriptionId: sub, by: 'River house', note: 'Ours.', via: 'key', response }]
      }
    })
    expect(shown.operator.responses).toBeUndefined()
    const told = (await suite.ask('GET', '/v1/alerts/a1/told', { key: awa })).body.items
    expect(told).toMatchObject([{ subscriptionId: sub, answered: { note: 'Ours.', response } }])
    // It is nobody's response but the partner's: officers have not answered.
    const unanswered = (await suite.ask('GET', '/v1/alerts?answered=false', { key: awa })).body
      .items
    expect(unanswered).toHaveLength(1)
  })

  it('keeps to the times and words of a response: none ahead, none long before, no decision without its reason', async () => {
    await write('raised', 'a1')
    for (const [response, pointer] of [
      [{ kind: 'warned', at: at(2) }, '/response/at'],
      [{ kind: 'warned', at: at(-31 * 24 * 60) }, '/response/at'],
      [{ kind: 'warned', at: 'yesterday' }, '/response/at'],
      [{ kind: 'none' }, '/response/text'],
      [{ kind: 'none', text: '  ' }, '/response/text'],
      [{ kind: 'prayed' }, '/response/kind'],
      [{ at: at(-1) }, '/response/kind'],
      [{ kind: 'warned', text: 'x'.repeat(4001) }, '/response/text'],
      [{ kind: 'warned', handling: 'public' }, '/response/handling']
    ] as const) {
      const { status, body } = await tell(response)
      expect([JSON.stringify(response).slice(0, 60), status, body.errors?.[0]?.pointer]).toEqual([
        ...[JSON.stringify(response).slice(0, 60), 422, pointer]
      ])
    }
    expect(await answerNow()).toBeUndefined()
    // By a clock that is a little ahead it was done now; and a repeat is the same answer.
    const headers = { 'idempotency-key': 'k1' }
    const ahead = { kind: 'sent', at: at(0.5) }
    const first = await tell(ahead, { headers })
    expect(first.status).toBe(200)
    expect((await answerNow()).response.at <= at(0)).toBe(true)
    expect((await tell(ahead, { headers })).body).toEqual(first.body)
    expect((await tell({ kind: 'moved', at: ahead.at }, { headers })).status).toBe(400)
    expect((await tell(null, { headers })).status).toBe(400)
  })

  it('is taken of an alert that is over, which no answer alone is, and is no acknowledgement then', async () => {
    await write('raised', 'a1', { notify: 'page' })
    await write('resolved', 'a1', { status: 'resolved' })
    expect((await tell(undefined)).status).toBe(409)
    expect((await tell({ kind: 'sent', at: at(0) })).status).toBe(200)
    await settle(60)
    expect(await timesOf('subscriber', river)).toMatchObject([
      { called: 1, acknowledged: 0, responded: 1 }
    ])
  })

  it('is in the times of its own subscription alone, right to the second, and in its metric', async () => {
    const otherSub = await subscription(other, 'https://other.example/hook')
    await write('raised', 'a1', { notify: 'page' })
    const paged = Date.parse((await seenBy(awa)).revisions[0].time)
    await suite.h.clock.advance(3_600_000)
    const iso = (s: number) => new Date(paged + s * 1000).toISOString()
    await tell({ kind: 'moved', at: iso(95) })
    await tell({ kind: 'warned', at: iso(7) })
    // Mistyped: said again with the right time.
    await tell({ kind: 'warned', at: iso(70) })
    await settle(60)
    const rows = await timesOf('subscriber', suite.owner)
    expect(rows.map(row => [row.subscriptionId, row.responded, row.responseMedianS])).toEqual([
      [otherSub, 0, null],
      [sub, 1, 70]
    ])
    expect(await timesOf('subscriber', other)).toMatchObject([{ responded: 0 }])
    for (const by of ['severity', 'area', 'officer'] as const)
      expect([by, (await timesOf(by, suite.owner))[0]?.responded]).toEqual([by, 0])
    const { metricsLabel } = (
      await suite.ask('GET', `/v1/subscriptions/${sub}/health`, { key: river })
    ).body
    const metrics = (await suite.h.metrics.metrics()).split('\n')
    const told = (name: string) => metrics.filter(line => line.startsWith(name))
    expect(told('tocsin_alert_response_seconds_count{')).toEqual([])
    // As it was recorded first.
    expect(told('tocsin_subscription_response_seconds_sum')).toEqual([
      `tocsin_subscription_response_seconds_sum{subscription="${metricsLabel}"} 95`
    ])
    expect(told('tocsin_subscription_response_seconds_count')).toHaveLength(1)
  })

  it('of officers is in the metric of each subscription that was called, from when it was', async () => {
    await write('raised', 'a1', { notify: 'page' })
    await subscription(other, 'https://other.example/hook')
    await suite.h.clock.advance(60_000)
    const { operatorRevision } = await seenBy(awa)
    const headers = { 'if-match': `"${operatorRevision}"` }
    const body = { kind: 'sent', at: at(0) }
    expect(
      (await suite.ask('POST', '/v1/alerts/a1/response', { body, key: awa, headers })).status
    ).toBe(200)
    await tell({ kind: 'warned', at: at(-0.5) })
    await settle(60)
    const metrics = (await suite.h.metrics.metrics()).split('\n')
    const [count, ...others] = metrics.filter(line =>
      line.startsWith('tocsin_subscription_response_seconds_count')
    )
    // Not of the subscription that came later, and not of what was done after it: the histogram
    // takes the first that is recorded.
    expect([count?.split(' ').at(-1), others]).toEqual(['1', []])
    const sum = Number(
      metrics
        .find(line => line.startsWith('tocsin_subscription_response_seconds_sum'))
        ?.split(' ')
        .at(-1)
    )
    const paged = Date.parse((await seenBy(awa)).revisions[0].time)
    expect(sum).toBe(Math.floor((suite.h.clock.nowMs() - paged) / 1000))
  })

  it('is told of to no other partner, nor to itself, by no event, number or count', async () => {
    await write('raised', 'a1')
    const before = [await seenBy(other), await seenBy(river)]
    const sent = suite.h.network.events.length
    await tell({ kind: 'warned', text: 'By radio.' })
    await open(linkOf(0), 'POST', { kind: 'moved', text: 'To the school.' })
    await settle(60)
    expect([await seenBy(other), await seenBy(river)]).toEqual(before)
    expect(suite.h.network.events).toHaveLength(sent)
    for (const key of [other, river]) {
      expect((await suite.ask('GET', '/v1/feed', { key })).body.items).toHaveLength(1)
      const { status } = await suite.ask('GET', '/v1/alerts/a1/told', { key })
      expect(status).toBe(403)
    }
    await suite.ask('POST', '/v1/alerts/a1/acknowledgement', {
      headers: { 'if-match': '0' },
      body: {}
    })
    await settle(60)
    const after = JSON.stringify([
      await seenBy(other),
      suite.h.network.events,
      await timesOf('severity', other)
    ])
    expect(after).toContain('alert.acknowledged')
    expect(after).not.toMatch(/River|"answers"|radio|school|warned|moved/)
  })
})

describe('the form behind a link', () => {
  it('records what was done, how long ago, with the name of the subscription and no key', async () => {
    await write('raised', 'a1')
    const page = await open(linkOf(0), 'GET')
    expect(page.body).toMatch(
      /<select name="kind" required>.*<option value="warned">People were warned<\/option>/s
    )
    const pressed = await open(linkOf(0), 'POST', {
      kind: 'warned',
      hours: '1',
      minutes: '30',
      text: 'By radio.\r\nTwice.'
    })
    expect([pressed.statusCode, pressed.body]).toEqual([
      200,
      expect.stringContaining('people were warned, at')
    ])
    const said = await answerNow()
    expect(said).toMatchObject({
      subscriptionId: sub,
      by: 'River house',
      via: 'link',
      response: { kind: 'warned', at: at(-90) }
    })
    expect(pressed.body).toContain(at(-90))
    expect((await seenBy(awa)).action).toMatchObject({
      by: 'River house',
      text: 'By radio.\nTwice.'
    })
    expect((await seenBy(awa)).action).not.toHaveProperty('byId')
    const again = (await open(linkOf(0), 'GET')).body
    expect(again).toContain(
      `Recorded as done: people were warned, at <time datetime="${at(-90)}">${at(-90).slice(11, 16)} UTC on `
    )
    expect(again).toMatch(/UTC on \d{1,2} [A-Z][a-z]+ \d{4}<\/time>/)
  })

  it('pressed again records nothing, however late; with another response it records that as well', async () => {
    await write('raised', 'a1')
    const link = linkOf(0)
    expect((await open(link, 'POST')).statusCode).toBe(200)
    // Used once to say that somebody has it, it still says what was done.
    const fields = { kind: 'sent', hours: '', minutes: '10', text: '' }
    const first = await open(link, 'POST', fields)
    const revision = (await seenBy(awa)).revision
    expect(revision).toBe(3)
    await suite.h.clock.advance(300_000)
    const again = await open(link, 'POST', fields)
    expect([again.statusCode, again.body]).toEqual([200, first.body])
    expect((await seenBy(awa)).revision).toBe(revision)
    expect((await open(link, 'POST', { ...fields, kind: 'moved' })).statusCode).toBe(200)
    const { revisions } = await seenBy(awa)
    const kinds = revisions.map(
      (each: { data: { operator: { answers?: { response?: object }[] } } }) => {
        const [answer] = each.data.operator.answers ?? []
        return (answer?.response as { kind?: string } | undefined)?.kind
      }
    )
    expect(kinds).toEqual([undefined, undefined, 'sent', 'moved'])
  })

  it('keeps what was typed where it cannot be recorded, and says why', async () => {
    await write('raised', 'a1')
    const text = 'Because </textarea><script>alert(1)</script> "of" it'
    for (const [fields, why] of [
      [{ kind: '' }, 'Choose what was done.'],
      [{ kind: 'prayed' }, 'Choose what was done.'],
      [{ kind: 'none', text: ' ' }, 'Say why nothing is done.'],
      [{ kind: 'sent', hours: '1.5' }, 'must be whole numbers'],
      [{ kind: 'sent', minutes: '-5' }, 'must be whole numbers'],
      [{ kind: 'sent', hours: '99999' }, 'must be whole numbers'],
      [{ kind: 'sent', hours: '745', text }, '30 days before'],
      [{ kind: 'sent', text: 'x'.repeat(4001) }, 'at most 4000'],
      [{ kind: 'sent', text: '‮turned' }, 'cannot be kept']
    ] as const) {
      const { statusCode, body } = await open(linkOf(0), 'POST', fields)
      expect([fields.kind, statusCode, body.includes(why)]).toEqual([fields.kind, 422, true])
      expect(body).toContain('Nothing was recorded.')
    }
    const kept = (await open(linkOf(0), 'POST', { kind: 'sent', hours: '745', text })).body
    expect(kept).toMatch(
      /<option value="sent" selected>.*value="745".*Because &lt;\/textarea&gt;&lt;script&gt;/s
    )
    expect(kept).not.toContain('<script')
    expect(await answerNow()).toBeUndefined()
  })

  it('of an alert that is over takes what was done, and offers no button for who has it', async () => {
    await write('raised', 'a1')
    await write('resolved', 'a1', { status: 'resolved' })
    const { statusCode, body } = await open(linkOf(0), 'GET')
    expect([
      statusCode,
      body.includes('The alert is over'),
      body.includes('A human has it')
    ]).toEqual([200, true, false])
    expect((await open(linkOf(0), 'POST')).statusCode).toBe(409)
    expect((await open(linkOf(0), 'POST', { kind: 'sent', minutes: '5' })).statusCode).toBe(200)
    expect(await answerNow()).toMatchObject({ response: { kind: 'sent' } })
  })

  it('opened before people were called again records nothing, and keeps what was typed', async () => {
    await write('raised', 'a1', { notify: 'page' })
    const action = (
      /action="([^"]+)"/.exec((await open(linkOf(0), 'GET')).body)?.[1] ?? ''
    ).replaceAll('&amp;', '&')
    await write('resolved', 'a1', { status: 'resolved' })
    await write('reopened', 'a1', { status: 'provisional', notify: 'page' })
    const { statusCode, body } = await open(action, 'POST', { kind: 'sent', text: 'The patrol.' })
    expect([
      statusCode,
      body.includes('People were called again'),
      body.includes('The patrol.')
    ]).toEqual([409, true, true])
    expect(await answerNow()).toBeUndefined()
  })

  it('names one alert of one subscription: of others, expired or cut nothing is read and nothing recorded', async () => {
    const otherSub = await subscription(other, 'https://other.example/hook')
    await write('raised', 'a1')
    await write('raised', 'a2')
    const fields = { kind: 'sent', alertId: 'a1', subscriptionId: sub }
    const bad = await open('/answer?token=ta_x', 'POST', fields)
    expect(bad.statusCode).toBe(404)
    const record = suite.h.control.state.subscriptions.get(sub) as SubscriptionRecord
    const [delivery] = suite.h.notifier.dispatcher.of(sub).newestFirst('a1') as [Delivery]
    const planned = (days: number) => ({
      ...delivery,
      plannedAt: new Date(suite.h.clock.nowMs() - days * 86_400_000).toISOString()
    })
    const aged = (days: number) =>
      suite.h.notifier.answerLinks.urlOf(record, planned(days))?.slice(22) ?? ''
    for (const link of [aged(7), `${linkOf(0)}&token=ta_x`, linkOf(0).slice(0, -3)]) {
      const { statusCode, body } = await open(link, 'POST', fields)
      expect([statusCode, body]).toEqual([404, bad.body])
    }
    expect(await answerNow()).toBeUndefined()
    expect((await open(aged(6.9), 'GET')).statusCode).toBe(200)
    // Whatever the form names, it is said of the alert and by the subscription of the link.
    await write('revised', 'a2', { severity: 'extreme' })
    const newest = suite.h.network.requests.findLastIndex(({ url }) => url.includes('other'))
    expect((await open(linkOf(newest), 'POST', fields)).statusCode).toBe(200)
    expect(await answerNow()).toBeUndefined()
    const { operator } = (await suite.ask('GET', '/v1/alerts/a2', { key: awa })).body
    expect(operator.answers).toMatchObject([
      { subscriptionId: otherSub, response: { kind: 'sent' } }
    ])
  })

  it(`takes ${subscriberDeedsMax} responses: whoever has a link fills no log`, async () => {
    await write('raised', 'a1')
    for (let i = 0; i < subscriberDeedsMax; i++) {
      const taken = await open(linkOf(0), 'POST', { kind: 'other', text: `No. ${i}` })
      expect([i, taken.statusCode, taken.body]).toEqual([
        i,
        200,
        expect.stringContaining('something else')
      ])
    }
    const { statusCode, body } = await open(linkOf(0), 'POST', { kind: 'other', text: 'One more' })
    expect([statusCode, body.includes('takes no more'), body.includes('One more')]).toEqual([
      409,
      true,
      true
    ])
    // What was pressed before is still known, and the key is not bound by it.
    expect((await open(linkOf(0), 'POST', { kind: 'other', text: 'No. 3' })).statusCode).toBe(200)
    expect((await tell({ kind: 'other', text: 'One more' })).status).toBe(200)
  })

  it('takes as many, and no more, while nobody decides', async () => {
    await write('raised', 'a1')
    suite.rules.stop()
    const press = (n: number) => open(linkOf(0), 'POST', { kind: 'other', text: `No. ${n}` })
    const pressed = Promise.all(Array.from({ length: subscriberDeedsMax + 5 }, (_, n) => press(n)))
    await settle(60)
    await suite.h.clock.advance(2000)
    const statuses = (await pressed).map(({ statusCode }) => statusCode).toSorted((a, b) => a - b)
    expect(statuses).toEqual([...Array(subscriberDeedsMax).fill(202), ...Array(5).fill(409)])
  })

  it('is not taken for the button where it is no form, or lacks what the form has', async () => {
    await write('raised', 'a1')
    const headers = { host: 'tocsin.example', 'content-type': 'application/json' }
    const posted = {
      method: 'POST',
      url: linkOf(0),
      headers,
      payload: '{"kind":"warned"}'
    } as const
    expect((await suite.host.app.inject(posted)).statusCode).toBe(415)
    expect((await open(linkOf(0), 'POST', { what: 'warned' })).statusCode).toBe(422)
    const twice = {
      ...posted,
      headers: { ...headers, 'content-type': formType },
      payload: 'kind=warned&kind=moved'
    }
    const { statusCode, body } = await suite.host.app.inject(twice)
    expect([statusCode, body.includes('The form has kind twice.')]).toEqual([422, true])
    expect(await answerNow()).toBeUndefined()
  })

  it('is read by a link alone, and no more of it than a form has', async () => {
    await write('raised', 'a1')
    const long = { kind: 'sent', text: 'x'.repeat(70_000) }
    expect((await open(linkOf(0), 'POST', long)).statusCode).toBe(413)
    expect((await open('/answer?token=ta_x', 'POST', long)).statusCode).toBe(404)
    const headers = {
      host: 'tocsin.example',
      'content-type': formType,
      'sec-fetch-site': 'cross-site'
    }
    const payload = 'kind=sent'
    expect(
      (await suite.host.app.inject({ method: 'POST', url: linkOf(0), headers, payload })).statusCode
    ).toBe(403)
    expect(await answerNow()).toBeUndefined()
  })
})
