// Officers' split and merge of incidents over HTTP, with real folds behind them.

import type { ReportRevision } from '@tocsin/domain/report/report'
import { MemoryLog, MemoryStore } from '@tocsin/event-log/memory-log'
import type { Page } from '@tocsin/event-log/port'
import { topics } from '@tocsin/event-log/topics'
import type { ReportOverrides } from '@tocsin/testing/report/report-builder'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { AssemblingRules } from '../support/assembling-rules.ts'
import { aRevision, dioura, receive } from '../support/dioura.ts'
import { Gate } from '../support/gate.ts'
import { type Answer, Suite } from '../support/http-suite.ts'
import { settle } from '../support/manual-clock.ts'
import { ownerKey } from '../support/notifier-harness.ts'

let suite: Suite
let rules: AssemblingRules
beforeEach(async () => {
  suite = await Suite.on({}, { rules: false })
  rules = await new AssemblingRules(suite.h).start()
})
afterEach(() => rules.stop())

const reported = (reportId: string, sourceId: string, more: ReportOverrides = {}) =>
  receive(suite.h, aRevision(reportId, sourceId, more))

type Options = { readonly key?: string; readonly headers?: Record<string, string> }
const split = (id: string, body: unknown, options: Options = {}) =>
  suite.askWaiting('POST', `/v1/incidents/${id}/split`, { body, ...options })
const merge = (id: string, body: unknown, options: Options = {}) =>
  suite.askWaiting('POST', `/v1/incidents/${id}/merge`, { body, ...options })
const read = async (id: string) => (await suite.ask('GET', `/v1/incidents/${id}`)).body
const members = ({ body }: Answer) =>
  body.incidents
    .map((incident: { reports: { reportId: string }[] }) =>
      incident.reports.map(r => r.reportId).sort()
    )
    .sort()
const elsewhere = {
  place: { ...dioura, lat: 13.9, settlement: 'ML-5/other', name: 'Other', settlementName: 'Other' }
}

describe('an incident', () => {
  it('that continues under another id after its first report is withdrawn is listed once, and cannot be split any more', async () => {
    await reported('r1', 'wire-1')
    await reported('r2', 'wire-2')
    expect((await read('r1')).reports).toHaveLength(2)
    const before = (await suite.ask('GET', '/v1/incidents/r1')).headers.etag as string
    await suite.h.incident(
      'sahel',
      { type: 'report.withdrawn', data: { reportId: 'r1', reason: 'It never was.', lane: 'live' } },
      'gone-r1'
    )
    await settle()
    expect(await read('r2')).toMatchObject({
      incidentId: 'r2',
      revision: 3,
      withdrawn: false,
      from: ['r1']
    })
    expect(await read('r1')).toMatchObject({ incidentId: 'r1', withdrawn: true })
    const { body: list } = await suite.ask('GET', '/v1/incidents')
    expect(list.items.map((incident: { incidentId: string }) => incident.incidentId)).toEqual([
      'r2'
    ])
    const late = await split('r1', { reports: ['r2'] }, { headers: { 'if-match': before } })
    expect(late.status).toBe(404)
  })

  it('is split, merged again, and its history says by whom and why', async () => {
    await reported('r1', 'wire-1')
    await reported('r2', 'wire-2')
    await reported('r3', 'wire-3')
    const apart = await split('r1', { reports: ['r3'], note: 'Two convoys.' })
    expect(apart).toMatchObject({ status: 200 })
    expect(members(apart)).toEqual([['r1', 'r2'], ['r3']])
    const after = await suite.askWaiting('GET', '/v1/incidents/r3', {
      headers: { 'tocsin-cursor': apart.headers['tocsin-cursor'] as string }
    })
    expect(after.body.history.at(-1)).toMatchObject({
      type: 'tocsin.incident.split.v1',
      cause: apart.body.actionId,
      declared: { by: 'owner', byId: 'owner', same: false, note: 'Two convoys.' },
      data: { from: ['r1'] }
    })
    const seen = await suite.ask('GET', '/v1/incidents/r1')
    const back = await merge(
      'r1',
      { with: 'r3' },
      { headers: { 'if-match': seen.headers.etag as string } }
    )
    expect(members(back)).toEqual([['r1', 'r2', 'r3']])
    const { history, joins } = await read('r3')
    expect(history.at(-1)).toMatchObject({
      type: 'tocsin.incident.merged.v1',
      declared: { same: true, note: null }
    })
    expect(joins).toEqual([
      { reports: ['r1', 'r3'], score: 3, why: 'declared the same by owner' },
      { reports: ['r2', 'r3'], score: 3, why: 'declared the same by owner' }
    ])
    expect(history[0]).toMatchObject({ type: 'tocsin.incident.assembled.v1', declared: null })
    expect(history[1].data.joins).toEqual([
      { reports: ['r1', 'r2'], score: 1, why: 'same settlement, same day, both attack' }
    ])
  })

  it('is not merged with another that has a report of the same source, and the officer is told', async () => {
    await reported('r1', 'wire-1')
    await reported('r2', 'wire-1', elsewhere)
    const answer = await merge('r1', { with: 'r2' })
    expect(answer).toMatchObject({
      status: 409,
      body: { code: 'action-refused', reason: 'one-source', by: null }
    })
    expect(answer.body.detail).toContain('wire-1')
  })

  it('is not merged with a drill or a statistic, and the officer is told', async () => {
    await reported('r1', 'wire-1')
    await reported('r2', 'wire-2', { ...elsewhere, drill: true })
    await reported('r3', 'wire-3', { ...elsewhere, category: 'statistic' })
    expect((await read('r2')).drill).toBe(true)
    for (const [id, other, words] of [
      ['r1', 'r2', 'drill'],
      ['r2', 'r1', 'drill'],
      ['r1', 'r3', 'statistic']
    ] as const) {
      const answer = await merge(id, { with: other })
      expect(answer).toMatchObject({ status: 422, body: { errors: [{ pointer: '/with' }] } })
      expect(answer.body.errors[0].detail).toContain(words)
    }
  })

  it('is split or merged only by known reports, and within the limit of pairs', async () => {
    await reported('r1', 'wire-1')
    await reported('r2', 'wire-2')
    expect(await split('r1', { reports: ['r1', 'r2'] })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/reports' }] }
    })
    expect(await split('r1', { reports: [] })).toMatchObject({ status: 422 })
    expect(await split('r1', { reports: ['r9'] })).toMatchObject({
      status: 409,
      body: { reason: 'not-together' }
    })
    expect(await merge('r1', { with: 'r9' })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/with' }] }
    })
    expect(await merge('r1', { with: 'r2' })).toMatchObject({
      status: 409,
      body: { reason: 'already-one' }
    })
    expect(await split('none', { reports: ['r1'] })).toMatchObject({ status: 404 })
    const long = { reports: ['r2'], note: 'x'.repeat(501) }
    expect(await split('r1', long)).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/note' }] }
    })
    for (let i = 0; i < 28; i++) await reported(`x${i}`, `wire-x${i}`)
    const leaving = Array.from({ length: 15 }, (_, i) => `x${i}`)
    const many = await split('r1', { reports: leaving })
    expect(many).toMatchObject({ status: 422, body: { errors: [{ pointer: '/reports' }] } })
    expect(many.body.detail).toContain('225 pairs')
  })

  it('reveals no declarations about a report to readers who may not see it', async () => {
    const low = await suite.key(['alerts:operate'], { handling: 'partners', name: 'partner' })
    await reported('r1', 'wire-1', { handling: 'partners' })
    await reported('h2', 'wire-2', { ...elsewhere, handling: 'restricted' })
    await reported('h3', 'wire-3', { ...elsewhere, handling: 'restricted' })
    expect(await split('h2', { reports: ['h3'] })).toMatchObject({ status: 200 })
    const told = async (id: string) => {
      const { status, body } = await split('r1', { reports: [id] }, { key: low })
      return JSON.stringify([status, { ...body, instance: null }]).replaceAll(id, 'x')
    }
    expect(await told('h3')).toBe(await told('h9'))
    expect(await told('h9')).toContain('not-together')
  })

  it('keeps a declaration until another officer overrides it with If-Match', async () => {
    const asked = { name: 'first officer', scopes: ['alerts:operate'], handling: 'restricted' }
    const { keyId, secret: first } = (await suite.ask('POST', '/v1/keys', { body: asked })).body
    await reported('r1', 'wire-1')
    await reported('r2', 'wire-2')
    await split('r1', { reports: ['r2'] }, { key: first })
    const blind = await merge('r1', { with: 'r2' })
    expect(blind).toMatchObject({
      status: 409,
      body: { reason: 'declared-otherwise', by: 'first officer', byId: keyId }
    })
    expect(blind.body.at).toMatch(/^2026-/)
    const stale = await merge('r1', { with: 'r2' }, { headers: { 'if-match': '1' } })
    expect(stale).toMatchObject({
      status: 409,
      body: { reason: 'stale-revision', by: 'first officer', byId: keyId, revision: 3 }
    })
    expect(await merge('r1', { with: 'r2' }, { headers: { 'if-match': '*' } })).toMatchObject({
      status: 400
    })
    expect(members(await merge('r1', { with: 'r2' }, { headers: { 'if-match': '3' } }))).toEqual([
      ['r1', 'r2']
    ])
  })

  it('lets one of two concurrent actions win, and tells the other who came first, and when', async () => {
    const [one, other] = [
      await officer(suite, 'first officer'),
      await officer(suite, 'second officer')
    ]
    await reported('r1', 'wire-1')
    await reported('r2', 'wire-2')
    await reported('r3', 'wire-3', elsewhere)
    const headers = { 'if-match': '2' }
    const answers = [
      suite.ask('POST', '/v1/incidents/r1/split', { body: { reports: ['r2'] }, key: one, headers }),
      suite.ask('POST', '/v1/incidents/r1/merge', { body: { with: 'r3' }, key: other, headers })
    ]
    await settle(30)
    await suite.h.clock.advance(2_500)
    const [first, second] = (await Promise.all(answers)) as [Answer, Answer]
    expect([first.status, second.status].sort()).toEqual([200, 409])
    const [winner, loser] =
      first.status === 200 ? ['first officer', second] : ['second officer', first]
    expect(loser.body).toMatchObject({ code: 'action-refused', by: winner })
    expect(loser.body.at).toMatch(/^2026-/)
    expect(loser.body.detail).toContain(`${winner} came first, at 2026-`)
    // Only the winner's action took effect.
    const found = [(await read('r1')).reports.length, (await read('r3')).reports.length]
    expect(found).toEqual(winner === 'first officer' ? [1, 1] : [3, 3])
  })

  it('is not changed by an officer who has not seen the pending action of another', async () => {
    const other = await officer(suite, 'second officer')
    await reported('r1', 'wire-1')
    await reported('r2', 'wire-2')
    await reported('r3', 'wire-3', elsewhere)
    rules.isPaused = true
    expect((await split('r1', { reports: ['r2'] })).status).toBe(202)
    const blind = await merge('r1', { with: 'r3' }, { key: other, headers: { 'if-match': '2' } })
    expect(blind).toMatchObject({
      status: 409,
      body: { reason: 'another-came-first', by: 'owner', byId: 'owner' }
    })
    rules.isPaused = false
    await suite.h.clock.advance(100)
    expect(
      (await merge('r1', { with: 'r3' }, { key: other, headers: { 'if-match': '3' } })).status
    ).toBe(200)
  })

  it('is not changed by an officer who saw it before another’s split, even if the split takes effect during the request', async () => {
    const delivering = new Gate()
    const beforeDelivery = ({
      records
    }: {
      readonly records: readonly { readonly topic: string }[]
    }) => (records[0]?.topic === topics.assembly ? delivering.passage : undefined)
    rules.stop()
    await suite.close()
    suite = await Suite.on({ hooks: { beforeDelivery } }, { rules: false })
    rules = await new AssemblingRules(suite.h).start()
    const [one, other] = [
      await officer(suite, 'first officer'),
      await officer(suite, 'second officer')
    ]
    await reported('r1', 'wire-1')
    await reported('r2', 'wire-2')
    await reported('r3', 'wire-3')
    const ask = (reports: string[], key: string) =>
      suite.ask('POST', '/v1/incidents/r1/split', {
        body: { reports },
        key,
        headers: { 'if-match': '3' }
      })
    delivering.shut()
    const first = ask(['r3'], one)
    await settle(30)
    const second = ask(['r2'], other)
    await settle(30)
    delivering.open()
    await settle(60)
    expect((await first).status).toBe(200)
    expect(await second).toMatchObject({
      status: 409,
      body: { code: 'action-refused', by: 'first officer' }
    })
    expect((await read('r1')).reports).toHaveLength(2)
  })

  it('answers 202 and a Location while the rules are behind; the same Idempotency-Key is one action', async () => {
    await reported('r1', 'wire-1')
    await reported('r2', 'wire-2')
    rules.isPaused = true
    const headers = { 'idempotency-key': 'click-1' }
    const pending = await split('r1', { reports: ['r2'] }, { headers })
    expect(pending.status).toBe(202)
    const location = pending.headers.location as string
    expect((await suite.ask('GET', location)).body).toMatchObject({
      state: 'pending',
      incidentId: 'r1'
    })
    rules.isPaused = false
    await suite.h.clock.advance(100)
    expect((await suite.ask('GET', location)).body).toMatchObject({
      state: 'done',
      incidents: ['r1', 'r2']
    })
    const again = await split('r1', { reports: ['r2'] }, { headers })
    expect(again).toMatchObject({ status: 200, body: { actionId: pending.body.actionId } })
    expect((await read('r1')).revision).toBe(3)
  })

  it('is not refused for what the same request has done before it was known here', async () => {
    const store = new MemoryStore({ partitions: 1 })
    const reading = new Gate()
    const beforeDelivery = ({ records }: Page) =>
      records[0]?.topic === topics.incidents ? reading.passage : undefined
    rules.stop()
    await suite.close()
    suite = await Suite.on({ store, hooks: { beforeDelivery } }, { rules: false })
    const { clock } = suite.h
    rules = await new AssemblingRules({ log: new MemoryLog({}, store), clock }).start()
    await reported('r1', 'wire-1')
    await reported('r2', 'wire-2')
    const etag = (await suite.ask('GET', '/v1/incidents/r1')).headers.etag as string
    const headers = { 'idempotency-key': 'click-5', 'if-match': etag }
    // What happened to the incident is folded before the request for it is.
    reading.shut()
    const first = await split('r1', { reports: ['r2'] }, { headers })
    expect([first.status, (await read('r1')).reports.length]).toEqual([202, 1])
    const behind = await split('r1', { reports: ['r2'] }, { headers })
    expect(behind).toMatchObject({ status: 503, body: { code: 'projection-behind' } })
    const again = suite.ask('POST', '/v1/incidents/r1/split', {
      body: { reports: ['r2'] },
      headers
    })
    await settle()
    reading.open()
    expect(await again).toMatchObject({ status: 200, body: { actionId: first.body.actionId } })
    const other = await split(
      'r1',
      { reports: ['r2'] },
      { headers: { ...headers, 'idempotency-key': 'click-6' } }
    )
    expect(other).toMatchObject({ status: 409, body: { reason: 'stale-revision' } })
  })

  it('is told to who asks again, also if the incident is not there any more', async () => {
    await reported('r1', 'wire-1')
    await reported('r2', 'wire-2')
    const headers = { 'idempotency-key': 'click-7' }
    const first = await split('r1', { reports: ['r2'] }, { headers })
    expect(first.status).toBe(200)
    const data = { reportId: 'r1', reason: 'It never was.', lane: 'live' } as const
    await suite.h.incident('sahel', { type: 'report.withdrawn', data }, 'gone-r1')
    await settle()
    expect((await split('r1', { reports: ['r2'] })).status).toBe(404)
    expect(await split('r1', { reports: ['r2'] }, { headers })).toMatchObject({
      body: { actionId: first.body.actionId }
    })
  })

  it('completes an action whose report was withdrawn before, also for a retry', async () => {
    await reported('r1', 'wire-1')
    await reported('r2', 'wire-2')
    rules.isPaused = true
    const data = { reportId: 'r2', reason: 'It never was.', lane: 'live' } as const
    await suite.h.incident('sahel', { type: 'report.withdrawn', data }, 'gone-r2')
    const headers = { 'idempotency-key': 'click-4' }
    const pending = await split('r1', { reports: ['r2'] }, { headers })
    expect(pending.status).toBe(202)
    rules.isPaused = false
    await suite.h.clock.advance(100)
    expect((await suite.ask('GET', pending.headers.location as string)).body).toMatchObject({
      state: 'done',
      incidents: ['r1']
    })
    expect(members(await split('r1', { reports: ['r2'] }, { headers }))).toEqual([['r1']])
  })

  it('is not changed by an Idempotency-Key that was used for something else', async () => {
    await reported('r1', 'wire-1')
    await reported('r2', 'wire-2')
    await reported('r3', 'wire-3')
    const headers = { 'idempotency-key': 'click-2' }
    expect((await split('r1', { reports: ['r2'], note: 'Two.' }, { headers })).status).toBe(200)
    const refusal = {
      status: 400,
      body: { code: 'header-invalid', errors: [{ pointer: 'idempotency-key' }] }
    }
    expect(await split('r1', { reports: ['r3'], note: 'Two.' }, { headers })).toMatchObject(refusal)
    expect(await split('r1', { reports: ['r2', 'r3'], note: 'Two.' }, { headers })).toMatchObject(
      refusal
    )
    expect(await split('r1', { reports: ['r2'] }, { headers })).toMatchObject(refusal)
    expect(await merge('r1', { with: 'r2', note: 'Two.' }, { headers })).toMatchObject(refusal)
    const back = { headers: { 'idempotency-key': 'click-3', 'if-match': '4' } }
    expect(members(await merge('r1', { with: 'r2' }, back))).toEqual([['r1', 'r2', 'r3']])
    expect(await merge('r1', { with: 'r2' }, back)).toMatchObject({ status: 200 })
    await reported('r4', 'wire-4', elsewhere)
    expect(await merge('r1', { with: 'r4' }, back)).toMatchObject(refusal)
    expect((await read('r1')).reports).toHaveLength(3)
  })

  it('can be changed only with the scope, by readers who may see it', async () => {
    await reported('r1', 'wire-1', { handling: 'restricted' })
    await reported('r2', 'wire-2')
    const body = { reports: ['r2'] }
    expect(
      (
        await split('r1', body, {
          key: await suite.key(['alerts:read'], { handling: 'restricted' })
        })
      ).status
    ).toBe(403)
    expect(
      (
        await split('r1', body, {
          key: await suite.key(['alerts:operate'], { theatres: ['coast'] })
        })
      ).status
    ).toBe(404)
    expect(
      (
        await split('r1', body, {
          key: await suite.key(['alerts:operate'], { handling: 'internal' })
        })
      ).status
    ).toBe(404)
    expect((await split('r1', body, { key: ownerKey })).status).toBe(200)
  })
})

const officer = (at: Suite, name: string) =>
  at.key(['alerts:operate', 'alerts:read'], { handling: 'restricted', name })

describe('incidents at two instances', () => {
  it('the first of two concurrent actions in the log wins at both, and the other is told who came first, and when', async () => {
    const shared = {
      store: new MemoryStore({ partitions: 3 }),
      clock: suite.h.clock,
      like: 'kafka'
    } as const
    const writing = new Gate()
    const hooks = {
      beforeAppend: async () => {
        await writing.passage
        return { kind: 'write' as const }
      }
    }
    rules.stop()
    await suite.close()
    suite = await Suite.on(shared, { rules: false })
    rules = await new AssemblingRules(suite.h).start()
    const there = await Suite.on({ ...shared, instance: 1, hooks }, { rules: false })
    try {
      const [here, late] = [
        await officer(suite, 'officer here'),
        await officer(suite, 'officer there')
      ]
      await reported('r1', 'wire-1')
      await reported('r2', 'wire-2')
      await reported('r3', 'wire-3', elsewhere)
      await settle(30)
      writing.shut()
      const merging = there.ask('POST', '/v1/incidents/r1/merge', {
        body: { with: 'r3' },
        key: late
      })
      await settle(30)
      const splitting = suite.ask('POST', '/v1/incidents/r1/split', {
        body: { reports: ['r2'] },
        key: here
      })
      await settle(30)
      expect((await splitting).status).toBe(200)
      writing.open()
      await settle(60)
      const refused = await merging
      expect(refused).toMatchObject({
        status: 409,
        body: { reason: 'another-came-first', by: 'officer here' }
      })
      expect(refused.body).toMatchObject({
        byId: expect.stringMatching(/./),
        at: expect.stringMatching(/^2026-/)
      })
      for (const at of [suite, there]) {
        const { body } = await at.ask('GET', '/v1/incidents/r1')
        expect(body.reports.map(({ reportId }: ReportRevision) => reportId)).toEqual(['r1'])
        expect((await at.ask('GET', '/v1/incidents/r3')).body.reports).toHaveLength(1)
      }
    } finally {
      writing.open()
    }
  })
})
