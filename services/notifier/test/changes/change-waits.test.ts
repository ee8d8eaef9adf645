// Many who wait for changes: how often what they see is judged.

import type {
  ControlRecord,
  SilenceRecord,
  SubscriptionRecord
} from '@tocsin/domain/control/control-record'
import type { Principal } from '@tocsin/service-kit/access/principal'
import type { ControlListener } from '@tocsin/service-kit/projection/control-view'
import { expect, it } from 'vitest'
import { ChangeWaits, type WaitEnd } from '../../src/changes/change-waits.ts'
import {
  SilenceOperations,
  type SilenceOperationsDeps
} from '../../src/silence/silence-operations.ts'
import {
  SubscriptionOperations,
  type SubscriptionOperationsDeps
} from '../../src/webhook/subscription-operations.ts'
import { settle } from '../support/manual-clock.ts'
import { aPrincipal } from '../support/notifier-harness.ts'

const keys = Array.from({ length: 10 }, (_, n) => aPrincipal({ id: `key_${n}` }))
const record = (type: ControlRecord['type']) => ({ type, data: {} }) as ControlRecord

/** Fifty waits of each of ten keys. */
function waiting() {
  const listeners = new Set<ControlListener>()
  let [seen, turns] = ['before', 0]
  const judged: string[] = []
  const waits = new ChangeWaits({
    control: {
      subscribe: listener => {
        listeners.add(listener)
        return () => listeners.delete(listener)
      }
    },
    isStillGood: ({ id }: Principal) => id !== gone,
    seenIn: ({ id }) => {
      judged.push(id)
      return seen
    },
    nextTurn: async () => {
      turns++
    }
  })
  let gone = ''
  const ended: WaitEnd[] = []
  const removed = keys.flatMap(principal =>
    Array.from({ length: 50 }, () =>
      waits.add({
        of: 'silences',
        principal: { ...principal },
        seen: 'before',
        end: by => ended.push(by)
      })
    )
  )
  const take = async (...types: ControlRecord['type'][]) => {
    for (const listener of listeners)
      listener({} as Parameters<ControlListener>[0], types.map(record))
    await settle()
    const counts = { judged: judged.length, turns, ended: ended.length }
    judged.length = ended.length = turns = 0
    return counts
  }
  const change = () => {
    seen = 'after'
  }
  const revoke = (id: string) => {
    gone = id
  }
  return { take, change, revoke, listeners, removed }
}

it('are judged once for each caller and batch of records, a turn before each', async () => {
  const { take, change, listeners, removed } = waiting()
  expect(listeners.size).toBe(1)
  expect(await take('silence.created', 'silence.created', 'subscription.updated')).toEqual({
    judged: 10,
    turns: 10,
    ended: 0
  })
  change()
  expect(await take('silence.ended')).toEqual({ judged: 10, turns: 10, ended: 500 })
  for (const remove of removed) remove()
  expect(listeners.size).toBe(0)
})

it('are not judged for what changes nothing that they see, nor for the use of keys', async () => {
  const { take, revoke } = waiting()
  const none = { judged: 0, turns: 0, ended: 0 }
  for (const type of ['keys.used', 'key.created', 'watch.declared', 'theatre.time-set'] as const)
    expect(await take(type), type).toEqual(none)
  revoke('key_3')
  expect(await take('keys.used')).toEqual(none)
  expect(await take('key.revoked')).toEqual({ ...none, ended: 50 })
})

it('see a list of silences with one look at the subscription of each', () => {
  let looks = 0
  class Counted extends Map<string, SubscriptionRecord> {
    override get(id: string) {
      looks++
      return super.get(id)
    }
    override values() {
      looks += this.size
      return super.values()
    }
  }
  const of = { ownerKeyId: 'partner', theatres: '*', handling: 'partners' } as const
  const ids = Array.from({ length: 200 }, (_, n) => `sub_${n}`)
  const subscriptions = new Counted(
    ids.map(subscriptionId => [subscriptionId, { subscriptionId, ...of } as SubscriptionRecord])
  )
  const silenceOf = (subscriptionId: string) =>
    ({
      silenceId: subscriptionId,
      subscriptionId,
      alertId: null,
      ownerKeyId: 'owner',
      theatres: '*',
      handling: 'internal'
    }) as SilenceRecord
  const silences = new Map(ids.map(id => [id, silenceOf(id)]))
  const control = { state: { subscriptions, silences }, subscribe: () => () => undefined }
  const operations = new SilenceOperations({
    control,
    subscriptions: new SubscriptionOperations({ control } as unknown as SubscriptionOperationsDeps)
  } as unknown as SilenceOperationsDeps)
  const partner = aPrincipal({
    id: 'partner',
    scopes: ['subscriptions:manage'],
    handling: 'partners'
  })
  expect(operations.list(partner)).toHaveLength(200)
  expect(looks).toBeLessThanOrEqual(2 * 200)
})
