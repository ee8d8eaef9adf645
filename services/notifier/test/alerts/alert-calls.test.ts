// A course of events, and the times from calls to answers.

import type { AlertOperator } from '@tocsin/contracts/alert/alert'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type AlertCalls,
  addChange,
  callsMax,
  isUnacknowledged,
  type SummedAlert
} from '../../src/alerts/alert-calls.ts'
import {
  computeAcknowledgementSeconds,
  computeResponseSeconds
} from '../../src/alerts/response-times.ts'
import { factsOf, foldCalls, nobody, page, readCourse, type Step } from './call-facts.ts'

const times = ({ calls }: AlertCalls) =>
  calls.map(call => [computeAcknowledgementSeconds(call), computeResponseSeconds(call)])

it('has the gravest severity while it goes on', () => {
  const severitiesOf = (...steps: readonly Step[]) =>
    foldCalls(factsOf(steps)).calls.map(({ severity }) => severity)
  const grave = { severity: 'severe' } as const
  expect(severitiesOf([0, 'raised', page], [60, 'escalated', grave])).toEqual(['severe'])
  expect(
    severitiesOf([0, 'raised', { ...page, ...grave }], [60, 'revised', { severity: 'moderate' }])
  ).toEqual(['severe'])
  expect(severitiesOf([0, 'raised', page], [60, 'resolved'], [90, 'commented', grave])).toEqual([
    'moderate'
  ])
})

describe('the times of an alert', () => {
  it.each<[string, string, (number | null)[][]]>([
    ['of one that paged nobody are none', '0 raised quiet, 5 acknowledged', []],
    ['that nobody answered are unknown', '0 raised page', [[null, null]]],
    [
      'count from the page to the answers',
      '10 raised page, 75 acknowledged, 310 responded',
      [[65, 300]]
    ],
    [
      'count from the first page, not from what was quiet before',
      '0 raised quiet, 60 revised page, 90 acknowledged',
      [[30, null]]
    ],
    ['are right to the second', '0 raised page, 59.999 acknowledged, 60 responded', [[59, 60]]],
    [
      'take when it was done, not when that was recorded',
      '0 raised page, 900 responded done:120',
      [[null, 120]]
    ],
    [
      'take the earliest of what was done',
      '0 raised page, 300 responded, 900 responded done:120, 901 responded',
      [[null, 120]]
    ],
    [
      'are 0 for what was done before the page',
      '0 raised page, 60 responded done:-7200',
      [[null, 0]]
    ],
    [
      'take the first acknowledgement, also if it lapsed',
      '0 raised page, 30 acknowledged, 60 acknowledgement-lapsed, 600 acknowledged',
      [[30, null]]
    ],
    [
      'go on through an escalation that pages',
      '0 raised page, 60 escalated page, 90 acknowledged',
      [[90, null]]
    ],
    [
      'are 0 for one that somebody has as it pages',
      '0 raised quiet, 30 acknowledged, 60 revised page',
      [[0, null]]
    ],
    [
      'are open for one that escalates while somebody has it: that lapses',
      '0 raised quiet, 30 acknowledged, 60 escalated page, 60 acknowledgement-lapsed',
      [[null, null]]
    ],
    [
      'begin anew where a reopening pages',
      '0 raised page, 30 acknowledged, 60 acknowledgement-lapsed, 100 resolved, 500 reopened page, 520 acknowledged, 540 responded',
      [
        [30, null],
        [20, 40]
      ]
    ],
    [
      'go on through an escalation, with what was done before it',
      '0 raised page, 60 responded, 100 escalated page, 160 responded',
      [[null, 60]]
    ],
    [
      'leave what was done for the first call with it, also if it is recorded in the second',
      '0 raised page, 100 resolved, 500 reopened page, 520 responded done:40, 530 responded done:450',
      [
        [null, 40],
        [null, null]
      ]
    ],
    [
      'give each call its own, in whatever order that is recorded',
      '0 raised page, 100 resolved, 500 reopened page, 520 responded done:515, 530 responded done:-60, 540 responded done:505',
      [
        [null, 0],
        [null, 5]
      ]
    ],
    [
      'take what was corrected as it is now, not as it was mistyped',
      '0 raised page, 300 responded done:-9000, 900 response-corrected corrects:1 done:240',
      [[null, 240]]
    ],
    [
      'do not take what was withdrawn',
      '0 raised page, 300 responded done:10, 310 responded, 900 response-corrected withdraws:1',
      [[null, 310]]
    ],
    [
      'are unknown once all that was recorded is withdrawn',
      '0 raised page, 300 responded, 400 response-corrected corrects:1 done:20, 900 response-corrected withdraws:2',
      [[null, null]]
    ],
    [
      'follow what is corrected to the call that it was done for',
      '0 raised page, 100 resolved, 500 reopened page, 520 responded, 530 response-corrected corrects:1 done:60',
      [
        [null, 60],
        [null, null]
      ]
    ],
    [
      'take a correction after the end, of what was done',
      '0 raised page, 90 responded, 100 resolved, 500 response-corrected corrects:1 done:30',
      [[null, 30]]
    ],
    [
      'begin anew with nobody, although older records of the reopening name who had it before',
      '0 raised page, 30 acknowledged, 100 resolved, 500 reopened page, 520 acknowledged',
      [
        [30, null],
        [20, null]
      ]
    ],
    [
      'do not begin anew where a reopening is quiet',
      '0 raised page, 100 resolved, 500 reopened quiet, 520 acknowledged',
      [[null, null]]
    ],
    [
      'take what is recorded after the end',
      '0 raised page, 100 retracted, 500 responded done:50',
      [[null, 50]]
    ]
  ])('%s', (_, course, expected) => {
    expect(times(foldCalls(readCourse(course)))).toEqual(expected)
  })

  it('are the same in whatever order its events are handed over', () => {
    const events = fc.constantFrom(
      'revised',
      'escalated',
      'acknowledged',
      'acknowledgement-lapsed',
      'responded',
      'response-corrected',
      'resolved',
      'reopened'
    )
    const step = fc.tuple(
      fc.nat(5000),
      events,
      fc.record({
        notify: fc.constantFrom('page', 'quiet', 'update'),
        doneS: fc.nat(5000),
        corrects: fc.integer({ min: 1, max: 4 })
      })
    )
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 12 }),
        fc.array(fc.nat(), { minLength: 13, maxLength: 13 }),
        (steps, order) => {
          const facts = factsOf([
            [0, 'raised', page],
            ...[...steps].sort(([a], [b]) => a - b)
          ] as Step[])
          const shuffled = facts.toSorted(
            (a, b) => (order[a.state.revision - 1] ?? 0) - (order[b.state.revision - 1] ?? 0)
          )
          expect(foldCalls(shuffled)).toEqual(foldCalls(facts))
        }
      )
    )
  })

  it('keep the newest calls of an alert that comes back again and again', () => {
    const steps = Array.from({ length: callsMax + 2 }, (_, i): Step[] => [
      [i * 100, i === 0 ? 'raised' : 'reopened', page],
      [i * 100 + i, 'acknowledged'],
      [i * 100 + 50, 'resolved'],
      [i * 100 + 51, 'acknowledgement-lapsed']
    ]).flat()
    expect(times(foldCalls(factsOf(steps))).map(([first]) => first)).toEqual([
      2, 3, 4, 5, 6, 7, 8, 9
    ])
  })
})

describe('an alert', () => {
  const isLeftUnacknowledged = (course: string) => {
    const facts = readCourse(course)
    return isUnacknowledged(foldCalls(facts), facts.at(-1)?.state.operator ?? nobody)
  }
  it.each([
    ['that paged is unacknowledged', true, '0 raised page'],
    ['that paged nobody is not', false, '0 raised quiet'],
    ['that somebody has is answered', false, '0 raised page, 1 acknowledged'],
    [
      'whose acknowledgement lapsed is unacknowledged again',
      true,
      '0 raised page, 1 acknowledged, 2 acknowledgement-lapsed'
    ],
    [
      'of which something was done is answered, also if nobody has it',
      false,
      '0 raised page, 1 responded'
    ],
    ['that is over is not unacknowledged', false, '0 raised page, 1 resolved'],
    [
      'that is back and paged is, whatever was done before',
      true,
      '0 raised page, 1 responded, 2 resolved, 3 reopened page'
    ],
    [
      'that is back and paged is, although what was done for the first call is written down now',
      true,
      '0 raised page, 20 resolved, 30 reopened page, 40 responded done:10'
    ],
    [
      'that escalates is, whatever was done before that',
      true,
      '0 raised page, 1 responded, 2 escalated page'
    ],
    [
      'that escalates is answered by what is recorded since, also if it was done before',
      false,
      '0 raised page, 1 responded, 20 escalated page, 30 responded done:10'
    ],
    [
      'of which nothing was done after all is unacknowledged again',
      true,
      '0 raised page, 1 responded, 9 response-corrected withdraws:1'
    ],
    [
      'that escalated is not answered by a correction of what was recorded before',
      true,
      '0 raised page, 1 responded, 20 escalated page, 30 response-corrected corrects:1 done:25'
    ],
    [
      'that escalated stays answered by a correction of what was recorded since',
      false,
      '0 raised page, 20 escalated page, 30 responded, 40 response-corrected corrects:1 done:10'
    ],
    [
      'that escalates quietly stays answered by what was done',
      false,
      '0 raised page, 1 responded, 2 escalated quiet'
    ],
    ['that came back quietly is not', false, '0 raised page, 2 resolved, 3 reopened quiet']
  ])('%s', (_, expected, course) => {
    expect(isLeftUnacknowledged(course)).toBe(expected)
  })
})

const ama = { ...nobody, acknowledgedBy: 'Ama' }
const forAma = { ...nobody, assignedTo: 'Ama' }
const begun = { ruleId: 'front', status: 'provisional' } as const
type Change = readonly [type: string, operator: AlertOperator, more?: object]

function add(before: SummedAlert | null, [name, operator, more]: Change, hour: number) {
  const change = {
    ...({ alertId: 'a', fold: 'public', notify: 'update' } as const),
    ...{ revision: hour + 1, seq: hour + 1 },
    ...(before === null ? begun : {}),
    ...{ operator, ...more }
  }
  const at = { theatre: 'sahel', time: `2026-03-01T0${hour}:00:00.000Z` }
  return addChange(before, `alert.${name}` as 'alert.raised', at, change)
}

const at = (hour: number) => `2026-03-01T0${hour}:00:00.000Z`

it.each<[string, boolean | null, string | null, readonly Change[]]>([
  ['that paged nobody', null, null, [['raised', nobody]]],
  ['that paged', false, null, [['raised', nobody, page]]],
  [
    'that is assigned: who has it may not know',
    false,
    at(1),
    [
      ['raised', nobody, page],
      ['assigned', forAma]
    ]
  ],
  [
    'that its owner acknowledged: the same owner still',
    true,
    at(1),
    [
      ['raised', nobody, page],
      ['assigned', forAma],
      ['acknowledged', { ...forAma, acknowledgedBy: 'Ama' }]
    ]
  ],
  [
    'that had no owner meanwhile',
    true,
    at(3),
    [
      ['raised', nobody, page],
      ['acknowledged', ama],
      ['acknowledgement-lapsed', nobody],
      ['acknowledged', ama]
    ]
  ],
  [
    'that is over',
    null,
    at(1),
    [
      ['raised', nobody, page],
      ['acknowledged', ama],
      ['resolved', ama, { status: 'resolved' }]
    ]
  ]
])('an alert %s', (_, isAcknowledged, since, steps) => {
  const alert = steps.reduce<SummedAlert | null>(add, null)
  expect(alert?.state.operator).toMatchObject({ isAcknowledged, since })
})
