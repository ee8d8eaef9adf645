// The hand-written order of events of the fold equals the sorted one, for any state that can be
// recorded.

import {
  type AlertDifference,
  type AlertState,
  alertDifferenceFormat,
  alertFormat,
  type RecordedAlert
} from '@tocsin/domain/alert/alert'
import {
  type IncidentEvent,
  type IncidentState,
  incidentFormat
} from '@tocsin/domain/incident/incident-event'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toCanonicalJson } from '../src/json/canonical-json.ts'
import { toOrderedText } from '../src/json/ordered-text.ts'
import {
  orderAlert,
  orderDifference,
  orderEvent,
  orderIncident
} from '../src/record/event-order.ts'
import { encodeEvent, encodeRecord } from '../src/record/records.ts'
import { arbitraryOf } from './support/format-arbitrary.ts'

const state = arbitraryOf(alertFormat) as fc.Arbitrary<AlertState>
const difference = arbitraryOf(alertDifferenceFormat) as fc.Arbitrary<AlertDifference>
const incident = arbitraryOf(incidentFormat) as fc.Arbitrary<IncidentState>
const envelope = {
  id: 'a-1',
  source: '/tocsin/rules',
  time: '2025-06-01T00:00:00.000Z',
  cause: null,
  theatre: 'sahel'
}
const chained = { ...envelope, previoushash: 'f'.repeat(64) }

function expectSame(event: RecordedAlert | IncidentEvent): void {
  for (const input of [envelope, chained])
    expect(Buffer.from(encodeEvent(input, event)).toString()).toBe(
      Buffer.from(encodeRecord(input, event)).toString()
    )
}

describe('an event in canonical order', () => {
  it.each([
    ['a state', state.map(data => ({ type: 'alert.revised', data }) as const)],
    ['a difference', difference.map(data => ({ type: 'alert.revised', data }) as const)],
    ['an incident', incident.map(data => ({ type: 'incident.revised', data }) as const)]
  ] as const)('has the bytes of %s with its members sorted', (_, events) => {
    fc.assert(
      fc.property(events as fc.Arbitrary<RecordedAlert | IncidentEvent>, event => {
        const ordered = orderEvent(event)
        if (ordered !== null) expect(toOrderedText(ordered)).toBe(toCanonicalJson(event.data))
        expectSame(event)
      }),
      { numRuns: 300 }
    )
  })

  it('names every member of the formats', () => {
    const [whole] = fc.sample(state, 1) as [AlertState]
    const [change] = fc.sample(difference, 1) as [AlertDifference]
    const [told] = fc.sample(incident, 1) as [IncidentState]
    expect(Object.keys(orderAlert(whole))).toEqual(Object.keys(alertFormat.properties).sort())
    expect(Object.keys(orderDifference(change))).toEqual(
      Object.keys(alertDifferenceFormat.properties).sort()
    )
    expect(Object.keys(orderIncident(told))).toEqual(Object.keys(incidentFormat.properties).sort())
  })

  it('keeps members that this version does not know, and groups named by numbers', () => {
    const [data] = fc.sample(state, 1) as [AlertState]
    expectSame({ type: 'alert.revised', data: { ...data, later: 'unknown' } as AlertState })
    expectSame({
      type: 'alert.revised',
      data: { ...data, group: { b: '', 10: 'ten', 9: 'nine', a: '' } }
    })
  })
})
