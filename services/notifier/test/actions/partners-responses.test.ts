// Partners say what they did: with a key or by the link, under the rules of officers' responses,
// told to officers alone, and in the report and the metric of their own subscription.

import type { SubscriptionRecord } from '@tocsin/contracts/record/control-record'
import { beforeEach, describe, expect, it } from 'vitest'
import { subscriberDeedsMax } from '../../src/alerts/subscriber-calls.ts'
import type { Delivery } from '../../src/notification/delivery.ts'
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
  return (
    await suite.ask('POST', '/v1/subscriptions', {
      body: { url, answerLinks: true, policy: null },
      key
    })
  ).body.id
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
    const unacknowledged = (await suite.ask('GET', '/v1/alerts?answered=false', { key: awa })).body
      .items
    expect(unacknowledged).toHaveLength(1)
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

  it('names one alert of one subscription: of others, expired or cut nothing is read and nothing recorded', async () => {
    const otherSub = await subscription(other, 'https://other.example/hook')
    await write('raised', 'a1')
    await write('raised', 'a2')
    const fields = { kind: 'sent', alertId: 'a1', subscriptionId: sub }
    const bad = await open('/answer?token=ta_x', 'POST', fields)
    expect(bad.statusCode).toBe(404)
    const record = suite.h.control.state.subscriptions.get(sub) as SubscriptionRecord
    const [delivery] = suite.h.notifier.dispatcher.of(sub).table.newestFirst('a1') as [Delivery]
    const planned = (days: number) => ({
      ...delivery,
      plannedAt: new Date(suite.h.clock.nowMs() - days * 86_400_000).toISOString()
    })
    const aged = (days: number) =>
      suite.h.notifier.answerLinks.formatUrl(record, planned(days))?.slice(22) ?? ''
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
})
