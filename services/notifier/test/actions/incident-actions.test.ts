// Officers' split and merge of incidents over HTTP, with real folds behind them.

import type { ReportRevision } from '@tocsin/contracts/theatre/report'
import { MemoryStore } from '@tocsin/event-log/memory-log'
import type { ReportOverrides } from '@tocsin/testing/report/report-builder'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { AssemblingRules } from '../support/assembling-rules.ts'
import { aRevision, dioura, receive } from '../support/dioura.ts'
import { Gate } from '../support/gate.ts'
import { type Answer, Suite } from '../support/http-suite.ts'
import { settle } from '../support/manual-clock.ts'

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
  it('is split, merged again, and its history says by whom and why', async () => {
    await reported('a1', 'wire-1')
    await reported('a2', 'wire-2')
    await reported('a3', 'wire-3')
    const apart = await split('a1', { reports: ['a3'], note: 'Two convoys.' })
    expect(apart).toMatchObject({ status: 200 })
    expect(members(apart)).toEqual([['a1', 'a2'], ['a3']])
    const after = await suite.askWaiting('GET', '/v1/incidents/a3', {
      headers: { 'tocsin-cursor': apart.headers['tocsin-cursor'] as string }
    })
    expect(after.body.history.at(-1)).toMatchObject({
      type: 'tocsin.incident.split.v1',
      cause: apart.body.actionId,
      declared: { by: 'owner', byId: 'owner', same: false, note: 'Two convoys.' },
      data: { from: ['a1'] }
    })
    const seen = await suite.ask('GET', '/v1/incidents/a1')
    const back = await merge(
      'a1',
      { with: 'a3' },
      { headers: { 'if-match': seen.headers.etag as string } }
    )
    expect(members(back)).toEqual([['a1', 'a2', 'a3']])
    const { history, joins } = await read('a3')
    expect(history.at(-1)).toMatchObject({
      type: 'tocsin.incident.merged.v1',
      declared: { same: true, note: null }
    })
    expect(joins).toEqual([
      { reports: ['a1', 'a3'], score: 3, why: 'declared the same by owner' },
      { reports: ['a2', 'a3'], score: 3, why: 'declared the same by owner' }
    ])
    expect(history[0]).toMatchObject({ type: 'tocsin.incident.assembled.v1', declared: null })
    expect(history[1].data.joins).toEqual([
      { reports: ['a1', 'a2'], score: 1, why: 'same settlement, same day, both attack' }
    ])
  })

  it('is not merged with another that has a report of the same source, and the officer is told', async () => {
    await reported('a1', 'wire-1')
    await reported('a2', 'wire-1', elsewhere)
    const answer = await merge('a1', { with: 'a2' })
    expect(answer).toMatchObject({
      status: 409,
      body: { code: 'action-refused', reason: 'one-source', by: null }
    })
    expect(answer.body.detail).toContain('wire-1')
  })

  it('keeps a declaration until another officer overrides it with If-Match', async () => {
    const asked = { name: 'first officer', scopes: ['alerts:operate'], handling: 'restricted' }
    const { keyId, secret: first } = (await suite.ask('POST', '/v1/keys', { body: asked })).body
    await reported('a1', 'wire-1')
    await reported('a2', 'wire-2')
    await split('a1', { reports: ['a2'] }, { key: first })
    const blind = await merge('a1', { with: 'a2' })
    expect(blind).toMatchObject({
      status: 409,
      body: { reason: 'declared-otherwise', by: 'first officer', byId: keyId }
    })
    expect(blind.body.at).toMatch(/^2026-/)
    const stale = await merge('a1', { with: 'a2' }, { headers: { 'if-match': '1' } })
    expect(stale).toMatchObject({
      status: 409,
      body: { reason: 'stale-revision', by: 'first officer', byId: keyId, revision: 3 }
    })
    expect(await merge('a1', { with: 'a2' }, { headers: { 'if-match': '*' } })).toMatchObject({
      status: 400
    })
    expect(members(await merge('a1', { with: 'a2' }, { headers: { 'if-match': '3' } }))).toEqual([
      ['a1', 'a2']
    ])
  })

  it('lets one of two concurrent actions win, and tells the other who came first, and when', async () => {
    const [one, other] = [
      await officer(suite, 'first officer'),
      await officer(suite, 'second officer')
    ]
    await reported('a1', 'wire-1')
    await reported('a2', 'wire-2')
    await reported('a3', 'wire-3', elsewhere)
    const headers = { 'if-match': '2' }
    const answers = [
      suite.ask('POST', '/v1/incidents/a1/split', { body: { reports: ['a2'] }, key: one, headers }),
      suite.ask('POST', '/v1/incidents/a1/merge', { body: { with: 'a3' }, key: other, headers })
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
    const found = [(await read('a1')).reports.length, (await read('a3')).reports.length]
    expect(found).toEqual(winner === 'first officer' ? [1, 1] : [3, 3])
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
      await reported('a1', 'wire-1')
      await reported('a2', 'wire-2')
      await reported('a3', 'wire-3', elsewhere)
      await settle(30)
      writing.shut()
      const merging = there.ask('POST', '/v1/incidents/a1/merge', {
        body: { with: 'a3' },
        key: late
      })
      await settle(30)
      const splitting = suite.ask('POST', '/v1/incidents/a1/split', {
        body: { reports: ['a2'] },
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
        const { body } = await at.ask('GET', '/v1/incidents/a1')
        expect(body.reports.map(({ reportId }: ReportRevision) => reportId)).toEqual(['a1'])
        expect((await at.ask('GET', '/v1/incidents/a3')).body.reports).toHaveLength(1)
      }
    } finally {
      writing.open()
    }
  })
})
