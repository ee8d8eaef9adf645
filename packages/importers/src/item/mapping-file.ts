// Mapping files: YAML or JSON that maps the columns of a table to a report. Parsed and validated
// here; used by mapped-rows.ts.

import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import { parse } from 'yaml'
import schema from '../schemas/mapping.v1.schema.json' with { type: 'json' }
import { createMomentReader } from './day-texts.ts'

export type MappedValue =
  | string
  | {
      readonly column: string
      /** True if a table may lack the column. */
      readonly optional?: boolean
      readonly values?: Readonly<Record<string, string | number>>
      readonly otherwise?: string | number
    }
  | { readonly value: string | number }
  /** The sum of the columns that a table has, for numbers. */
  | { readonly sum: readonly string[] }

/** A day or instant in one column, or a day in up to three. */
export type MappedMoment =
  | MappedValue
  | { readonly year: MappedValue; readonly month?: MappedValue; readonly day?: MappedValue }

/** A mapping file that passed its schema. */
export interface Mapping {
  readonly version: 1
  readonly description?: string
  readonly table?: {
    readonly delimiter?: string
    readonly quoted?: boolean
    readonly header?: readonly string[]
  }
  readonly decimal?: '.' | ','
  /** Texts that mean an empty cell. */
  readonly empty?: readonly (string | number)[]
  readonly dates?: { readonly formats: readonly string[]; readonly offset?: string }
  readonly skip?: readonly { readonly column: string; readonly values: readonly string[] }[]
  readonly source: MappedValue
  readonly externalId?: MappedValue
  readonly reportedAt?: MappedValue
  readonly occurred: {
    readonly from: MappedMoment
    readonly to?: MappedMoment
    /** `day`, `week`, `month` or `year`: how exactly the day is known. */
    readonly precision?: MappedValue
  }
  readonly category: MappedValue
  readonly tactics?: readonly MappedValue[]
  readonly location: {
    readonly [K in
      | 'name'
      | 'country'
      | 'admin1'
      | 'lat'
      | 'lon'
      | 'latLon'
      | 'lonLat'
      | 'radiusKm']?: MappedValue
  }
  readonly actors?: readonly { readonly name: MappedValue; readonly role?: MappedValue }[]
  readonly targets?: readonly MappedValue[]
  readonly fatalities?: { readonly [K in 'low' | 'best' | 'high']?: MappedValue }
  readonly credibility?: MappedValue
  readonly handling?: MappedValue
  readonly private?: {
    readonly narrative?: readonly MappedValue[]
    readonly links?: readonly MappedValue[]
    readonly persons?: readonly {
      readonly name?: MappedValue
      readonly role?: MappedValue
      readonly kind?: MappedValue
    }[]
  }
}

export type ReadMapping =
  | { readonly ok: true; readonly mapping: Mapping }
  /** At least one sentence, each naming its place. */
  | { readonly ok: false; readonly errors: readonly string[] }

/** Compiled when the first file is read: every start of a suite loads this. */
let compiled: ValidateFunction<Mapping> | null = null

function compileValidator(): ValidateFunction<Mapping> {
  const options = {
    allErrors: true,
    strict: true,
    strictRequired: false,
    allowUnionTypes: true
  } as const
  compiled ??= new Ajv2020(options).compile<Mapping>(schema)
  return compiled
}

/** Parses a mapping. Pure; never throws. */
export function readMapping(text: string): ReadMapping {
  const parsed = parseYaml(text)
  if (!parsed.ok) return parsed
  const { value } = parsed
  const validate = compileValidator()
  if (!validate(value)) {
    const errors = (validate.errors ?? [])
      .filter(error => !/\/oneOf\/\d+\//.test(error.schemaPath))
      .map(error => `${error.instancePath || 'the mapping'} ${describeFault(error)}`)
    return { ok: false, errors: [...new Set(errors)] }
  }
  const faults = checkDates(value)
  return faults.length > 0 ? { ok: false, errors: faults } : { ok: true, mapping: value }
}

function describeFault({
  keyword,
  params,
  message
}: {
  keyword: string
  params: Record<string, unknown>
  message?: string
}): string {
  if (keyword === 'additionalProperties')
    return `has an unknown member: ${String(params.additionalProperty)}`
  if (keyword === 'oneOf')
    return 'must be the name of a column, or an object with column, or one with value'
  return message ?? 'is invalid'
}

function checkDates({ dates }: Mapping): string[] {
  return (dates?.formats ?? []).flatMap(format => {
    try {
      createMomentReader(format, dates?.offset ?? null)
      return format.includes('HH') && dates?.offset === undefined
        ? [`/dates/offset is required, such as Z or +01:00: the pattern "${format}" has hours`]
        : []
    } catch (error) {
      if (error instanceof RangeError) return [`/dates/formats ${error.message}`]
      throw error
    }
  })
}

function parseYaml(
  text: string
): { ok: true; value: unknown } | { ok: false; errors: readonly string[] } {
  try {
    return { ok: true, value: parse(text, { maxAliasCount: 100, uniqueKeys: true }) as unknown }
  } catch (error) {
    return {
      ok: false,
      errors: [`the mapping is neither YAML nor JSON: ${(error as Error).message.split('\n')[0]}`]
    }
  }
}
