// The named schemas of the document: those that validate reports and records, with references in
// OpenAPI's form, and those of answers.

import { actionSchemas } from './actions.ts'
import { alertSchemas } from './alerts.ts'
import { controlSchemas } from './control.ts'
import type { JsonSchema } from './json-schema.ts'
import { operationalSchemas } from './operational.ts'
import { problemSchemas } from './problems.ts'
import { publishedSchemas } from './published-schemas.ts'
import { reportSchemas } from './reports.ts'
import { responseTimeSchemas } from './response-times.ts'
import { ruleSchemas } from './rules.ts'
import { silenceSchemas } from './silences.ts'
import { streamSchemas } from './streams.ts'
import { subscriptionSchemas } from './subscriptions.ts'
import { watchSchemas } from './watches.ts'

/** Every schema that a document may refer to, by name. */
export const componentSchemas: Readonly<Record<string, JsonSchema>> = {
  ...publishedSchemas,
  ...problemSchemas,
  ...reportSchemas,
  ...alertSchemas,
  ...actionSchemas,
  ...responseTimeSchemas,
  ...streamSchemas,
  ...subscriptionSchemas,
  ...silenceSchemas,
  ...watchSchemas,
  ...ruleSchemas,
  ...controlSchemas,
  ...operationalSchemas
}

/**
 * The schemas that `value` refers to, directly or not, in order of name. Throws for an unknown
 * name.
 */
export function collectComponents(value: unknown): Readonly<Record<string, JsonSchema>> {
  const found = new Map<string, JsonSchema>()
  const open = collectNames(value)
  for (const name of open) {
    if (found.has(name)) continue
    const schema = componentSchemas[name]
    if (schema === undefined) throw new Error(`no schema ${name} is among the components`)
    found.set(name, schema)
    open.push(...collectNames(schema))
  }
  return Object.fromEntries([...found].sort(([a], [b]) => (a < b ? -1 : 1)))
}

function collectNames(value: unknown): string[] {
  return [...JSON.stringify(value).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)].map(
    match => match[1] as string
  )
}
