import { describe, expect, it } from 'vitest'
import {
  type EndedSessions,
  endedSessionsMax,
  isSessionEnded,
  withSessionEnded
} from '../../src/control/ended-sessions.ts'
import { PersistentMap } from '../../src/control/persistent-map.ts'

const at = (ms: number) => new Date(ms).toISOString()
const none: EndedSessions = PersistentMap.empty()
const end = (sessions: EndedSessions, sessionId: string, maker: string, endMs: number, nowMs = 0) =>
  withSessionEnded(sessions, { sessionId, maker, expiresAt: at(endMs) }, nowMs)
const isEnded = (sessions: EndedSessions, id: string, maker: string, expiresAtMs: number) =>
  isSessionEnded(sessions, { id, maker, expiresAtMs })

describe('ended sessions', () => {
  it('are those that were ended, of their own maker only; ending one again changes nothing', () => {
    const once = end(none, 'a', 'owner', 1000)
    expect([
      isEnded(once, 'a', 'owner', 1000),
      isEnded(once, 'b', 'owner', 1000),
      isEnded(once, 'a', 'k1', 1000)
    ]).toEqual([true, false, false])
    expect(end(once, 'a', 'owner', 1000)).toEqual(once)
  })

  it('are bounded: expired ones are removed first, and no other session is ended with them', () => {
    let sessions = none
    for (let i = 0; i < endedSessionsMax; i++) sessions = end(sessions, `s${i}`, 'k1', 1000 + i)
    sessions = end(sessions, 'later', 'k1', 9000, 2000)
    expect(sessions.get('k1')?.ended.size).toBe(1)
    expect([
      isEnded(sessions, 'later', 'k1', 9000),
      isEnded(sessions, 'never ended', 'k1', 8000)
    ]).toEqual([true, false])
    expect(end(none, 'a', 'owner', 1000, 1000)).toBe(none)
  })

  it('are never valid again: at the limit, other sessions of the same maker end too', () => {
    let sessions = end(none, 'officer', 'owner', 900)
    for (let i = 0; i <= endedSessionsMax; i++) sessions = end(sessions, `s${i}`, 'k1', 1000 + i)
    expect(sessions.get('k1')?.ended.size).toBe(endedSessionsMax / 2)
    for (let i = 0; i <= endedSessionsMax; i++)
      expect(isEnded(sessions, `s${i}`, 'k1', 1000 + i)).toBe(true)
    expect([
      isEnded(sessions, 'never ended', 'k1', 1000),
      isEnded(sessions, 'never ended', 'k1', 5000)
    ]).toEqual([true, false])
    expect([
      isEnded(sessions, 'officer', 'owner', 900),
      isEnded(sessions, 'other', 'owner', 900)
    ]).toEqual([true, false])
  })
})
