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
const raised = (alarms: Alarms, alert: AlertMembers, nowMs = 0, name = 'raised') =>
  alarmsAfter(alarms, anAlert(alert), `tocsin.alert.${name}.v1`, nowMs)
const last = (atMs: number, severity: LastSound['severity'] = 'extreme') => ({ atMs, severity })
const taken = { acknowledgedBy: 'Ama' }

describe('an alert', () => {
  it('sounds when it pages, again after its time, until somebody has it', () => {
    const alarms = raised(none, { severity: 'extreme' }, 1_000)
    const again = repeatMs.extreme as number
    expect(soundNow(alarms, settings, null, 1_000)).toBe('extreme')
    expect(soundNow(alarms, settings, last(1_000), 1_000 + again - 1)).toBeNull()
    expect(soundNow(alarms, settings, last(1_000), 1_000 + again)).toBe('extreme')
    const had = raised(alarms, { severity: 'extreme', operator: taken }, 2_000, 'acknowledged')
    expect(soundNow(had, settings, null, 90_000)).toBeNull()
  })
  it('sounds no more once a response is recorded, also in a gap, and again when it escalates', () => {
    const at = '2026-03-01T12:30:00.000Z'
    const done = { kind: 'sent', at, recordedAt: at } as const
    const operator = { responses: { count: 1, first: done, last: done } }
    const alarms = raised(none, { severity: 'severe' })
    expect(raised(alarms, { operator }, 1, 'responded').size).toBe(0)
    expect(alarmsStill(alarms, () => anAlert({ operator })).size).toBe(0)
    const again = raised(none, { severity: 'extreme', operator }, 2, 'escalated')
    expect(alarmsStill(again, () => anAlert({ severity: 'extreme', operator })).size).toBe(1)
  })
  it('sounds when it pages, though it was raised quietly and its first page is a revision', () => {
    const quiet = raised(none, { notify: 'quiet' })
    expect([
      quiet.size,
      raised(quiet, {}, 1, 'revised').size,
      raised(quiet, {}, 1, 'confirmed').size
    ]).toEqual([0, 1, 1])
  })
  it('sounds on though it is assigned: who it is assigned to may not know', () => {
    const operator = { ...taken, acknowledgedBy: null, assignedTo: 'Ama' }
    expect(raised(raised(none, {}), { operator, notify: 'update' }, 1, 'assigned').size).toBe(1)
  })
  it('does not sound where it is old news, an update, over, or an exercise that nobody asked for', () => {
    expect(raised(none, { notify: 'quiet' }).size).toBe(0)
    expect(raised(none, { notify: 'update' }, 0, 'revised').size).toBe(0)
    expect(raised(raised(none, {}), { status: 'resolved' }, 1, 'resolved').size).toBe(0)
    const drill = raised(none, { drill: true })
    expect(soundNow(drill, settings, null, 0)).toBeNull()
    expect(soundNow(drill, { ...settings, withDrills: true }, null, 0)).toBe('moderate')
  })
  it('that is minor sounds once', () => {
    expect(
      soundNow(raised(none, { severity: 'minor' }), settings, last(0, 'minor'), 9_000_000)
    ).toBeNull()
  })
  it('sounds again when it escalates, after the pause', () => {
    const alarms = raised(
      raised(none, { severity: 'severe' }, 0),
      { severity: 'extreme' },
      5_000,
      'escalated'
    )
    expect(soundNow(alarms, settings, last(4_000, 'severe'), 5_000)).toBeNull()
    expect(soundNow(alarms, settings, last(4_000, 'severe'), 4_000 + pauseMs)).toBe('extreme')
  })
})

describe('many alerts', () => {
  it('are one sound, that of the gravest', () => {
    const alarms = ['a', 'b', 'c'].reduce(
      (held, alertId) => raised(held, { alertId }, 10),
      raised(none, { severity: 'severe' }, 5)
    )
    expect(soundNow(alarms, settings, null, 20)).toBe('severe')
    // A milder one that comes meanwhile does not sound before the gravest's time.
    expect(soundNow(alarms, settings, last(6, 'severe'), 6 + pauseMs)).toBeNull()
    expect(sounding(alarms, { ...settings, least: 'severe' })).toHaveLength(1)
  })
  it('that come in one tick of the clock are one sound; those of a later tick are one more', () => {
    const alarms = raised(raised(none, { alertId: 'a' }, 1_000), { alertId: 'b' }, 1_000)
    expect(soundNow(alarms, settings, last(1_000, 'moderate'), 1_000 + pauseMs)).toBeNull()
    const later = raised(alarms, { alertId: 'c' }, 2_000)
    expect(soundNow(later, settings, last(1_000, 'moderate'), 2_000)).toBeNull()
    expect(soundNow(later, settings, last(1_000, 'moderate'), 1_000 + pauseMs)).toBe('moderate')
  })
  it('that the suite lists as unanswered sound, whatever their last event was; the gravest, of more than the maximum', () => {
    const listed = [
      anAlert({ alertId: 'a', notify: 'update' }),
      anAlert({ alertId: 'b', operator: taken })
    ]
    expect([...alarmsWith(none, listed, 1).keys()]).toEqual(['a'])
    const many = Array.from({ length: alarmsMax }, (_, i) =>
      anAlert({ alertId: `n${i}`, severity: 'minor' })
    )
    const most = alarmsWith(none, [...many, anAlert({ alertId: 'grave', severity: 'extreme' })], 1)
    expect([most.size, most.has('grave')]).toEqual([alarmsMax, true])
  })
  it('have a maximum, of which the gravest are kept', () => {
    let alarms = raised(none, { alertId: 'grave', severity: 'extreme' })
    for (let i = 0; i < alarmsMax; i += 1)
      alarms = raised(alarms, { alertId: `n${i}`, severity: 'minor' })
    expect(alarms.size).toBe(alarmsMax)
    expect(alarms.has('grave')).toBe(true)
  })
  it('after a gap are those that still have nobody', () => {
    const alarms = raised(raised(none, { alertId: 'a' }), { alertId: 'b' })
    const now = (id: string) =>
      id === 'a' ? anAlert({ alertId: 'a', operator: taken }) : anAlert({ alertId: 'b' })
    expect([...alarmsStill(alarms, now).keys()]).toEqual(['b'])
  })
})

describe('after a gap of which no event tells', () => {
  const held = (...alerts: readonly ShownAlert[]) =>
    new Map(alerts.map(alert => [alert.alertId, alert]))
  const since = (before: readonly ShownAlert[], after: readonly ShownAlert[]) => [
    ...alarmsSince(none, held(...before), held(...after), 5).keys()
  ]

  it('sounds what was raised, came back or has become graver, and wants somebody', () => {
    const [raised, again, graver] = ['raised', 'again', 'graver'].map(alertId =>
      anAlert({ alertId })
    )
    const before = [
      anAlert({ alertId: 'again', status: 'resolved' }),
      anAlert({ alertId: 'graver', severity: 'minor' })
    ]
    const after = [raised, again, graver] as readonly ShownAlert[]
    expect(since(before, after)).toEqual(['raised', 'again', 'graver'])
  })
  it('sounds nothing that was there, is over, is old news, or has somebody', () => {
    const after = [
      anAlert(),
      anAlert({ alertId: 'over', status: 'resolved' }),
      anAlert({ alertId: 'old', notify: 'quiet' }),
      anAlert({ alertId: 'had', operator: taken })
    ]
    expect(since([anAlert()], after)).toEqual([])
  })
  it('does not begin anew what sounds already', () => {
    const alarms = raised(none, { alertId: 'raised' }, 1)
    expect(
      alarmsSince(alarms, held(), held(anAlert({ alertId: 'raised' })), 9).get('raised')?.sinceMs
    ).toBe(1)
  })
})

describe('a clock that was set back', () => {
  it('sounds rather than waits', () => {
    expect(soundNow(raised(none, {}, 100), settings, last(9_000_000), 200)).toBe('moderate')
  })
  it('does not make an alarm from before new for ever', () => {
    expect(
      soundNow(raised(none, {}, 9_000_000), settings, last(100, 'moderate'), 100 + pauseMs)
    ).toBeNull()
  })
})

describe('the settings', () => {
  it('stand in the address; severe and worse, no exercises, if it says nothing', () => {
    expect(soundSettingsIn(new URLSearchParams())).toEqual({ least: 'severe', withDrills: false })
    expect(soundSettingsIn(new URLSearchParams('sound=moderate&sound-drills=yes'))).toEqual({
      least: 'moderate',
      withDrills: true
    })
    expect(soundSettingsIn(new URLSearchParams('sound=loud'))).toEqual({
      least: 'severe',
      withDrills: false
    })
  })
})
