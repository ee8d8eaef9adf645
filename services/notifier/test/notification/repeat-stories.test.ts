// Repeats as stories: what happened, and who was told what at which time. Among them the cases of
// Prometheus Alertmanager for its repeat_interval (test/with_api_v2/acceptance: TestRepeat,
// TestBatching, TestSilencing, TestSilenceDelete), told in our words. The others are in
// policy-stories.test.ts.

import {
  makePolicy,
  type NotificationPolicy,
  policyDefaults
} from '@tocsin/contracts/subscription/notification-policy'
import { describe, expect, it } from 'vitest'
import { decideRepeat, type StandingNews } from '../../src/notification/notification-decision.ts'
import { alwaysOn, decideDuty } from '../../src/notification/watch.ts'
import { atMs, silence, toldIn } from './told-table.ts'

const hourly: NotificationPolicy = { ...policyDefaults, groupWaitSeconds: 0, repeatMinutes: 60 }
const until = (time: string, more: object = {}) => ({ until: time, ...more })

describe('what nobody has answered', () => {
  it('is not told again unless the policy says so', () => {
    const never = { ...hourly, repeatMinutes: 0 }
    expect(toldIn(never, ['10:00 siege severe'], until('20:00')).told).toEqual([
      '10:00 siege severe first'
    ])
  })

  it('is told again each interval until it ends (TestRepeat)', () => {
    const { told, untold } = toldIn(
      hourly,
      ['10:00 siege severe', '12:30 siege resolved'],
      until('20:00')
    )
    expect(told).toEqual([
      '10:00 siege severe first',
      '11:00 siege severe repeat (0)',
      '12:00 siege severe repeat (0)',
      '12:30 siege severe ended'
    ])
    expect(untold).toEqual([])
  })

  it.each(['answered', 'retracted'])('is told no more once it is %s', what => {
    const { told } = toldIn(hourly, ['10:00 siege severe', `11:30 siege ${what}`], until('20:00'))
    expect(told.filter(each => each.endsWith('repeat (0)'))).toEqual([
      '11:00 siege severe repeat (0)'
    ])
  })

  it('is told again at once when its answer lapses after the interval, and from then on', () => {
    const lines = ['10:00 siege severe', '10:10 siege answered', '14:20 siege lapsed']
    expect(toldIn(hourly, lines, until('16:00')).told).toEqual([
      '10:00 siege severe first',
      '10:15 siege severe update',
      '14:20 siege severe update',
      '15:20 siege severe repeat (0)'
    ])
  })

  it('counts from the last telling: an alert that is revised is not repeated between', () => {
    const lines = [
      '10:00 siege severe',
      '10:50 siege severe',
      '11:40 siege severe',
      '12:30 siege severe'
    ]
    expect(toldIn(hourly, lines, until('14:00')).told).toEqual([
      '10:00 siege severe first',
      '10:50 siege severe update',
      '11:40 siege severe update',
      '12:30 siege severe update',
      '13:30 siege severe repeat (0)'
    ])
  })

  it('is not repeated below the least severity, though its changes are told', () => {
    const severe = { ...hourly, minSeverity: 'severe' } as const
    expect(
      toldIn(
        severe,
        ['10:00 siege severe', '10:30 siege minor', '14:00 siege severe'],
        until('15:30')
      ).told
    ).toEqual([
      '10:00 siege severe first',
      '10:30 siege minor update',
      '14:00 siege severe graver',
      '15:00 siege severe repeat (0)'
    ])
  })
})

describe('a repeat', () => {
  it('is held by a silence, and told once when that is over (TestSilencing)', () => {
    const over = silence('10:30', '12:40', { alertId: 'siege' })
    expect(
      toldIn(
        hourly,
        ['10:00 siege severe', '10:00 front severe'],
        until('13:50', { silences: [over] })
      ).told
    ).toEqual([
      '10:00 siege severe first',
      '10:00 front severe first',
      '11:00 front severe repeat (0)',
      '12:00 front severe repeat (0)',
      '12:40 siege severe repeat (0)',
      '13:00 front severe repeat (0)',
      '13:40 siege severe repeat (0)'
    ])
  })

  it('of what is extreme passes a silence that does not include it', () => {
    const over = silence('10:30', '12:40')
    expect(
      toldIn(hourly, ['10:00 siege extreme'], until('11:30', { silences: [over] })).told
    ).toHaveLength(2)
    const whole = silence('10:30', '12:40', { includesExtreme: true })
    expect(
      toldIn(hourly, ['10:00 siege extreme'], until('11:30', { silences: [whole] })).told
    ).toHaveLength(1)
  })

  it('keeps quiet hours, at whose end it is told once; what is extreme breaks them', () => {
    const quiet = { ...hourly, quietHours: { from: '22:00', to: '06:00', timeZone: 'UTC' } }
    const { told } = toldIn(
      quiet,
      ['20:30 siege severe', '23:30 massacre extreme', '1d 02:00 massacre resolved'],
      until('1d 07:30')
    )
    expect(told).toEqual([
      '20:30 siege severe first',
      '21:30 siege severe repeat (0)',
      '23:30 massacre extreme first',
      '1d 00:30 massacre extreme repeat (0)',
      '1d 01:30 massacre extreme repeat (0)',
      '1d 02:00 massacre extreme ended',
      '1d 06:00 siege severe repeat (0)',
      '1d 07:00 siege severe repeat (0)'
    ])
  })

  it('goes to whoever is on shift', () => {
    const shift = (from: string, to: string, lines: readonly string[]) => {
      return { fromMs: atMs(from), untilMs: atMs(to), lines }
    }
    const shifts = [
      shift('08:00', '12:00', ['duty']),
      shift('12:00', '1d 20:00', ['other', 'duty'])
    ]
    const dutyAt = (id: string) => (ms: number) => decideDuty(shifts, id, ms, () => true)
    const toldTo = (id: string) =>
      toldIn(
        { ...hourly, watch: 'desk' },
        ['10:30 siege severe'],
        until('14:00', { dutyAt: dutyAt(id) })
      ).told
    expect(toldTo('duty')).toEqual([
      '10:30 siege severe first',
      '11:30 siege severe repeat (0)',
      '12:30 siege severe repeat (0)',
      '13:30 siege severe repeat (0)'
    ])
    expect(toldTo('other')).toEqual([
      '12:00 siege severe first',
      '13:00 siege severe repeat (0)',
      '14:00 siege severe repeat (0)'
    ])
  })
})

describe('a clock that is set, or a long stop', () => {
  const standing: Omit<StandingNews, 'toldMs'> = {
    ...{ severity: 'severe', cover: null, isAnswered: false, duty: alwaysOn, silence: null }
  }

  /** Asked every ten seconds of a clock that reads so, as if each repeat were told at once. */
  const repeatsAt = (clock: (s: number) => number, forS: number) => {
    let toldMs = clock(0)
    const repeats: number[] = []
    for (let s = 0; s <= forS; s += 10) {
      const nowMs = clock(s)
      if (decideRepeat(hourly, { ...standing, toldMs }, nowMs)?.kind !== 'tell') continue
      repeats.push(s)
      toldMs = nowMs
    }
    return repeats
  }
  const steady = (s: number) => 1_000_000_000 + s * 1_000

  it('makes one repeat, not those that were missed', () => {
    expect(decideRepeat(hourly, { ...standing, toldMs: 0 }, 40 * 3_600_000)).toEqual({
      kind: 'tell',
      reason: 'repeat'
    })
    const stopped = (s: number) => steady(s) + (s > 1_000 ? 40 * 3_600_000 : 0)
    expect(repeatsAt(stopped, 5_000)).toEqual([1_010, 4_610])
  })

  it.each([60, 3_600, 86_400, 40 * 86_400])(
    'set back by %i s: at most one repeat for it, and never a longer wait',
    backS => {
      const set = (s: number) => steady(s) - (s > 1_000 ? backS * 1_000 : 0)
      const repeats = repeatsAt(set, 3_600 * 3)
      expect(repeats.length).toBeLessThanOrEqual(4)
      expect(repeats[0]).toBeLessThanOrEqual(3_660)
      for (const [i, s] of repeats.entries())
        if (i > 1) expect(s - (repeats[i - 1] as number)).toBe(3_600)
    }
  )
})

describe('a policy', () => {
  it.each([
    [{ repeatMinutes: 0 }, true],
    [{ repeatMinutes: 15 }, true],
    [{ repeatMinutes: 14 }, false],
    [{ repeatMinutes: 60, updateMinutes: 120 }, false],
    [{ repeatMinutes: 120, updateMinutes: 120 }, true],
    [{ repeatMinutes: 4, updateMinutes: 0 }, false],
    [{ repeatMinutes: 5, updateMinutes: 0 }, true]
  ])('of %o can be kept: %s', (asked, isKept) => {
    expect('pointer' in makePolicy(asked) ? makePolicy(asked) : true).toEqual(
      isKept
        ? true
        : { pointer: '/repeatMinutes', detail: expect.stringContaining('at the earliest') }
    )
  })
})
