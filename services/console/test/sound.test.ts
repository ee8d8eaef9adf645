// What should sound now.

import { describe, expect, it } from 'vitest'
import {
  type LastSound,
  mayHaveSounded,
  pauseMs,
  repeatMs,
  sounding,
  soundNow,
  soundSettingsIn
} from '../src/live/shift-sound.ts'
import { type AlertMembers, anAlert } from './support/an-alert.ts'

const settings = { least: 'minor' as const, withDrills: false }
const alarm = (members: AlertMembers, sinceMs = 0) => ({ alert: anAlert(members), sinceMs })
const last = (atMs: number, severity: LastSound['severity'] = 'extreme') => ({ atMs, severity })
const now = (alarms: ReturnType<typeof alarm>[], before: LastSound | null, nowMs: number) =>
  soundNow(sounding(alarms, settings), before, nowMs)
const taken = { acknowledgedBy: 'Ama' }
const extreme = { severity: 'extreme' } as const
const severe = { severity: 'severe' } as const

describe('an alert', () => {
  it('sounds when it pages, again after its time, until somebody has it', () => {
    const again = 1_000 + (repeatMs.extreme as number)
    expect(now([alarm(extreme, 1_000)], null, 1_000)).toBe('extreme')
    expect(now([alarm(extreme, 1_000)], last(1_000), again - 1)).toBeNull()
    expect(now([alarm(extreme, 1_000)], last(1_000), again)).toBe('extreme')
    for (const operator of [taken, { isAcknowledged: true }])
      expect(now([alarm({ ...extreme, operator })], null, 90_000)).toBeNull()
  })
  it('that is over does not sound, and that is assigned does: who has it may not know', () => {
    expect(now([alarm({ status: 'resolved' })], null, 0)).toBeNull()
    expect(now([alarm({ operator: { assignedTo: 'Ama' } })], null, 0)).toBe('moderate')
  })
  it('that is an exercise sounds where somebody asked for that', () => {
    const drill = [alarm({ drill: true })]
    expect(now(drill, null, 0)).toBeNull()
    expect(soundNow(sounding(drill, { ...settings, withDrills: true }), null, 0)).toBe('moderate')
  })
  it('that is minor sounds once', () => {
    expect(now([alarm({ severity: 'minor' })], last(0, 'minor'), 9_000_000)).toBeNull()
  })
  it('sounds again when it escalates, after the pause', () => {
    const escalated = [alarm(extreme, 5_000)]
    expect(now(escalated, last(4_000, 'severe'), 5_000)).toBeNull()
    expect(now(escalated, last(4_000, 'severe'), 4_000 + pauseMs)).toBe('extreme')
  })
})

describe('many alerts', () => {
  it('are one sound, that of the gravest', () => {
    const alarms = [alarm({}, 10), alarm(severe, 5), alarm({}, 10)]
    expect(now(alarms, null, 20)).toBe('severe')
    // A milder one that comes meanwhile does not sound before the gravest's time.
    expect(now(alarms, last(6, 'severe'), 6 + pauseMs)).toBeNull()
    expect(sounding(alarms, { ...settings, least: 'severe' })).toHaveLength(1)
  })
  it('that come in one tick of the clock are one sound; those of a later tick are one more', () => {
    const before = last(1_000, 'moderate')
    const alarms = [alarm({}, 1_000), alarm({}, 1_000)]
    expect(now(alarms, before, 1_000 + pauseMs)).toBeNull()
    const later = [...alarms, alarm({}, 2_000)]
    expect(now(later, before, 2_000)).toBeNull()
    expect(now(later, before, 1_000 + pauseMs)).toBe('moderate')
  })
})

it('a clock that was set back sounds rather than waits, and makes no alarm from before new for ever', () => {
  expect(now([alarm({}, 100)], last(9_000_000), 200)).toBe('moderate')
  expect(now([alarm({}, 9_000_000)], last(100, 'moderate'), 100 + pauseMs)).toBeNull()
})

it.each([
  ['', 'severe', false],
  ['sound=moderate&sound-drills=yes', 'moderate', true],
  ['sound=loud', 'severe', false]
])('the settings stand in the address: %s', (text, least, withDrills) => {
  expect(soundSettingsIn(new URLSearchParams(text))).toEqual({ least, withDrills })
})

it.each([
  ['reload', '', true],
  ['back_forward', '', true],
  ['navigate', '', false],
  [undefined, '', false],
  ['navigate', 'sound=minor', true],
  ['navigate', 'look=wall', false]
])('a page by %s with ?%s may have sounded before: %s', (how, text, may) => {
  expect(mayHaveSounded(how, new URLSearchParams(text))).toBe(may)
})
