import { describe, expect, it } from 'vitest'
import {
  type EndedSessions,
  endedSessionCount,
  endedSessionsMax,
  isSessionEnded,
  withSessionEnded
} from '../src/ended-sessions.ts'

const at = (ms: number) => new Date(ms).toISOString()
const none: EndedSessions = new Map()
const end = (sessions: EndedSessions, sessionId: string, maker: string, endMs: number, nowMs = 0) =>
  withSessionEnded(sessions, { sessionId, maker, expiresAt: at(endMs) }, nowMs)
const isEnded = (sessions: EndedSessions, id: string, maker: string, expiresAtMs: number) =>
  isSessionEnded(sessions, { id, maker, expiresAtMs })

describe('ended sessions', () => {
  it('are those that were ended, of their maker alone, and ending one again changes nothing', () => {
    const once = end(none, 'a', 'owner', 1000)
    expect([isEnded(once, 'a', 'owner', 1000), isEnded(once, 'b', 'owner', 1000), isEnded(once, 'a', 'k1', 1000)]).toEqual([
      true,
      false,
      false
    ])
    expect(end(once, 'a', 'owner', 1000)).toEqual(once)
  })

  it('are forgotten when they would be over anyway', () => {
    const one = end(none, 'a', 'owner', 1000)
    expect(endedSessionCount(end(one, 'b', 'k1', 5000, 999))).toBe(2)
    expect(endedSessionCount(end(one, 'b', 'k1', 5000, 1000))).toBe(1)
    expect(endedSessionCount(end(one, 'c', 'owner', 5000, 1000))).toBe(1)
    expect(end(none, 'a', 'owner', 1000, 1000)).toBe(none)
  })

  it('are bounded, and none of them is ever good again: rather others of the same maker are over too', () => {
    let sessions = end(none, 'officer', 'owner', 900)
    for (let i = 0; i <= endedSessionsMax; i++) sessions = end(sessions, `s${i}`, 'k1', 1000 + i)
    expect(endedSessionCount(sessions)).toBeLessThanOrEqual(endedSessionsMax + 1)
    for (let i = 0; i <= endedSessionsMax; i++) expect(isEnded(sessions, `s${i}`, 'k1', 1000 + i)).toBe(true)
    expect([isEnded(sessions, 'never ended', 'k1', 1000), isEnded(sessions, 'never ended', 'k1', 5000)]).toEqual([true, false])
    expect([isEnded(sessions, 'officer', 'owner', 900), isEnded(sessions, 'other', 'owner', 900)]).toEqual([true, false])
  })
})
