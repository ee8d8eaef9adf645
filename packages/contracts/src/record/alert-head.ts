// The theatre and the place of an alert event of version 1, read from its bytes: for readers that load
// years of alerts. It reads the canonical bytes that version 1 wrote; anything else is left to
// `decodeAlertRecord`. Quotes inside texts are escaped, so a quoted name that is found is a member's.

import { digestLength } from '../json/digest.ts'
import { matchesAt, quote, toBuffer } from '../json/record-bytes.ts'

export interface AlertHead {
  /** Id of the record that it follows from; null if none. */
  readonly cause: string | null
  readonly alertId: string
  readonly theatre: string
  readonly seq: number
}

const begin = Buffer.from('{"cause":')
const end = Buffer.from('.v1"}')
const type = Buffer.from('","type":"tocsin.alert.')
const refused = Buffer.from('","type":"tocsin.alert.action-refused.v1"}')
const alertId = Buffer.from('"alertId":"')
const seq = Buffer.from(',"seq":')
const severity = Buffer.from(',"severity":"')
const theatre = Buffer.from(',"theatre":"')
const times = Buffer.from('","times":{')

/**
 * The theatre of an alert event and its seq there; null for a refused action and for bytes that are
 * not canonical. Pure.
 */
export function readAlertHead(bytes: Uint8Array): AlertHead | null {
  const buffer = toBuffer(bytes)
  if (!isAlertRecord(buffer)) return null
  const idAt = findEnd(buffer, alertId, 0)
  const seqAt = findEnd(buffer, seq, idAt)
  const severityAt = buffer.indexOf(severity, seqAt)
  const theatreAt = findEnd(buffer, theatre, severityAt)
  const timesAt = buffer.indexOf(times, theatreAt)
  if (
    [idAt, seqAt, severityAt, theatreAt, timesAt].includes(-1) ||
    buffer[idAt + digestLength] !== quote
  )
    return null
  const number = Number(buffer.toString('latin1', seqAt, severityAt))
  if (!Number.isSafeInteger(number)) return null
  // Theatre ids are plain ASCII, so the escaped and the plain spelling are the same.
  return {
    cause: readCause(buffer),
    alertId: buffer.toString('latin1', idAt, idAt + digestLength),
    theatre: buffer.toString('latin1', theatreAt, timesAt),
    seq: number
  }
}

/** The first member: `null`, or an id of ASCII letters and digits. */
function readCause(buffer: Buffer): string | null {
  if (buffer[begin.length] !== quote) return null
  return buffer.toString('latin1', begin.length + 1, buffer.indexOf(quote, begin.length + 1))
}

function isAlertRecord(buffer: Buffer): boolean {
  const typeAt = buffer.lastIndexOf(type)
  return (
    typeAt !== -1 &&
    matchesAt(buffer, begin, 0) &&
    matchesAt(buffer, end, buffer.length - end.length) &&
    !matchesAt(buffer, refused, typeAt)
  )
}

function findEnd(buffer: Buffer, what: Buffer, from: number): number {
  const at = from === -1 ? -1 : buffer.indexOf(what, from)
  return at === -1 ? -1 : at + what.length
}
