// Parameters, bodies and answers that several operations have, as components of the document.

import type { JsonSchema } from '@tocsin/contracts/format/format'
import { toCanonicalJson } from '@tocsin/contracts/json/canonical-json'
import { formatComponentName, requestHeaders } from './headers.ts'

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

/**
 * Parts that stand in several places. Of several that want one name, the one of most places has it;
 * the others stay where they are.
 */
function shareEqual<Part extends JsonSchema>(
  named: readonly (readonly [string, Part])[],
  kind: string
) {
  const places = Map.groupBy(named, ([, part]) => toCanonicalJson(part))
  const shared: Record<string, JsonSchema> = {}
  const names = new Map<string, string>()
  for (const [text, held] of [...places].sort(([, a], [, b]) => b.length - a.length)) {
    const [name, part] = held[0]!
    if (held.length < 2 || name in shared) continue
    shared[name] = part
    names.set(text, name)
  }
  const refer = (part: JsonSchema): JsonSchema => {
    const name = names.get(toCanonicalJson(part))
    return name === undefined ? part : { $ref: `#/components/${kind}/${name}` }
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

interface Parameter extends JsonSchema {
  readonly in: string
  readonly name: string
}

/** The same of parameters. */
export function shareParameters(paths: Paths): {
  readonly paths: Paths
  readonly parameters: Parts
} {
  const named = Object.entries(paths).flatMap(([path, item]) =>
    Object.values(item)
      .flatMap(listParameters)
      // Generators of Python clients read no component that has `content`.
      .filter(parameter => !('content' in parameter))
      .map(parameter => [nameParameter(path, parameter), parameter] as const)
  )
  const { refer, shared } = shareEqual(named, 'parameters')
  const change = (operation: JsonSchema) =>
    operation.parameters === undefined
      ? operation
      : { ...operation, parameters: listParameters(operation).map(refer) }
  return { paths: mapValues(paths, item => mapValues(item, change)), parameters: shared }
}

function listParameters(operation: JsonSchema): readonly Parameter[] {
  return (operation.parameters ?? []) as readonly Parameter[]
}

/** `AlertsId` for the `{id}` of `/v1/alerts/{id}`; a header has its name in headers.ts. */
function nameParameter(path: string, { in: place, name, description }: Parameter): string {
  if (place === 'path')
    return formatComponentName(`${path.split('/{')[0]?.split('/').at(-1)} ${name}`)
  const header = Object.entries(requestHeaders).find(([, doc]) => doc.description === description)
  return formatComponentName(place === 'header' ? (header?.[0] ?? name) : name)
}

function mapValues<A, B>(
  record: Readonly<Record<string, A>>,
  change: (value: A) => B
): Readonly<Record<string, B>> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]))
}
