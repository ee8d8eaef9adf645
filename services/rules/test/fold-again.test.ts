// The records of a theatre before an officer's time record are read again from the log, which may
// be away meanwhile.

import { encodeRecord } from '@tocsin/contracts/record/records'
import type { TheatreRecord } from '@tocsin/contracts/theatre/theatre-record'
import { EventLogError } from '@tocsin/event-log/errors'
import { MemoryLog } from '@tocsin/event-log/memory-log'
import type { EventLog } from '@tocsin/event-log/port'
import { retryUntilAborted } from '@tocsin/event-log/retry'
import { topics } from '@tocsin/event-log/topics'
import { reported, theatreConfigured } from '@tocsin/testing/report/record-builder'
import { expect, it } from 'vitest'
import { foldAgain } from '../src/partition/fold-again.ts'
import type { PartitionScope } from '../src/partition/partition-scope.ts'
import { EngineOwner } from '../src/theatre/engine-owner.ts'
import type { TimeSetRecord } from '../src/theatre/owner.ts'
import { TheatreFacts } from '../src/theatre/published-events.ts'

const reports = 1500
const word = {
  type: 'clock.set',
  theatre: 'sahel',
  id: 'word',
  time: '2025-06-10T00:00:00.000Z',
  data: { to: '2025-06-10T00:00:00.000Z', by: 'officer (key_1)', reason: 'a slip of the pen' }
} as TimeSetRecord

/**
 * A partition of more than one page, half of it records of another theatre. `befalls` is called
 * before each read.
 */
async function given(befalls: (read: number) => void = () => {}) {
  const log = new MemoryLog()
  const records: TheatreRecord[] = [theatreConfigured({}, '2025-06-01T00:00:00.000Z')]
  for (let i = 0; i < reports; i++) {
    const theatre = i % 2 === 0 ? 'sahel' : 'lake'
    records.push({ ...reported({ externalId: `R-${i}`, theatre }), theatre })
  }
  const stored = records.map(({ id, theatre, time, ...payload }) => ({
    id,
    key: theatre,
    value: encodeRecord({ id, source: '/tocsin/test', time, cause: null, theatre }, payload)
  }))
  await log.append(topics.incidents, stored)
  const stop = new AbortController()
  let reads = 0
  const flaky = {
    state: (topic: typeof topics.incidents) => log.state(topic),
    read: async (...asked: Parameters<EventLog['read']>) => {
      befalls(++reads)
      return log.read(...asked)
    }
  } as EventLog
  const clock = { nowMs: () => 0, monotonicMs: () => 0, sleep: async () => {} }
  const retried: Error[] = []
  const scope = {
    options: { log: flaky },
    partition: 0,
    signal: stop.signal,
    get isStopping() {
      return stop.signal.aborted
    },
    untilDone: <T>(work: () => Promise<T>) =>
      retryUntilAborted(work, { clock, signal: stop.signal, onRetry: error => retried.push(error) })
  } as unknown as PartitionScope
  return { scope, stop, retried, end: BigInt(stored.length) }
}

const makeOwner = () => new EngineOwner('sahel', new TheatreFacts(), null)

/** The state of the theatre after it was folded again. */
async function readAgain({ scope, end }: Awaited<ReturnType<typeof given>>): Promise<string> {
  const owner = makeOwner()
  const again = await foldAgain(scope, owner, end, word)
  if (again === null) return ''
  owner.takeAgain(again, word)
  expect(owner.reportCount).toBe(reports / 2)
  return Buffer.concat([...owner.capture()]).toString('latin1')
}

it('folds the same whether the log was away between two pages or not', async () => {
  const whole = await given()
  const away = await given(read => {
    if (read === 2 || read === 5) throw new EventLogError('log-unavailable', 'not now')
  })
  const folded = await readAgain(whole)
  expect(await readAgain(away)).toBe(folded)
  expect(away.retried).toHaveLength(2)
})

it('gives null if the worker stops between two pages', async () => {
  const stopping = await given(read => {
    if (read === 1) stopping.stop.abort()
  })
  expect(await foldAgain(stopping.scope, makeOwner(), stopping.end, word)).toBeNull()
})
