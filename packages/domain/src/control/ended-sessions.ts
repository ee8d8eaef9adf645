// Sessions of browsers that were ended before their time, as the control log has them: a signed cookie alone can't be taken back. Pure.
// Source: decision 0030.

import { PersistentMap } from '../fold/persistent-map.ts'

/** The end of a session, before its own. */
export interface SessionEnd {
  readonly sessionId: string
  /** On whose authority it was begun: the id of a key, `owner`, or `oidc:<subject>`. */
  readonly maker: string
  /** When it would have ended by itself, ISO 8601: from then on nothing need be remembered of it. */
  readonly expiresAt: string
}

/** Of one maker's sessions, those that were ended. */
export interface EndedOfMaker {
  /** By session id, when it would have ended by itself, ms since the epoch. Some may be over by themselves. */
  readonly ended: PersistentMap<number>
  /** Sessions of this maker that end by this time are over, remembered one by one or not. Ms since the epoch. */
  readonly floorMs: number
}

/** By maker. */
export type EndedSessions = PersistentMap<EndedOfMaker>

/**
 * Ended sessions that are remembered one by one for each maker. Beyond it those that are over by themselves go, and if more than half is left, the part
 * that ends first is given up: every session of this maker that ends as early is over with it. Who ends hundreds of sessions at a time signs out their
 * own, and nobody else's.
 */
export const endedSessionsMax = 1_000
/** Makers of ended sessions that are remembered; beyond it those go of whose sessions none could still be good. */
export const endedMakersMax = 1_000

/** The ended sessions after one more. Idempotent. O(log n), over many. `nowMs`: of the record. */
export function withSessionEnded(
  sessions: EndedSessions,
  { sessionId, maker, expiresAt }: SessionEnd,
  nowMs: number
): EndedSessions {
  const expiresAtMs = Date.parse(expiresAt)
  if (!(expiresAtMs > nowMs)) return sessions
  const { ended: before, floorMs } = sessions.get(maker) ?? nothingEnded
  if (before.has(sessionId)) return sessions
  const ended = before.with(sessionId, expiresAtMs)
  const next = sessions.with(maker, ended.size > endedSessionsMax ? raised(ended, floorMs, nowMs) : { ended, floorMs })
  return next.size > endedMakersMax ? withoutMakersThatAreOver(next, nowMs) : next
}

/** True for a session that was ended, or may have been. */
export function isSessionEnded(
  sessions: EndedSessions,
  session: { readonly id: string; readonly maker: string; readonly expiresAtMs: number }
): boolean {
  const ofMaker = sessions.get(session.maker)
  return ofMaker !== undefined && (session.expiresAtMs <= ofMaker.floorMs || ofMaker.ended.has(session.id))
}

/** Ended sessions that are remembered one by one. */
export function endedSessionCount(sessions: EndedSessions): number {
  return [...sessions.values()].reduce((sum, { ended }) => sum + ended.size, 0)
}

const nothingEnded: EndedOfMaker = { ended: PersistentMap.empty(), floorMs: 0 }

function raised(ended: PersistentMap<number>, floorMs: number, nowMs: number): EndedOfMaker {
  const live = [...ended].filter(([, endMs]) => endMs > nowMs).sort(([, a], [, b]) => a - b)
  const given = live.splice(0, Math.max(0, live.length - endedSessionsMax / 2))
  const kept = live.reduce((map, [id, endMs]) => map.with(id, endMs), PersistentMap.empty<number>())
  return { ended: kept, floorMs: Math.max(floorMs, given.at(-1)?.[1] ?? 0) }
}

function withoutMakersThatAreOver(sessions: EndedSessions, nowMs: number): EndedSessions {
  const isOver = ({ ended, floorMs }: EndedOfMaker) => floorMs <= nowMs && [...ended.values()].every(endMs => endMs <= nowMs)
  return [...sessions].reduce((left, [maker, each]) => (isOver(each) ? left.without(maker) : left), sessions)
}
