// What an alert says of its owner and its acknowledgement, event by event.

import type { AlertOperator } from '@tocsin/contracts/alert/alert'
import { expect, it } from 'vitest'
import { addChange, type SummedAlert } from '../../src/alerts/alert-calls.ts'
import { nobody } from './call-facts.ts'

const ama = { ...nobody, acknowledgedBy: 'Ama' }
const forAma = { ...nobody, assignedTo: 'Ama' }
const begun = { ruleId: 'front', status: 'provisional' } as const
type Step = readonly [type: string, operator: AlertOperator, more?: object]

function add(before: SummedAlert | null, [name, operator, more]: Step, hour: number) {
  const change = {
    ...({ alertId: 'a', fold: 'public', notify: 'update' } as const),
    ...{ revision: hour + 1, seq: hour + 1 },
    ...(before === null ? begun : {}),
    ...{ operator, ...more }
  }
  const at = { theatre: 'sahel', time: `2026-03-01T0${hour}:00:00.000Z` }
  return addChange(before, `alert.${name}` as 'alert.raised', at, change)
}

const page = { notify: 'page' }
const at = (hour: number) => `2026-03-01T0${hour}:00:00.000Z`

it.each<[string, boolean | null, string | null, readonly Step[]]>([
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
