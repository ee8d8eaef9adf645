import { describe, expect, it } from 'vitest'
import {
  applyControl,
  type ControlState,
  emptyControlState,
  isSessionEnded
} from '../../src/control/control-state.ts'

const at = (ms: number) => new Date(ms).toISOString()
const end = (state: ControlState, sessionId: string, maker: string, endMs: number, nowMs = 0) => {
  const data = { sessionId, maker, expiresAt: at(endMs) }
  return applyControl(state, { type: 'session.ended', id: sessionId, time: at(nowMs), data })
}

describe('ended sessions', () => {
  it('are those that were ended, of their own maker only; ending one again changes nothing', () => {
    const once = end(emptyControlState, 'a', 'owner', 1000)
    const isEnded = (id: string, maker: string) => isSessionEnded(once, { id, maker })
    expect([isEnded('a', 'owner'), isEnded('b', 'owner'), isEnded('a', 'k1')]).toEqual([
      true,
      false,
      false
    ])
    expect(end(once, 'a', 'owner', 1000)).toBe(once)
  })

  it('are forgotten once they have expired, and not before', () => {
    let state = emptyControlState
    for (let i = 0; i < 100; i++) state = end(state, `s${i}`, 'k1', 1000 + i)
    state = end(state, 'later', 'k1', 9000, 1090)
    expect([...state.endedSessions.keys()]).toEqual([
      ...Array.from({ length: 9 }, (_, i) => `k1\ns${i + 91}`),
      'k1\nlater'
    ])
    expect(end(emptyControlState, 'a', 'owner', 1000, 1000)).toBe(emptyControlState)
  })
})
