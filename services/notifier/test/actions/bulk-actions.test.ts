// One act on many alerts over HTTP: each is answered as its own route would answer.

import { beforeEach, describe, expect, it } from 'vitest'
import { Suite } from '../support/http-suite.ts'
import { settle } from '../support/manual-clock.ts'
import { ownerKey } from '../support/notifier-harness.ts'

let suite: Suite
beforeEach(async () => {
  suite = await Suite.start()
  for (const id of ['a1', 'a2', 'a3']) await suite.h.alerts.write('raised', id)
  await suite.h.alerts.write('raised', 'dark', { handling: 'restricted' })
  await settle()
})

const at = (alertId: string, operatorRevision = 0) => ({ alertId, operatorRevision })
const bulk = (
  body: object,
  { key = ownerKey, headers = {} }: { key?: string; headers?: Record<string, string> } = {}
) => suite.ask('POST', '/v1/alerts/actions', { body, key, headers })
const shown = async (id: string) => (await suite.ask('GET', `/v1/alerts/${id}?revisions=1000`)).body

describe('an act on many alerts', () => {
  it.each([
    [{ acknowledgement: { note: 'on it' } }, { acknowledgedBy: 'owner' }],
    [{ assignment: { to: 'night desk' } }, { assignedTo: 'night desk' }],
    [{ comment: { text: 'Seen.' } }, {}],
    [{ response: { kind: 'warned', text: 'Called.' } }, { responses: { count: 1 } }],
    [{ resolution: { disposition: true } }, { disposition: 'true' }]
  ])('does %j on each', async (act, operator) => {
    const done = await bulk({ alerts: [at('a2'), at('a1')], ...act })
    expect([done.status, done.body]).toEqual([
      200,
      { items: ['a2', 'a1'].map(alertId => ({ alertId, status: 200, operatorRevision: 1 })) }
    ])
    for (const id of ['a1', 'a2'])
      expect(await shown(id)).toMatchObject({ operatorRevision: 1, operator })
    expect((await shown('a3')).operatorRevision).toBe(0)
    // With the position of the answer all of it can be read at once.
    const headers = { 'tocsin-cursor': done.headers['tocsin-cursor'] as string }
    expect(
      (await suite.askWaiting('GET', '/v1/alerts/a1', { headers })).body.operatorRevision
    ).toBe(1)
  })

  it('answers each as its own route does: done, stale, closed, hidden and missing, in the order of the request', async () => {
    const officer = await suite.key(['alerts:operate', 'alerts:read'])
    const alone = (id: string, ifMatch: number) =>
      suite.ask('POST', `/v1/alerts/${id}/comment`, {
        headers: { 'if-match': String(ifMatch) },
        body: { text: 'Seen.' },
        key: officer
      })
    await suite.ask('POST', '/v1/alerts/a2/acknowledgement', { headers: { 'if-match': '0' } })
    const all = [at('dark'), at('a2'), at('a1'), at('missing')]
    const { status, body } = await bulk(
      { alerts: all, comment: { text: 'Seen.' } },
      { key: officer }
    )
    expect([status, body.items.map((each: { status: number }) => each.status)]).toEqual([
      200,
      [404, 409, 200, 404]
    ])
    for (const [i, { alertId, operatorRevision }] of all.entries()) {
      if (alertId === 'a1') continue
      const { instance: _one, ...expected } = (await alone(alertId, operatorRevision)).body
      const { instance: _other, ...problem } = body.items[i].problem
      expect([alertId, problem]).toEqual([alertId, expected])
    }
    expect(body.items[1].problem).toMatchObject({
      code: 'action-refused',
      by: 'owner',
      operatorRevision: 1
    })
    // Of what is hidden nothing tells that it is there: byte for byte.
    const [hidden, missing] = [body.items[0], body.items[3]].map(each => JSON.stringify(each))
    expect(hidden?.replaceAll('dark', 'missing')).toBe(missing)
    expect((await shown('dark')).operatorRevision).toBe(0)
  })

  it('is done once on each under one Idempotency-Key, and refused another act under it', async () => {
    const headers = { 'idempotency-key': 'click-1' }
    const once = (text: string) =>
      bulk({ alerts: [at('a1'), at('a2')], comment: { text } }, { headers })
    const [first, again] = [await once('Seen.'), await once('Seen.')]
    expect(again.body).toEqual(first.body)
    expect((await shown('a1')).operatorRevision).toBe(1)
    const other = await once('Not seen.')
    expect(other.body.items).toMatchObject([{ status: 409 }, { status: 409 }])
    // As the route of one alert does it, so that either may repeat the other.
    const alone = { headers: { ...headers, 'if-match': '0' }, body: { text: 'Seen.' } }
    expect((await suite.ask('POST', '/v1/alerts/a1/comment', alone)).status).toBe(200)
    expect((await shown('a1')).operatorRevision).toBe(1)
  })

  it('has one winner for each alert where fifty officers act on all of them at once', async () => {
    const officers = await Promise.all(
      Array.from({ length: 50 }, (_, i) =>
        suite.key(['alerts:operate', 'alerts:read'], { name: `Officer ${i}` })
      )
    )
    const alerts = [at('a1'), at('a2'), at('a3')]
    const answers = await Promise.all(
      officers.map(key => bulk({ alerts, acknowledgement: {} }, { key }))
    )
    for (const [i, { alertId }] of alerts.entries()) {
      const statuses = answers.map(({ body }) => body.items[i].status)
      expect([
        alertId,
        statuses.filter(each => each === 200).length,
        statuses.filter(each => each === 409).length
      ]).toEqual([alertId, 1, 49])
      const { operator, operatorRevision } = await shown(alertId)
      expect(operatorRevision).toBe(1)
      expect(operator.acknowledgedBy).toBe(`Officer ${statuses.indexOf(200)}`)
    }
  })

  it('that waits for rules that are behind is answered 202 for each, within the time of one', async () => {
    suite.rules.stop()
    const ids = Array.from({ length: 100 }, (_, i) => `b${i}`)
    for (const id of ids) await suite.h.alerts.write('raised', id)
    await settle(30)
    const asked = bulk({ alerts: ids.map(id => at(id)), acknowledgement: {} })
    await settle(60)
    // As long as one would wait, not once for each that is asked for after others.
    await suite.h.clock.advance(2_000)
    const { body } = await asked
    expect(new Set(body.items.map((each: { status: number }) => each.status))).toEqual(
      new Set([202])
    )
    const { alertId, actionId } = body.items[99]
    expect((await suite.ask('GET', `/v1/actions/${actionId}`)).body).toMatchObject({
      state: 'pending',
      alertId
    })
  })

  it.each([
    [{ alerts: [], comment: { text: 'x' } }, '/alerts'],
    [
      { alerts: Array.from({ length: 101 }, (_, i) => at(`a${i}`)), comment: { text: 'x' } },
      '/alerts'
    ],
    [{ alerts: [at('a1'), at('a1', 1)], comment: { text: 'x' } }, '/alerts/1/alertId'],
    [{ alerts: [{ alertId: 'a1' }], comment: { text: 'x' } }, '/alerts/0/operatorRevision'],
    [{ alerts: [at('a1')] }, ''],
    [{ alerts: [at('a1')], comment: { text: 'x' }, acknowledgement: {} }, ''],
    [{ alerts: [at('a1')], comment: {} }, '/comment/text'],
    [{ alerts: [at('a1')], resolution: { disposition: 'over' } }, '/resolution/disposition'],
    [{ alerts: [at('a1')], response: {} }, '/response/kind'],
    [{ alerts: [at('a1')], response: { kind: 'none' } }, '/response/text'],
    [{ alerts: [at('a1')], response: { kind: 'warned', corrects: 'r1' } }, '/response/corrects'],
    [{ alerts: [at('a1')], acknowledgement: { until: 'soon' } }, '/acknowledgement/until']
  ])('is refused as a whole where its body is: %#', async (body, pointer) => {
    const refused = await bulk(body)
    expect([refused.status, refused.body.errors?.[0]?.pointer]).toEqual([422, pointer])
    expect((await shown('a1')).operatorRevision).toBe(0)
  })
})

describe('the limit of a key', () => {
  const limited = (perMinute: number) =>
    suite.key(['alerts:operate', 'alerts:read'], { limits: { perMinute } })
  const left = ({ headers }: { headers: Readonly<Record<string, string>> }) =>
    Number(/"per-minute";r=(\d+)/.exec(headers.ratelimit ?? '')?.[1])

  it('refuses whole what does not fit, before anything is done, and counts that it was asked', async () => {
    const key = await limited(5)
    await suite.ask('GET', '/v1/alerts/a1', { key })
    const alerts = ['a1', 'a2', 'a3', 'n1', 'n2'].map(id => at(id))
    const over = await bulk({ alerts, comment: { text: 'x' } }, { key })
    expect(over).toMatchObject({
      status: 429,
      body: { code: 'too-many', policy: 'per-minute', limit: 5 }
    })
    expect(over.headers['retry-after']).toBe('60')
    expect((await shown('a1')).operatorRevision).toBe(0)
    expect(left(over)).toBe(3)
    const fits = await bulk({ alerts: alerts.slice(0, 3), comment: { text: 'x' } }, { key })
    expect([fits.status, left(fits)]).toEqual([200, 0])
    await suite.h.clock.advance(60_000)
    const later = await bulk({ alerts, comment: { text: 'y' } }, { key })
    expect([later.status, left(later)]).toEqual([200, 0])
  })
})
