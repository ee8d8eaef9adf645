// `log verify` on a log that is only reached through the port.

import { digest } from '@tocsin/contracts/json/digest'
import { encodeRecord } from '@tocsin/contracts/record/records'
import { MemoryLog } from '@tocsin/event-log/memory-log'
import { topics } from '@tocsin/event-log/topics'
import { expect, it } from 'vitest'
import { computeExitCode, renderVerification } from '../../src/log/log-commands.ts'
import { verifyThroughPort } from '../../src/log/port-log.ts'

function tick(n: number, theatre: string) {
  const id = digest('tick', theatre, String(n))
  const to = new Date(Date.parse('2025-06-01T00:00:00.000Z') + n * 60_000).toISOString()
  const value = encodeRecord(
    { id, source: '/tocsin/test', time: to, cause: null, theatre },
    { type: 'clock.ticked', data: { to, gap: false } }
  )
  return { id, key: theatre, value }
}

async function filled(): Promise<MemoryLog> {
  const log = new MemoryLog({ like: 'kafka', partitions: 2 })
  for (let n = 0; n < 30; n++) await log.append(topics.incidents, [tick(n, `theatre-${n % 10}`)])
  return log
}

it('finds a log intact if its keys are in their partitions', async () => {
  const found = await verifyThroughPort(await filled(), 'kafka:here:1')
  expect(found).toMatchObject({ whole: true, records: 30, faults: [] })
})

it('names each displaced key once if partitions were added to a topic', async () => {
  const log = await filled()
  const state = log.state.bind(log)
  log.state = async topic => {
    const held = await state(topic)
    return topic === topics.incidents ? [...held, { partition: 2, start: 0n, end: 0n }] : held
  }
  const found = await verifyThroughPort(log, 'kafka:here:1')
  expect(found.whole).toBe(false)
  expect(computeExitCode(found)).toBe(1)
  const named = found.faults.map(({ kind, detail }) => [kind, detail.split(' ')[2]])
  expect(named.length).toBeGreaterThan(2)
  expect(new Set(named.map(([, key]) => key)).size).toBe(named.length)
  expect(named.every(([kind]) => kind === 'key-displaced')).toBe(true)
  expect(renderVerification(found)).toMatch(
    /key-displaced {2}tocsin\.incidents\.v1\/\d\/\d+: the key theatre-\d belongs in partition \d of 3: 3 of its records are here/
  )
})
