// Which schema validates the data of which record, compiled on first use. Each follows from the
// format of its data. A released one only grows by optional members (released/): a breaking change
// is a new name and a new major version of the event.

import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import { alertDifferenceFormats, alertFormats } from '../alert/alert.ts'
import type { Format } from '../format/format.ts'
import { incidentFormats } from '../incident/incident-event.ts'
import { definitions } from '../schema/definitions.ts'
import { buildSchema, type PublishedSchema } from '../schema/published-schema.ts'
import { theatreFormats } from '../theatre/theatre-record.ts'
import { alertFormats3 } from './alert-event-v3.ts'
import { controlFormats } from './control-record.ts'
import { dataKeyFormats } from './data-key-record.ts'
import { quarantineFormats } from './quarantine-record.ts'

// Checked against the meta-schema in their tests, not at each start.
const ajv = new Ajv2020({
  strict: true,
  strictTypes: false,
  strictRequired: false,
  validateFormats: false,
  validateSchema: false
})
ajv.addSchema(definitions)

export type RecordFamily = 'theatre' | 'control' | 'alert' | 'incident' | 'data-key' | 'quarantine'

export interface RecordSchema {
  readonly family: RecordFamily
  /**
   * True if the data fits the schema, which is compiled on first use: a process reads few of them.
   */
  readonly validate: (data: unknown) => boolean
  readonly schema: PublishedSchema
}

function buildEntrySchema(family: RecordFamily, schema: PublishedSchema): RecordSchema {
  let fits: ValidateFunction | null = null
  return {
    family,
    validate: data => {
      fits ??= ajv.getSchema(schema.$id) ?? ajv.compile(schema)
      return fits(data)
    },
    schema
  }
}

function buildEntries(family: RecordFamily, formats: Readonly<Record<string, Format>>) {
  return Object.entries(formats).map(
    ([event, format]) => [event, buildEntrySchema(family, buildSchema(format))] as const
  )
}

/** By event name, without `tocsin.` and version: the first version of each. */
export const recordSchemas: ReadonlyMap<string, RecordSchema> = new Map<string, RecordSchema>([
  ...buildEntries('theatre', theatreFormats),
  ...buildEntries('control', controlFormats),
  ...buildEntries('data-key', dataKeyFormats),
  ...buildEntries('quarantine', quarantineFormats),
  ...buildEntries('alert', alertFormats),
  ...buildEntries('incident', incidentFormats)
])

export const laterSchemas: ReadonlyMap<number, ReadonlyMap<string, RecordSchema>> = new Map([
  [2, new Map(buildEntries('alert', alertDifferenceFormats))],
  [3, new Map(buildEntries('alert', alertFormats3))]
])
