// The operator state after a request.

import { describe, expect, it } from 'vitest'
import { operatorAfter } from '../../src/alert/operator-decision.ts'
import type { OperatorRequest } from '../../src/record/theatre-record.ts'

const request: OperatorRequest = {
  ...{ by: 'Ama', byId: 'key_1', actionId: 'x', action: 'assign', alertId: 'a1', ifMatch: 1 },
  ...{ until: null, note: null, to: null, text: null, disposition: null }
}
const acceptedAt = '2025-03-10T08:00:00.000Z'
const taken = {
  ...{
    acknowledgedBy: 'Ama',
    acknowledgedById: 'key_1',
    acknowledgedUntil: '2025-03-11T00:00:00.000Z'
  },
  ...{ assignedTo: 'night desk', disposition: null }
}

describe('an assignment', () => {
  it('to nobody gives the alert back: neither an assignee nor an acknowledgement is left, nor its end', () => {
    expect(operatorAfter(taken, request, acceptedAt)).toEqual({
      ...{ acknowledgedBy: null, acknowledgedUntil: null, assignedTo: null, disposition: null }
    })
  })
  it('to somebody leaves the acknowledgement', () => {
    expect(operatorAfter(taken, { ...request, to: 'Bo' }, acceptedAt)).toEqual({
      ...taken,
      assignedTo: 'Bo'
    })
  })
})
