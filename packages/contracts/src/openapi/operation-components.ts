// Bodies and answers that several operations have, as components of the document.

import { toCanonicalJson } from '../json/canonical-json.ts'
import type { JsonSchema } from './json-schema.ts'
import { mapValues } from './parameter-components.ts'

type Paths = Readonly<Record<string, Readonly<Record<string, JsonSchema>>>>
type Parts = Readonly<Record<string, JsonSchema>>

const jsonType = 'application/json'

interface JsonBody extends JsonSchema {
  readonly content: Readonly<Record<string, { readonly schema: JsonSchema }>>
}

/**
 * The same paths with references in the place of equal answers, and these answers by name: that of
 * the first operation that has it, and its status.
 */
export function shareAnswers(paths: Paths): { readonly paths: Paths; readonly responses: Parts } {
  const answers = Object.entries(paths).flatMap(([, item]) =>
    Object.values(item).flatMap(listAnswers)
  )
  const { refer, shared } = shareEqual(answers, 'responses')
  const change = (operation: JsonSchema) => ({
    ...operation,
    responses: mapValues(operation.responses as Parts, refer)
  })
  return { paths: mapValues(paths, item => mapValues(item, change)), responses: shared }
}

/** The same of the schemas of JSON bodies; one may ask for a number of members besides. */
export function shareBodies(paths: Paths): { readonly paths: Paths; readonly schemas: Parts } {
  const operations = Object.values(paths).flatMap(item => Object.values(item))
  const { refer, shared } = shareEqual(operations.flatMap(listBodies), 'schemas')
  const change = (operation: JsonSchema) => {
    const { requestBody } = operation as { readonly requestBody?: JsonBody }
    const form = requestBody?.content[jsonType]
    if (form === undefined) return operation
    const { minProperties, ...schema } = form.schema
    const limit = minProperties === undefined ? {} : { minProperties }
    const json = { ...form, schema: { ...refer(schema), ...limit } }
    return {
      ...operation,
      requestBody: { ...requestBody, content: { ...requestBody?.content, [jsonType]: json } }
    }
  }
  return { paths: mapValues(paths, item => mapValues(item, change)), schemas: shared }
}

function shareEqual(named: readonly (readonly [string, JsonSchema])[], kind: string) {
  const names = new Map<string, string>()
  const shared: Record<string, JsonSchema> = {}
  for (const [name, part] of named) {
    const text = toCanonicalJson(part)
    const known = names.get(text)
    if (known === undefined) names.set(text, name)
    else shared[known] = part
  }
  const refer = (part: JsonSchema): JsonSchema => {
    const name = names.get(toCanonicalJson(part)) ?? ''
    return name in shared ? { $ref: `#/components/${kind}/${name}` } : part
  }
  return { refer, shared }
}

function listAnswers(operation: JsonSchema): (readonly [string, JsonSchema])[] {
  return Object.entries(operation.responses as Parts)
    .filter(([, answer]) => !('$ref' in answer))
    .map(([status, answer]) => [nameAfter(operation, status), answer])
}

function listBodies(operation: JsonSchema): (readonly [string, JsonSchema])[] {
  const { requestBody } = operation as { readonly requestBody?: JsonBody }
  const { minProperties: _minProperties, ...schema } = requestBody?.content[jsonType]?.schema ?? {}
  return 'properties' in schema ? [[nameAfter(operation, 'Body'), schema]] : []
}

function nameAfter({ operationId }: JsonSchema, end: string): string {
  const id = String(operationId)
  return `${id.slice(0, 1).toUpperCase()}${id.slice(1)}${end}`
}
