// Paging on and watches as stories: whom an alert goes to, and when it goes on to the next.

import {
  type NotificationPolicy,
  policyDefaults
} from '@tocsin/contracts/subscription/notification-policy'
import { describe, expect, it } from 'vitest'
import { isPassedOver, type LineNews } from '../../src/notification/notification-decision.ts'
import { alwaysOn, dutyOf, type Shift, type Watch } from '../../src/notification/watch.ts'
import { atMs, silence, toldIn } from './told-table.ts'

const policy = (changed: Partial<NotificationPolicy> = {}): NotificationPolicy => ({
  ...policyDefaults,
  groupWaitSeconds: 0,
  ...changed
})
const second = policy({ unansweredMinutes: 10 })

describe('paging on', () => {
  it('tells the second line of what nobody has answered in time, also of what is extreme', () => {
    const { told } = toldIn(second, [
      '10:00 siege severe',
      '10:01 massacre extreme',
      '10:05 siege severe'
    ])
    expect(told).toEqual(['10:10 siege severe first (2)', '10:11 massacre extreme first'])
  })

  it('tells it nothing of what was answered in time, and the end of that to nobody', () => {
    const { told, untold } = toldIn(second, [
      '10:00 siege severe',
      '10:09 siege answered',
      '12:00 siege resolved'
    ])
    expect([told, untold]).toEqual([[], ['siege ended-unheard (3)']])
  })

  it('goes on at once when an answer lapses after that time, else when it is over', () => {
    const lines = [
      '10:00 siege severe',
      '10:02 siege answered',
      '11:02 siege lapsed',
      '12:00 toll severe',
      '12:01 toll answered',
      '12:04 toll lapsed'
    ]
    expect(toldIn(second, lines).told).toEqual([
      '11:02 siege severe first (3)',
      '12:10 toll severe first (3)'
    ])
  })

  it('tells whoever was told what follows, answered or not', () => {
    const { told } = toldIn(second, [
      '10:00 siege severe',
      '10:20 siege answered',
      '10:30 siege extreme',
      '10:31 siege retracted'
    ])
    expect(told).toEqual([
      '10:10 siege severe first',
      '10:25 siege severe update',
      '10:30 siege extreme graver',
      '10:31 siege extreme retracted'
    ])
  })

  it('does not go round a silence', () => {
    const { told } = toldIn(second, ['10:00 siege severe'], {
      silences: [silence('09:00', '11:00')]
    })
    expect(told).toEqual(['11:00 siege severe first'])
  })
})

/** A line that was told nothing of a severe alert that waits for it, and whose endpoint is up. */
const lineOf = (changed: Partial<LineNews>): LineNews => ({
  ...{
    severity: 'severe',
    severityForBoth: changed.severity ?? 'severe',
    told: null,
    isOut: false,
    silence: null
  },
  ...{ unplannedSinceMs: null, failingSinceMs: null, waitingSinceMs: atMs('10:00'), ...changed }
})

const shift = (from: string, until: string, ...lines: readonly string[]): Shift => ({
  ...{ officer: 'on duty', fromMs: atMs(from), untilMs: atMs(until), lines, note: null }
})
const watch: Watch = {
  lineMinutes: 5,
  shifts: [shift('06:00', '14:00', 'ama', 'desk'), shift('14:00', '22:00', 'kofi', 'ama', 'desk')]
}
const duty = (subscriptionId: string, time: string, isServed = (_: string) => true) =>
  dutyOf(watch, subscriptionId, atMs(time), isServed)

describe('a watch', () => {
  it('leaves alone who is not on, until their shift begins', () => {
    expect(duty('kofi', '06:00')).toEqual({ isOn: false, untilMs: atMs('14:00'), afterMs: 0 })
    expect(duty('nobody', '06:00')).toEqual({ isOn: false, untilMs: null, afterMs: 0 })
  })

  it('tells everybody while nobody is on, or while nobody who is on can be reached', () => {
    expect(duty('kofi', '05:59')).toEqual(alwaysOn)
    expect(duty('kofi', '22:00')).toEqual(alwaysOn)
    expect(duty('kofi', '06:00', id => id === 'kofi')).toEqual(alwaysOn)
  })

  it('goes on to the next line that can be reached', () => {
    expect(duty('desk', '14:00', id => id !== 'ama')).toEqual({
      isOn: true,
      untilMs: null,
      afterMs: 300_000
    })
  })

  it('goes past a line that is silenced or away as if it were not there, and leaves that line its own place', () => {
    const isAway = (id: string) => id === 'kofi' || id === 'ama'
    const past = (id: string) => dutyOf(watch, id, atMs('14:00'), () => true, isAway)
    expect(past('desk')).toEqual(alwaysOn)
    expect(past('kofi')).toEqual(alwaysOn)
    expect(past('nobody').isOn).toBe(false)
    const all = (id: string) =>
      dutyOf(
        watch,
        id,
        atMs('14:00'),
        () => true,
        () => true
      )
    expect([all('nobody'), all('desk'), all('kofi')]).toEqual([alwaysOn, alwaysOn, alwaysOn])
  })

  it('goes past a line that cannot be told of an alert now, but for what it was told as it is', () => {
    const held = { id: 'roads', endsMs: atMs('12:00'), includesExtreme: true }
    const night = { quietHours: { from: '22:00', to: '06:00', timeZone: 'UTC' } }
    const isPast = (
      changed: Partial<LineNews>,
      time = '10:00',
      by: Parameters<typeof isPassedOver>[0] = night
    ) => isPassedOver(by, lineOf(changed), atMs(time))
    expect([
      isPast({}),
      isPast({ isOut: true }),
      isPast({ silence: held }),
      isPast({}, '23:00')
    ]).toEqual([false, true, true, true])
    expect([isPast({ silence: held }, '12:00'), isPast({ severity: 'extreme' }, '23:00')]).toEqual([
      false,
      false
    ])
    const known = { told: { severity: 'severe' }, isOut: true, silence: held } as const
    expect([isPast(known, '23:00'), isPast({ ...known, severity: 'extreme' })]).toEqual([
      false,
      true
    ])
  })

  it('goes past a line that is tried in vain for a minute, and not for a hiccup', () => {
    const isPast = (time: string, changed: Partial<LineNews> = {}) =>
      isPassedOver(
        { quietHours: null },
        lineOf({ failingSinceMs: atMs('10:00'), ...changed }),
        atMs(time)
      )
    expect([isPast('10:00'), isPast('10:00:49'), isPast('10:00:50'), isPast('12:00')]).toEqual([
      false,
      false,
      true,
      true
    ])
    expect(isPast('12:00', { told: { severity: 'severe' } })).toBe(false)
  })

  it('is told to who comes on what still stands, and retractions to whoever was told, on or off', () => {
    const dutyAt = (at: number) => dutyOf(watch, 'kofi', at, () => true)
    const lines = [
      '10:00 siege severe',
      '10:01 hoax severe',
      '11:00 hoax retracted',
      '15:00 front severe',
      '21:59 toll severe',
      '1d 07:00 toll retracted'
    ]
    const { told, untold } = toldIn(policy(), lines, { dutyAt })
    expect(told).toEqual([
      '14:00 siege severe first',
      '15:00 front severe first',
      '21:59 toll severe first',
      '1d 07:00 toll severe retracted'
    ])
    expect(untold).toEqual(['hoax ended-unheard (2)'])
  })
})
