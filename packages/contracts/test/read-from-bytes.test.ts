// Two readers find members in the canonical bytes of a record by the members that stand around
// them: they rely on the order in which members are written, which is that of their names, and on
// no other member being called the same. A member that a schema gains may stand between two that
// they take for neighbours: then they would find nothing, and each record be read whole, or find
// another member of that name. So they are held here to records with every member that the schemas
// know, and each schema that grows is tried with what it has gained.

import { alertFormat } from '@tocsin/domain/alert/alert'
import { reportRevisionFormat } from '@tocsin/domain/report/report'
import { describe, expect, it } from 'vitest'
import { canonicalJson } from '../src/json/canonical-json.ts'
import { digest } from '../src/json/digest.ts'
import { alertHeadOf, alertOutlineOf, evidenceBytesOf } from '../src/record/alert-outline.ts'
import { type Envelope, encodeEnvelope } from '../src/record/envelope.ts'
import { reportHeadOf } from '../src/report/report-head.ts'
import { type Schema, sampleOf } from './support/schema-samples.ts'

type Data = Readonly<Record<string, unknown>>

/** Data with all members, with few, and with all but one that may be missing. */
function samplesOf(schema: Schema): readonly Data[] {
  const whole = sampleOf(schema, 'whole') as Data
  const optional = Object.keys(schema.properties ?? {}).filter(
    name => !schema.required?.includes(name)
  )
  const without = optional.map(name =>
    Object.fromEntries(Object.entries(whole).filter(([key]) => key !== name))
  )
  return [whole, sampleOf(schema, 'bare') as Data, ...without]
}

/**
 * What stands around the data of a report or an alert; `by` and `byname` are of the administration
 * alone. A member that is new has to be added here.
 */
const wholeEnvelope: Required<Omit<Envelope, 'data' | 'type' | 'by' | 'byname'>> = {
  cause: digest('cause'),
  datacontenttype: 'application/json',
  engine: '0.1.0',
  id: digest('id'),
  previoushash: digest('previous'),
  source: '/tocsin/intake',
  specversion: '1.0',
  theatre: 'elsewhere',
  time: '2025-06-02T10:00:00.000Z'
}
const { previoushash, theatre, ...bareEnvelope } = wholeEnvelope
const envelopes: readonly Omit<Envelope, 'data' | 'type'>[] = [
  wholeEnvelope,
  { ...bareEnvelope, cause: null }
]

function picked(data: Data, names: readonly string[]): Data {
  return Object.fromEntries(names.map(name => [name, data[name]]))
}

type Told = readonly { readonly said: unknown; readonly read: unknown }[]

/** What the members of records say, and what is read of them from the bytes. */
function heads(schema: Schema): Told {
  const type = 'tocsin.report.received.v1'
  return samplesOf(schema).flatMap(data =>
    envelopes.map(envelope => ({
      said: picked(data, [
        'reportId',
        'contentHash',
        'reportedAt',
        'sourceId',
        'occurred',
        'handling',
        'lane',
        'drill'
      ]),
      read: reportHeadOf(encodeEnvelope({ ...envelope, type, data }))
    }))
  )
}

function outlines(schema: Schema): Told {
  return samplesOf(schema).flatMap(data =>
    envelopes.map(envelope => {
      const bytes = encodeEnvelope({ ...envelope, type: 'tocsin.alert.revised.v1', data })
      const outline = alertOutlineOf(bytes)
      const dataBytes = Buffer.from(canonicalJson(data))
      return {
        said: {
          head: { ...picked(data, ['alertId', 'theatre', 'seq']), cause: envelope.cause },
          outline: { ...data, evidence: [] },
          dataBytes: dataBytes.toString(),
          evidence: data.evidence
        },
        read: {
          head: alertHeadOf(bytes),
          outline: outline?.event.data,
          dataBytes: Buffer.from(outline?.dataBytes ?? []).toString(),
          evidence: evidenceIn(dataBytes)
        }
      }
    })
  )
}

/** Null where the bytes that are found are none. */
function evidenceIn(dataBytes: Buffer): unknown {
  try {
    return JSON.parse(`[${evidenceBytesOf(dataBytes).toString()}]`)
  } catch {
    return null
  }
}

interface Reader {
  readonly name: string
  readonly schema: Schema
  readonly told: (schema: Schema) => Told
}

const readers: readonly Reader[] = [
  {
    name: 'the head of a report',
    schema: reportRevisionFormat,
    told: heads
  },
  {
    name: 'the outline of an alert',
    schema: alertFormat,
    told: outlines
  }
]

describe.each(readers)('$name', ({ schema, told }) => {
  it('is read from the bytes of a record with every member that its schema knows', () => {
    for (const { said, read } of told(schema)) expect(read).toEqual(said)
  })
})
