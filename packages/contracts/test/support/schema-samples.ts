// Values of a schema, made from it: what a test needs of every format there is, and of one that
// somebody adds tomorrow.

import type { IncidentState } from '../../src/incident/incident-event.ts'
import { digest } from '../../src/json/digest.ts'
import { recordSchemas } from '../../src/record/record-schemas.ts'
import { definitions } from '../../src/schema/definitions.ts'

export interface Schema {
  readonly [keyword: string]: unknown
  readonly $ref?: string
  readonly $defs?: Readonly<Record<string, Schema>>
  readonly type?: string | readonly string[]
  readonly enum?: readonly unknown[]
  readonly pattern?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly maxLength?: number
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: Schema | boolean
  readonly items?: Schema | boolean
  readonly minItems?: number
  readonly prefixItems?: readonly Schema[]
  readonly anyOf?: readonly Schema[]
}

type Data = Readonly<Record<string, unknown>>

/**
 * `whole`: each member is there, lists have an item, and null stands nowhere. `needed`: the same of
 * required members alone. `bare`: only what is required, as little of it as may be.
 */
export type Fill = 'whole' | 'needed' | 'bare'

/**
 * A value of a schema. Each text in it is another one, of the length of an id, so that one is not
 * taken for another. Throws for a schema that it has no value for: whoever validates the value
 * finds where it does not fit.
 */
export function sampleOf(schema: Schema, fill: Fill, at = ''): unknown {
  if (schema.$ref !== undefined) return sampleOf(definitionOf(schema.$ref), fill, at)
  const types = [schema.type ?? []].flat()
  if (fill === 'bare' && types.includes('null')) return null
  if (schema.enum !== undefined) return schema.enum[0]
  if (types.includes('object')) return objectOf(schema, fill, at)
  if (types.includes('array')) return listOf(schema, fill, at)
  if (types.includes('string')) return textOf(schema, at)
  if (types.includes('integer') || types.includes('number')) return numberOf(schema, at)
  if (types.includes('boolean')) return fill !== 'bare'
  if (schema.anyOf !== undefined)
    return sampleOf(schema.anyOf.at(fill === 'bare' ? -1 : 0) as Schema, fill, at)
  if (types.includes('null')) return null
  throw new Error(`no value for ${JSON.stringify(schema)}, at ${at}`)
}

/** An incident as engines before 0.14.0 wrote it: for all who may see its handling. */
export function incidentData(): IncidentState {
  const {
    readers: _readers,
    takenBack: _takenBack,
    ...data
  } = recordData<IncidentState>('incident.assembled')
  return data
}

/** Data of the first version of a record, with all members. */
export function recordData<T = object>(event: string): T {
  return sampleOf(recordSchemas.get(event)?.schema as Schema, 'whole') as T
}

/** Data with all members, with few, and with all but one that may be missing. */
export function samplesOf(schema: Schema): readonly Data[] {
  const whole = sampleOf(schema, 'whole') as Data
  const needed = sampleOf(schema, 'needed') as Data
  const optional = Object.keys(whole).filter(name => !(name in needed))
  const without = optional.map(name =>
    Object.fromEntries(Object.entries(whole).filter(([key]) => key !== name))
  )
  return [whole, sampleOf(schema, 'bare') as Data, ...without]
}

function textOf({ pattern = '', maxLength }: Schema, at: string): string {
  const texts = [
    'desk@partner.example',
    digest(at),
    '22:30',
    `2025-06-02T09:00:00.${String(at.length).padStart(3, '0')}Z`,
    digest(at).repeat(2),
    `${at.length}`
  ]
  const fitting = texts.find(text => new RegExp(pattern, 'u').test(text))
  if (fitting === undefined) throw new Error(`no text for ${pattern}, at ${at}: give one here`)
  return fitting.slice(0, maxLength)
}

function numberOf({ minimum = 0, maximum = Number.MAX_SAFE_INTEGER }: Schema, at: string): number {
  return Math.min(maximum, Math.max(minimum, at.length))
}

function objectOf(
  { properties = {}, required = [], additionalProperties }: Schema,
  fill: Fill,
  at: string
): Data {
  const names = Object.keys(properties).filter(name => fill === 'whole' || required.includes(name))
  const known = names.map(name => [
    name,
    sampleOf(properties[name] as Schema, fill, `${at}/${name}`)
  ])
  const others =
    typeof additionalProperties === 'object' && fill === 'whole' ? [['other', `${at}/other`]] : []
  return Object.fromEntries([...known, ...others])
}

function listOf(
  { items, prefixItems = [], minItems = 0 }: Schema,
  fill: Fill,
  at: string
): readonly unknown[] {
  const first = prefixItems.map((item, i) => sampleOf(item, fill, `${at}/${i}`))
  return typeof items === 'object' && (fill !== 'bare' || minItems > 0)
    ? [...first, sampleOf(items, fill, `${at}/-`)]
    : first
}

/** What a reference to a shared definition refers to. */
export function definitionOf(reference: string): Schema {
  return definitions.$defs[reference.slice(reference.lastIndexOf('/') + 1)] as Schema
}
