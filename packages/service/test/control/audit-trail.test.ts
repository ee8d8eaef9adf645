import type { ControlPayload, ControlRecord } from '@tocsin/contracts/record/control-record'
import { describe, expect, it } from 'vitest'
import { type AuditQuestion, AuditTrail, type Marking } from '../../src/control/audit-trail.ts'
import { applyControl, emptyControlState } from '../../src/control/control-state.ts'

const nora = { id: 'key_n', name: 'Nora' }
const all: Marking = { theatres: '*', handling: 'restricted' }
const everything: AuditQuestion = {
  ...{ by: null, type: null, subject: null },
  ...{ fromMs: Number.NEGATIVE_INFINITY, toMs: Number.POSITIVE_INFINITY }
}
const theatre = (id: string, country: string) =>
  ({
    type: 'theatre.declared',
    data: { id, countries: [country], polygon: null, clock: 'wall', retentionDays: 820 }
  }) as const
const rule = (ruleVersion: number, theatres?: readonly string[]) =>
  ({
    type: 'rule.declared',
    data: {
      ruleId: 'front',
      ruleVersion,
      pattern: 'front',
      parameters: {},
      ...(theatres ? { theatres } : {})
    }
  }) as const
const key = (keyId: string, theatres: readonly string[] | '*', handling: Marking['handling']) =>
  ({
    type: 'key.created',
    data: {
      keyId,
      name: keyId,
      secretHash: keyId.padEnd(64, '0'),
      scopes: ['alerts:read'],
      theatres,
      handling,
      expiresAt: null
    }
  }) as const
const subscription = (
  subscriptionId: string,
  theatres: readonly string[],
  handling: Marking['handling']
) =>
  ({
    type: 'subscription.created',
    data: {
      subscriptionId,
      url: 'https://partner.example/',
      filter: {},
      order: 'strict',
      schedule: null,
      contact: null,
      ownerKeyId: 'k',
      theatres,
      handling,
      sealedSecret: 's',
      from: ''
    }
  }) as const

function trailOf(
  payloads: readonly (ControlPayload & { readonly by?: typeof nora })[],
  max?: number
): AuditTrail {
  const trail = new AuditTrail(max)
  let state = emptyControlState
  payloads.forEach((payload, i) => {
    const record = { ...payload, id: `r${i}`, time: '2025-06-01T00:00:00.000Z' } as ControlRecord
    const before = state
    state = applyControl(before, record)
    trail.take(record, before, state)
  })
  return trail
}
const read = (trail: AuditTrail, reader: Marking = all) =>
  trail.newestFirst(reader, everything, null, 100).map(({ type, subject }) => `${type} ${subject}`)

describe('the audit trail', () => {
  it('has each effective change, newest first, with who asked for it', () => {
    const trail = trailOf([
      { ...theatre('sahel', 'ML'), by: nora },
      { ...theatre('sahel', 'ML'), data: { ...theatre('sahel', 'ML').data, clock: 'replay' } },
      theatre('thief', 'ML'),
      { type: 'keys.used', data: { at: '2025-06-01T00:00:00.000Z', keyIds: ['k'] } },
      {
        type: 'theatre.tick-requested',
        data: { theatre: 'sahel', to: '2025-06-01T00:00:00.000Z' }
      },
      { type: 'key.revoked', data: { keyId: 'none' } },
      { type: 'rule.declared', data: { ...rule(1).data, by: { id: 'owner', name: 'owner' } } },
      { ...key('k1', '*', 'public'), data: { ...key('k1', '*', 'public').data, by: 'session:abc' } }
    ])
    expect(trail.newestFirst(all, everything, null, 10)).toMatchObject([
      { type: 'key.created', subject: 'k1', by: { id: 'session:abc', name: 'session:abc' } },
      { type: 'rule.declared', subject: 'front', by: { id: 'owner', name: 'owner' } },
      { type: 'theatre.declared', subject: 'sahel', by: nora, id: 'r0', ordinal: 1 }
    ])
    expect(trailOf([theatre('sahel', 'ML')]).newestFirst(all, everything, null, 1)).toMatchObject([
      { by: null }
    ])
  })

  it('shows a reader entries whose objects it may see, removed ones included', () => {
    const trail = trailOf([
      theatre('sahel', 'ML'),
      theatre('coast', 'NG'),
      {
        type: 'source.declared',
        data: { id: 'wire', reliability: 'B', latenessDays: 1, cadenceDays: 1, archive: false }
      },
      rule(1, ['sahel']),
      rule(2, ['sahel', 'coast']),
      rule(3, ['coast']),
      rule(4, ['sahel']),
      rule(5),
      { type: 'rule.withdrawn', data: { ruleId: 'front', ruleVersion: 6 } },
      key('own', ['sahel'], 'partners'),
      key('above', ['sahel'], 'internal'),
      { type: 'key.revoked', data: { keyId: 'own' } },
      { type: 'key.revoked', data: { keyId: 'above' } },
      subscription('own', ['sahel'], 'public'),
      subscription('other', ['coast'], 'public'),
      { type: 'subscription.deleted', data: { subscriptionId: 'own' } },
      { type: 'subscription.deleted', data: { subscriptionId: 'other' } },
      {
        type: 'report.erasure-requested',
        data: { reportId: 'shown', theatre: 'sahel', handling: 'partners' }
      },
      {
        type: 'report.erasure-requested',
        data: { reportId: 'hidden', theatre: 'sahel', handling: 'restricted' }
      },
      {
        type: 'session.ended',
        data: { sessionId: 's', maker: 'own', expiresAt: '2025-06-02T00:00:00.000Z' }
      },
      {
        type: 'session.ended',
        data: { sessionId: 't', maker: 'owner', expiresAt: '2025-06-02T00:00:00.000Z' }
      }
    ])
    expect(read(trail)).toHaveLength(21)
    expect(read(trail, { theatres: ['sahel'], handling: 'partners' }).reverse()).toEqual([
      'theatre.declared sahel',
      'rule.declared front',
      'key.created own',
      'key.revoked own',
      'subscription.created own',
      'subscription.deleted own',
      'report.erasure-requested shown',
      'session.ended own'
    ])
    expect(read(trail, { theatres: ['sahel', 'coast'], handling: 'public' })).toContain(
      'subscription.deleted other'
    )
  })

  it('keeps the newest, and continues counting', () => {
    const many = Array.from({ length: 1500 }, (_, i) => rule(i + 1))
    const trail = trailOf(many, 100)
    const found = trail.newestFirst(all, everything, null, 1000)
    expect([trail.size, found.length, found[0]?.ordinal, found.at(-1)?.ordinal]).toEqual([
      100, 100, 1500, 1401
    ])
    expect(trail.newestFirst(all, everything, 1402, 1000).map(({ ordinal }) => ordinal)).toEqual([
      1401
    ])
  })
})
