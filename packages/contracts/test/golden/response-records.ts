// Valid and invalid data of what officers record as done about an alert, and of what partners
// answer.

import type { AlertOperator, AlertPartnerAnswer } from '@tocsin/domain/alert/alert'
import type { AnswerRequest, CorrectionRequest, ResponseRequest } from '@tocsin/domain/record/theatre-record'
import type { Golden } from './golden.ts'

const request = {
  ...{ actionId: 'a1', action: 'respond', alertId: 'b2', ifMatch: 3, by: 'Watch desk' },
  ...{ kind: 'warned', at: '2025-06-03T09:00:00.000Z', text: 'called the village heads' }
} satisfies ResponseRequest

const correction = {
  ...{ actionId: 'a3', action: 'correct', alertId: 'b2', ifMatch: 4, by: 'Watch desk', corrects: 'b2.1', withdrawn: false },
  ...{ kind: null, at: '2025-06-03T19:00:00.000Z', text: 'at nineteen, not at nine' }
} satisfies CorrectionRequest

const answer = {
  ...{ actionId: 'a2', action: 'answer', alertId: 'b2', subscriptionId: 'sub_1', holder: 'Partner', by: 'Partner' },
  ...{ via: 'link', until: null, note: null }
} satisfies AnswerRequest

const partnersAnswers: readonly AlertPartnerAnswer[] = [
  { subscriptionId: 'sub_1', by: 'Partner', at: '2025-06-03T09:20:00.000Z', until: null, note: null, via: 'link' },
  {
    ...{ subscriptionId: 'sub_2', by: 'Other', at: '2025-06-03T09:30:00.000Z' },
    ...{ until: '2025-06-04T09:30:00.000Z', note: 'On it.', via: 'key' },
    response: { kind: 'sent', at: '2025-06-03T09:25:00.000Z', recordedAt: '2025-06-03T09:30:00.000Z' }
  }
]

const done = { kind: 'sent', at: '2025-06-03T09:00:00.000Z', recordedAt: '2025-06-03T09:10:00.000Z' } as const
export const answered: Pick<AlertOperator, 'acknowledgedFirstAt' | 'responses' | 'answers'> = {
  acknowledgedFirstAt: '2025-06-03T08:00:00.000Z',
  responses: { count: 2, first: done, last: { ...done, kind: 'none' } },
  answers: partnersAnswers
}
const corrected = { ...done, id: 'b2.2', corrects: ['b2.1'] } as const
export const correctedResponses: Pick<AlertOperator, 'responses' | 'responsesRecorded' | 'responseWithdrawn'> = {
  responses: { count: 2, first: done, last: corrected, recent: [{ ...corrected, byId: 'key_1', handling: 'partners' }] },
  responsesRecorded: 3,
  responseWithdrawn: { ...done, id: 'b2.3' }
}

export const responseRecords: readonly Golden[] = [
  {
    event: 'response.requested',
    good: [
      request,
      { ...request, byId: 'key_1', kind: 'none', at: null, text: null, handling: 'partners' } satisfies ResponseRequest
    ],
    bad: [
      { why: 'a kind that does not exist', at: 'kind', value: 'prayed' },
      { why: 'another action', at: 'action', value: 'comment' },
      { why: 'a time that is none', at: 'at', value: 'yesterday' }
    ]
  },
  {
    event: 'correction.requested',
    good: [
      correction,
      { ...correction, byId: 'key_1', withdrawn: true, at: null, text: null, handling: 'partners' } satisfies CorrectionRequest,
      { ...correction, kind: 'sent', at: null } satisfies CorrectionRequest
    ],
    bad: [
      { why: 'a kind that does not exist', at: 'kind', value: 'prayed' },
      { why: 'another action', at: 'action', value: 'respond' },
      { why: 'no response that it corrects', at: 'corrects', value: null },
      { why: 'a time that is none', at: 'at', value: 'yesterday' }
    ]
  },
  {
    event: 'answer.requested',
    good: [
      answer,
      { ...answer, by: 'Duty desk', byId: 'key_1', via: 'key', until: '2025-06-03T12:00:00.000Z', note: 'Team leaves.', handling: 'internal' } satisfies AnswerRequest,
      { ...answer, response: { kind: 'warned', at: '2025-06-03T09:00:00.000Z', text: 'By radio.' } } satisfies AnswerRequest,
      { ...answer, response: { kind: 'moved', at: null, text: null } } satisfies AnswerRequest
    ],
    bad: [
      { why: 'a way that does not exist', at: 'via', value: 'phone' },
      { why: 'another action', at: 'action', value: 'acknowledge' },
      { why: 'a time that is none', at: 'until', value: 'tomorrow' },
      { why: 'a response of no kind', at: 'response', value: { at: null, text: null } },
      { why: 'a response of a kind that does not exist', at: 'response', value: { kind: 'prayed', at: null, text: null } }
    ]
  }
]
