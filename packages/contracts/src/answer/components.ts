// The named schemas of the document: those that validate reports and records, with references in
// OpenAPI's form, and those of answers.

import { digestFormat } from '../alert/digest.ts'
import {
  componentPrefix,
  type Format,
  type JsonSchema,
  makeDefinition,
  makeShown
} from '../format/format.ts'
import { alertSchemas } from './alerts.ts'
import { problemSchemas } from './problems.ts'
import { publishedSchemas } from './published-schemas.ts'
import { SharedSchemas } from './shared-schemas.ts'
import { streamFrameSchemas } from './stream-frames.ts'
import { webhookSchemas } from './webhook-schemas.ts'

const wholeSchemas: Readonly<Record<string, JsonSchema>> = {
  ...publishedSchemas,
  ...problemSchemas,
  ...alertSchemas,
  ...streamFrameSchemas,
  ...webhookSchemas,
  Digest: digestFormat
}

const sharing = new SharedSchemas(wholeSchemas)

/** The value with references in the place of parts that are components of their own. */
export const shareSchemas = <T>(value: T): T => sharing.share(value)

/** The same for a document of these values, with the components that they refer to. */
export function sharingIn(...values: readonly unknown[]): SharedSchemas {
  const found = new Map<string, JsonSchema>()
  for (const each of values) gatherComponents(each, found)
  return new SharedSchemas({ ...wholeSchemas, ...Object.fromEntries(found) })
}

function gatherComponents(value: unknown, found: Map<string, JsonSchema>): void {
  if (typeof value !== 'object' || value === null) return
  const { $ref = '' } = value as { readonly $ref?: string }
  const whole = makeDefinition(value as Format)
  if ($ref.startsWith(componentPrefix) && whole !== value) {
    const name = $ref.slice(componentPrefix.length)
    const known = found.get(name)
    if (known !== undefined && known !== whole) throw new Error(`two components are named ${name}`)
    found.set(name, whole)
    if (known === undefined) gatherComponents(whole, found)
  }
  for (const each of Object.values(makeShown(value as Format))) gatherComponents(each, found)
}

export const componentSchemas: Readonly<Record<string, JsonSchema>> = sharing.components

/**
 * The schemas that `value` refers to, directly or not, in order of name. Throws for an unknown
 * name.
 */
export function collectComponents(value: unknown): Readonly<Record<string, JsonSchema>> {
  return collectParts(value, { schemas: componentSchemas }).schemas
}

/** The same of several kinds of components, by kind. */
export function collectParts<Kind extends string>(
  value: unknown,
  known: Readonly<Record<Kind, Readonly<Record<string, JsonSchema>>>>
): Readonly<Record<Kind, Readonly<Record<string, JsonSchema>>>> {
  const found = new Map<string, JsonSchema>()
  const open = collectNames(value)
  for (const path of open) {
    if (found.has(path)) continue
    const [kind, name] = path.split('/') as [Kind, string]
    const part = known[kind]?.[name]
    if (part === undefined) throw new Error(`no ${kind} ${name} are among the components`)
    found.set(path, part)
    open.push(...collectNames(part))
  }
  const listKind = (kind: string) =>
    [...found]
      .filter(([path]) => path.startsWith(`${kind}/`))
      .map(([path, part]) => [path.slice(kind.length + 1), part] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(
    Object.keys(known).map(kind => [kind, Object.fromEntries(listKind(kind))])
  ) as Record<Kind, Record<string, JsonSchema>>
}

function collectNames(value: unknown): string[] {
  return [...JSON.stringify(value).matchAll(/"\$ref":"#\/components\/([^"]+)"/g)].map(
    match => match[1] as string
  )
}
