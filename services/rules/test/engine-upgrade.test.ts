// A theatre that an earlier engine has folded and published: what stands are facts, and nothing that this engine says next is taken for one of them.

import { digest, sha256Hex } from '@tocsin/contracts/digest'
import { decodeAlertEvent, decodeTheatreRecord, encodeRecord, engineVersion } from '@tocsin/contracts/records'
import { defaultRules } from '@tocsin/domain/pattern-catalogue'
import type { TheatrePayload, TheatreRecord } from '@tocsin/domain/theatre-record'
import { MemoryLog } from '@tocsin/event-log/memory-log'
import type { NewRecord } from '@tocsin/event-log/port'
import { topics } from '@tocsin/event-log/topics'
import { describe, expect, it } from 'vitest'
import { revisionOf } from '../../../packages/domain/test/fold-story.ts'
import { beginnings, noFacts, readPublished } from '../src/published-alerts.ts'
import { TheatreOwner } from '../src/theatre-owner.ts'

function recordOf(payload: TheatrePayload): TheatreRecord {
  const id = digest('record', JSON.stringify(payload))
  const decoded = decodeTheatreRecord(
    encodeRecord({ id, source: '/test', time: '2025-06-02T09:00:00.000Z', cause: null, theatre: 'sahel' }, payload)
  )
  if (decoded.kind !== 'decoded') throw new Error(decoded.kind)
  return decoded.record
}

const attacks = (place: string, admin1: string, lat: number, lon: number) =>
  ['2025-06-01', '2025-06-02', '2025-06-03'].map(at =>
    recordOf({ type: 'report.received', data: revisionOf({ id: digest(place, at), at, settlement: place, admin1, lat, lon }) })
  )
const front = defaultRules.filter(({ pattern }) => pattern === 'front')
const past = [
  recordOf({ type: 'clock.ticked', data: { to: '2025-06-04T00:00:00.000Z', gap: false } }),
  ...front.map(rule => recordOf({ type: 'rule.configured', data: rule })),
  ...attacks('Diosso', 'ML-4', 13.88, -5.36)
]
const mark = recordOf({ type: 'engine.changed', data: { engine: engineVersion } })

/** What an earlier engine left in the log, which had said more, and other words. */
async function publishedByAnother(): Promise<{ log: MemoryLog; last: Uint8Array }> {
  const owner = new TheatreOwner('sahel', noFacts(), null)
  const log = new MemoryLog()
  const own = past.flatMap(record => owner.take(record).alerts)
  const asOther = (record: NewRecord, seq: number): NewRecord => {
    const text = Buffer.from(record.value as Uint8Array)
      .toString()
      .replace(`"engine":"${engineVersion}"`, '"engine":"0.0.9"')
    return {
      ...record,
      id: `other-${seq}`,
      value: Buffer.from(text.replace(/"seq":\d+/, `"seq":${seq}`).replace('close together', 'near each other'))
    }
  }
  const records = [...own, ...own].map((record, i) => asOther(record, i + 1))
  await log.append(topics.alerts, records)
  return { log, last: records.at(-1)?.value as Uint8Array }
}

async function upgraded() {
  const { log, last } = await publishedByAnother()
  const { facts } = await readPublished(
    log,
    await beginnings(log, topics.alerts),
    await beginnings(log, topics.assembly),
    () => 0
  )
  const owner = new TheatreOwner('sahel', facts.get('sahel') ?? noFacts(), null)
  return { owner, last, lastSeq: facts.get('sahel')?.lastSeq ?? 0 }
}

describe('a theatre that another engine has folded', () => {
  it('raises no alarm for what that engine said otherwise', async () => {
    const { owner } = await upgraded()
    expect([...past, mark].flatMap(record => owner.take(record).conflicts)).toEqual([])
  })

  it('publishes what this engine sees next, behind all that stands, in one chain', async () => {
    const { owner, last, lastSeq } = await upgraded()
    for (const record of [...past, mark]) expect(owner.take(record).alerts).toEqual([])
    const next = attacks('Kayes', 'ML-1', 14.45, -11.44).flatMap(record => owner.take(record).alerts)
    const decoded = next.map(({ value }) => decodeAlertEvent(value as Uint8Array))
    const said = decoded.flatMap(one => (one.kind === 'decoded' ? [one.record] : []))
    expect(said.map(({ data }) => data.seq)).toEqual(said.map((_, i) => lastSeq + 1 + i))
    expect(said.map(({ type }) => type)).toContain('alert.raised')
    const [first] = decoded
    expect(first?.kind === 'decoded' && first.envelope.previoushash).toBe(sha256Hex(last))
  })
})
