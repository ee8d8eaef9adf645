// Policies as stories: what happened, and who was told what at which time. Among them all cases of
// the acceptance tests of Prometheus Alertmanager (test/with_api_v2/acceptance: send, inhibit and
// silence, and for its repeat_interval) for when something is told, in our words, each named where
// it stands. TestRetry (an endpoint that fails holds up no other) stands in
// services/notifier/test/webhook/lanes.test.ts; TestReload in
// services/notifier/test/notification/policy-reload.test.ts; its clusters in
// services/notifier/test/webhook/dispatchers.test.ts.

import {
  makePolicy,
  type NotificationPolicy,
  policyDefaults
} from '@tocsin/contracts/subscription/notification-policy'
import { holdReasons, shownHoldReasons } from '@tocsin/contracts/subscription/notification-words'
import { describe, expect, it } from 'vitest'
import {
  type AlertNews,
  computeRepeatWait,
  decideNotification,
  showHoldReason
} from '../../src/notification/notification-decision.ts'
import { alwaysOn, decideDuty, type Shift } from '../../src/notification/rosters.ts'
import { atMs, silence, type TableOptions, toldIn } from './told-table.ts'

const shift = (from: string, until: string, ...lines: readonly string[]): Shift => {
  const [begins, ends] = [from, until].map(time => new Date(atMs(time)).toISOString())
  return { from: begins ?? '', until: ends ?? '', lines }
}
const shifts = [
  shift('06:00', '14:00', 'ama', 'desk'),
  shift('14:00', '22:00', 'kofi', 'ama', 'desk')
]
const onDuty = (all: readonly Shift[], id: string) => ({
  dutyAt: (at: number) => decideDuty(all, id, at, () => true)
})

type Policy = Partial<NotificationPolicy>
/** What it says, its policy, what happens, and what is told and not. */
type Story = readonly [
  says: string,
  policy: Policy,
  happens: string,
  told: string,
  more?: TableOptions & { readonly untold?: string }
]

const groupWait: Policy = { groupWaitSeconds: 30 }
const noEndings: Policy = { endings: false }
const hourly: Policy = { repeatMinutes: 60 }
const second: Policy = { unansweredMinutes: 10 }
const night: Policy = { quietHours: { from: '22:00', to: '06:00', timeZone: 'Africa/Bamako' } }
const under = (...of: Parameters<typeof silence>) => ({ silences: [silence(...of)] })
const deskShifts = [shift('08:00', '12:00', 'duty'), shift('12:00', '1d 20:00', 'other', 'duty')]

const stories: Readonly<Record<string, readonly Story[]>> = {
  'the group wait': [
    [
      'holds the first of an alert, and what came in between is told with it (group wait; TestMergeAlerts)',
      groupWait,
      '10:00 siege moderate; 10:00:10 siege severe; 10:00:20 siege severe',
      '10:00:30 siege severe first (3)'
    ],
    [
      'is none for what is extreme, be it new or become so',
      groupWait,
      '10:00 massacre extreme; 11:00 siege severe; 11:00:10 siege extreme',
      '10:00 massacre extreme first; 11:00:10 siege extreme first (2)'
    ],
    [
      'holds what comes later for itself: what was told of the others is not told again with it (TestBatching)',
      groupWait,
      `10:00 siege severe; 10:00:20 front severe
       11:00 raid minor; 11:00 surge minor; 11:00:10 toll minor`,
      `10:00:30 siege severe first; 10:00:50 front severe first
       11:00:30 raid minor first; 11:00:30 surge minor first; 11:00:40 toll minor first`
    ],
    [
      'lets nobody hear of what ended before',
      groupWait,
      '10:00 hoax severe; 10:00:20 hoax retracted',
      '',
      { untold: 'hoax ended-unheard (2)' }
    ]
  ],
  'the least interval between updates': [
    [
      'tells what changed in between at once, when it is over (group interval; TestMergeAlerts)',
      {},
      `10:00 siege severe; 10:01 siege severe; 10:05 siege severe
       10:14 siege severe; 10:16 siege severe`,
      '10:00 siege severe first; 10:15 siege severe update (3); 10:30 siege severe update'
    ],
    [
      'does not hold what became graver than was told',
      {},
      '10:00 siege moderate; 10:01 siege severe; 10:02 siege extreme; 10:03 siege extreme',
      `10:00 siege moderate first; 10:01 siege severe graver
       10:02 siege extreme graver; 10:17 siege extreme update`
    ],
    [
      'does not hold what stands again after its end was told (TestMergeAlerts)',
      {},
      `10:00 massacre extreme; 10:05 massacre retracted
       10:06 massacre extreme; 10:07 massacre extreme`,
      `10:00 massacre extreme first; 10:05 massacre extreme retracted
       10:06 massacre extreme first; 10:21 massacre extreme update`
    ],
    [
      'holds what stands again for the group wait',
      groupWait,
      '10:00 siege severe; 10:05 siege retracted; 10:06 siege severe; 10:06:10 siege retracted',
      `10:00:30 siege severe first; 10:05 siege severe retracted
       10:06:10 siege severe retracted (2)`
    ],
    [
      'holds an end, but no retraction',
      {},
      '10:00 siege severe; 10:01 siege resolved; 11:00 hoax severe; 11:01 hoax retracted',
      `10:00 siege severe first; 10:15 siege severe ended
       11:00 hoax severe first; 11:01 hoax severe retracted`
    ]
  ],
  endings: [
    [
      'are told once of each that ended, also of many at once (TestResolved)',
      groupWait,
      `10:00 siege severe; 10:00 front severe; 10:00 raid severe
       10:30 siege resolved; 10:30 front resolved; 10:30 raid resolved`,
      `10:00:30 siege severe first; 10:00:30 front severe first; 10:00:30 raid severe first
       10:30 siege severe ended; 10:30 front severe ended; 10:30 raid severe ended`
    ],
    [
      'count where they are not wanted: what stands again is told as the first (TestResolvedFilter)',
      { ...noEndings, updateMinutes: 60 },
      `10:00 siege severe; 10:00 front severe
       10:20 siege resolved; 10:25 siege severe; 10:26 raid severe`,
      `10:00 siege severe first; 10:00 front severe first
       10:25 siege severe first; 10:26 raid severe first`,
      { untold: 'siege endings-unwanted' }
    ],
    [
      'are not told to who does not want them, but retractions are (TestResolvedFilter)',
      noEndings,
      '10:00 siege severe; 11:00 siege resolved; 12:00 hoax severe; 12:30 hoax retracted',
      '10:00 siege severe first; 12:00 hoax severe first; 12:30 hoax severe retracted',
      { untold: 'siege endings-unwanted' }
    ]
  ],
  stories: [
    [
      'are told as one: the part of a crisis waits while it stands (TestInhibiting)',
      {},
      `10:00 crisis severe; 10:10 siege moderate in:crisis
       10:20 siege moderate; 12:00 crisis resolved`,
      '10:00 crisis severe first; 12:00 crisis severe ended; 12:00 siege moderate first (2)'
    ],
    [
      'tell a part as soon as the whole has ended, though that itself is told later',
      {},
      '10:00 crisis severe; 10:02 siege moderate in:crisis; 10:05 crisis resolved',
      '10:00 crisis severe first; 10:05 siege moderate first; 10:15 crisis severe ended'
    ],
    [
      'tell a part as soon as the whole has sunk',
      {},
      '10:00 crisis severe; 10:02 siege moderate in:crisis; 10:05 crisis minor',
      '10:00 crisis severe first; 10:05 siege moderate first',
      { untold: 'crisis told-in-story' }
    ],
    [
      'mute no part that is graver, nor one that becomes so',
      {},
      `10:00 crisis severe; 10:10 siege extreme in:crisis
       11:00 toll minor in:crisis; 11:10 toll extreme`,
      '10:00 crisis severe first; 10:10 siege extreme first; 11:10 toll extreme first (2)'
    ],
    [
      'hold the updates of what was told before the whole, but not its end (TestInhibiting)',
      {},
      `10:00 siege moderate; 11:00 crisis severe with:siege
       12:00 siege moderate; 13:00 siege resolved`,
      `10:00 siege moderate first; 11:00 crisis severe first
       13:00 siege moderate ended (2)`
    ],
    [
      'are each told where that is asked',
      { stories: 'each' },
      '10:00 crisis severe; 10:10 siege moderate in:crisis',
      '10:00 crisis severe first; 10:10 siege moderate first'
    ]
  ],
  'the least severity': [
    [
      'holds an alert until it is so grave, and then tells all of it',
      { minSeverity: 'severe' },
      '10:00 siege minor; 10:30 siege severe; 11:00 siege minor; 11:00 other minor',
      '10:30 siege severe first (2); 11:00 siege minor update',
      { untold: 'other below-minimum' }
    ]
  ],
  'quiet hours': [
    [
      'hold what is not extreme until their end, and tell it as it is then',
      night,
      `21:59 front severe; 23:00 siege moderate
       1d 03:00 siege severe; 1d 04:00 hoax severe; 1d 05:00 hoax resolved`,
      '21:59 front severe first; 1d 06:00 siege severe first (2)',
      { untold: 'hoax ended-unheard (2)' }
    ],
    [
      'are broken by what is extreme, and by the retraction of what was told',
      night,
      `21:00 hoax severe; 23:00 massacre extreme
       1d 01:00 hoax retracted; 1d 02:00 front severe; 1d 03:00 front extreme`,
      `21:00 hoax severe first; 23:00 massacre extreme first
       1d 01:00 hoax severe retracted; 1d 03:00 front extreme first (2)`
    ]
  ],
  'a silence': [
    [
      'holds what matches until it ends, and tells what stands then as it is then (TestSilencing, TestSilenceDelete)',
      {},
      '10:10 siege severe; 10:20 siege severe; 10:30 raid severe; 10:40 raid resolved',
      '12:00 siege severe first (2)',
      { ...under('10:00', '12:00'), untold: 'raid ended-unheard (2)' }
    ],
    [
      'lets through what is extreme',
      {},
      '10:10 massacre extreme',
      '10:10 massacre extreme first',
      under('10:00', '12:00')
    ],
    [
      'holds what is extreme if it says so',
      {},
      '10:10 massacre extreme',
      '12:00 massacre extreme first',
      under('10:00', '12:00', { includesExtreme: true })
    ],
    [
      'ends with the end of what became graver under it, and does not tell that as graver',
      {},
      '10:00 siege severe; 10:20 siege extreme; 10:30 siege resolved',
      '10:00 siege severe first; 12:00 siege extreme ended (2)',
      under('10:10', '12:00', { includesExtreme: true })
    ],
    ...[
      { theatres: ['coast'] },
      { subscriptionId: 'other' },
      { filter: { pattern: ['siege'] } }
    ].map(
      (changed): Story => [
        `holds nothing that its author may not see, nor what others are told: ${Object.keys(changed)}`,
        {},
        '10:10 siege severe',
        '10:10 siege severe first',
        under('10:00', '12:00', changed)
      ]
    ),
    [
      'holds its one alert, for its one subscription',
      {},
      '10:10 siege severe',
      '12:00 siege severe first',
      under('10:00', '12:00', { alertId: 'siege', theatres: ['sahel'], subscriptionId: 'duty' })
    ]
  ],
  'what nobody has answered': [
    [
      'is not told again unless the policy says so',
      { repeatMinutes: 0 },
      '10:00 siege severe',
      '10:00 siege severe first'
    ],
    [
      'is told again each interval until it ends (TestRepeat)',
      hourly,
      '10:00 siege severe; 12:30 siege resolved',
      `10:00 siege severe first; 11:00 siege severe repeat (0); 12:00 siege severe repeat (0)
       12:30 siege severe ended`
    ],
    [
      'is told no more once it is answered',
      hourly,
      '10:00 siege severe; 11:30 siege answered',
      '10:00 siege severe first; 11:00 siege severe repeat (0); 11:30 siege severe update'
    ],
    [
      'is told no more once it is retracted',
      hourly,
      '10:00 siege severe; 11:30 siege retracted',
      '10:00 siege severe first; 11:00 siege severe repeat (0); 11:30 siege severe retracted'
    ],
    [
      'is told again at once when its answer lapses after the interval, and from then on',
      hourly,
      '10:00 siege severe; 10:10 siege answered; 14:20 siege lapsed',
      `10:00 siege severe first; 10:15 siege severe update
       14:20 siege severe update; 15:20 siege severe repeat (0)`,
      { until: '16:00' }
    ],
    [
      'counts from the last telling: an alert that is revised is not repeated between',
      hourly,
      '10:00 siege severe; 10:50 siege severe; 11:40 siege severe; 12:30 siege severe',
      `10:00 siege severe first; 10:50 siege severe update; 11:40 siege severe update
       12:30 siege severe update; 13:30 siege severe repeat (0)`,
      { until: '14:00' }
    ],
    [
      'is not repeated below the least severity, though its changes are told',
      { ...hourly, minSeverity: 'severe' },
      '10:00 siege severe; 10:30 siege minor; 14:00 siege severe',
      `10:00 siege severe first; 10:30 siege minor update
       14:00 siege severe graver; 15:00 siege severe repeat (0)`,
      { until: '15:30' }
    ]
  ],
  'a repeat': [
    [
      'is held by a silence, and told once when that is over (TestSilencing)',
      hourly,
      '10:00 siege severe; 10:00 front severe',
      `10:00 siege severe first; 10:00 front severe first
       11:00 front severe repeat (0); 12:00 front severe repeat (0)
       12:40 siege severe repeat (0); 13:00 front severe repeat (0); 13:40 siege severe repeat (0)`,
      { ...under('10:30', '12:40', { alertId: 'siege' }), until: '13:50' }
    ],
    [
      'of what is extreme passes a silence that does not include it',
      hourly,
      '10:00 siege extreme',
      '10:00 siege extreme first; 11:00 siege extreme repeat (0)',
      { ...under('10:30', '12:40'), until: '11:30' }
    ],
    [
      'of what is extreme is held by a silence that includes it',
      hourly,
      '10:00 siege extreme',
      '10:00 siege extreme first',
      { ...under('10:30', '12:40', { includesExtreme: true }), until: '11:30' }
    ],
    [
      'keeps quiet hours, at whose end it is told once; what is extreme breaks them',
      { ...hourly, ...night },
      '20:30 siege severe; 23:30 massacre extreme; 1d 02:00 massacre resolved',
      `20:30 siege severe first; 21:30 siege severe repeat (0); 23:30 massacre extreme first
       1d 00:30 massacre extreme repeat (0); 1d 01:30 massacre extreme repeat (0)
       1d 02:00 massacre extreme ended
       1d 06:00 siege severe repeat (0); 1d 07:00 siege severe repeat (0)`,
      { until: '1d 07:30' }
    ],
    [
      'goes to whoever is on shift',
      { ...hourly, watch: 'desk' },
      '10:30 siege severe',
      `10:30 siege severe first; 11:30 siege severe repeat (0)
       12:30 siege severe repeat (0); 13:30 siege severe repeat (0)`,
      { ...onDuty(deskShifts, 'duty'), until: '14:00' }
    ],
    [
      'goes to whoever comes on shift',
      { ...hourly, watch: 'desk' },
      '10:30 siege severe',
      `12:00 siege severe first; 13:00 siege severe repeat (0)
       14:00 siege severe repeat (0)`,
      { ...onDuty(deskShifts, 'other'), until: '14:00' }
    ]
  ],
  escalation: [
    [
      'notifies the second step of what nobody has answered in time, also of what is extreme',
      second,
      '10:00 siege severe; 10:01 massacre extreme; 10:05 siege severe',
      '10:10 siege severe first (2); 10:11 massacre extreme first'
    ],
    [
      'tells it nothing of what was answered in time, and the end of that to nobody',
      second,
      '10:00 siege severe; 10:09 siege answered; 12:00 siege resolved',
      '',
      { untold: 'siege ended-unheard (3)' }
    ],
    [
      'goes on at once when an answer lapses after that time, else when it is over',
      second,
      `10:00 siege severe; 10:02 siege answered; 11:02 siege lapsed
       12:00 toll severe; 12:01 toll answered; 12:04 toll lapsed`,
      '11:02 siege severe first (3); 12:10 toll severe first (3)'
    ],
    [
      'tells whoever was told what follows, answered or not',
      second,
      '10:00 siege severe; 10:20 siege answered; 10:30 siege extreme; 10:31 siege retracted',
      `10:10 siege severe first; 10:25 siege severe update
       10:30 siege extreme graver; 10:31 siege extreme retracted`
    ],
    [
      'does not go round a silence',
      second,
      '10:00 siege severe',
      '11:00 siege severe first',
      under('09:00', '11:00')
    ]
  ],
  'a roster': [
    [
      'is told to who comes on what still stands, and retractions to whoever was told, on or off',
      {},
      `10:00 siege severe; 10:01 hoax severe; 11:00 hoax retracted
       15:00 front severe; 21:59 toll severe; 1d 07:00 toll retracted`,
      `14:00 siege severe first; 15:00 front severe first
       21:59 toll severe first; 1d 07:00 toll severe retracted`,
      { ...onDuty(shifts, 'kofi'), untold: 'hoax ended-unheard (2)' }
    ]
  ]
}

const linesOf = (text: string) =>
  text
    .split(/[;\n]/)
    .map(line => line.trim())
    .filter(Boolean)

for (const [of, cases] of Object.entries(stories))
  describe(of, () => {
    for (const [says, changed, happens, told, { untold = '', ...options } = {}] of cases)
      it(says, () => {
        const policy = { ...policyDefaults, groupWaitSeconds: 0, ...changed }
        const played = toldIn(policy, linesOf(happens), options)
        expect(played.told).toEqual(linesOf(told))
        // What waits at an end that the story names is of no interest.
        if (options.until === undefined) expect(played.untold).toEqual(linesOf(untold))
      })
  })

describe('a roster', () => {
  const duty = (id: string, time: string, canReach = (_: string) => true) =>
    decideDuty(shifts, id, atMs(time), canReach)

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
})

const known = {
  ...({ severity: 'severe', cover: null, silence: null, told: null } as const),
  ...{ isAnswered: false, duty: alwaysOn }
}

describe('a clock that is set back', () => {
  const startMs = 100_000_000
  const waiting = (ms: number) => ({ ending: null, sinceMs: ms, groupSinceMs: ms, newestMs: ms })
  const cover = { alertId: 'crisis', toldMs: startMs - 1, isGraver: false }
  const waits: readonly [Policy, Partial<AlertNews>, mostMs: number][] = [
    [{}, { waiting: waiting(0), told: { atMs: startMs, severity: 'severe' } }, 15 * 60_000],
    [groupWait, { waiting: waiting(startMs) }, 30_000],
    [second, { waiting: waiting(startMs) }, 10 * 60_000],
    [{}, { waiting: waiting(startMs), cover }, 16 * 60_000]
  ]

  /** How long it is held, decided anew at each end of a hold, ms. */
  const heldMs = (of: Policy, news: Partial<AlertNews>, backMs: number) => {
    const policy = { ...policyDefaults, groupWaitSeconds: 0, ...of }
    const fromMs = startMs - backMs
    for (let [nowMs, asked] = [fromMs, 0]; asked < 1_000; asked++) {
      const decision = decideNotification(policy, { ...known, waiting: null, ...news }, nowMs)
      if (decision.kind !== 'hold') return nowMs - fromMs
      nowMs = decision.untilMs ?? Number.NaN
    }
    throw new Error('it is held for ever')
  }

  it.each([1_000, 60_000, 20 * 60_000, 10 * 3_600_000])(
    'by %i ms makes no wait longer than the policy has it',
    backMs => {
      for (const [of, news, mostMs] of waits)
        expect(heldMs(of, news, backMs)).toBeLessThanOrEqual(mostMs + 5_000)
    }
  )
})

describe('a clock that is set, or a long stop', () => {
  const policy = { ...policyDefaults, ...hourly }
  /** Asked every ten seconds of a clock that reads so, as if each repeat were told at once. */
  const repeatsAt = (clock: (s: number) => number, forS: number) => {
    let toldMs = clock(0)
    const repeats: number[] = []
    for (let s = 0; s <= forS; s += 10) {
      const nowMs = clock(s)
      if (computeRepeatWait(policy, toldMs, nowMs) > 0) continue
      repeats.push(s)
      toldMs = nowMs
    }
    return repeats
  }
  const steady = (s: number) => 1_000_000_000 + s * 1_000

  it('makes one repeat, not those that were missed', () => {
    const stopped = (s: number) => steady(s) + (s > 1_000 ? 40 * 3_600_000 : 0)
    expect(repeatsAt(stopped, 5_000)).toEqual([1_010, 4_610])
    const news = { ...known, waiting: null, told: { atMs: 0, severity: 'severe' } } as const
    expect(decideNotification(policy, news, steady(0))).toEqual({ kind: 'send', reason: 'repeat' })
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

describe('why something waited', () => {
  it('is told in the words of the policy, but not that another line answered', () => {
    expect(showHoldReason('answered')).toBe('earlier-line')
    expect([...new Set(holdReasons.map(showHoldReason))].sort()).toEqual(
      [...shownHoldReasons].sort()
    )
    expect(showHoldReason('silenced')).toBe('silenced')
  })
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
