// The head of an alert's record, read from its bytes, is that of the decoded record, or null. It is
// found by the members around it: so with every member that the schema knows.

import { type AlertState, alertFormat } from '@tocsin/contracts/alert/alert'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readAlertHead } from '../src/record/alert-head.ts'
import { encodeRecord } from '../src/record/records.ts'
import { recordData, sampleOf, samplesOf } from './support/schema-samples.ts'

/** Of one to four bytes: plain, quoting, control, combining, bidirectional. */
const anyCharacter = fc.constantFrom(...'az0 -"\\<&\0\n\u0301éß漢\u202e\ufeff😀')

const envelope = {
  id: 'id-1',
  source: '/tocsin/rules',
  time: '2025-06-02T09:00:00.000Z',
  cause: 'c',
  theatre: 'sahel',
  previoushash: 'p'
}
const whole = { ...(sampleOf(alertFormat, 'whole') as AlertState), alertId: 'a'.repeat(32) }
/** Texts that resemble the members searched for. */
const odd = fc.oneof(
  fc.string({ unit: anyCharacter }),
  fc.constantFrom(
    '"evidence":[',
    '],"evidenceOmitted":',
    ',"seq":7,"severity":"',
    '"alertId":"x"',
    ',"theatre":"y","times":{',
    '"data":{',
    '\\',
    '\\"',
    'é'
  )
)
const item = (incidentId: string) =>
  ({ incidentId, revision: 2, role: 'trigger', handling: 'public' }) as const
const events = fc
  .record({
    base: fc.constantFrom(...(samplesOf(alertFormat) as readonly AlertState[])),
    alertId: fc.stringMatching(/^[0-9a-f]{32}$/),
    seq: fc.integer({ min: 1, max: 2 ** 40 }),
    text: odd,
    incidents: fc.array(odd, { maxLength: 3 }),
    references: fc.array(odd, { maxLength: 2 })
  })
  .map(({ base, alertId, seq, text, incidents, references }) => ({
    type: 'alert.revised' as const,
    data: {
      ...base,
      ...{
        alertId,
        seq,
        references,
        headline: text,
        explanation: text,
        group: { settlement: text }
      },
      evidence: incidents.map(item),
      action: { actionId: text, by: text, text }
    }
  }))

describe('the head of an alert event', () => {
  it('is that of the record, whatever its texts say', () => {
    fc.assert(
      fc.property(events, ({ type, data }) => {
        const bytes = encodeRecord(envelope, { type, data })
        const { alertId, theatre, seq } = data
        expect(readAlertHead(bytes)).toEqual({ cause: envelope.cause, alertId, theatre, seq })
      })
    )
  })

  it('is not there for refused actions, newer records and other bytes', () => {
    const bytes = Buffer.from(encodeRecord(envelope, { type: 'alert.revised', data: whole }))
    expect(readAlertHead(bytes)).not.toBeNull()
    const uncaused = encodeRecord(
      { ...envelope, cause: null },
      { type: 'alert.revised', data: whole }
    )
    expect(readAlertHead(uncaused)).toMatchObject({ cause: null, alertId: whole.alertId })
    const refusal = recordData('alert.action-refused')
    const others = [
      Buffer.from(
        encodeRecord(envelope, {
          type: 'alert.action-refused',
          data: { ...refusal, alertId: 'a'.repeat(32) }
        } as Parameters<typeof encodeRecord>[1])
      ),
      Buffer.from(bytes.toString().replace('revised.v1', 'revised.v2')),
      Buffer.from(
        bytes.toString().replace('{"cause":"c",', '{').replace('"engine"', '"cause":"c","engine"')
      ),
      bytes.subarray(0, bytes.length - 1),
      bytes.subarray(1),
      Buffer.alloc(0)
    ]
    for (const other of others) expect(readAlertHead(other)).toBeNull()
  })
})
