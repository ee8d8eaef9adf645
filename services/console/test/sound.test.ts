// What should sound now.

import { describe, expect, it } from 'vitest'
import {
  type Alarms,
  alarmsAfter,
  alarmsMax,
  alarmsSince,
  alarmsStill,
  repeatMs,
  sounding,
  soundNow,
  soundSettingsIn
} from '../src/live/shift-sound.ts'
import type { ShownAlert } from '../src/shown/shown-alert.ts'
import { anAlert } from './support/an-alert.ts'

const settings = { least: 'minor' as const, withDrills: false }
const none: Alarms = new Map()
const raised = (alarms: Alarms, alert: Partial<ShownAlert>, nowMs = 0, name = 'raised') =>
  alarmsAfter(alarms, anAlert(alert), `tocsin.alert.${name}.v1`, nowMs)
const taken = { acknowledgedBy: 'Ama', acknowledgedUntil: null, assignedTo: null, disposition: null }

describe('an alert', () => {
  it('sounds when it pages, again after its time, until somebody has it', () => {
    const alarms = raised(none, { severity: 'extreme' }, 1_000)
    const again = repeatMs.extreme as number
    expect(soundNow(alarms, settings, null, 1_000)).toBe('extreme')
    expect(soundNow(alarms, settings, 1_000, 1_000 + again - 1)).toBeNull()
    expect(soundNow(alarms, settings, 1_000, 1_000 + again)).toBe('extreme')
    const had = raised(alarms, { severity: 'extreme', operator: taken }, 2_000, 'acknowledged')
    expect(soundNow(had, settings, null, 90_000)).toBeNull()
  })
  it('sounds no more once a response is recorded, also in a gap, and again when it escalates', () => {
    const at = '2026-03-01T12:30:00.000Z'
    const done = { kind: 'sent', at, recordedAt: at } as const
    const operator = { ...anAlert().operator, responses: { count: 1, first: done, last: done } }
    const alarms = raised(none, { severity: 'severe' })
    expect(raised(alarms, { operator }, 1, 'responded').size).toBe(0)
    expect(alarmsStill(alarms, () => anAlert({ operator })).size).toBe(0)
    const again = raised(none, { severity: 'extreme', operator }, 2, 'escalated')
    expect(alarmsStill(again, () => anAlert({ severity: 'extreme', operator })).size).toBe(1)
  })
  it('does not sound where it is old news, only revised, over, or an exercise that nobody asked for', () => {
    expect(raised(none, { notify: 'quiet' }).size).toBe(0)
    expect(raised(none, {}, 0, 'revised').size).toBe(0)
    expect(raised(raised(none, {}), { status: 'resolved' }, 1, 'resolved').size).toBe(0)
    const drill = raised(none, { drill: true })
    expect(soundNow(drill, settings, null, 0)).toBeNull()
    expect(soundNow(drill, { ...settings, withDrills: true }, null, 0)).toBe('moderate')
  })
  it('that is minor sounds once', () => {
    expect(soundNow(raised(none, { severity: 'minor' }), settings, 0, 9_000_000)).toBeNull()
  })
  it('sounds again when it escalates, at once', () => {
    const alarms = raised(raised(none, { severity: 'severe' }, 0), { severity: 'extreme' }, 5_000, 'escalated')
    expect(soundNow(alarms, settings, 4_000, 5_000)).toBe('extreme')
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
    expect(soundNow(alarms, settings, 6, 20)).toBeNull()
    expect(sounding(alarms, { ...settings, least: 'severe' })).toHaveLength(1)
  })
  it('have a maximum, of which the gravest are kept', () => {
    let alarms = raised(none, { alertId: 'grave', severity: 'extreme' })
    for (let i = 0; i < alarmsMax; i += 1) alarms = raised(alarms, { alertId: `n${i}`, severity: 'minor' })
    expect(alarms.size).toBe(alarmsMax)
    expect(alarms.has('grave')).toBe(true)
  })
  it('after a gap are those that still have nobody', () => {
    const alarms = raised(raised(none, { alertId: 'a' }), { alertId: 'b' })
    const now = (id: string) => (id === 'a' ? anAlert({ alertId: 'a', operator: taken }) : anAlert({ alertId: 'b' }))
    expect([...alarmsStill(alarms, now).keys()]).toEqual(['b'])
  })
})

describe('after a gap of which no event tells', () => {
  const held = (...alerts: readonly ShownAlert[]) => new Map(alerts.map(alert => [alert.alertId, alert]))
  const since = (before: readonly ShownAlert[], after: readonly ShownAlert[]) => [
    ...alarmsSince(none, held(...before), held(...after), 5).keys()
  ]

  it('sounds what was raised, came back or has become graver, and wants somebody', () => {
    const [raised, again, graver] = ['raised', 'again', 'graver'].map(alertId => anAlert({ alertId }))
    const before = [anAlert({ alertId: 'again', status: 'resolved' }), anAlert({ alertId: 'graver', severity: 'minor' })]
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
    expect(alarmsSince(alarms, held(), held(anAlert({ alertId: 'raised' })), 9).get('raised')?.sinceMs).toBe(1)
  })
})

describe('a clock that was set back', () => {
  it('sounds rather than waits', () => {
    expect(soundNow(raised(none, {}, 100), settings, 9_000_000, 200)).toBe('moderate')
  })
})

describe('the settings', () => {
  it('stand in the address; severe and worse, no exercises, if it says nothing', () => {
    expect(soundSettingsIn(new URLSearchParams())).toEqual({ least: 'severe', withDrills: false })
    expect(soundSettingsIn(new URLSearchParams('sound=moderate&sound-drills=yes'))).toEqual({
      least: 'moderate',
      withDrills: true
    })
    expect(soundSettingsIn(new URLSearchParams('sound=loud'))).toEqual({ least: 'severe', withDrills: false })
  })
})
