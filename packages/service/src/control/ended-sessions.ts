// Browser sessions ended before their expiry, from the control log: a signed cookie alone can't be
// revoked. Pure. Source: decision 0003.

import type { SessionEnd } from '@tocsin/contracts/record/control-record'
import { PersistentMap } from './persistent-map.ts'

/** The ended sessions of one maker. */
export interface EndedOfMaker {
  /** By session id, its expiry, ms since the epoch. Some may have expired. */
  readonly ended: PersistentMap<number>
  /** All sessions of this maker that expire by this time count as ended. Ms since the epoch. */
  readonly floorMs: number
}

/** By maker. */
export type EndedSessions = PersistentMap<EndedOfMaker>

/**
 * Maximum number of ended sessions per maker that are remembered individually. Beyond it expired
 * ones are removed; if more than half are left, the floor is raised over those that expire first,
 * which ends every session of this maker that expires as early. Ending hundreds of sessions thus
 * affects only the maker's own.
 */
export const endedSessionsMax = 1_000
/** Maximum number of makers; beyond it those are removed whose sessions have all expired. */
export const endedMakersMax = 1_000

/**
 * The ended sessions after one more. Idempotent. O(log n) amortised. `nowMs`: time of the record.
 */
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
  const next = sessions.with(
    maker,
    ended.size > endedSessionsMax ? raised(ended, floorMs, nowMs) : { ended, floorMs }
  )
  return next.size > endedMakersMax ? withoutMakersThatAreOver(next, nowMs) : next
}

/** True for a session that was ended, or may have been. */
export function isSessionEnded(
  sessions: EndedSessions,
  session: { readonly id: string; readonly maker: string; readonly expiresAtMs: number }
): boolean {
  const ofMaker = sessions.get(session.maker)
  return (
    ofMaker !== undefined &&
    (session.expiresAtMs <= ofMaker.floorMs || ofMaker.ended.has(session.id))
  )
}

const nothingEnded: EndedOfMaker = { ended: PersistentMap.empty(), floorMs: 0 }

function raised(ended: PersistentMap<number>, floorMs: number, nowMs: number): EndedOfMaker {
  const live = [...ended].filter(([, endMs]) => endMs > nowMs).sort(([, a], [, b]) => a - b)
  const given = live.splice(0, Math.max(0, live.length - endedSessionsMax / 2))
  const kept = live.reduce((map, [id, endMs]) => map.with(id, endMs), PersistentMap.empty<number>())
  return { ended: kept, floorMs: Math.max(floorMs, given.at(-1)?.[1] ?? 0) }
}

function withoutMakersThatAreOver(sessions: EndedSessions, nowMs: number): EndedSessions {
  const isOver = ({ ended, floorMs }: EndedOfMaker) =>
    floorMs <= nowMs && [...ended.values()].every(endMs => endMs <= nowMs)
  return [...sessions].reduce(
    (left, [maker, each]) => (isOver(each) ? left.without(maker) : left),
    sessions
  )
}
