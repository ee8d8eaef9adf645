// Valid and invalid data of what officers record as done about an alert, and of what partners answer.

import type { AlertPartnerAnswer } from '@tocsin/domain/alert/alert'
import type { AnswerRequest, ResponseRequest } from '@tocsin/domain/record/theatre-record'
import type { Golden } from './golden.ts'

const request = {
  ...{ actionId: 'a1', action: 'respond', alertId: 'b2', ifMatch: 3, by: 'Watch desk' },
  ...{ kind: 'warned', at: '2025-06-03T09:00:00.000Z', text: 'called the village heads' }
} satisfies ResponseRequest

const answer = {
  ...{ actionId: 'a2', action: 'answer', alertId: 'b2', subscriptionId: 'sub_1', holder: 'Partner', by: 'Partner' },
  ...{ via: 'link', until: null, note: null }
} satisfies AnswerRequest

export const partnersAnswers: readonly AlertPartnerAnswer[] = [
  { subscriptionId: 'sub_1', by: 'Partner', at: '2025-06-03T09:20:00.000Z', until: null, note: null, via: 'link' },
  {
    ...{ subscriptionId: 'sub_2', by: 'Other', at: '2025-06-03T09:30:00.000Z' },
    ...{ until: '2025-06-04T09:30:00.000Z', note: 'On it.', via: 'key' }
  }
]

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
    event: 'answer.requested',
    good: [
      answer,
      { ...answer, by: 'Duty desk', byId: 'key_1', via: 'key', until: '2025-06-03T12:00:00.000Z', note: 'Team leaves.', handling: 'internal' } satisfies AnswerRequest
    ],
    bad: [
      { why: 'a way that does not exist', at: 'via', value: 'phone' },
      { why: 'another action', at: 'action', value: 'acknowledge' },
      { why: 'a time that is none', at: 'until', value: 'tomorrow' }
    ]
  }
]
