import type { ControlPayload, SubscriptionRecord } from '@tocsin/contracts/record/control-record'
import { describe, expect, it } from 'vitest'
import {
  applyControl,
  type ControlState,
  emptyControlState,
  nextRuleVersion
} from '../../src/control/control-state.ts'
import { key, revoked } from './key-payloads.ts'

const at = (day: number) => `2025-06-${String(day).padStart(2, '0')}T00:00:00.000Z`
let day = 0
const fold = (payloads: readonly ControlPayload[], from = emptyControlState): ControlState => {
  day = 0
  return payloads.reduce(
    (state, payload) => applyControl(state, { ...payload, id: String(day), time: at(++day) }),
    from
  )
}

const theatre = (id: string, countries = [id === 'sudan' ? 'SD' : 'ML']) =>
  ({
    type: 'theatre.declared',
    data: { id, countries, polygon: null, clock: 'replay', retentionDays: 820 }
  }) as const
const source = (id: string, reliability: 'A' | 'B') =>
  ({
    type: 'source.declared',
    data: { id, reliability, latenessDays: 1, cadenceDays: 1, archive: false }
  }) as const
const rule = (ruleId: string, ruleVersion: number) =>
  ({
    type: 'rule.declared',
    data: { ruleId, ruleVersion, pattern: 'siege', parameters: {} }
  }) as const
const tick = (to: string) =>
  ({ type: 'theatre.tick-requested', data: { theatre: 'sahel', to } }) as const
const subscription = (subscriptionId: string, url: string): SubscriptionRecord => ({
  subscriptionId,
  url,
  filter: {},
  order: 'strict',
  schedule: null,
  contact: null,
  ownerKeyId: 'k',
  theatres: '*',
  handling: 'partners',
  sealedSecret: 's',
  from: 'c'
})

const isIterable = (value: unknown): value is Iterable<unknown> =>
  typeof value === 'object' && value !== null && Symbol.iterator in value

describe('control state', () => {
  it('holds the last declaration of each theatre, source and rule, in order of the first', () => {
    const state = fold([
      theatre('sahel'),
      theatre('sudan'),
      theatre('sahel', ['ML', 'NE']),
      source('wire', 'A'),
      source('wire', 'B'),
      rule('siege', 1),
      rule('siege', 2)
    ])
    expect([...state.theatres.keys()]).toEqual(['sahel', 'sudan'])
    expect(state.theatres.get('sahel')?.countries).toEqual(['ML', 'NE'])
    expect(state.sources.get('wire')?.reliability).toBe('B')
    expect(state.rules.get('siege')?.ruleVersion).toBe(2)
  })

  it('keeps the first declaration of each topic, until a copy declares it for another log', () => {
    const topic = (name: string, epoch: string) => ({ topic: name, epoch, partitions: 12 })
    const begun = (...topics: ReturnType<typeof topic>[]) =>
      ({ type: 'suite.begun', data: { masterKeyFingerprint: 'key', topics } }) as const
    const before = fold([begun(topic('a', '1')), begun(topic('a', '2'), topic('b', '2'))])
    expect([...before.topics.values()]).toEqual([topic('a', '1'), topic('b', '2')])
    const copied = [
      { topic: 'a', from: '1', to: '3', ends: null, partitions: 5 },
      { topic: 'b', from: '2', to: '3', ends: null }
    ]
    const after = fold([{ type: 'log.copied', data: { topics: copied } }], before)
    expect([...after.topics.values()]).toEqual([{ ...topic('a', '3'), partitions: 5 }])
    expect(after.masterKeyFingerprint).toBe('key')
    expect(fold([{ type: 'copy.begun', data: { from: 'x', to: 'y' } }]).copiesBegun).toEqual([
      { from: 'x', to: 'y' }
    ])
  })

  it('removes a withdrawn rule, which can be declared again', () => {
    const withdrawn = fold([
      rule('siege', 1),
      { type: 'rule.withdrawn', data: { ruleId: 'siege' } }
    ])
    expect(withdrawn.rules.size).toBe(0)
    expect(fold([rule('siege', 2)], withdrawn).rules.get('siege')?.ruleVersion).toBe(2)
  })

  it('continues the versions of a rule after its withdrawal: an old version never becomes current', () => {
    const ended = { type: 'rule.withdrawn', data: { ruleId: 'siege', ruleVersion: 3 } } as const
    const gone = fold([rule('siege', 1), rule('siege', 2), ended])
    expect([gone.rules.size, nextRuleVersion(gone, 'siege')]).toEqual([0, 4])
    expect(fold([rule('siege', 1), rule('siege', 3)], gone)).toBe(gone)
    expect(fold([rule('siege', 4)], gone).rules.get('siege')?.ruleVersion).toBe(4)
    // Of a change and a withdrawal at once the first counts.
    const changed = fold([rule('siege', 1), rule('siege', 2), rule('siege', 3)])
    expect(fold([ended], changed)).toBe(changed)
  })

  it('does not change earlier states, and gives the same object for a record that changes nothing', () => {
    const before = fold([theatre('sahel'), key('a'), tick(at(9))])
    const listed = () =>
      Object.entries(before).map(([name, held]) => [name, isIterable(held) ? [...held] : held])
    const copy = structuredClone(listed())
    fold([theatre('sudan'), revoked('a'), tick(at(10))], before)
    expect(listed()).toEqual(copy)
    for (const nothing of [
      key('a', { scopes: ['admin'] }),
      revoked('unknown'),
      tick(at(9)),
      { type: 'subscription.deleted', data: { subscriptionId: 'x' } },
      { type: 'rule.withdrawn', data: { ruleId: 'x' } }
    ] as const) {
      expect(fold([nothing], before)).toBe(before)
    }
  })

  it('keeps subscriptions from their creation to their end', () => {
    const created = { type: 'subscription.created', data: subscription('s', 'https://a') } as const
    const updated = { type: 'subscription.updated', data: subscription('s', 'https://b') } as const
    const deleted = { type: 'subscription.deleted', data: { subscriptionId: 's' } } as const
    expect(fold([created, updated]).subscriptions.get('s')?.url).toBe('https://b')
    expect(fold([updated]).subscriptions.size).toBe(0)
    expect(fold([created, deleted, updated]).subscriptions.size).toBe(0)
    expect(fold([updated, created, created]).subscriptions.get('s')?.url).toBe('https://a')
  })
})

describe('concurrent declarations', () => {
  const square = (id: string, west: number): ControlPayload => ({
    type: 'theatre.declared',
    data: {
      id,
      countries: null,
      polygon: [
        [
          [west, 0],
          [west + 2, 0],
          [west + 2, 2],
          [west, 2],
          [west, 0]
        ]
      ],
      clock: 'wall',
      retentionDays: 820
    }
  })
  it('of theatres that overlap the first counts, by country and by polygon', () => {
    const state = fold([
      theatre('sahel', ['ML', 'NE']),
      theatre('niger', ['NE']),
      square('a', 0),
      square('b', 1),
      square('c', 2)
    ])
    expect([...state.theatres.keys()]).toEqual(['sahel', 'a', 'c'])
    expect(fold([theatre('sahel', ['ML'])], state).theatres.get('sahel')?.countries).toEqual(['ML'])
    expect(
      fold([theatre('sahel', ['ML']), theatre('niger', ['NE'])], state).theatres.has('niger')
    ).toBe(true)
  })
  it("a theatre's clock never changes", () => {
    const first = fold([theatre('sahel')])
    const { data } = theatre('sahel')
    expect(fold([{ type: 'theatre.declared', data: { ...data, clock: 'wall' } }], first)).toBe(
      first
    )
  })
  it('of two equal next versions of a rule the first counts', () => {
    const first = fold([rule('siege', 1), rule('siege', 2)])
    const other = {
      ...rule('siege', 2),
      data: { ...rule('siege', 2).data, parameters: { criteria: 3 } }
    }
    expect(fold([other, rule('siege', 1)], first)).toBe(first)
    expect(fold([rule('siege', 3)], first).rules.get('siege')?.ruleVersion).toBe(3)
  })
})
