// How long a client may take to answer a ping: longer for what was sent before it, by the speed of
// its link.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PongDeadline } from '../../src/stream/pong-deadline.ts'

const pongMs = 8_000

describe('a ping', () => {
  it('with nothing before it must be answered in time', () => {
    const pongs = new PongDeadline(pongMs, 0)
    pongs.pinged(25_000, 0)
    expect([pongs.isOver(32_999), pongs.isOver(33_000)]).toEqual([false, true])
  })

  it('that is answered is over never, and a pong that nobody asked for does nothing', () => {
    const pongs = new PongDeadline(pongMs, 0)
    pongs.ponged(1)
    pongs.pinged(25_000, 0)
    pongs.ponged(26_000)
    expect([pongs.isAwaited, pongs.isOver(10_000_000)]).toEqual([false, false])
  })

  it('is answered in time over a link of 4 kB/s, whatever waits before it, up to 256 KiB', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(262_144), { minLength: 1, maxLength: 20 }), sizes => {
        const pongs = new PongDeadline(pongMs, 0)
        let [nowMs, sent, arrivedMs] = [0, 0, 0]
        for (const size of sizes) {
          sent += size
          arrivedMs = Math.max(nowMs, arrivedMs) + size / 4
          nowMs += 25_000
          pongs.pinged(nowMs, sent)
          const answeredMs = Math.max(nowMs, arrivedMs) + 1_000
          expect(pongs.isOver(answeredMs)).toBe(false)
          pongs.ponged(answeredMs)
          nowMs = answeredMs
        }
      })
    )
  })

  it('is over soon on a link that has shown to be fast, and at last on every other', () => {
    const pongs = new PongDeadline(pongMs, 0)
    pongs.pinged(25_000, 10_000_000)
    expect([pongs.isOver(25_000 + 135_999), pongs.isOver(25_000 + 136_000)]).toEqual([false, true])
    pongs.ponged(26_000)
    pongs.pinged(51_000, 10_200_000)
    expect([pongs.isOver(59_000), pongs.isOver(60_000)]).toEqual([false, true])
  })
})
