// What officers do over HTTP.

import { beforeEach, describe, expect, it } from 'vitest'
import { Suite } from '../support/http-suite.ts'
import { settle } from '../support/manual-clock.ts'
import { ownerKey } from '../support/notifier-harness.ts'

let suite: Suite
beforeEach(async () => {
  suite = await Suite.start()
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
  it('get the alert with its new revision, for quoted and unquoted If-Match, with and without a note', async () => {
    const first = await acknowledge({ 'if-match': '"0"' }, { note: 'on it', until: '2026-03-02T00:00:00Z' })
    expect(first).toMatchObject({
      status: 200,
      body: { operatorRevision: 1, operator: { acknowledgedBy: 'owner', acknowledgedUntil: '2026-03-02T00:00:00.000Z' } }
    })
    expect(first.headers.etag).toBe('"1"')
    expect((await acknowledge({ 'if-match': '1' })).status).toBe(200)
    // With the position from the answer, the write can be read at once.
    const read = await suite.askWaiting('GET', '/v1/alerts/a1', {
      headers: { 'tocsin-cursor': first.headers['tocsin-cursor'] as string }
    })
    expect(read.body.operatorRevision).toBe(2)
  })
  it('are told who came first and when, at once if known', async () => {
    await acknowledge({ 'if-match': '0' }, {})
    const late = await acknowledge({ 'if-match': '0' }, {})
    expect(late).toMatchObject({
      status: 409,
      body: { code: 'action-refused', reason: 'stale-revision', operatorRevision: 1, by: 'owner' }
    })
    expect(late.body.at).toMatch(/^2026-/)
  })
  it('cannot both win: of many concurrent requests one gets 200, the others 409', async () => {
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
  it('get 202 and a Location if the decision takes longer than two seconds', async () => {
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
  it('may retry with the same Idempotency-Key: it is one action', async () => {
    const headers = { 'if-match': '0', 'idempotency-key': 'click-1' }
    expect((await acknowledge(headers, {})).status).toBe(200)
    expect((await acknowledge(headers, {})).status).toBe(200)
    expect((await suite.ask('GET', '/v1/alerts/a1')).body.operatorRevision).toBe(1)
  })
  it('are refused if the same Idempotency-Key is used for something else', async () => {
    const key = { 'idempotency-key': 'click-2' }
    expect((await acknowledge({ 'if-match': '0', ...key }, {})).status).toBe(200)
    const other = await suite.ask('POST', '/v1/alerts/a1/assignment', {
      headers: { 'if-match': '1', ...key },
      body: { to: 'bo' }
    })
    expect(other).toMatchObject({ status: 400, body: { code: 'header-invalid' } })
    const reworded = await acknowledge({ 'if-match': '0', ...key }, { note: 'In other words.' })
    expect(reworded).toMatchObject({ status: 400, body: { errors: [{ pointer: 'idempotency-key' }] } })
    expect((await suite.ask('GET', '/v1/alerts/a1')).body.operatorRevision).toBe(1)
  })
  it.each([
    ['acknowledgement', { until: '2001-01-01T00:00:00Z' }, '/until'],
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
