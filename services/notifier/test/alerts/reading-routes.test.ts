// Reading over HTTP: alerts, the feed, your own writes, the console.

import { beforeEach, describe, expect, it } from 'vitest'
import { Suite } from '../support/http-suite.ts'
import { settle } from '../support/manual-clock.ts'

let suite: Suite
beforeEach(async () => {
  suite = await Suite.start()
})

describe('GET /v1/alerts', () => {
  it('lists newest first, by page, each alert once', async () => {
    for (let i = 1; i <= 5; i++) await suite.h.alerts.write('raised', `a${i}`)
    await suite.h.alerts.write('revised', 'a1')
    await settle()
    const first = await suite.ask('GET', '/v1/alerts?limit=2')
    const second = await suite.ask('GET', `/v1/alerts?limit=2&cursor=${first.body.next}`)
    const third = await suite.ask('GET', `/v1/alerts?limit=2&cursor=${second.body.next}`)
    const ids = [first, second, third].flatMap(page =>
      page.body.items.map((alert: { alertId: string }) => alert.alertId)
    )
    expect(ids).toEqual(['a5', 'a4', 'a3', 'a2', 'a1'])
    expect(third.body.next).toBeNull()
  })
  it('accepts filters by name, and names unknown ones', async () => {
    await suite.h.alerts.write('raised', 'a1', { severity: 'severe' })
    await suite.h.alerts.write('raised', 'a2', { status: 'retracted' })
    await settle()
    expect((await suite.ask('GET', '/v1/alerts?severity=severe,extreme')).body.items).toHaveLength(
      1
    )
    expect((await suite.ask('GET', '/v1/alerts?status=retracted')).body.items[0].alertId).toBe('a2')
    expect((await suite.ask('GET', '/v1/alerts?circle=13.88,-5.36,1')).body.items).toHaveLength(2)
    for (const [query, pointer] of [
      ['severity=awful', 'severity'],
      ['severty=severe', 'severty'],
      ['limit=0', 'limit'],
      ['limit=1e999', 'limit'],
      ['circle=1,2', 'circle']
    ]) {
      const answer = await suite.ask('GET', `/v1/alerts?${query}`)
      expect(answer).toMatchObject({
        status: 400,
        body: { code: 'query-invalid', errors: [{ pointer }] }
      })
    }
    expect((await suite.ask('GET', '/v1/alerts?cursor=nonsense')).body.code).toBe('cursor-invalid')
  })
})

describe('GET /v1/alerts/{id}', () => {
  it('answers the state, the revisions as events, and the evidence', async () => {
    await suite.h.alerts.write('raised', 'a1')
    await suite.h.alerts.write('escalated', 'a1', { severity: 'severe' })
    await suite.h.alerts.write('retracted', 'a1', {
      status: 'retracted',
      reason: 'the report was withdrawn'
    })
    await settle()
    const { body, headers } = await suite.ask('GET', '/v1/alerts/a1')
    expect(headers.etag).toBe('"0"')
    expect(body).toMatchObject({
      alertId: 'a1',
      status: 'retracted',
      event: { type: 'tocsin.alert.retracted.v1' },
      // The time it was raised; the last change is in `times.detectedAt`.
      raisedAt: body.revisions[0].time,
      revisionsOmitted: 0
    })
    expect(body.seenBelow[0]).toEqual({
      ...{ handling: 'public', alertId: 'a1', status: 'retracted' },
      evidenceCount: { triggers: 1, support: 0 }
    })
    expect(body.raisedAt < body.event.time).toBe(true)
    expect(body.revisions.map((event: { type: string }) => event.type)).toEqual([
      'tocsin.alert.raised.v1',
      'tocsin.alert.escalated.v1',
      'tocsin.alert.retracted.v1'
    ])
    expect(body.revisions[1].data.severity).toBe('severe')
    expect(body.evidence.map((item: { incidentId: string }) => item.incidentId)).toEqual([
      'i1',
      'i2'
    ])
    expect((await suite.ask('GET', '/v1/alerts/a1?revisions=1')).body).toMatchObject({
      raisedAt: body.raisedAt,
      revisionsOmitted: 2,
      revisions: [{}]
    })
    expect((await suite.ask('GET', '/v1/alerts/none')).status).toBe(404)
  })
})

describe('GET /v1/feed', () => {
  it('gives every event once over its pages, each row with its cursor and the previous one', async () => {
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
  it('never moves back: the cursor of a reader with more rights keeps its position', async () => {
    await suite.h.alerts.write('raised', 'a1', { handling: 'public' })
    await suite.h.alerts.write('raised', 'a2', { handling: 'restricted' })
    await settle()
    const cursor = (await suite.ask('GET', '/v1/feed')).body.next
    const partner = await suite.key(['alerts:read'], { handling: 'public' })
    expect(
      (await suite.ask('GET', `/v1/feed?cursor=${cursor}`, { key: partner })).body
    ).toMatchObject({
      items: [],
      next: cursor
    })
  })
  it('refuses a foreign cursor', async () => {
    expect((await suite.ask('GET', '/v1/feed?cursor=abc')).body.code).toBe('cursor-invalid')
  })
})

describe('reading your own writes', () => {
  it('refuses a foreign position, and answers 503 if it is not folded in two seconds', async () => {
    expect(
      (await suite.ask('GET', '/v1/alerts', { headers: { 'tocsin-cursor': 'x' } })).body.code
    ).toBe('cursor-invalid')
    await suite.h.alerts.write('raised', 'a1')
    await settle()
    suite.rules.isPaused = true
    const pending = await suite.askWaiting('POST', '/v1/alerts/a1/acknowledgement', {
      headers: { 'if-match': '0' },
      body: {}
    })
    const headers = { 'tocsin-cursor': pending.headers['tocsin-cursor'] as string }
    expect(await suite.askWaiting('GET', '/v1/alerts/a1', { headers })).toMatchObject({
      status: 503,
      body: { code: 'projection-behind' }
    })
    suite.rules.isPaused = false
    expect(
      (await suite.askWaiting('GET', '/v1/alerts/a1', { headers })).body.operatorRevision
    ).toBe(1)
  })
})
