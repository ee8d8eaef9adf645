// Version 3 of alert events: any event that its schema allows reads as it was written, in canonical
// JSON; the sum of events has each change once; a record out of its chain is found.

import { findChainBreak } from '@tocsin/testing/report/chain-break'
import { Ajv2020 } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toCanonicalJson } from '../src/json/canonical-json.ts'
import { hashSha256Base64url } from '../src/json/digest.ts'
import {
  type ActionRefused3,
  type AlertChange,
  type AlertEvent3,
  addAlertChange,
  alertChangeFormat,
  firstHash,
  formatAlertRecord,
  parseAlertRecord
} from '../src/record/alert-event-v3.ts'
import { decodeAlertEvent, decodeAlertRecord, isVersion3 } from '../src/record/records.ts'
import { definitions } from '../src/schema/definitions.ts'
import { buildSchema } from '../src/schema/published-schema.ts'
import { arbitraryOf } from './support/format-arbitrary.ts'

/** Names of members without escapes: V8 13.6 reads `{"\\"":1}` as `{"\\\\":1}` after it has read the latter. */
const change = (arbitraryOf(alertChangeFormat) as fc.Arbitrary<AlertChange>).filter(
  ({ group = {}, facts = {} }) =>
    Object.keys({ ...group, ...facts }).every(name => !/["\\\0\n]/.test(name))
)
const envelope = {
  cause: 'r-1',
  engine: '1.0.0',
  id: 'sahel:public:1',
  previoushash: 'p',
  theatre: 'sahel',
  time: '2025-06-01T00:00:00.000Z'
}
const raised: AlertChange = {
  alertId: 'a-1',
  fold: 'public',
  notify: 'page',
  revision: 1,
  seq: 1,
  status: 'provisional',
  ruleId: 'front',
  group: { admin1: 'ML-4' },
  levels: ['2025-06-01'],
  from: '2025-06-01',
  added: [7, 2, 5],
  facts: { settlements: 2, name: 'Diosso' }
}

describe('a record of version 3', () => {
  it('is decoded by its version, and stops a reader of earlier ones', () => {
    const refusal: ActionRefused3 = {
      ...{ by: 'Awa', alertId: 'a-1', seq: 2, theatre: 'sahel', notify: 'quiet', actionId: 'c' },
      ...{ reason: 'stale-revision', operatorRevision: 1, handling: 'public', fold: 'public' },
      ...{ standingBy: null, standingAt: null }
    }
    const events: readonly AlertEvent3[] = [
      { type: 'alert.fold-began', data: { fold: 'internal', seq: 1 } },
      { type: 'alert.raised', data: raised },
      { type: 'alert.action-refused', data: refusal }
    ]
    for (const event of events) {
      const own = { ...envelope, id: `sahel:${event.data.fold}:${event.data.seq}` }
      const bytes = Buffer.from(formatAlertRecord(own, event))
      const decoded = decodeAlertEvent(bytes)
      expect(decoded).toMatchObject({ kind: 'decoded', record: event, envelope: own })
      expect(decoded.kind === 'decoded' && isVersion3(decoded.record)).toBe(true)
      expect(decodeAlertRecord(bytes).kind).toBe('newer')
    }
    const text = formatAlertRecord(envelope, events[0]!).replace('.v3', '.v4')
    expect(decodeAlertEvent(Buffer.from(text)).kind).toBe('newer')
  })

  it('reads as it was written, in canonical JSON', () => {
    fc.assert(
      fc.property(change, fc.option(fc.string(), { nil: undefined }), (data, traceparent) => {
        const id = `sahel:${data.fold}:${data.seq}`
        const event: AlertEvent3 = { type: 'alert.revised', data }
        const trace = traceparent === undefined ? {} : { traceparent }
        const text = formatAlertRecord({ ...envelope, ...trace, id }, event)
        expect(text).toBe(toCanonicalJson(JSON.parse(text)))
        const written = (data: object) =>
          toCanonicalJson({
            ...{ ...envelope, ...trace, id, data, source: '/tocsin/rules', specversion: '1.0' },
            type: 'tocsin.alert.revised.v3'
          })
        const { fold: _, seq: _seq, ...inLog } = data
        expect(text).toBe(written(inLog))
        // Earlier records have the fold and the number in their data too.
        for (const one of [text, written(data)])
          expect(toCanonicalJson(parseAlertRecord(one))).toBe(
            toCanonicalJson({ envelope: { ...envelope, ...trace, id }, event })
          )
      })
    )
  })

  it('fits its schema', () => {
    const ajv = new Ajv2020({ strict: true, strictTypes: false, validateFormats: false })
    ajv.addSchema(definitions)
    const fits = ajv.compile(buildSchema(alertChangeFormat))
    expect(fits(raised)).toBe(true)
    expect(fits({ ...raised, from: 'yesterday' })).toBe(false)
    expect(fits({ ...raised, added: [0] })).toBe(false)
    expect(fits({ ...raised, seq: undefined })).toBe(false)
  })

  it('of another version is refused', () => {
    const text = formatAlertRecord(envelope, { type: 'alert.raised', data: raised })
    expect(() => parseAlertRecord(text.replace('.v3"', '.v2"'))).toThrow('no alert event')
  })
})

describe('the sum of events', () => {
  it('has what changed, and the rest of the earlier event', () => {
    const first = addAlertChange(null, envelope, raised)
    const second = addAlertChange(first, { ...envelope, time: '2025-06-09T00:00:00.000Z' }, {
      ...{ alertId: 'a-1', fold: 'public', notify: 'update', revision: 2, seq: 9 },
      ...{ added: [6], removed: [2], to: '2025-06-08', facts: { name: null, settlements: 3 } },
      ...{ reason: 'situation-ended', status: 'resolved', references: ['b-1'] }
    } as AlertChange)
    expect(second).toEqual({
      ...first,
      ...{ notify: 'update', revision: 2, seq: 9, to: '2025-06-08', status: 'resolved' },
      ...{ triggers: [5, 6, 7], facts: { settlements: 3 }, references: ['b-1'] },
      ...{ reason: 'situation-ended', detectedAt: '2025-06-09T00:00:00.000Z' }
    })
    const third = addAlertChange(second, envelope, {
      ...{ alertId: 'a-1', fold: 'public', notify: 'quiet', revision: 3, seq: 10 },
      to: null
    })
    const again = { ...raised, revision: 4, seq: 11, added: [5], facts: { settlements: 1 } }
    expect(addAlertChange(third, envelope, again)).toMatchObject({
      ...{ triggers: [5], facts: { settlements: 1 }, references: ['b-1'], revision: 4 }
    })
    expect(third).toMatchObject({ to: null, reason: null, triggers: [5, 6, 7], ruleId: 'front' })
  })

  it('keeps the time of the last news when a new engine says the alert again', () => {
    const first = addAlertChange(null, envelope, raised)
    const after = { ...envelope, time: '2025-07-01T00:00:00.000Z' }
    const again: AlertChange = { ...raised, revision: 2, seq: 9, notify: 'quiet' }
    const reason = 'engine-changed'
    const said = addAlertChange(first, after, { ...again, reason })
    expect(said.detectedAt).toBe(first.detectedAt)
    const retracted = addAlertChange(first, after, { ...again, reason, status: 'retracted' })
    expect(retracted.detectedAt).toBe(after.time)
  })
})

describe('a chain', () => {
  const chain = (count: number) => {
    const records: string[] = []
    for (let seq = 1; seq <= count; seq++) {
      const before = records.at(-1)
      const previoushash = before === undefined ? firstHash : hashSha256Base64url(before)
      const data = { ...raised, seq, revision: seq }
      records.push(
        formatAlertRecord({ ...envelope, previoushash }, { type: 'alert.revised', data })
      )
    }
    return records
  }

  it('is whole, or broken at the first record after a change, a gap or a swap', () => {
    fc.assert(
      fc.property(fc.integer({ min: 3, max: 12 }), fc.nat(), fc.nat(2), (count, at, kind) => {
        const records = chain(count)
        expect(findChainBreak(records)).toBe(-1)
        const i = at % (count - 1)
        const changed = [...records]
        if (kind === 0)
          changed[i] = (changed[i] as string).replace('"status":"provi', '"status":"x')
        else if (kind === 1) changed.splice(i, 1)
        else changed.splice(i, 2, records[i + 1] as string, records[i] as string)
        expect(findChainBreak(changed)).toBe(kind === 0 ? i + 1 : i)
      })
    )
  })
})
