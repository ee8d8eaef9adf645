// Which alert of a story speaks for which: of what is new something is told since, and not twice.

import { describe, expect, it } from 'vitest'
import {
  type NotificationPolicy,
  policyDefaults
} from '../../src/notification/notification-policy.ts'
import { toldIn } from './told-table.ts'

const noWait: NotificationPolicy = { ...policyDefaults, groupWaitSeconds: 0 }

describe('stories', () => {
  it('do not fall silent where two were told as grave: one speaks for both only of what it was told since', () => {
    const lines = [
      '10:00 siege severe',
      '10:00 raid severe',
      '11:00 siege severe with:raid',
      '12:00 raid severe',
      '13:00 siege severe'
    ]
    expect(toldIn(noWait, lines)).toEqual({
      told: [
        '10:00 siege severe first',
        '10:00 raid severe first',
        '11:01 siege severe update',
        '12:00 raid severe update',
        '13:01 siege severe update'
      ],
      untold: []
    })
    const together = [...lines.slice(0, 3), '12:00 raid severe', '12:00 siege severe']
    expect(toldIn(noWait, together).told.slice(2)).toEqual([
      '11:01 siege severe update',
      '12:00 raid severe update'
    ])
  })

  it('tell a new attack, though the whole that it is of was told before, and an older part of it', () => {
    const before = ['10:00 old extreme', '10:30 arc extreme', '10:30 old extreme in:arc']
    const first = ['10:00 old extreme first', '10:30 arc extreme first']
    const both = [...before, '1d 12:00 new extreme in:arc', '1d 12:00 arc extreme']
    expect(toldIn(policyDefaults, both).told).toEqual([...first, '1d 12:00 new extreme first'])
    const whole = [...before, '1d 12:00 arc extreme', '1d 12:00 new extreme in:arc']
    expect(toldIn(policyDefaults, whole).told).toEqual([...first, '1d 12:00 arc extreme update'])
    // What is not extreme waits for the whole to speak, no longer than the least interval and a
    // minute.
    const late = ['10:00 arc severe', '1d 12:00 new severe in:arc', '1d 13:00 arc severe']
    expect(toldIn(policyDefaults, late).told).toEqual([
      '10:00:30 arc severe first',
      '1d 12:01 new severe first',
      '1d 13:00 arc severe update'
    ])
    const soon = ['10:00 arc severe', '10:05 new severe in:arc']
    expect(toldIn(policyDefaults, soon).told.at(-1)).toBe('10:16:30 new severe first')
  })

  it('are spoken for by the whole, whichever of the two names comes first', () => {
    for (const part of ['aaa', 'zzz']) {
      const lines = [
        `10:00 ${part} severe`,
        '10:30 siege severe',
        `10:30 ${part} severe in:siege`,
        `12:00 ${part} severe`,
        '12:00 siege severe'
      ]
      expect(toldIn(noWait, lines).told.slice(1)).toEqual([
        '10:30 siege severe first',
        '12:00 siege severe update'
      ])
    }
  })
})
