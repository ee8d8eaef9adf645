// A session that was ended before its time, as a record of the control log: other processes learn of it, and a restart. Source: decision 0030.

import { digest } from '@tocsin/contracts/json/digest'
import { encodeRecord, envelopeBy } from '@tocsin/contracts/record/records'
import type { Author } from '@tocsin/domain/control/control-record'
import type { EventLog } from '@tocsin/event-log/port'
import { topics } from '@tocsin/event-log/topics'
import { makerIdOf, type Session } from './session.ts'

/** Resolves once it is stored that the session was ended; idempotent. Rejects with an EventLogError. */
export async function endForAllIn(log: Pick<EventLog, 'append'>, session: Session, by: Author, nowMs: number): Promise<void> {
  const { id: sessionId, expiresAtMs, maker } = session
  const id = digest('session-ended', sessionId)
  const data = { sessionId, maker: makerIdOf(maker), expiresAt: new Date(expiresAtMs).toISOString() }
  const time = new Date(nowMs).toISOString()
  const envelope = { id, source: '/tocsin/sessions', time, cause: null, ...envelopeBy(by) }
  await log.append(topics.control, [{ id, key: 'control', value: encodeRecord(envelope, { type: 'session.ended', data }) }])
}
