// Policies as stories: what happened, and who was told what at which time. Among them all cases of
// the acceptance tests of Prometheus Alertmanager (test/with_api_v2/acceptance: send, inhibit and
// silence) for when something is told, in our words, each named where it stands. TestRepeat, and
// what of TestBatching, TestSilencing and TestSilenceDelete is about repeats, stand in
// repeat-stories.test.ts; TestRetry (an endpoint that fails holds up no other) in
// services/notifier/test/webhook/lanes.test.ts; TestReload in
// services/notifier/test/notification/policy-reload.test.ts; its clusters in
// services/notifier/test/webhook/dispatchers.test.ts.

import {
  type NotificationPolicy,
  policyDefaults
} from '@tocsin/contracts/subscription/notification-policy'
import { holdReasons, toldHoldReasons } from '@tocsin/contracts/subscription/notification-words'
import { describe, expect, it } from 'vitest'
import { decideNotification, heldAsTold } from '../../src/notification/notification-decision.ts'
import { alwaysOn } from '../../src/notification/watch.ts'
import { silence, toldIn } from './told-table.ts'

const policy = (changed: Partial<NotificationPolicy> = {}): NotificationPolicy => ({
  ...policyDefaults,
  ...changed
})
const noWait = policy({ groupWaitSeconds: 0 })

describe('the group wait', () => {
  it('holds the first of an alert, and what came in between is told with it (group wait; TestMergeAlerts)', () => {
    const { told } = toldIn(policy(), [
      '10:00 siege moderate',
      '10:00:10 siege severe',
      '10:00:20 siege severe'
    ])
    expect(told).toEqual(['10:00:30 siege severe first (3)'])
  })

  it('is none for what is extreme, be it new or become so', () => {
    const { told } = toldIn(policy(), [
      '10:00 massacre extreme',
      '11:00 siege severe',
      '11:00:10 siege extreme'
    ])
    expect(told).toEqual(['10:00 massacre extreme first', '11:00:10 siege extreme first (2)'])
  })

  it('holds what comes later for itself: what was told of the others is not told again with it (TestBatching)', () => {
    const lines = [
      '10:00 siege severe',
      '10:00:20 front severe',
      '11:00 raid minor',
      '11:00 surge minor',
      '11:00:10 toll minor'
    ]
    expect(toldIn(policy(), lines).told).toEqual([
      '10:00:30 siege severe first',
      '10:00:50 front severe first',
      '11:00:30 raid minor first',
      '11:00:30 surge minor first',
      '11:00:40 toll minor first'
    ])
  })

  it('lets nobody hear of what ended before', () => {
    const { told, untold } = toldIn(policy(), ['10:00 hoax severe', '10:00:20 hoax retracted'])
    expect([told, untold]).toEqual([[], ['hoax ended-unheard (2)']])
  })
})

describe('the least interval between updates', () => {
  it('tells what changed in between at once, when it is over (group interval; TestMergeAlerts)', () => {
    const lines = [
      '10:00 siege severe',
      '10:01 siege severe',
      '10:05 siege severe',
      '10:14 siege severe',
      '10:16 siege severe'
    ]
    expect(toldIn(noWait, lines).told).toEqual([
      '10:00 siege severe first',
      '10:15 siege severe update (3)',
      '10:30 siege severe update'
    ])
  })

  it('does not hold what became graver than was told', () => {
    const { told } = toldIn(noWait, [
      '10:00 siege moderate',
      '10:01 siege severe',
      '10:02 siege extreme',
      '10:03 siege extreme'
    ])
    expect(told).toEqual([
      '10:00 siege moderate first',
      '10:01 siege severe graver',
      '10:02 siege extreme graver',
      '10:17 siege extreme update'
    ])
  })

  it('does not hold what stands again after its end was told (TestMergeAlerts)', () => {
    const lines = [
      '10:00 massacre extreme',
      '10:05 massacre retracted',
      '10:06 massacre extreme',
      '10:07 massacre extreme'
    ]
    expect(toldIn(noWait, lines).told).toEqual([
      '10:00 massacre extreme first',
      '10:05 massacre extreme retracted',
      '10:06 massacre extreme first',
      '10:21 massacre extreme update'
    ])
    const waits = [
      '10:00 siege severe',
      '10:05 siege retracted',
      '10:06 siege severe',
      '10:06:10 siege retracted'
    ]
    expect(toldIn(policy(), waits).told.slice(0, 2)).toEqual([
      '10:00:30 siege severe first',
      '10:05 siege severe retracted'
    ])
  })

  it('holds an end, but no retraction', () => {
    const { told } = toldIn(noWait, [
      '10:00 siege severe',
      '10:01 siege resolved',
      '11:00 hoax severe',
      '11:01 hoax retracted'
    ])
    expect(told).toEqual([
      '10:00 siege severe first',
      '10:15 siege severe ended',
      '11:00 hoax severe first',
      '11:01 hoax severe retracted'
    ])
  })
})

describe('a clock that is set back', () => {
  const severe = {
    severity: 'severe',
    ending: null,
    cover: null,
    silence: null,
    isAnswered: false,
    duty: alwaysOn
  } as const
  const startMs = 100_000_000
  const from = (sinceMs: number) => ({ sinceMs, groupSinceMs: sinceMs, newestMs: sinceMs })

  /** How long it is held, decided anew at each end of a hold, ms. */
  const heldMs = (
    of: NotificationPolicy,
    news: Parameters<typeof decideNotification>[1],
    backMs: number
  ) => {
    const fromMs = startMs - backMs
    for (let [nowMs, asked] = [fromMs, 0]; asked < 1_000; asked++) {
      const decision = decideNotification(of, news, nowMs)
      if (decision.kind !== 'hold') return nowMs - fromMs
      nowMs = decision.untilMs ?? Number.NaN
    }
    throw new Error('it is held for ever')
  }

  it.each([1_000, 60_000, 20 * 60_000, 10 * 3_600_000])(
    'by %i ms makes no wait longer than the policy has it',
    backMs => {
      const updated = {
        ...severe,
        ...from(0),
        told: { atMs: startMs, severity: 'severe' }
      } as const
      expect(heldMs(noWait, updated, backMs)).toBeLessThanOrEqual(15 * 60_000 + 5_000)
      expect(
        heldMs(policy(), { ...severe, ...from(startMs), told: null }, backMs)
      ).toBeLessThanOrEqual(30_000 + 5_000)
      const second = policy({ unansweredMinutes: 10, groupWaitSeconds: 0 })
      expect(
        heldMs(second, { ...severe, ...from(startMs), told: null }, backMs)
      ).toBeLessThanOrEqual(10 * 60_000 + 5_000)
      const covered = {
        ...severe,
        ...from(startMs),
        told: null,
        cover: { alertId: 'crisis', toldMs: startMs - 1, isGraver: false }
      } as const
      expect(heldMs(noWait, covered, backMs)).toBeLessThanOrEqual(16 * 60_000 + 5_000)
    }
  )
})

describe('endings', () => {
  it('are told once of each that ended, also of many at once (TestResolved)', () => {
    const alerts = ['siege', 'front', 'raid']
    const lines = [
      ...alerts.map(each => `10:00 ${each} severe`),
      ...alerts.map(each => `10:30 ${each} resolved`)
    ]
    expect(toldIn(policy(), lines).told).toEqual([
      ...alerts.map(each => `10:00:30 ${each} severe first`),
      ...alerts.map(each => `10:30 ${each} severe ended`)
    ])
  })

  it('count where they are not wanted: what stands again is told as the first (TestResolvedFilter)', () => {
    const lines = [
      '10:00 siege severe',
      '10:00 front severe',
      '10:20 siege resolved',
      '10:25 siege severe',
      '10:26 raid severe'
    ]
    const { told, untold } = toldIn(
      policy({ groupWaitSeconds: 0, updateMinutes: 60, endings: false }),
      lines
    )
    expect(told).toEqual([
      '10:00 siege severe first',
      '10:00 front severe first',
      '10:25 siege severe first',
      '10:26 raid severe first'
    ])
    expect(untold).toEqual(['siege endings-unwanted'])
  })

  it('are not told to who does not want them, but retractions are (TestResolvedFilter)', () => {
    const lines = [
      '10:00 siege severe',
      '11:00 siege resolved',
      '12:00 hoax severe',
      '12:30 hoax retracted'
    ]
    const { told, untold } = toldIn(policy({ groupWaitSeconds: 0, endings: false }), lines)
    expect(told).toEqual([
      '10:00 siege severe first',
      '12:00 hoax severe first',
      '12:30 hoax severe retracted'
    ])
    expect(untold).toEqual(['siege endings-unwanted'])
  })
})

describe('stories', () => {
  it('are told as one: the part of a crisis waits while it stands (TestInhibiting)', () => {
    const lines = [
      '10:00 crisis severe',
      '10:10 siege moderate in:crisis',
      '10:20 siege moderate',
      '12:00 crisis resolved'
    ]
    const { told } = toldIn(noWait, lines)
    expect(told).toEqual([
      '10:00 crisis severe first',
      '12:00 crisis severe ended',
      '12:00 siege moderate first (2)'
    ])
  })

  it('tell a part as soon as the whole has ended or sunk, though that itself is told later', () => {
    const ended = ['10:00 crisis severe', '10:02 siege moderate in:crisis', '10:05 crisis resolved']
    expect(toldIn(noWait, ended).told).toEqual([
      '10:00 crisis severe first',
      '10:05 siege moderate first',
      '10:15 crisis severe ended'
    ])
    const sunk = ['10:00 crisis severe', '10:02 siege moderate in:crisis', '10:05 crisis minor']
    expect(toldIn(noWait, sunk).told[1]).toBe('10:05 siege moderate first')
  })

  it('mute no part that is graver, nor one that becomes so', () => {
    const lines = [
      '10:00 crisis severe',
      '10:10 siege extreme in:crisis',
      '11:00 toll minor in:crisis',
      '11:10 toll extreme'
    ]
    expect(toldIn(noWait, lines).told).toEqual([
      '10:00 crisis severe first',
      '10:10 siege extreme first',
      '11:10 toll extreme first (2)'
    ])
  })

  it('hold the updates of what was told before the whole, but not its end (TestInhibiting)', () => {
    const lines = [
      '10:00 siege moderate',
      '11:00 crisis severe with:siege',
      '12:00 siege moderate',
      '13:00 siege resolved'
    ]
    expect(toldIn(noWait, lines).told).toEqual([
      '10:00 siege moderate first',
      '11:00 crisis severe first',
      '13:00 siege moderate ended (2)'
    ])
  })

  it('are each told where that is asked', () => {
    const lines = ['10:00 crisis severe', '10:10 siege moderate in:crisis']
    expect(toldIn(policy({ groupWaitSeconds: 0, stories: 'each' }), lines).told).toHaveLength(2)
  })
})

describe('the least severity', () => {
  it('holds an alert until it is so grave, and then tells all of it', () => {
    const { told, untold } = toldIn(policy({ groupWaitSeconds: 0, minSeverity: 'severe' }), [
      '10:00 siege minor',
      '10:30 siege severe',
      '11:00 siege minor',
      '11:00 other minor'
    ])
    expect(told).toEqual(['10:30 siege severe first (2)', '11:00 siege minor update'])
    expect(untold).toEqual(['other below-minimum'])
  })
})

describe('quiet hours', () => {
  const night = policy({
    groupWaitSeconds: 0,
    quietHours: { from: '22:00', to: '06:00', timeZone: 'Africa/Bamako' }
  })

  it('hold what is not extreme until their end, and tell it as it is then', () => {
    const lines = [
      '21:59 front severe',
      '23:00 siege moderate',
      '1d 03:00 siege severe',
      '1d 04:00 hoax severe',
      '1d 05:00 hoax resolved'
    ]
    const { told, untold } = toldIn(night, lines)
    expect(told).toEqual(['21:59 front severe first', '1d 06:00 siege severe first (2)'])
    expect(untold).toEqual(['hoax ended-unheard (2)'])
  })

  it('are broken by what is extreme, and by the retraction of what was told', () => {
    const lines = [
      '21:00 hoax severe',
      '23:00 massacre extreme',
      '1d 01:00 hoax retracted',
      '1d 02:00 front severe',
      '1d 03:00 front extreme'
    ]
    expect(toldIn(night, lines).told).toEqual([
      '21:00 hoax severe first',
      '23:00 massacre extreme first',
      '1d 01:00 hoax severe retracted',
      '1d 03:00 front extreme first (2)'
    ])
  })
})

describe('a silence', () => {
  it('holds what matches until it ends, and tells what stands then as it is then (TestSilencing, TestSilenceDelete)', () => {
    const lines = [
      '10:10 siege severe',
      '10:20 siege severe',
      '10:30 raid severe',
      '10:40 raid resolved'
    ]
    const { told, untold } = toldIn(noWait, lines, { silences: [silence('10:00', '12:00')] })
    expect(told).toEqual(['12:00 siege severe first (2)'])
    expect(untold).toEqual(['raid ended-unheard (2)'])
  })

  it('lets through what is extreme, unless it says otherwise', () => {
    const lines = ['10:10 massacre extreme']
    expect(toldIn(noWait, lines, { silences: [silence('10:00', '12:00')] }).told).toEqual([
      '10:10 massacre extreme first'
    ])
    const all = [silence('10:00', '12:00', { includesExtreme: true })]
    expect(toldIn(noWait, lines, { silences: all }).told).toEqual(['12:00 massacre extreme first'])
  })

  it('ends with the end of what became graver under it, and does not tell that as graver', () => {
    const lines = ['10:00 siege severe', '10:20 siege extreme', '10:30 siege resolved']
    const { told } = toldIn(noWait, lines, {
      silences: [silence('10:10', '12:00', { includesExtreme: true })]
    })
    expect(told).toEqual(['10:00 siege severe first', '12:00 siege extreme ended (2)'])
  })

  it('holds nothing that its author may not see, nor what others are told', () => {
    const lines = ['10:10 siege severe']
    const told = (changed: Parameters<typeof silence>[2]) =>
      toldIn(noWait, lines, { silences: [silence('10:00', '12:00', changed)] }).told
    expect(told({ theatres: ['coast'] })).toEqual(['10:10 siege severe first'])
    expect(told({ subscriptionId: 'other' })).toEqual(['10:10 siege severe first'])
    expect(told({ filter: { pattern: ['siege'] } })).toEqual(['10:10 siege severe first'])
    expect(told({ alertId: 'siege', theatres: ['sahel'], subscriptionId: 'duty' })).toEqual([
      '12:00 siege severe first'
    ])
  })
})

describe('why something waited', () => {
  it('is told in the words of the policy, but not that another line answered', () => {
    expect(heldAsTold('answered')).toBe('earlier-line')
    expect([...new Set(holdReasons.map(heldAsTold))].sort()).toEqual([...toldHoldReasons].sort())
    expect(heldAsTold('silenced')).toBe('silenced')
  })
})
