// Records in the control log that a session was ended early, for other processes and for restarts.
// Source: decision 0003.

import { digest } from '@tocsin/contracts/json/digest'
import type { Author } from '@tocsin/contracts/record/control-record'
import { encodeRecord, withAuthor } from '@tocsin/contracts/record/records'
import type { EventLog } from '@tocsin/event-log/port'
import { topics } from '@tocsin/event-log/topics'
import { readMakerId, type Session } from './session.ts'

/** Resolves once the record is stored; idempotent. Rejects with an EventLogError. */
export async function endForAllIn(
  log: EventLog,
  session: Session,
  by: Author,
  nowMs: number
): Promise<void> {
  const { id: sessionId, expiresAtMs, maker } = session
  const id = digest('session-ended', sessionId)
  const data = {
    sessionId,
    maker: readMakerId(maker),
    expiresAt: new Date(expiresAtMs).toISOString()
  }
  const time = new Date(nowMs).toISOString()
  const envelope = { id, source: '/tocsin/sessions', time, cause: null, ...withAuthor(by) }
  await log.append(topics.control, [
    { id, key: 'control', value: encodeRecord(envelope, { type: 'session.ended', data }) }
  ])
}
