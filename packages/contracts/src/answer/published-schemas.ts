// The published schemas as components of the document: those that validate reports and records,
// with references adapted to the document, and patterns that tools in other languages can read.

import { alertFormat } from '../alert/alert.ts'
import {
  componentPrefix,
  type JsonSchema,
  type Properties,
  type RecordFormat
} from '../format/format.ts'
import { incidentFormat } from '../incident/incident-event.ts'
import { postedReportFormat } from '../report/posted-report.ts'
import { withdrawalFormat } from '../report/withdrawal.ts'
import { definitions } from '../schema/definitions.ts'
import { reportRevisionFormat } from '../theatre/report.ts'

interface SchemaFile {
  readonly $defs?: Properties
  readonly [keyword: string]: unknown
}

/** By name; a file's own definitions are prefixed with the file's name. */
export const publishedSchemas: Readonly<Record<string, JsonSchema>> = {
  ...extractDefinitions('', definitions),
  ...extractComponents('Report', postedReportFormat),
  ...extractComponents('Withdrawal', withdrawalFormat)
}

/**
 * Members of an alert, an incident and a report revision as in their records: answers contain parts
 * of these.
 */
/** Without `partOf`, which differs by reader. */
export const alertMembers = without(listMembers('Alert', alertFormat), ['partOfFor'])
export const incidentMembers = listMembers('Incident', incidentFormat)
export const revisionMembers = listMembers('Revision', reportRevisionFormat)

export const incidentMembersOptional = listOptional(incidentFormat)
export const revisionMembersOptional = listOptional(reportRevisionFormat)

export function without(members: Properties, names: readonly string[]): Properties {
  return Object.fromEntries(Object.entries(members).filter(([name]) => !names.includes(name)))
}

function extractComponents(name: string, file: SchemaFile): Readonly<Record<string, JsonSchema>> {
  const { $schema: _schema, $id: _id, $defs: _defs, ...schema } = file
  return {
    [name]: toDocumented(schema, name),
    ...extractDefinitions(name, file)
  }
}

function extractDefinitions(
  prefix: string,
  { $defs = {} }: SchemaFile
): Readonly<Record<string, JsonSchema>> {
  return Object.fromEntries(
    Object.entries($defs).map(([name, schema]) => [
      formatName(prefix, name),
      toDocumented(schema, prefix)
    ])
  )
}

function listOptional({ properties, required }: RecordFormat): readonly string[] {
  return Object.keys(properties).filter(name => !required.includes(name))
}

function listMembers(name: string, { properties }: SchemaFile): Properties {
  return toDocumented(properties, name) as Properties
}

/**
 * The same value as the document has it: references to its components, and keywords and patterns
 * that most tools know. `prefix`: of the file's own definitions.
 */
export function toDocumented<T>(value: T, prefix = ''): T {
  if (Array.isArray(value)) return value.map(each => toDocumented(each, prefix)) as T
  if (typeof value !== 'object' || value === null) return value
  const members = Object.entries(toUniformTuple(value))
    // Redundant next to `maxItems`, and few tools know a schema that is not an object.
    .filter(([key, member]) => !(key === 'items' && member === false && 'maxItems' in value))
    .map(([key, member]) => {
      if (key === '$ref') return [key, toComponent(String(member), prefix)]
      const isPattern = key === 'pattern' && typeof member === 'string'
      return [key, isPattern ? toPortablePattern(member) : toDocumented(member, prefix)]
    })
  return Object.fromEntries(members) as T
}

/**
 * A tuple whose places all have the same schema, as a list of that length: tools read it that know
 * no tuples.
 */
function toUniformTuple(schema: object): object {
  const { prefixItems, items, ...rest } = schema as {
    prefixItems?: readonly unknown[]
    items?: unknown
  }
  if (prefixItems === undefined || items !== false || !('maxItems' in rest)) return schema
  const [first, ...others] = prefixItems.map(each => JSON.stringify(each))
  return others.every(each => each === first) ? { ...rest, items: prefixItems[0] } : schema
}

/**
 * The same pattern with Unicode classes written as ranges, since not every regex dialect knows the
 * classes. Surrogates are left out: a body with a lone one is refused before any schema. So are
 * tags, beyond the first plane: more is refused than is stated.
 */
export function toPortablePattern(pattern: string): string {
  const portable = pattern
    .replaceAll('\\p{Cc}', '\\u0000-\\u001F\\u007F-\\u009F')
    .replaceAll('\\p{Cs}', '')
    .replaceAll('\\u{E0000}-\\u{E0FFF}', '')
  if (/\\[pP]\{/.test(portable))
    throw new Error(`${pattern} has a class that has no portable form here`)
  return portable
}

function toComponent(reference: string, prefix: string): string {
  const match = /^(definitions\.v1\.schema\.json)?#\/\$defs\/(\w+)$/.exec(reference)
  if (match === null) return reference
  return `${componentPrefix}${formatName(match[1] === undefined ? prefix : '', match[2] as string)}`
}

function formatName(prefix: string, name: string): string {
  return `${prefix}${name[0]?.toUpperCase()}${name.slice(1)}`
}
