// Why a response can not be corrected; who reads who recorded it.

import {
  type AlertOperator,
  untouchedOperator as untouched
} from '@tocsin/contracts/record/alert-event-v3'
import { addResponse, correctResponse } from '@tocsin/engine/alerts/responses'
import { describe, expect, it } from 'vitest'
import { findCorrectionFault, hideRecorders } from '../../src/alerts/alert-calls.ts'

const asked = {
  ...{ actionId: 'x', alertId: 'a', ifMatch: 0, by: 'Ama', byId: 'key_1' },
  ...{ at: null, text: null }
} as const
const time = '2025-03-10T10:00:00.000Z'

const respond = (operator: AlertOperator) =>
  addResponse(operator, { ...asked, action: 'respond', kind: 'warned' }, time)
const correct = (operator: AlertOperator, number: number, withdrawn = false) =>
  correctResponse(
    operator,
    { ...asked, action: 'correct', corrects: `a.${number}`, withdrawn, kind: 'sent' },
    time
  )

const three = respond(respond(respond(untouched)))

describe('why a response can not be corrected', () => {
  it('is stated, and other alerts are not looked at', () => {
    const operator = correct(correct(three, 1), 2, true)
    const why = (id: string) => findCorrectionFault(operator, 'a', id)
    expect(why('a.1')).toEqual({ kind: 'corrected', by: 'a.4', at: time })
    expect(why('a.2')).toEqual({ kind: 'withdrawn' })
    expect(why('a.3')).toBeNull()
    expect(['a.9', 'a.0', 'x.1', 'x', ''].map(id => why(id)?.kind)).toEqual([
      ...['unknown', 'unknown', 'of-another-alert', 'unknown', 'unknown']
    ])
    expect(findCorrectionFault(correct(operator, 3, true), 'a', 'a.2')).toEqual({ kind: 'settled' })
  })

  it('is known of records from before responses had ids, by their numbers', () => {
    const [first, last] = (['sent', 'moved'] as const).map(kind => ({
      ...{ kind, at: time, recordedAt: time }
    }))
    const operator = { ...untouched, responses: { count: 3, first: first!, last: last! } }
    expect(['a.1', 'a.2', 'a.3'].map(id => findCorrectionFault(operator, 'a', id)?.kind)).toEqual([
      ...[undefined, 'settled', undefined]
    ])
  })
})

it('names who recorded a response to those who read it', () => {
  const listNames = (isRead: boolean) =>
    hideRecorders(three, () => isRead).responses?.recent?.map(({ byId }) => byId)
  expect(listNames(true)).toEqual(['key_1', 'key_1', 'key_1'])
  expect(listNames(false)).toEqual([undefined, undefined, undefined])
})
