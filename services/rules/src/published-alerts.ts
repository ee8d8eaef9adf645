// What a theatre has published already: the facts that a replay is compared with, so that nothing is published twice and nothing changed.

import { sha256Hex } from '@tocsin/contracts/digest'
import { decodeAlertEvent, decodeIncidentEvent } from '@tocsin/contracts/records'
import type { Cursor, EventLog } from '@tocsin/event-log/port'
import { topics } from '@tocsin/event-log/topics'

export interface PublishedFacts {
  /** Last alert seq in the log. */
  lastSeq: number
  /** SHA-256 of the record at each seq that a replay will make again. The first record at a seq wins. */
  readonly hashes: Map<number, string>
  lastIncidentSeq: number
}

const limits = { recordsMax: 1000, bytesMax: 4 * 1024 * 1024 }

/** The facts of every theatre. `sinceSeq`: up to there a snapshot holds what was published, and nothing has to be compared. */
export async function readPublished(log: EventLog, sinceSeq: (theatre: string) => number): Promise<Map<string, PublishedFacts>> {
  const facts = new Map<string, PublishedFacts>()
  const of = (theatre: string) => {
    const known = facts.get(theatre) ?? { lastSeq: 0, hashes: new Map<number, string>(), lastIncidentSeq: 0 }
    facts.set(theatre, known)
    return known
  }
  await scan(log, await log.cursorAt(topics.alerts, 'earliest'), value => {
    const decoded = decodeAlertEvent(value)
    if (decoded.kind !== 'decoded') return
    const { theatre, seq } = decoded.record.data
    const known = of(theatre)
    if (seq > sinceSeq(theatre) && !known.hashes.has(seq)) known.hashes.set(seq, sha256Hex(value))
    known.lastSeq = Math.max(known.lastSeq, seq)
  })
  await scan(log, await log.cursorAt(topics.assembly, 'earliest'), value => {
    const decoded = decodeIncidentEvent(value)
    if (decoded.kind !== 'decoded') return
    const known = of(decoded.record.data.theatre)
    known.lastIncidentSeq = Math.max(known.lastIncidentSeq, decoded.record.data.seq)
  })
  return facts
}

/** Every value of a topic from a cursor to its end, in order of each partition. */
export async function scan(log: EventLog, from: Cursor, take: (value: Uint8Array, position: bigint) => void): Promise<void> {
  for (const [partition, start] of from.positions.entries()) {
    let position = start
    for (;;) {
      const page = await log.read(from.topic, partition, position, limits)
      for (const record of page.records) if (record.value !== null) take(record.value, record.position)
      position = page.next
      if (page.next >= page.end) break
    }
  }
}
