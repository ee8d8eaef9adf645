import type { Host } from '@tocsin/service-kit/host'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { settle } from './manual-clock.ts'
import { FakeNetwork, failing, Harness, ownerKey } from './notifier-harness.ts'
import { RulesStub } from './rules-stub.ts'

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE'
interface Answer {
  readonly status: number
  // biome-ignore lint/suspicious/noExplicitAny: answers are looked at field by field, which is what these tests are for
  readonly body: any
  readonly headers: Readonly<Record<string, string>>
}

class Suite {
  readonly h: Harness
  readonly host: Host
  readonly rules: RulesStub
  constructor(h: Harness, host: Host, rules: RulesStub) {
    this.h = h
    this.host = host
    this.rules = rules
  }
  static async start(config: Record<string, unknown> = {}): Promise<Suite> {
    const h = new Harness({ config })
    const host = await h.host()
    return new Suite(h, host, await new RulesStub(h).start())
  }
  async ask(
    method: Method,
    url: string,
    { body, key = ownerKey, headers = {} }: { body?: unknown; key?: string; headers?: Record<string, string> } = {}
  ): Promise<Answer> {
    const answer = await this.host.app.inject({
      method,
      url,
      headers: { authorization: `Bearer ${key}`, ...headers },
      ...(body === undefined ? {} : { payload: body as object })
    })
    return {
      status: answer.statusCode,
      body: answer.body === '' ? null : answer.json(),
      headers: answer.headers as Record<string, string>
    }
  }
  /** Asks while the clock goes on, for routes that wait. */
  async askWaiting(...args: Parameters<Suite['ask']>): Promise<Answer> {
    const answer = this.ask(...args)
    await settle()
    await this.h.clock.advance(2_500)
    return answer
  }
  async key(scopes: readonly string[], more: object = {}): Promise<string> {
    const made = await this.ask('POST', '/v1/keys', { body: { name: `key ${scopes.join()}`, scopes, ...more } })
    expect(made.status).toBe(201)
    return made.body.secret
  }
  async close(): Promise<void> {
    this.rules.stop()
    await this.host.close()
    await this.h.control.close()
    await this.h.log.close()
  }
}

let suite: Suite
beforeEach(async () => {
  suite = await Suite.start()
})
afterEach(() => suite.close())

describe('GET /v1/alerts', () => {
  it('lists newest first, by page, each alert once', async () => {
    for (let i = 1; i <= 5; i++) await suite.h.alerts.write('raised', `a${i}`)
    await suite.h.alerts.write('revised', 'a1')
    await settle()
    const first = await suite.ask('GET', '/v1/alerts?limit=2')
    const second = await suite.ask('GET', `/v1/alerts?limit=2&cursor=${first.body.next}`)
    const third = await suite.ask('GET', `/v1/alerts?limit=2&cursor=${second.body.next}`)
    const ids = [first, second, third].flatMap(page => page.body.items.map((alert: { alertId: string }) => alert.alertId))
    expect(ids).toEqual(['a5', 'a4', 'a3', 'a2', 'a1'])
    expect(third.body.next).toBeNull()
  })
  it('takes filters by their names, and names what it does not understand', async () => {
    await suite.h.alerts.write('raised', 'a1', { severity: 'severe' })
    await suite.h.alerts.write('raised', 'a2', { status: 'retracted' })
    await settle()
    expect((await suite.ask('GET', '/v1/alerts?severity=severe,extreme')).body.items).toHaveLength(1)
    expect((await suite.ask('GET', '/v1/alerts?status=retracted')).body.items[0].alertId).toBe('a2')
    expect((await suite.ask('GET', '/v1/alerts?circle=13.88,-5.36,1')).body.items).toHaveLength(2)
    for (const [query, pointer] of [
      ['severity=awful', 'severity'],
      ['severty=severe', 'severty'],
      ['limit=0', 'limit'],
      ['circle=1,2', 'circle']
    ]) {
      const answer = await suite.ask('GET', `/v1/alerts?${query}`)
      expect(answer).toMatchObject({ status: 400, body: { code: 'query-invalid', errors: [{ pointer }] } })
    }
    expect((await suite.ask('GET', '/v1/alerts?cursor=nonsense')).body.code).toBe('cursor-invalid')
  })
  it('needs the scope, and shows a key no more than it may see', async () => {
    await suite.h.alerts.write('raised', 'open', { handling: 'partners' })
    await suite.h.alerts.write('raised', 'hidden', { handling: 'internal' })
    await suite.h.alerts.write('raised', 'coast', { theatre: 'coast' })
    await settle()
    const partner = await suite.key(['alerts:read'], { handling: 'partners', theatres: ['sahel'] })
    const list = await suite.ask('GET', '/v1/alerts', { key: partner })
    expect(list.body.items.map((alert: { alertId: string }) => alert.alertId)).toEqual(['open'])
    expect(list.body.items[0]).not.toHaveProperty('seq')
    expect((await suite.ask('GET', '/v1/alerts/hidden', { key: partner })).status).toBe(404)
    expect((await suite.ask('GET', '/v1/alerts', { key: await suite.key(['reports:write']) })).status).toBe(403)
    expect((await suite.ask('GET', '/v1/alerts', { key: 'tk_nobody' })).status).toBe(401)
  })
})

describe('GET /v1/alerts/{id}', () => {
  it('tells the whole story: state, revisions as events, evidence', async () => {
    await suite.h.alerts.write('raised', 'a1')
    await suite.h.alerts.write('escalated', 'a1', { severity: 'severe' })
    await suite.h.alerts.write('retracted', 'a1', { status: 'retracted', reason: 'the report was withdrawn' })
    await settle()
    const { body, headers } = await suite.ask('GET', '/v1/alerts/a1')
    expect(headers.etag).toBe('"0"')
    expect(body).toMatchObject({
      alertId: 'a1',
      status: 'retracted',
      event: { type: 'tocsin.alert.retracted.v1' },
      revisionsOmitted: 0
    })
    expect(body.revisions.map((event: { type: string }) => event.type)).toEqual([
      'tocsin.alert.raised.v1',
      'tocsin.alert.escalated.v1',
      'tocsin.alert.retracted.v1'
    ])
    expect(body.revisions[1].data.severity).toBe('severe')
    expect(body.evidence.map((item: { incidentId: string }) => item.incidentId)).toEqual(['i1', 'i2'])
    expect((await suite.ask('GET', '/v1/alerts/a1?revisions=1')).body).toMatchObject({ revisionsOmitted: 2, revisions: [{}] })
    expect((await suite.ask('GET', '/v1/alerts/none')).status).toBe(404)
  })
})

describe('operators', () => {
  const acknowledge = (headers: Record<string, string>, body?: unknown, key = ownerKey) =>
    suite.ask('POST', '/v1/alerts/a1/acknowledgement', { headers, body, key })

  beforeEach(async () => {
    await suite.h.alerts.write('raised', 'a1')
    await settle()
  })

  it('need If-Match: missing 428, wrong 400', async () => {
    expect(await acknowledge({}, {})).toMatchObject({ status: 428, body: { code: 'precondition-required' } })
    for (const value of ['x', '"1', '1,2', '*', 'W/"0"', '-1', '1.5']) {
      expect(await acknowledge({ 'if-match': value }, {})).toMatchObject({
        status: 400,
        body: { code: 'header-invalid', errors: [{ pointer: 'if-match' }] }
      })
    }
  })
  it('get the alert with its new revision, quoted or not, with words or without', async () => {
    const first = await acknowledge({ 'if-match': '"0"' }, { note: 'on it', until: '2026-03-02T00:00:00Z' })
    expect(first).toMatchObject({
      status: 200,
      body: { operatorRevision: 1, operator: { acknowledgedBy: 'owner', acknowledgedUntil: '2026-03-02T00:00:00.000Z' } }
    })
    expect(first.headers.etag).toBe('"1"')
    expect((await acknowledge({ 'if-match': '1' })).status).toBe(200)
    // What was written can be read at once, with the position that the answer gave.
    const read = await suite.askWaiting('GET', '/v1/alerts/a1', {
      headers: { 'tocsin-cursor': first.headers['tocsin-cursor'] as string }
    })
    expect(read.body.operatorRevision).toBe(2)
  })
  it('are told who came first and when, at once if it is known', async () => {
    await acknowledge({ 'if-match': '0' }, {})
    const late = await acknowledge({ 'if-match': '0' }, {})
    expect(late).toMatchObject({
      status: 409,
      body: { code: 'action-refused', reason: 'stale-revision', operatorRevision: 1, by: 'owner' }
    })
    expect(late.body.at).toMatch(/^2026-/)
  })
  it('cannot both win: of many who ask at once one gets 200, the others 409', async () => {
    const keys = await Promise.all(
      Array.from({ length: 6 }, (_, i) =>
        suite.key(['alerts:operate', 'alerts:read'], { handling: 'restricted', name: `officer ${i}` })
      )
    )
    const answers = await Promise.all(keys.map(key => acknowledge({ 'if-match': '0' }, {}, key)))
    expect(answers.map(answer => answer.status).sort()).toEqual([200, 409, 409, 409, 409, 409])
    const winner = (await suite.ask('GET', '/v1/alerts/a1')).body.operator.acknowledgedBy
    for (const { body, status } of answers) if (status === 409) expect(body.by).toBe(winner)
  })
  it('get 202 and a place to look when the decision takes longer than two seconds', async () => {
    suite.rules.isPaused = true
    const pending = await suite.askWaiting('POST', '/v1/alerts/a1/acknowledgement', { headers: { 'if-match': '0' }, body: {} })
    expect(pending.status).toBe(202)
    const location = pending.headers.location as string
    expect(location).toBe(`/v1/actions/${pending.body.actionId}`)
    expect((await suite.ask('GET', location)).body).toMatchObject({ state: 'pending', alertId: 'a1' })
    suite.rules.isPaused = false
    await suite.h.clock.advance(100)
    expect((await suite.ask('GET', location)).body).toMatchObject({ state: 'done', alertId: 'a1' })
    expect((await suite.ask('GET', '/v1/actions/none')).status).toBe(404)
  })
  it('may ask again with the same Idempotency-Key: it is one action', async () => {
    const headers = { 'if-match': '0', 'idempotency-key': 'click-1' }
    expect((await acknowledge(headers, {})).status).toBe(200)
    expect((await acknowledge(headers, {})).status).toBe(200)
    expect((await suite.ask('GET', '/v1/alerts/a1')).body.operatorRevision).toBe(1)
  })
  it.each([
    ['acknowledgement', { until: 'tomorrow' }, '/until'],
    ['acknowledgement', { nota: 'x' }, '/nota'],
    ['assignment', {}, '/to'],
    ['assignment', { to: '' }, '/to'],
    ['comment', { text: 7 }, '/text'],
    ['resolution', { disposition: 'maybe' }, '/disposition'],
    ['resolution', {}, '/disposition']
  ])('%s refuses %j and names %s', async (path, body, pointer) => {
    const answer = await suite.ask('POST', `/v1/alerts/a1/${path}`, { headers: { 'if-match': '0' }, body })
    expect(answer).toMatchObject({ status: 422, body: { code: 'body-invalid' } })
    expect(answer.body.errors.map((error: { pointer: string }) => error.pointer)).toContain(pointer)
  })
  it('need the scope, and an alert that they may see', async () => {
    expect((await acknowledge({ 'if-match': '0' }, {}, await suite.key(['alerts:read']))).status).toBe(403)
    const coast = await suite.key(['alerts:operate'], { theatres: ['coast'] })
    expect((await acknowledge({ 'if-match': '0' }, {}, coast)).status).toBe(404)
  })
})

describe('GET /v1/feed', () => {
  it('gives every event once over its pages, each row with its cursor and the one before', async () => {
    for (let i = 1; i <= 5; i++) await suite.h.alerts.write('raised', `a${i}`)
    await settle()
    const first = (await suite.ask('GET', '/v1/feed?limit=3')).body
    const second = (await suite.ask('GET', `/v1/feed?limit=3&cursor=${first.next}`)).body
    expect(first.recovered).toBe(true)
    const rows = [...first.items, ...second.items]
    expect(rows.map(row => row.event.data.alertId)).toEqual(['a1', 'a2', 'a3', 'a4', 'a5'])
    rows.slice(1).forEach((row, i) => {
      expect(row.prev).toBe(rows[i].cursor)
    })
    const third = (await suite.ask('GET', `/v1/feed?cursor=${second.next}`)).body
    expect(third).toMatchObject({ items: [], next: second.next })
  })
  it('shares its cursors with the stream', async () => {
    await suite.h.alerts.write('raised', 'a1')
    await suite.h.alerts.write('raised', 'a2')
    await settle()
    const { socket, session } = suite.h.connect()
    session.receive(JSON.stringify({ type: 'subscribe', id: 's', from: 'earliest' }))
    await settle()
    const [first, second] = socket.of('alert')
    const feed = (await suite.ask('GET', `/v1/feed?cursor=${first?.cursor}`)).body
    expect(feed.items).toHaveLength(1)
    expect(feed.items[0]).toMatchObject({ prev: first?.cursor, cursor: second?.cursor })
  })
  it('waits for news when it is asked to', async () => {
    const cursor = (await suite.ask('GET', '/v1/feed?cursor=latest')).body.next
    const waiting = suite.ask('GET', `/v1/feed?cursor=${cursor}&wait=20`)
    await settle()
    await suite.h.alerts.write('raised', 'a1')
    expect((await waiting).body.items).toHaveLength(1)
    const quiet = suite.ask('GET', `/v1/feed?cursor=latest&wait=1`)
    await settle()
    await suite.h.clock.advance(1_000)
    expect((await quiet).body.items).toEqual([])
  })
  it('refuses a cursor that is not ours', async () => {
    expect((await suite.ask('GET', '/v1/feed?cursor=abc')).body.code).toBe('cursor-invalid')
  })
})

describe('theatres and ticks', () => {
  const sahel = { countries: ['ML', 'BF', 'NE'], clock: 'replay' }
  it('are declared, changed, listed with their time; the same again writes nothing', async () => {
    const made = await suite.ask('PUT', '/v1/theatres/sahel', { body: sahel })
    expect(made).toMatchObject({
      status: 201,
      body: { id: 'sahel', countries: ['BF', 'ML', 'NE'], polygon: null, clock: 'replay', retentionDays: 820, now: null }
    })
    const again = await suite.ask('PUT', '/v1/theatres/sahel', { body: sahel })
    expect(again.status).toBe(200)
    expect(again.headers).not.toHaveProperty('tocsin-cursor')
    expect((await suite.ask('PUT', '/v1/theatres/sahel', { body: { countries: ['ML'] } })).body).toMatchObject({
      countries: ['ML'],
      clock: 'replay'
    })
    expect((await suite.ask('GET', '/v1/theatres')).body.items.map((theatre: { id: string }) => theatre.id)).toEqual(['sahel'])
  })
  it.each([
    [{ countries: ['ML'] }, '/countries'],
    [{ countries: ['XX'] }, '/countries'],
    [{ countries: [] }, '/countries'],
    [{}, '/countries'],
    [{ countries: ['NG'], polygon: { type: 'Polygon', coordinates: [] } }, '/countries'],
    [{ polygon: 'x' }, '/polygon'],
    [
      {
        polygon: [
          [
            [0, 0],
            [1, 0],
            [1, 1],
            [0, 0.5]
          ]
        ]
      },
      '/polygon'
    ],
    [
      {
        polygon: [
          [
            [20, 0],
            [24, 0],
            [24, 4],
            [20, 4],
            [20, 0]
          ]
        ]
      },
      '/polygon'
    ],
    [{ countries: ['NG'], clock: 'sundial' }, '/clock'],
    [{ countries: ['NG'], retentionDays: 0 }, '/retentionDays'],
    [{ country: ['NG'] }, '/country']
  ])('%j is refused and names %s', async (body, pointer) => {
    await suite.ask('PUT', '/v1/theatres/sahel', { body: sahel })
    await suite.ask('PUT', '/v1/theatres/lake', {
      body: {
        polygon: [
          [
            [22, 2],
            [26, 2],
            [26, 6],
            [22, 6],
            [22, 2]
          ]
        ]
      }
    })
    const answer = await suite.ask('PUT', '/v1/theatres/other', { body })
    expect(answer.status).toBe(422)
    expect(answer.body.errors.map((error: { pointer: string }) => error.pointer.replace(/\/\d+$/, ''))).toContain(pointer)
  })
  it('two that overlap cannot be declared side by side', async () => {
    const answers = await Promise.all(
      ['one', 'two'].map(id => suite.ask('PUT', `/v1/theatres/${id}`, { body: { countries: ['ML'] } }))
    )
    expect(answers.map(answer => answer.status).sort()).toEqual([201, 422])
  })
  it('a clock stays what it is', async () => {
    await suite.ask('PUT', '/v1/theatres/sahel', { body: sahel })
    expect((await suite.ask('PUT', '/v1/theatres/sahel', { body: { ...sahel, clock: 'wall' } })).body.errors[0].pointer).toBe(
      '/clock'
    )
  })
  it('a tick answers with the time once the theatre has taken it, and is refused when it is not later', async () => {
    await suite.ask('PUT', '/v1/theatres/sahel', { body: sahel })
    const tick = (to: string) => suite.askWaiting('POST', '/v1/theatres/sahel/ticks', { body: { to } })
    const first = await tick('2025-06-02T09:00:00Z')
    expect(first).toMatchObject({ status: 200, body: { theatre: 'sahel', now: '2025-06-02T09:00:00.000Z' } })
    const read = await suite.askWaiting('GET', '/v1/theatres', {
      headers: { 'tocsin-cursor': first.headers['tocsin-cursor'] as string }
    })
    expect(read.body.items[0].now).toBe('2025-06-02T09:00:00.000Z')
    expect(await tick('2025-06-02T09:00:00Z')).toMatchObject({
      status: 409,
      body: { code: 'tick-refused', now: '2025-06-02T09:00:00.000Z' }
    })
    expect((await tick('2025-06-02T09:00:30Z')).body.errors[0].pointer).toBe('/to')
    for (const to of ['2025-06-31T09:00:00Z', '2025-06-30T23:59:60Z', '2025-06-30', 'later']) {
      expect((await tick(to)).body.errors[0].pointer).toBe('/to')
    }
    expect((await suite.ask('POST', '/v1/theatres/none/ticks', { body: { to: '2025-06-02T09:00:00Z' } })).status).toBe(404)
  })
  it('a tick that is not taken in time says so, and asking again is the same tick', async () => {
    await suite.ask('PUT', '/v1/theatres/sahel', { body: sahel })
    suite.rules.isPaused = true
    const ask = () => suite.askWaiting('POST', '/v1/theatres/sahel/ticks', { body: { to: '2025-06-02T09:00:00Z' } })
    expect(await ask()).toMatchObject({ status: 503, body: { code: 'projection-behind' }, headers: { 'retry-after': '1' } })
    suite.rules.isPaused = false
    const again = await ask()
    expect([200, 409]).toContain(again.status)
    expect((await suite.ask('GET', '/v1/theatres')).body.items[0].now).toBe('2025-06-02T09:00:00.000Z')
  })
  it('a wall clock is not ticked from outside', async () => {
    await suite.ask('PUT', '/v1/theatres/coast', { body: { countries: ['GH'] } })
    expect((await suite.ask('POST', '/v1/theatres/coast/ticks', { body: { to: '2025-06-02T09:00:00Z' } })).body.code).toBe(
      'tick-refused'
    )
  })
  it('only an administrator declares', async () => {
    const key = await suite.key(['alerts:read', 'subscriptions:manage', 'reports:write'])
    expect((await suite.ask('PUT', '/v1/theatres/sahel', { body: sahel, key })).status).toBe(403)
    expect((await suite.ask('GET', '/v1/theatres', { key })).status).toBe(200)
  })
})

describe('sources and keys', () => {
  it('a source is declared with what an undeclared one would have', async () => {
    const made = await suite.ask('PUT', '/v1/sources/wire-1', { body: { reliability: 'B' } })
    expect(made).toMatchObject({
      status: 201,
      body: { id: 'wire-1', reliability: 'B', latenessDays: 14, cadenceDays: 7, archive: false }
    })
    expect((await suite.ask('GET', '/v1/sources')).body.items).toEqual([made.body])
    expect((await suite.ask('PUT', '/v1/sources/wire-1', { body: { reliability: 'G' } })).body.errors[0].pointer).toBe(
      '/reliability'
    )
  })
  it('the secret of a key is shown once, its hash never; a revoked key is no longer good', async () => {
    const made = await suite.ask('POST', '/v1/keys', {
      body: { name: 'desk', scopes: ['alerts:read'], expiresAt: '2026-04-01T00:00:00Z' }
    })
    expect(made.body.secret).toMatch(/^tk_/)
    const list = await suite.ask('GET', '/v1/keys')
    expect(list.body.items[0]).toMatchObject({ keyId: made.body.keyId, name: 'desk', handling: 'internal', revokedAt: null })
    expect(JSON.stringify(list.body)).not.toMatch(/secret|Hash/)
    expect((await suite.ask('GET', '/v1/alerts', { key: made.body.secret })).status).toBe(200)
    expect((await suite.ask('DELETE', `/v1/keys/${made.body.keyId}`)).status).toBe(204)
    expect((await suite.ask('DELETE', `/v1/keys/${made.body.keyId}`)).status).toBe(204)
    expect((await suite.ask('GET', '/v1/alerts', { key: made.body.secret })).status).toBe(401)
    expect((await suite.ask('DELETE', '/v1/keys/none')).status).toBe(404)
  })
  it.each([
    [{ scopes: ['alerts:read'] }, '/name'],
    [{ name: 'x', scopes: [] }, '/scopes'],
    [{ name: 'x', scopes: ['everything'] }, '/scopes/0'],
    [{ name: 'x', scopes: ['admin'], handling: 'secret' }, '/handling'],
    [{ name: 'x', scopes: ['admin'], expiresAt: '2020-01-01T00:00:00Z' }, '/expiresAt'],
    [{ name: 'x', scopes: ['admin'], expiresAt: '2026-06-30T23:59:60Z' }, '/expiresAt']
  ])('%j is refused and names %s', async (body, pointer) => {
    const answer = await suite.ask('POST', '/v1/keys', { body })
    expect(answer.body.errors.map((error: { pointer: string }) => error.pointer)).toContain(pointer)
  })
})

describe('subscriptions', () => {
  const body = { url: 'https://partner.example/hook', filter: { minSeverity: 'moderate' }, contact: 'duty desk' }
  it('are made with a secret that is shown once, and show how they stand', async () => {
    const made = await suite.ask('POST', '/v1/subscriptions', { body })
    expect(made).toMatchObject({
      status: 201,
      body: { url: body.url, filter: body.filter, order: 'strict', status: 'active', sequence: 0, pending: 0, parked: 0 }
    })
    expect(made.body.secret).toMatch(/^whsec_/)
    const shown = (await suite.ask('GET', `/v1/subscriptions/${made.body.id}`)).body
    expect(shown).not.toHaveProperty('secret')
    expect(JSON.stringify(shown)).not.toContain('ealed')
    await suite.h.alerts.write('raised', 'a1')
    await settle(30)
    expect((await suite.ask('GET', '/v1/subscriptions')).body.items).toMatchObject([
      { id: made.body.id, sequence: 1, pending: 0 }
    ])
    const deliveries = (await suite.ask('GET', `/v1/subscriptions/${made.body.id}/deliveries`)).body
    expect(deliveries).toMatchObject({
      next: null,
      items: [{ sequence: 1, state: 'delivered', alertId: 'a1', attempts: 1, last: { status: 200 } }]
    })
    expect((await suite.ask('DELETE', `/v1/subscriptions/${made.body.id}`)).status).toBe(204)
    expect((await suite.ask('GET', `/v1/subscriptions/${made.body.id}`)).status).toBe(404)
  })
  it.each([
    [{ url: 'http://partner.example/' }, 'url-refused', '/url'],
    [{ url: 'https://127.0.0.1/' }, 'url-refused', '/url'],
    [{ url: 'https://user:pw@partner.example/' }, 'url-refused', '/url'],
    [{ url: 'https://partner.example/', filter: { severty: 'x' } }, 'body-invalid', '/filter/severty'],
    [{ url: 'https://partner.example/', order: 'newest-state' }, 'body-invalid', '/order'],
    [{ url: 'https://partner.example/', schedule: [1, 1e9] }, 'body-invalid', '/schedule/1'],
    [{ filter: {} }, 'body-invalid', '/url'],
    [{ url: 'https://partner.example/', urls: [] }, 'body-invalid', '/urls']
  ])('%j is refused as %s', async (bad, code, pointer) => {
    const answer = await suite.ask('POST', '/v1/subscriptions', { body: bad })
    expect(answer).toMatchObject({ status: 422, body: { code, errors: [{ pointer }] } })
  })
  it('belong to the key that made them', async () => {
    const [one, other] = [
      await suite.key(['subscriptions:manage'], { name: 'one' }),
      await suite.key(['subscriptions:manage'], { name: 'two' })
    ]
    const made = await suite.ask('POST', '/v1/subscriptions', { body, key: one })
    expect((await suite.ask('GET', '/v1/subscriptions', { key: one })).body.items).toHaveLength(1)
    expect((await suite.ask('GET', '/v1/subscriptions', { key: other })).body.items).toHaveLength(0)
    for (const path of ['', '/deliveries'])
      expect((await suite.ask('GET', `/v1/subscriptions/${made.body.id}${path}`, { key: other })).status).toBe(404)
    expect((await suite.ask('DELETE', `/v1/subscriptions/${made.body.id}`, { key: other })).status).toBe(404)
  })
  it('replay by range, by ids and what failed; and say what is wrong with a range', async () => {
    const made = await suite.ask('POST', '/v1/subscriptions', { body: { ...body, schedule: [] } })
    const replay = (ask: object) => suite.ask('POST', `/v1/subscriptions/${made.body.id}/replay`, { body: ask })
    suite.h.network.answer = () => failing
    await suite.h.alerts.write('raised', 'a1')
    await suite.h.alerts.write('revised', 'a1')
    await settle(40)
    suite.h.network.answer = new FakeNetwork().answer
    expect((await suite.ask('GET', `/v1/subscriptions/${made.body.id}`)).body.parked).toBe(2)
    expect(await replay({ failed: true })).toMatchObject({ status: 202, body: { replayed: 2 } })
    await settle(40)
    expect((await suite.ask('GET', `/v1/subscriptions/${made.body.id}`)).body).toMatchObject({ parked: 0, pending: 0 })
    expect((await replay({ from: 1, to: 2 })).body).toEqual({ replayed: 2 })
    await settle(40)
    const [event] = suite.h.network.events
    expect((await replay({ ids: [event?.id] })).body).toEqual({ replayed: 1 })
    await settle(40)
    expect(suite.h.network.events.at(-1)).toEqual(event)
    for (const [ask, pointer] of [
      [{}, ''],
      [{ from: 1, to: 2, failed: true }, ''],
      [{ from: 1 }, '/to'],
      [{ from: 2, to: 1 }, '/to'],
      [{ from: 1, to: 9 }, '/to'],
      [{ ids: ['nothing'] }, '/ids']
    ] as const) {
      expect((await replay(ask)).body.errors[0].pointer).toBe(pointer)
    }
  })
  it('a test event is signed, counts for nothing, and tells what came of it', async () => {
    const made = await suite.ask('POST', '/v1/subscriptions', { body })
    const tested = await suite.ask('POST', `/v1/subscriptions/${made.body.id}/test`)
    expect(tested).toMatchObject({ status: 200, body: { accepted: true, status: 200 } })
    expect(suite.h.network.events[0]).toMatchObject({ type: 'tocsin.webhook.test.v1' })
    expect(suite.h.network.events[0]).not.toHaveProperty('sequence')
    expect((await suite.ask('GET', `/v1/subscriptions/${made.body.id}`)).body.sequence).toBe(0)
  })
})

describe('reading your own writes', () => {
  it('refuses a position that is not ours, and says 503 when what follows is not folded in two seconds', async () => {
    expect((await suite.ask('GET', '/v1/alerts', { headers: { 'tocsin-cursor': 'x' } })).body.code).toBe('cursor-invalid')
    await suite.h.alerts.write('raised', 'a1')
    await settle()
    suite.rules.isPaused = true
    const pending = await suite.askWaiting('POST', '/v1/alerts/a1/acknowledgement', { headers: { 'if-match': '0' }, body: {} })
    const headers = { 'tocsin-cursor': pending.headers['tocsin-cursor'] as string }
    expect(await suite.askWaiting('GET', '/v1/alerts/a1', { headers })).toMatchObject({
      status: 503,
      body: { code: 'projection-behind' }
    })
    suite.rules.isPaused = false
    expect((await suite.askWaiting('GET', '/v1/alerts/a1', { headers })).body.operatorRevision).toBe(1)
  })
})

describe('the page', () => {
  it('says how to sign in to who is not, and is the live page for who is', async () => {
    const stranger = await suite.host.app.inject({ method: 'GET', url: '/' })
    expect(stranger.statusCode).toBe(200)
    expect(stranger.headers['content-type']).toContain('text/html')
    expect(stranger.body).toContain('sign-in link')
    const link = new URL(suite.host.signInLink())
    const signedIn = await suite.host.app.inject({ method: 'GET', url: `${link.pathname}${link.search}` })
    const cookie = String(signedIn.headers['set-cookie']).split(';')[0] as string
    const live = await suite.host.app.inject({ method: 'GET', url: '/', headers: { cookie } })
    expect(live.body).toContain('Open alerts')
    expect(live.headers['content-security-policy']).toContain("script-src 'self'")
    // Everything that the page asks for is there, and nothing in it is inline.
    for (const [, path] of live.body.matchAll(/(?:href|src)="(\/page\/[^"]+)"/g)) {
      expect((await suite.host.app.inject({ method: 'GET', url: path as string })).statusCode).toBe(200)
    }
    expect(live.body).not.toMatch(/<script(?![^>]*src=)|style=|\son[a-z]+="/)
  })
})
