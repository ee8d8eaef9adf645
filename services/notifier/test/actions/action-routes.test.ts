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
    expect(await acknowledge({}, {})).toMatchObject({
      status: 428,
      body: { code: 'precondition-required' }
    })
    for (const value of ['x', '"1', '1,2', '*', 'W/"0"', '-1', '1.5']) {
      expect(await acknowledge({ 'if-match': value }, {})).toMatchObject({
        status: 400,
        body: { code: 'header-invalid', errors: [{ pointer: 'if-match' }] }
      })
    }
  })
  it('get the alert with its new revision, for quoted and unquoted If-Match, with and without a note', async () => {
    const first = await acknowledge(
      { 'if-match': '"0"' },
      { note: 'on it', until: '2026-03-02T00:00:00Z' }
    )
    expect(first).toMatchObject({
      status: 200,
      body: {
        operatorRevision: 1,
        operator: { acknowledgedBy: 'owner', acknowledgedUntil: '2026-03-02T00:00:00.000Z' }
      }
    })
    expect(first.headers.etag).toBe('"1"')
    expect((await acknowledge({ 'if-match': '1' })).status).toBe(200)
    // With the position from the answer, the write can be read at once.
    const read = await suite.askWaiting('GET', '/v1/alerts/a1', {
      headers: { 'tocsin-cursor': first.headers['tocsin-cursor'] as string }
    })
    expect(read.body.operatorRevision).toBe(2)
  })
  it('are refused an end or a time that is empty: a field that was not filled in is no "for ever" and no "now"', async () => {
    const refusedAt = (pointer: string) => ({ status: 422, body: { errors: [{ pointer }] } })
    expect(await acknowledge({ 'if-match': '0' }, { until: '' })).toMatchObject(refusedAt('/until'))
    const responded = { headers: { 'if-match': '0' }, body: { kind: 'warned', at: '' } }
    expect(await suite.ask('POST', '/v1/alerts/a1/response', responded)).toMatchObject(
      refusedAt('/at')
    )
    expect((await acknowledge({ 'if-match': '0' }, { until: null })).status).toBe(200)
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
  it('are not told that somebody came first where nobody acted, but what became of the alert', async () => {
    await acknowledge({ 'if-match': '0' }, {})
    await suite.h.alerts.write('escalated', 'a1', { operatorRevision: 2, severity: 'extreme' })
    await settle()
    const late = await acknowledge({ 'if-match': '1' }, {})
    expect(late).toMatchObject({
      status: 409,
      body: {
        reason: 'stale-revision',
        operatorRevision: 2,
        by: null,
        byId: null,
        at: null,
        change: 'escalated'
      }
    })
    expect(late.body.title).toBe('It has changed since it was seen')
    expect(late.body.detail).toBe(
      'The alert has changed since you saw it. It has escalated; no officer has acted on it since.'
    )
    const wrong = await acknowledge({ 'if-match': '0' }, {})
    expect(wrong.body.detail).not.toMatch(/first/)
  })
  it('write texts of several lines, none that turns a line around or cannot be seen', async () => {
    expect(
      (await acknowledge({ 'if-match': '0' }, { note: 'On it.\n\tTwo cars — مرحبا 👍🏽' })).status
    ).toBe(200)
    for (const body of [{ note: '\u202eabc' }, { note: 'a\u0000b' }, { note: 'a\u2066b' }])
      expect(await acknowledge({ 'if-match': '1' }, body)).toMatchObject({ status: 422 })
    for (const to of ['\u202eabc', ' ', 'two\nlines']) {
      const ask = suite.ask('POST', '/v1/alerts/a1/assignment', {
        headers: { 'if-match': '1' },
        body: { to },
        key: ownerKey
      })
      expect(await ask).toMatchObject({ status: 422, body: { errors: [{ pointer: '/to' }] } })
    }
  })
  it('give an alert back: it is nobody’s, and the event says who did so', async () => {
    await acknowledge({ 'if-match': '0' }, {})
    const back = await suite.ask('POST', '/v1/alerts/a1/assignment', {
      headers: { 'if-match': '1' },
      body: { to: null, note: 'End of shift.' }
    })
    expect(back).toMatchObject({
      status: 200,
      body: { operator: { acknowledgedBy: null, assignedTo: null } }
    })
    const { body } = await suite.ask('GET', '/v1/alerts/a1?revisions=10')
    expect(body.revisions.at(-1)).toMatchObject({
      type: 'tocsin.alert.assigned.v1',
      data: { action: { by: 'owner', text: 'End of shift.' } }
    })
  })
  it('cannot both win: of many concurrent requests one gets 200, the others 409', async () => {
    const keys = await Promise.all(
      Array.from({ length: 6 }, (_, i) =>
        suite.key(['alerts:operate', 'alerts:read'], {
          handling: 'restricted',
          name: `officer ${i}`
        })
      )
    )
    const answers = await Promise.all(keys.map(key => acknowledge({ 'if-match': '0' }, {}, key)))
    expect(answers.map(answer => answer.status).sort()).toEqual([200, 409, 409, 409, 409, 409])
    const winner = (await suite.ask('GET', '/v1/alerts/a1')).body.operator.acknowledgedBy
    for (const { body, status } of answers) if (status === 409) expect(body.by).toBe(winner)
  })
  it('get 202 and a Location if the decision takes longer than two seconds', async () => {
    suite.rules.isPaused = true
    const pending = await suite.askWaiting('POST', '/v1/alerts/a1/acknowledgement', {
      headers: { 'if-match': '0' },
      body: {}
    })
    expect(pending.status).toBe(202)
    const location = pending.headers.location as string
    expect(location).toBe(`/v1/actions/${pending.body.actionId}`)
    expect((await suite.ask('GET', location)).body).toMatchObject({
      state: 'pending',
      alertId: 'a1'
    })
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
    expect(reworded).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: 'idempotency-key' }] }
    })
    expect((await suite.ask('GET', '/v1/alerts/a1')).body.operatorRevision).toBe(1)
  })
  it.each([
    ['acknowledgement', { until: '2001-01-01T00:00:00Z' }, '/until'],
    ['acknowledgement', { until: 'tomorrow' }, '/until'],
    ['acknowledgement', { until: '9999-01-01T00:00:00Z' }, '/until'],
    ['acknowledgement', { nota: 'x' }, '/nota'],
    ['assignment', {}, '/to'],
    ['assignment', { to: '' }, '/to'],
    ['comment', { text: 7 }, '/text'],
    ['response', {}, '/kind'],
    ['response', { kind: 'prayed' }, '/kind'],
    ['response', { kind: 'none' }, '/text'],
    ['response', { kind: 'none', text: '  ' }, '/text'],
    ['response', { kind: 'sent', at: 'noon' }, '/at'],
    ['response', { kind: 'sent', at: '2999-01-01T00:00:00Z' }, '/at'],
    ['response', { kind: 'sent', at: '2026-01-30T12:00:00Z' }, '/at'],
    ['resolution', { disposition: 'maybe' }, '/disposition'],
    ['resolution', {}, '/disposition']
  ])('%s refuses %j and names %s', async (path, body, pointer) => {
    const answer = await suite.ask('POST', `/v1/alerts/a1/${path}`, {
      headers: { 'if-match': '0' },
      body
    })
    expect(answer).toMatchObject({ status: 422, body: { code: 'body-invalid' } })
    expect(answer.body.errors.map((error: { pointer: string }) => error.pointer)).toContain(pointer)
  })
  it('record what was done, more than once, and after the alert was closed', async () => {
    const respond = (ifMatch: string, body: object) =>
      suite.ask('POST', '/v1/alerts/a1/response', { headers: { 'if-match': ifMatch }, body })
    const at = '2026-01-31T12:00:01.000Z'
    const first = await respond('0', { kind: 'warned', at, text: 'Called.' })
    expect(first).toMatchObject({
      ...{ status: 200, headers: { etag: '"1"' } },
      body: {
        operator: { responses: { count: 1, last: { kind: 'warned', at } } },
        action: { by: 'owner', text: 'Called.' }
      }
    })
    expect(await respond('0', { kind: 'sent' })).toMatchObject({
      status: 409,
      body: { reason: 'stale-revision', by: 'owner' }
    })
    const close = { headers: { 'if-match': '1' }, body: { disposition: true } }
    expect((await suite.ask('POST', '/v1/alerts/a1/resolution', close)).status).toBe(200)
    const other = await suite.key(['alerts:operate'])
    const after = { key: other, headers: { 'if-match': '2' }, body: { kind: 'sent' } }
    expect(await suite.ask('POST', '/v1/alerts/a1/response', after)).toMatchObject({
      ...{
        status: 200,
        body: {
          status: 'resolved',
          operator: { responses: { count: 2, first: { at }, last: { kind: 'sent' } } }
        }
      }
    })
    // Who closed it is not who recorded a response afterwards.
    const late = await acknowledge({ 'if-match': '3' }, {})
    expect(late).toMatchObject({ status: 409, body: { reason: 'alert-closed', by: 'owner' } })
    const reopen = { headers: { 'if-match': '3' }, body: { note: 'By mistake.' } }
    expect(await suite.ask('POST', '/v1/alerts/a1/reopening', reopen)).toMatchObject({
      status: 200,
      body: {
        ...{ status: 'provisional', operator: { disposition: null } },
        action: { by: 'owner', text: 'By mistake.' }
      }
    })
  })
  it('record one response where the same Idempotency-Key is used twice, and are refused another kind', async () => {
    const respond = (kind: string) =>
      suite.ask('POST', '/v1/alerts/a1/response', {
        headers: { 'if-match': '0', 'idempotency-key': 'r' },
        body: { kind }
      })
    expect((await respond('moved')).status).toBe(200)
    expect((await respond('moved')).status).toBe(200)
    expect(await respond('sent')).toMatchObject({ status: 400, body: { code: 'header-invalid' } })
    expect((await suite.ask('GET', '/v1/alerts/a1')).body.operator.responses.count).toBe(1)
  })
})
