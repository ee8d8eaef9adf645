// The named schemas of the document: those that validate reports and records, in the form that OpenAPI refers to, and those of answers.

import { actionSchemas } from './answers/actions.ts'
import { alertSchemas } from './answers/alerts.ts'
import { controlSchemas } from './answers/control.ts'
import { operationalSchemas } from './answers/operational.ts'
import { problemSchemas } from './answers/problems.ts'
import { reportSchemas } from './answers/reports.ts'
import { ruleSchemas } from './answers/rules.ts'
import { streamSchemas } from './answers/streams.ts'
import { subscriptionSchemas } from './answers/subscriptions.ts'
import type { JsonSchema } from './json-schema.ts'
import { publishedSchemas } from './published-schemas.ts'

/** Every schema that a document may refer to, by name. */
export const componentSchemas: Readonly<Record<string, JsonSchema>> = {
  ...publishedSchemas,
  ...problemSchemas,
  ...reportSchemas,
  ...alertSchemas,
  ...actionSchemas,
  ...streamSchemas,
  ...subscriptionSchemas,
  ...ruleSchemas,
  ...controlSchemas,
  ...operationalSchemas
}

/** Those that `value` refers to, and those that they refer to, in order of name. Throws for a name that nobody has. */
export function componentsFor(value: unknown): Readonly<Record<string, JsonSchema>> {
  const found = new Map<string, JsonSchema>()
  const open = namesIn(value)
  for (const name of open) {
    if (found.has(name)) continue
    const schema = componentSchemas[name]
    if (schema === undefined) throw new Error(`no schema ${name} is among the components`)
    found.set(name, schema)
    open.push(...namesIn(schema))
  }
  return Object.fromEntries([...found].sort(([a], [b]) => (a < b ? -1 : 1)))
}

function namesIn(value: unknown): string[] {
  return [...JSON.stringify(value).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)].map(match => match[1] as string)
}
