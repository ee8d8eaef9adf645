// Sessions of browsers that were ended before their time, as the control log has them: a signed cookie alone can't be taken back. Pure.
// Source: decision 0030.

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
  /** By session id, when it would have ended by itself, ms since the epoch. */
  readonly ended: ReadonlyMap<string, number>
  /** Sessions of this maker that end by this time are over, remembered one by one or not. Ms since the epoch. */
  readonly floorMs: number
}

/** By maker. */
export type EndedSessions = ReadonlyMap<string, EndedOfMaker>

/**
 * Ended sessions that are remembered one by one for each maker. Beyond it the half that ends first is given up, and every session of this maker that
 * ends as early is over with it: who ends thousands of sessions signs out their own, and nobody else's.
 */
export const endedSessionsMax = 1_000

/** The ended sessions after one more. O(ended ones of its maker + makers). Idempotent. `nowMs`: of the record; what is over by then is forgotten. */
export function withSessionEnded(
  sessions: EndedSessions,
  { sessionId, maker, expiresAt }: SessionEnd,
  nowMs: number
): EndedSessions {
  const expiresAtMs = Date.parse(expiresAt)
  if (!(expiresAtMs > nowMs)) return sessions
  const before = sessions.get(maker) ?? nothingEnded
  const ended = new Map([...before.ended].filter(([, endMs]) => endMs > nowMs)).set(sessionId, expiresAtMs)
  const kept = ended.size > endedSessionsMax ? raised(ended, before.floorMs) : { ended, floorMs: before.floorMs }
  const others = [...sessions].filter(([id, each]) => id !== maker && !isOver(each, nowMs))
  return new Map([...others, [maker, kept]])
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

const nothingEnded: EndedOfMaker = { ended: new Map(), floorMs: 0 }

function raised(ended: ReadonlyMap<string, number>, floorMs: number): EndedOfMaker {
  const byEnd = [...ended].sort(([, a], [, b]) => a - b)
  const given = byEnd.slice(0, Math.ceil(byEnd.length / 2))
  return { ended: new Map(byEnd.slice(given.length)), floorMs: Math.max(floorMs, ...given.map(([, endMs]) => endMs)) }
}

function isOver({ ended, floorMs }: EndedOfMaker, nowMs: number): boolean {
  return floorMs <= nowMs && [...ended.values()].every(endMs => endMs <= nowMs)
}
