// A course of events, and the times from calls to answers.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AlertEventName, AlertOperator } from '../../src/alert/alert.ts'
import { type AlertCalls, type CallFact, callsMax, callsOf, isUnanswered } from '../../src/response/alert-calls.ts'
import { acknowledgementSecondsOf, responseSecondsOf } from '../../src/response/response-times.ts'

const startMs = Date.parse('2025-06-02T09:00:00.000Z')
const nobody: AlertOperator = { acknowledgedBy: null, acknowledgedUntil: null, assignedTo: null, disposition: null }

/** `[seconds, event, more]`: a page where `more` says so. */
type Step = readonly [atS: number, event: Exclude<AlertEventName, 'action-refused'>, more?: More]
interface More {
  readonly notify?: 'page' | 'quiet' | 'update'
  readonly by?: string
  /** Of a response, seconds. */
  readonly doneS?: number
  readonly reason?: string
  readonly severity?: 'moderate' | 'severe'
}

function factsOf(steps: readonly Step[]): CallFact[] {
  let [operator, status, severity]: [AlertOperator, 'provisional' | 'resolved' | 'retracted', 'moderate' | 'severe'] = [
    nobody,
    'provisional',
    'moderate'
  ]
  return steps.map(([atS, event, more = {}], i) => {
    const atMs = startMs + atS * 1000
    if (event === 'acknowledged') operator = { ...operator, acknowledgedBy: more.by ?? 'Ama', acknowledgedById: 'key_1' }
    if (event === 'acknowledgement-lapsed') operator = { ...operator, acknowledgedBy: null }
    if (event === 'responded') {
      const at = new Date(startMs + (more.doneS ?? atS) * 1000).toISOString()
      const last = { kind: 'warned', at, recordedAt: new Date(atMs).toISOString() } as const
      operator = { ...operator, responses: { count: 1, first: last, last } }
    }
    if (event === 'resolved' || event === 'retracted') status = event
    if (event === 'reopened') status = 'provisional'
    severity = more.severity ?? severity
    const state = { revision: i + 1, severity, status, operator, reason: more.reason ?? null }
    return { type: `alert.${event}`, atMs, notify: more.notify ?? 'update', state }
  })
}

const page = { notify: 'page' } as const
const times = ({ calls }: AlertCalls) => calls.map(call => [acknowledgementSecondsOf(call), responseSecondsOf(call)])

describe('the times of an alert', () => {
  it.each<[string, Step[], (number | null)[][]]>([
    [
      'of one that paged nobody are none',
      [
        [0, 'raised', { notify: 'quiet' }],
        [5, 'acknowledged']
      ],
      []
    ],
    ['that nobody answered are unknown', [[0, 'raised', page]], [[null, null]]],
    [
      'count from the page to the answers',
      [
        [10, 'raised', page],
        [75, 'acknowledged'],
        [310, 'responded']
      ],
      [[65, 300]]
    ],
    [
      'count from the first page, not from what was quiet before',
      [
        [0, 'raised', { notify: 'quiet' }],
        [60, 'revised', page],
        [90, 'acknowledged']
      ],
      [[30, null]]
    ],
    [
      'are right to the second',
      [
        [0, 'raised', page],
        [59.999, 'acknowledged'],
        [60, 'responded']
      ],
      [[59, 60]]
    ],
    [
      'take when it was done, not when that was recorded',
      [
        [0, 'raised', page],
        [900, 'responded', { doneS: 120 }]
      ],
      [[null, 120]]
    ],
    [
      'take the earliest of what was done',
      [
        [0, 'raised', page],
        [300, 'responded'],
        [900, 'responded', { doneS: 120 }],
        [901, 'responded']
      ],
      [[null, 120]]
    ],
    [
      'are 0 for what was done before the page',
      [
        [0, 'raised', page],
        [60, 'responded', { doneS: -7200 }]
      ],
      [[null, 0]]
    ],
    [
      'take the first acknowledgement, also if it lapsed',
      [
        [0, 'raised', page],
        [30, 'acknowledged'],
        [60, 'acknowledgement-lapsed'],
        [600, 'acknowledged']
      ],
      [[30, null]]
    ],
    [
      'go on through an escalation that pages',
      [
        [0, 'raised', page],
        [60, 'escalated', page],
        [90, 'acknowledged']
      ],
      [[90, null]]
    ],
    [
      'are 0 for one that somebody has as it pages',
      [
        [0, 'raised', { notify: 'quiet' }],
        [30, 'acknowledged'],
        [60, 'revised', page]
      ],
      [[0, null]]
    ],
    [
      'are open for one that escalates while somebody has it: that lapses',
      [
        [0, 'raised', { notify: 'quiet' }],
        [30, 'acknowledged'],
        [60, 'escalated', page],
        [60, 'acknowledgement-lapsed']
      ],
      [[null, null]]
    ],
    [
      'begin anew where a reopening pages',
      [
        [0, 'raised', page],
        [30, 'acknowledged'],
        [60, 'acknowledgement-lapsed'],
        [100, 'resolved'],
        [500, 'reopened', page],
        [520, 'acknowledged'],
        [540, 'responded']
      ],
      [
        [30, null],
        [20, 40]
      ]
    ],
    [
      'do not begin anew where a reopening is quiet',
      [
        [0, 'raised', page],
        [100, 'resolved'],
        [500, 'reopened', { notify: 'quiet' }],
        [520, 'acknowledged']
      ],
      [[null, null]]
    ],
    [
      'take what is recorded after the end',
      [
        [0, 'raised', page],
        [100, 'retracted'],
        [500, 'responded', { doneS: 50 }]
      ],
      [[null, 50]]
    ]
  ])('%s', (_, steps, expected) => {
    expect(times(callsOf(factsOf(steps)))).toEqual(expected)
  })

  it('are the same in whatever order its events are handed over', () => {
    const events = fc.constantFrom(
      'revised',
      'escalated',
      'acknowledged',
      'acknowledgement-lapsed',
      'responded',
      'resolved',
      'reopened'
    )
    const step = fc.tuple(
      fc.nat(5000),
      events,
      fc.record({ notify: fc.constantFrom('page', 'quiet', 'update'), doneS: fc.nat(5000) })
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), fc.array(fc.nat(), { minLength: 13, maxLength: 13 }), (steps, order) => {
        const facts = factsOf([[0, 'raised', page], ...[...steps].sort(([a], [b]) => a - b)] as Step[])
        const shuffled = facts.toSorted((a, b) => (order[a.state.revision - 1] ?? 0) - (order[b.state.revision - 1] ?? 0))
        expect(callsOf(shuffled)).toEqual(callsOf(facts))
      })
    )
  })

  it('keep the newest calls of an alert that comes back again and again', () => {
    const steps = Array.from({ length: callsMax + 2 }, (_, i): Step[] => [
      [i * 100, i === 0 ? 'raised' : 'reopened', page],
      [i * 100 + i, 'acknowledged'],
      [i * 100 + 50, 'resolved'],
      [i * 100 + 51, 'acknowledgement-lapsed']
    ]).flat()
    expect(times(callsOf(factsOf(steps))).map(([first]) => first)).toEqual([2, 3, 4, 5, 6, 7, 8, 9])
  })
})

describe('an alert', () => {
  const standing = (steps: readonly Step[]) => {
    const facts = factsOf(steps)
    return isUnanswered(callsOf(facts), facts.at(-1)?.state.operator ?? nobody)
  }
  it.each<[string, boolean, Step[]]>([
    ['that paged is unanswered', true, [[0, 'raised', page]]],
    ['that paged nobody is not', false, [[0, 'raised', { notify: 'quiet' }]]],
    [
      'that somebody has is answered',
      false,
      [
        [0, 'raised', page],
        [1, 'acknowledged']
      ]
    ],
    [
      'whose acknowledgement lapsed is unanswered again',
      true,
      [
        [0, 'raised', page],
        [1, 'acknowledged'],
        [2, 'acknowledgement-lapsed']
      ]
    ],
    [
      'of which something was done is answered, also if nobody has it',
      false,
      [
        [0, 'raised', page],
        [1, 'responded']
      ]
    ],
    [
      'that is over is not unanswered',
      false,
      [
        [0, 'raised', page],
        [1, 'resolved']
      ]
    ],
    [
      'that is back and paged is, whatever was done before',
      true,
      [
        [0, 'raised', page],
        [1, 'responded'],
        [2, 'resolved'],
        [3, 'reopened', page]
      ]
    ],
    [
      'that came back quietly is not',
      false,
      [
        [0, 'raised', page],
        [2, 'resolved'],
        [3, 'reopened', { notify: 'quiet' }]
      ]
    ]
  ])('%s', (_, expected, steps) => {
    expect(standing(steps)).toBe(expected)
  })
})
