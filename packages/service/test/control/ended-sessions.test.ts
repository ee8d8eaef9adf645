import { describe, expect, it } from 'vitest'
import {
  type EndedSessions,
  isSessionEnded,
  withSessionEnded
} from '../../src/control/ended-sessions.ts'
import { PersistentMap } from '../../src/control/persistent-map.ts'

const at = (ms: number) => new Date(ms).toISOString()
const none: EndedSessions = PersistentMap.empty()
const end = (sessions: EndedSessions, sessionId: string, maker: string, endMs: number, nowMs = 0) =>
  withSessionEnded(sessions, { sessionId, maker, expiresAt: at(endMs) }, nowMs)
const isEnded = (sessions: EndedSessions, id: string, maker: string) =>
  isSessionEnded(sessions, { id, maker })

describe('ended sessions', () => {
  it('are those that were ended, of their own maker only; ending one again changes nothing', () => {
    const once = end(none, 'a', 'owner', 1000)
    expect([
      isEnded(once, 'a', 'owner'),
      isEnded(once, 'b', 'owner'),
      isEnded(once, 'a', 'k1')
    ]).toEqual([true, false, false])
    expect(end(once, 'a', 'owner', 1000)).toBe(once)
  })

  it('are forgotten once they have expired, and not before', () => {
    let sessions = end(none, 'officer', 'owner', 9000)
    for (let i = 0; i < 1022; i++) sessions = end(sessions, `s${i}`, 'k1', 1000 + i)
    expect(sessions.size).toBe(1023)
    sessions = end(sessions, 'later', 'k1', 9000, 2000)
    expect([...sessions.keys()]).toEqual([
      'owner\nofficer',
      ...Array.from({ length: 21 }, (_, i) => `k1\ns${i + 1001}`),
      'k1\nlater'
    ])
    expect(end(none, 'a', 'owner', 1000, 1000)).toBe(none)
  })
})
