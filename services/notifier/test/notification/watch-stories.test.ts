// Escalation and rosters as stories: whom an alert goes to, and when it goes on to the next.

import {
  type NotificationPolicy,
  policyDefaults
} from '@tocsin/contracts/subscription/notification-policy'
import { describe, expect, it } from 'vitest'
import { alwaysOn, decideDuty, type Shift } from '../../src/notification/watch.ts'
import { atMs, silence, toldIn } from './told-table.ts'

const policy = (changed: Partial<NotificationPolicy> = {}): NotificationPolicy => ({
  ...policyDefaults,
  groupWaitSeconds: 0,
  ...changed
})
const second = policy({ unansweredMinutes: 10 })

describe('escalation', () => {
  it('notifies the second step of what nobody has answered in time, also of what is extreme', () => {
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

const shift = (from: string, until: string, ...lines: readonly string[]): Shift => ({
  ...{ fromMs: atMs(from), untilMs: atMs(until), lines }
})
const shifts = [
  shift('06:00', '14:00', 'ama', 'desk'),
  shift('14:00', '22:00', 'kofi', 'ama', 'desk')
]
const duty = (subscriptionId: string, time: string, canReach = (_: string) => true) =>
  decideDuty(shifts, subscriptionId, atMs(time), canReach)

describe('a roster', () => {
  it('notifies all of a shift at once, and leaves alone who is off until their shift begins', () => {
    expect([duty('ama', '06:00'), duty('desk', '06:00')]).toEqual([alwaysOn, alwaysOn])
    expect(duty('kofi', '06:00')).toEqual({ isOn: false, untilMs: atMs('14:00') })
    expect(duty('nobody', '06:00')).toEqual({ isOn: false, untilMs: null })
  })

  it('notifies everybody while nobody is on shift, or nobody on shift can be reached', () => {
    expect(duty('kofi', '05:59')).toEqual(alwaysOn)
    expect(duty('kofi', '22:00')).toEqual(alwaysOn)
    expect(duty('kofi', '06:00', id => id === 'desk').isOn).toBe(false)
    expect(duty('kofi', '06:00', id => id === 'kofi')).toEqual(alwaysOn)
  })

  it('is told to who comes on what still stands, and retractions to whoever was told, on or off', () => {
    const dutyAt = (at: number) => decideDuty(shifts, 'kofi', at, () => true)
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
