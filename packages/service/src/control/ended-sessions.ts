// Browser sessions ended before their expiry, from the control log: a signed cookie alone can't be
// revoked. Pure. Source: decision 0003.

import type { SessionEnd } from '@tocsin/contracts/record/control-record'
import type { PersistentMap } from './persistent-map.ts'

/** By maker and session id, its expiry, ms since the epoch. Some may have expired. */
export type EndedSessions = PersistentMap<number>

/** Of fewer none are removed. */
const keptMin = 1024

/**
 * The ended sessions after one more; expired ones are removed whenever the number has doubled.
 * Idempotent. `nowMs`: time of the record.
 */
export function withSessionEnded(
  sessions: EndedSessions,
  { sessionId, maker, expiresAt }: SessionEnd,
  nowMs: number
): EndedSessions {
  const expiresAtMs = Date.parse(expiresAt)
  const name = makeName(maker, sessionId)
  if (!(expiresAtMs > nowMs) || sessions.has(name)) return sessions
  const next = sessions.with(name, expiresAtMs)
  const isDoubled = next.size >= keptMin && Number.isInteger(Math.log2(next.size))
  const over = isDoubled ? [...next].filter(([, endMs]) => endMs <= nowMs) : []
  return over.reduce((left, [each]) => left.without(each), next)
}

/** True for a session that was ended. */
export function isSessionEnded(
  sessions: EndedSessions,
  { id, maker }: { readonly id: string; readonly maker: string }
): boolean {
  return sessions.has(makeName(maker, id))
}

function makeName(maker: string, sessionId: string): string {
  return `${maker}\n${sessionId}`
}
