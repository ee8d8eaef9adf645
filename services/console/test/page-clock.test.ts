// The clock of the page, when that of the machine is set, and when the machine sleeps.

import { describe, expect, it } from 'vitest'
import { PageClock } from '../src/live/page-clock.ts'

const hourMs = 3_600_000
const beganMs = Date.parse('2026-03-01T12:00:00.000Z')

/** A machine that runs for so long, and one whose clock is set by so much meanwhile. */
function aMachine() {
  let [wallMs, steadyMs] = [beganMs, 0]
  const clock = new PageClock({ wallMs, steadyMs })
  return {
    clock,
    run: (ms: number, setByMs = 0) => {
      steadyMs += ms
      wallMs += ms + setByMs
      return clock.now({ wallMs, steadyMs }) - beganMs
    },
    /** Its steady clock stands in sleep. */
    sleep: (ms: number) => {
      wallMs += ms
      return clock.now({ wallMs, steadyMs }) - beganMs
    }
  }
}

describe('the clock of the page', () => {
  it('goes on where that of the machine is set back: no age is less than it is', () => {
    const { clock, run } = aMachine()
    expect(run(1_000)).toBe(1_000)
    expect(run(1_000, -hourMs)).toBe(2_000)
    expect(run(60_000)).toBe(62_000)
    expect(clock.setByMs).toBe(-hourMs)
    // Set right again, which the suite's answer tells from a sleep.
    expect(run(1_000, hourMs)).toBe(63_000 + hourMs)
    expect(clock.told(0, -hourMs)).toBe(0)
    expect([run(1_000), clock.setByMs]).toEqual([64_000, 0])
  })

  it('takes a leap ahead for the time that passed until the suite says that none has', () => {
    const { clock, run } = aMachine()
    expect(run(1_000, hourMs)).toBe(1_000 + hourMs)
    // Its answer is up to some seconds old.
    expect(clock.told(-500, -hourMs + 2_000)).toBe(2_000)
    expect([run(1_000), clock.setByMs]).toEqual([2_000, hourMs])
  })

  it('counts the time for which the machine slept', () => {
    const { clock, run, sleep } = aMachine()
    expect(sleep(8 * hourMs)).toBe(8 * hourMs)
    expect(clock.told(300, 200)).toBe(200)
    expect([run(1_000), clock.setByMs]).toEqual([8 * hourMs + 1_000, 0])
  })

  it('leaves a machine that was wrong from the beginning as it is', () => {
    const { clock, run } = aMachine()
    run(5_000)
    expect(clock.told(0, 5 * hourMs)).toBe(5 * hourMs)
    expect([run(1_000), clock.setByMs]).toEqual([6_000, 0])
  })

  it('does not take the small steps of a clock that is kept right for a setting', () => {
    const { clock, run } = aMachine()
    for (let step = 0; step < 100; step += 1) run(1_000, step % 2 === 0 ? 900 : -900)
    expect([clock.setByMs, clock.told(0, 0)]).toEqual([0, 0])
  })
})
