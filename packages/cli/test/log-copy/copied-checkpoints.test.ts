// The copy of a log whose deliveries rest on a checkpoint, since retention has removed their plans.

import { MemoryLog, MemoryStore } from '@tocsin/event-log/memory-log'
import type { EventLog, StoredRecord } from '@tocsin/event-log/port'
import { topics } from '@tocsin/event-log/topics'
import { DeliveryFold } from '@tocsin/notifier/delivery/delivery-fold'
import {
  type DeliveryRecord,
  decodeDelivery,
  deliveryRecord
} from '@tocsin/notifier/delivery/delivery-record'
import { type CapturedDeliveries, stateRows } from '@tocsin/notifier/delivery/delivery-rows'
import { systemClock } from '@tocsin/service-kit/process/clock'
import { allStored } from '@tocsin/testing/report/stored-records'
import { expect, it } from 'vitest'
import { copyLog } from '../../src/log-copy/log-copy.ts'

const subscriptionId = 's'
const time = '2025-06-01T00:00:00.000Z'
const theatre = (n: number) => `theatre-${n % 6}`

/**
 * Alerts of some theatres, of which the subscription has all but the newest; some stand twice where
 * the log allows it.
 */
async function filled(
  like: 'embedded' | 'kafka',
  partitions: number
): Promise<{ log: EventLog; planned: readonly StoredRecord[] }> {
  const log = new MemoryLog({ like }, new MemoryStore({ epoch: 'aaaaaaaa', partitions }))
  for (const n of [...Array(40).keys()].map(i => (i < 25 ? i : i - 10)))
    await log.append(topics.alerts, [
      { id: `id-${n}`, key: theatre(n), value: Buffer.from(`{"n":${n}}`) }
    ])
  const planned = new Map(
    (await allStored(log, topics.alerts)).toReversed().map(each => [each.id, each])
  )
  return {
    log,
    planned: [...planned.values()].toReversed().filter(({ id }) => Number(id.slice(3)) < 26)
  }
}

/** The records that retention leaves: a checkpoint alone. */
function checkpoint(planned: readonly StoredRecord[]): DeliveryRecord[] {
  const fold = new DeliveryFold()
  fold.began()
  for (const [i, { id: eventId, partition, position, key: alertId }] of planned.entries()) {
    const event = {
      eventId,
      alertId,
      eventType: 'alert.raised',
      verdict: 'event',
      partition,
      position: String(position)
    } as const
    const data = {
      subscriptionId,
      sequence: i + 1,
      previousId: planned[i - 1]?.id ?? null,
      ...event
    }
    const cause = i === 0 ? null : `plan-${i - 1}`
    fold.apply({ id: `plan-${i}`, time, cause, type: 'delivery.planned', data }, BigInt(i))
  }
  const taken: CapturedDeliveries[] = []
  const checkpointId = 'c'
  fold.whenBegun(checkpointId, captured => taken.push(captured))
  const begun = {
    ...{ id: 'begun', time, cause: null, type: 'delivery.checkpoint-begun' as const },
    data: { subscriptionId, checkpointId, forgetBefore: time }
  }
  fold.apply(begun, BigInt(planned.length))
  const rows = taken.flatMap(captured => [...stateRows(captured)])
  const part = { subscriptionId, checkpointId, part: 0, isLast: true, rows }
  return [begun, { id: 'part', time, cause: null, type: 'delivery.checkpoint', data: part }]
}

async function foldOf(log: EventLog): Promise<DeliveryFold> {
  const fold = new DeliveryFold()
  for (const { value, position } of await allStored(log, topics.deliveries)) {
    const decoded = decodeDelivery(value ?? new Uint8Array())
    if (decoded.kind === 'decoded') fold.apply(decoded.record, position)
  }
  fold.began()
  return fold
}

it.each([
  ['other partitions', 'embedded', 1, 4],
  ['repeated records', 'kafka', 1, 1],
  ['several partitions to others', 'embedded', 3, 5]
] as const)(
  'names the same events, and sends none again, although %s move them',
  async (_, like, there, here) => {
    const { log: from, planned } = await filled(like, there)
    await from.append(topics.deliveries, checkpoint(planned).map(deliveryRecord))
    const to = new MemoryLog(
      { like: 'kafka' },
      new MemoryStore({ epoch: 'bbbbbbbb', partitions: here })
    )
    expect(
      await copyLog({ from, to, clock: systemClock, consumers: [], repartition: true })
    ).toMatchObject({ kind: 'copied' })

    const moved = await allStored(to, topics.alerts)
    const deliveries = (await foldOf(to)).of(subscriptionId)
    expect(deliveries.pendingCount).toBe(planned.length)
    const named = planned.map((_, i) => {
      const { partition, position } = deliveries.get(i + 1)!
      return moved.find(each => each.partition === partition && String(each.position) === position)
        ?.id
    })
    expect(named).toEqual(planned.map(({ id }) => id))
    const next = deliveries.planned.plannedFrom(Array<bigint>(here).fill(0n))
    const isDone = new Set(named)
    const judged = moved
      .filter(({ partition, position }) => position < next[partition]!)
      .map(({ id }) => id)
    // Nothing is sent again; with joined partitions something may stand between what was sent.
    expect(planned.filter(({ id }) => !judged.includes(id))).toEqual([])
    if (there === 1) expect(judged.filter(id => !isDone.has(id))).toEqual([])
  }
)
