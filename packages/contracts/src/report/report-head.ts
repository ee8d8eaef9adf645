// The head of a report's record, read from its bytes without parsing them: for readers that need no
// more of the millions of records of an import. It reads the canonical bytes that this version
// writes; anything else is left to `decodeTheatreRecord`.

import { digestLength } from '../json/digest.ts'
import { matchesAt, quote, toBuffer } from '../json/record-bytes.ts'
import { type Handling, handlings } from '../theatre/handling.ts'
import type { Lane } from '../theatre/report.ts'

export interface ReportHead {
  readonly reportId: string
  readonly contentHash: string
  /** ISO 8601, UTC, ms. */
  readonly reportedAt: string
  readonly sourceId: string
  readonly occurred: { readonly from: string; readonly to: string }
  readonly handling: Handling
  readonly lane: Lane
  readonly drill: boolean
}

/** A live report names the key that posted it. */
const begins = [Buffer.from('{"by":"'), Buffer.from('{"cause":')]
const end = Buffer.from('","type":"tocsin.report.received.v1"}')
const contentHash = Buffer.from('"contentHash":"')
const laneName = Buffer.from('"lane":')
const lanes: readonly (readonly [Lane, Buffer])[] = [
  ['backfill', Buffer.from('"lane":"backfill","linkKeys":[')],
  ['live', Buffer.from('"lane":"live","linkKeys":[')]
]
const drillName = Buffer.from('"drill":')
const drills: readonly (readonly [boolean, Buffer])[] = [
  [false, Buffer.from('"drill":false,')],
  [true, Buffer.from('"drill":true,')]
]
/** It comes right before the lane. */
const handlingsBefore = handlings.map(
  handling => [handling, Buffer.from(`"handling":"${handling}",`)] as const
)
const occurredFrom = Buffer.from('"occurred":{"from":"')
const occurredTo = Buffer.from('","to":"')
const occurredEnd = Buffer.from('"},"persons":[')
const reportId = Buffer.from('"reportId":"')
const reportedAt = Buffer.from('","reportedAt":"')
const sourceId = Buffer.from('","sourceId":"')
const backslash = 0x5c
const instantLength = '2025-06-02T09:00:00.000Z'.length

/**
 * The head of a `report.received` in its canonical bytes; null for any other bytes. Pure. The rest
 * of the record is not validated. Quotes inside texts are escaped, so a quoted name that is found
 * is a member's.
 */
export function readReportHead(bytes: Uint8Array): ReportHead | null {
  const buffer = toBuffer(bytes)
  if (!begins.some(begin => matchesAt(buffer, begin, 0))) return null
  if (!matchesAt(buffer, end, buffer.length - end.length)) return null
  const hashAt = buffer.indexOf(contentHash) + contentHash.length
  if (buffer[hashAt + digestLength] !== quote) return null
  const drillAt = buffer.indexOf(drillName, hashAt)
  const drill = drills.find(([, text]) => matchesAt(buffer, text, drillAt))?.[0]
  const laneAt = buffer.indexOf(laneName, drillAt)
  const lane = lanes.find(([, text]) => matchesAt(buffer, text, laneAt))?.[0]
  const handling = handlingsBefore.find(([, text]) =>
    matchesAt(buffer, text, laneAt - text.length)
  )?.[0]
  const occurred = readSpan(buffer, buffer.indexOf(occurredFrom, laneAt) + occurredFrom.length)
  // Only short members follow it, however much is sealed in the record.
  const idAt = buffer.lastIndexOf(reportId) + reportId.length
  const instantAt = idAt + digestLength + reportedAt.length
  const sourceAt = instantAt + instantLength + sourceId.length
  const isOne =
    matchesAt(buffer, reportedAt, idAt + digestLength) &&
    matchesAt(buffer, sourceId, instantAt + instantLength)
  const source = isOne ? readTextAt(buffer, sourceAt) : null
  if (drill === undefined || lane === undefined || handling === undefined) return null
  if (occurred === null || source === null || idAt < laneAt) return null
  // Copied: a slice would keep the whole text in memory.
  return {
    reportId: buffer.toString('latin1', idAt, idAt + digestLength),
    contentHash: buffer.toString('latin1', hashAt, hashAt + digestLength),
    reportedAt: buffer.toString('latin1', instantAt, instantAt + instantLength),
    sourceId: source,
    occurred,
    handling,
    lane,
    drill
  }
}

function readSpan(buffer: Buffer, at: number): ReportHead['occurred'] | null {
  const from = readTextAt(buffer, at)
  const toAt = at + (from?.length ?? 0) + occurredTo.length
  if (from === null || !matchesAt(buffer, occurredTo, toAt - occurredTo.length)) return null
  const to = readTextAt(buffer, toAt)
  return to !== null && matchesAt(buffer, occurredEnd, toAt + to.length) ? { from, to } : null
}

/** The text up to the next quote; null if it has escapes or characters beyond ASCII. */
function readTextAt(buffer: Buffer, at: number): string | null {
  for (let to = at; to < buffer.length; to++) {
    const byte = buffer[to] as number
    if (byte === quote) return buffer.toString('latin1', at, to)
    if (byte === backslash || byte > 0x7f) return null
  }
  return null
}
