// What should sound now.

import { describe, expect, it } from 'vitest'
import {
  type Alarms,
  alarmsAfter,
  alarmsMax,
  alarmsSince,
  alarmsStill,
  alarmsWith,
  type LastSound,
  pauseMs,
  repeatMs,
  sounding,
  soundNow,
  soundSettingsIn
} from '../src/live/shift-sound.ts'
import type { ShownAlert } from '../src/shown/shown-alert.ts'
import { type AlertMembers, anAlert } from './support/an-alert.ts'

const settings = { least: 'minor' as const, withDrills: false }
const none: Alarms = new Map()
const raised = (alarms: Alarms, alert: AlertMembers, nowMs = 0) =>
  alarmsAfter(alarms, anAlert(alert), nowMs)
const last = (atMs: number, severity: LastSound['severity'] = 'extreme') => ({ atMs, severity })
const now = (alarms: Alarms, before: LastSound | null, nowMs: number) =>
  soundNow(alarms, settings, before, nowMs)
const taken = { acknowledgedBy: 'Ama' }
const extreme = { severity: 'extreme' } as const
const severe = { severity: 'severe' } as const

describe('an alert', () => {
  it('sounds when it pages, again after its time, until somebody has it', () => {
    const alarms = raised(none, extreme, 1_000)
    const again = 1_000 + (repeatMs.extreme as number)
    expect(now(alarms, null, 1_000)).toBe('extreme')
    expect(now(alarms, last(1_000), again - 1)).toBeNull()
    expect(now(alarms, last(1_000), again)).toBe('extreme')
    const had = raised(alarms, { ...extreme, operator: taken }, 2_000)
    expect(now(had, null, 90_000)).toBeNull()
  })
  it('sounds no more once a response is recorded, also in a gap, and again when it escalates', () => {
    const operator = { isAcknowledged: true }
    const alarms = raised(none, severe)
    expect(raised(alarms, { operator }, 1).size).toBe(0)
    expect(alarmsStill(alarms, () => anAlert({ operator })).size).toBe(0)
    const again = raised(none, extreme, 2)
    expect(alarmsStill(again, () => anAlert(extreme)).size).toBe(1)
  })
  const quiet = raised(none, { notify: 'quiet' })
  const paging = raised(none, {})
  const assigned = { operator: { assignedTo: 'Ama' }, notify: 'update' } as const
  it.each<[string, number, Alarms]>([
    ['is old news', 0, quiet],
    ['was raised quietly and its first page is a revision', 1, raised(quiet, {}, 1)],
    ['was raised quietly and is confirmed', 1, raised(quiet, {}, 1)],
    ['is assigned: who has it may not know', 1, raised(paging, assigned, 1)],
    ['is an update', 0, raised(none, { notify: 'update' }, 0)],
    ['is over', 0, raised(paging, { status: 'resolved' }, 1)]
  ])('that %s sounds %i times', (_, count, alarms) => {
    expect(alarms.size).toBe(count)
  })
  it('that is an exercise sounds where somebody asked for that', () => {
    const drill = raised(none, { drill: true })
    expect(now(drill, null, 0)).toBeNull()
    expect(soundNow(drill, { ...settings, withDrills: true }, null, 0)).toBe('moderate')
  })
  it('that is minor sounds once', () => {
    expect(now(raised(none, { severity: 'minor' }), last(0, 'minor'), 9_000_000)).toBeNull()
  })
  it('sounds again when it escalates, after the pause', () => {
    const alarms = raised(raised(none, severe), extreme, 5_000)
    expect(now(alarms, last(4_000, 'severe'), 5_000)).toBeNull()
    expect(now(alarms, last(4_000, 'severe'), 4_000 + pauseMs)).toBe('extreme')
  })
})

describe('many alerts', () => {
  it('are one sound, that of the gravest', () => {
    const alarms = ['a', 'b', 'c'].reduce(
      (held, alertId) => raised(held, { alertId }, 10),
      raised(none, severe, 5)
    )
    expect(now(alarms, null, 20)).toBe('severe')
    // A milder one that comes meanwhile does not sound before the gravest's time.
    expect(now(alarms, last(6, 'severe'), 6 + pauseMs)).toBeNull()
    expect(sounding(alarms, { ...settings, least: 'severe' })).toHaveLength(1)
  })
  it('that come in one tick of the clock are one sound; those of a later tick are one more', () => {
    const before = last(1_000, 'moderate')
    const alarms = raised(raised(none, { alertId: 'a' }, 1_000), { alertId: 'b' }, 1_000)
    expect(now(alarms, before, 1_000 + pauseMs)).toBeNull()
    const later = raised(alarms, { alertId: 'c' }, 2_000)
    expect(now(later, before, 2_000)).toBeNull()
    expect(now(later, before, 1_000 + pauseMs)).toBe('moderate')
  })
  const minor = Array.from({ length: alarmsMax }, (_, i) => ({
    ...{ alertId: `n${i}`, severity: 'minor' as const }
  }))
  const grave = { alertId: 'grave', ...extreme }
  it('that are unacknowledged sound, whatever their last event was; the gravest, of more than the maximum', () => {
    const updated = anAlert({ alertId: 'a', notify: 'update' })
    expect([...alarmsWith(none, [updated], 1).keys()]).toEqual(['a'])
    const most = alarmsWith(none, [...minor, grave].map(anAlert), 1)
    expect([most.size, most.has('grave')]).toEqual([alarmsMax, true])
  })
  it('have a maximum, of which the gravest are kept', () => {
    const alarms = minor.reduce((held, alert) => raised(held, alert), raised(none, grave))
    expect([alarms.size, alarms.has('grave')]).toEqual([alarmsMax, true])
  })
  it('after a gap are those that still have nobody', () => {
    const alarms = raised(raised(none, { alertId: 'a' }), { alertId: 'b' })
    const nowOf = (alertId: string) => anAlert({ alertId, operator: alertId === 'a' ? taken : {} })
    expect([...alarmsStill(alarms, nowOf).keys()]).toEqual(['b'])
  })
})

describe('after a gap of which no event tells', () => {
  const held = (...alerts: readonly ShownAlert[]) =>
    new Map(alerts.map(alert => [alert.alertId, alert]))
  it.each<[string, AlertMembers | null, AlertMembers, boolean]>([
    ['was raised', null, {}, true],
    ['came back', { status: 'resolved' }, {}, true],
    ['has become graver', { severity: 'minor' }, {}, true],
    ['was there', {}, {}, false],
    ['is over', null, { status: 'resolved' }, false],
    ['is old news', null, { notify: 'quiet' }, false],
    ['somebody has', null, { operator: taken }, false]
  ])('what %s sounds if it wants somebody', (_, before, after, isHeard) => {
    const was = before === null ? held() : held(anAlert(before))
    expect(alarmsSince(none, was, held(anAlert(after)), 5).size).toBe(Number(isHeard))
  })
  it('does not begin anew what sounds already', () => {
    const alarms = raised(none, {}, 1)
    expect(alarmsSince(alarms, held(), held(anAlert()), 9).get('a1')?.sinceMs).toBe(1)
  })
})

describe('a clock that was set back', () => {
  it('sounds rather than waits, and makes no alarm from before new for ever', () => {
    expect(now(raised(none, {}, 100), last(9_000_000), 200)).toBe('moderate')
    expect(now(raised(none, {}, 9_000_000), last(100, 'moderate'), 100 + pauseMs)).toBeNull()
  })
})

it.each([
  ['', 'severe', false],
  ['sound=moderate&sound-drills=yes', 'moderate', true],
  ['sound=loud', 'severe', false]
])('the settings stand in the address: %s', (text, least, withDrills) => {
  expect(soundSettingsIn(new URLSearchParams(text))).toEqual({ least, withDrills })
})
