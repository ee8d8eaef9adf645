// Valid and invalid data of what officers record as done about an alert.

import type { ResponseRequest } from '@tocsin/domain/record/theatre-record'
import type { Golden } from './golden.ts'

const request = {
  ...{ actionId: 'a1', action: 'respond', alertId: 'b2', ifMatch: 3, by: 'Watch desk' },
  ...{ kind: 'warned', at: '2025-06-03T09:00:00.000Z', text: 'called the village heads' }
} satisfies ResponseRequest

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
  }
]
