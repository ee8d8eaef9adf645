// Which instance serves which subscriptions: only after the log was read since the assignment, and
// only while that is recent.

import { EventLogError } from '@tocsin/event-log/errors'
import { MemoryLog } from '@tocsin/event-log/memory-log'
import { topics } from '@tocsin/event-log/topics'
import { createLogger } from '@tocsin/service-kit/telemetry/logger'
import { expect, it } from 'vitest'
import {
  DeliveryOwnership,
  lookGoodMs,
  notifierGroup
} from '../../src/webhook/delivery-ownership.ts'
import { ManualClock, settle } from '../support/manual-clock.ts'

const logger = createLogger({ level: 'silent', name: 'test' })

class Looker {
  looks = 0
  answer: () => Promise<boolean> = async () => true
  readonly clock = new ManualClock()
  readonly log = new MemoryLog({ like: 'kafka', partitions: 4 })
  changes = 0
  membershipIsCurrent = true

  ownership(): DeliveryOwnership {
    const join: MemoryLog['join'] = async (...args) => {
      const membership = await this.log.join(...args)
      membership.isCurrent = () => this.membershipIsCurrent
      return membership
    }
    return new DeliveryOwnership({
      log: Object.assign(Object.create(this.log), {
        capabilities: this.log.capabilities,
        partitionCount: async () => 4,
        join
      }),
      clock: this.clock,
      logger,
      catchUp: () => {
        this.looks++
        return this.answer()
      },
      onChange: () => {
        this.changes++
      }
    })
  }
}

const ids = Array.from({ length: 30 }, (_, i) => `sub_${i}`)

it('serves an assignment only once the log was read', async () => {
  const l = new Looker()
  let isAway = true
  l.answer = async () => {
    if (isAway) throw new EventLogError('log-unavailable', 'away')
    return true
  }
  const ownership = l.ownership()
  await ownership.start()
  await l.clock.advance(1_000)
  expect(ids.some(id => ownership.owns(id))).toBe(false)
  isAway = false
  await l.clock.advance(6_000)
  expect(ids.every(id => ownership.owns(id))).toBe(true)
})

it('shares with others as they join, and releases everything when it leaves', async () => {
  const l = new Looker()
  const [one, other] = [l.ownership(), l.ownership()]
  await one.start()
  await settle()
  await other.start()
  await settle()
  for (const id of ids) expect([one.owns(id), other.owns(id)].filter(Boolean)).toHaveLength(1)
  expect(ids.some(id => one.owns(id)) && ids.some(id => other.owns(id))).toBe(true)
  await one.leave()
  await settle()
  expect(ids.every(id => other.owns(id) && !one.owns(id))).toBe(true)
})

it('refreshes before it acts after a pause longer than its knowledge is valid; concurrent callers share one query', async () => {
  const l = new Looker()
  const ownership = l.ownership()
  await ownership.start()
  await settle()
  expect(l.looks).toBe(1)
  expect(await ownership.isCurrent()).toBe(true)
  expect(l.looks).toBe(1)
  await l.clock.advance(lookGoodMs)
  expect(
    await Promise.all([ownership.isCurrent(), ownership.isCurrent(), ownership.isCurrent()])
  ).toEqual([true, true, true])
  expect(l.looks).toBe(2)
})

it('does not act on a membership that may have expired, nor while the log does not answer', async () => {
  const l = new Looker()
  const ownership = l.ownership()
  await ownership.start()
  await settle()
  l.membershipIsCurrent = false
  expect(await ownership.isCurrent()).toBe(false)
  l.membershipIsCurrent = true
  expect(await ownership.isCurrent()).toBe(true)
  await l.clock.advance(lookGoodMs)
  l.answer = async () => {
    throw new EventLogError('log-unavailable', 'away')
  }
  expect(await ownership.isCurrent()).toBe(false)
  l.answer = async () => {
    throw new EventLogError('log-replaced', 'another log')
  }
  await expect(ownership.isCurrent()).rejects.toMatchObject({ code: 'log-replaced' })
})

it('serves everything at once if roles are not shared, without querying the log', async () => {
  const l = new Looker()
  const log = new MemoryLog({ partitions: 4 })
  const ownership = new DeliveryOwnership({
    log,
    clock: l.clock,
    logger,
    catchUp: () => {
      l.looks++
      return l.answer()
    },
    onChange: () => {}
  })
  await ownership.start()
  expect(ids.every(id => ownership.owns(id))).toBe(true)
  await l.clock.advance(60_000)
  expect(await ownership.isCurrent()).toBe(true)
  expect(l.looks).toBe(0)
  expect(log.capabilities.sharedRoles).toBe(false)
  expect(notifierGroup).toBe('notifier')
  expect(await log.partitionCount(topics.deliveries)).toBe(4)
})

it('takes over assignments at any time, also while it takes over others', async () => {
  for (let later = 0; later < 12; later++) {
    const l = new Looker()
    let partitions: readonly number[] = [0, 1]
    let divided = () => {}
    const membership = {
      get partitions() {
        return partitions
      },
      onChange: (listener: () => void) => {
        divided = listener
        return () => {}
      },
      failed: new Promise<Error>(() => {}),
      reweigh: () => {},
      leave: async () => {}
    }
    const ownership = new DeliveryOwnership({
      log: Object.assign(Object.create(l.log), {
        capabilities: l.log.capabilities,
        partitionCount: async () => 4,
        join: async () => membership
      }),
      clock: l.clock,
      logger,
      catchUp: async () => true,
      onChange: () => {
        if (partitions.length === 4) return
        void inTurns(later).then(() => {
          partitions = [0, 1, 2, 3]
          divided()
        })
      }
    })
    await ownership.start()
    await settle(20)
    expect(
      ids.filter(id => !ownership.owns(id)),
      `assigned ${later} turns after`
    ).toEqual([])
  }
})

/** Resolves after this many microtask turns. */
async function inTurns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await null
}
