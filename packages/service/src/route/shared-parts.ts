// Parameters, bodies and answers that several operations have, as components of the document.

import type { JsonSchema } from '@tocsin/contracts/format/format'
import { toCanonicalJson } from '@tocsin/contracts/json/canonical-json'
import { formatComponentName, requestHeaders } from './headers.ts'

type Parts = Readonly<Record<string, JsonSchema>>
type Paths = Readonly<Record<string, Parts>>

/** What takes the place of a part; `name`: that of its component, if it becomes one. */
type Refer = (part: JsonSchema, name: string) => JsonSchema
/** An operation with its parts of one kind replaced. */
type Change = (operation: JsonSchema, refer: Refer, path: string) => JsonSchema

/**
 * The same paths with references in the place of equal parts that stand in several places, and these
 * parts by name. Of several that want one name, the one of most places has it; the others stay where
 * they are.
 */
export function shareParts(
  paths: Paths,
  kind: keyof typeof changes
): { readonly paths: Paths; readonly parts: Parts } {
  const changeAll = (refer: Refer) =>
    mapValues(paths, (item, path) =>
      mapValues(item, operation => changes[kind](operation, refer, path))
    )
  const named: (readonly [text: string, name: string, part: JsonSchema])[] = []
  changeAll((part, name) => {
    named.push([toCanonicalJson(part), name, part])
    return part
  })
  const parts: Record<string, JsonSchema> = {}
  const names = new Map<string, string>()
  const places = [...Map.groupBy(named, ([text]) => text).values()]
  for (const held of places.sort((a, b) => b.length - a.length)) {
    const [text, name, part] = held[0]!
    if (held.length < 2 || name in parts) continue
    parts[name] = part
    names.set(text, name)
  }
  const refer: Refer = part => {
    const name = names.get(toCanonicalJson(part))
    return name === undefined ? part : { $ref: `#/components/${kind}/${name}` }
  }
  return { paths: changeAll(refer), parts }
}

const jsonType = 'application/json'
interface JsonBody extends JsonSchema {
  readonly content: Readonly<Record<string, { readonly schema: JsonSchema }>>
}
interface Parameter extends JsonSchema {
  readonly in: string
  readonly name: string
}

const changes = {
  /** Answers have the name of the first operation that has them, and its status. */
  responses: (operation, refer) => ({
    ...operation,
    responses: mapValues(operation.responses as Parts, (answer, status) =>
      '$ref' in answer ? answer : refer(answer, nameAfter(operation, status))
    )
  }),
  /** Of JSON bodies; one may ask for a number of members besides. */
  schemas: (operation, refer) => {
    const { requestBody } = operation as { readonly requestBody?: JsonBody }
    const form = requestBody?.content[jsonType]
    const { minProperties, ...schema } = form?.schema ?? {}
    if (!('properties' in schema)) return operation
    const limit = minProperties === undefined ? {} : { minProperties }
    const json = { ...form, schema: { ...refer(schema, nameAfter(operation, 'Body')), ...limit } }
    const content = { ...requestBody?.content, [jsonType]: json }
    return { ...operation, requestBody: { ...requestBody, content } }
  },
  parameters: (operation, refer, path) =>
    operation.parameters === undefined
      ? operation
      : {
          ...operation,
          parameters: (operation.parameters as readonly Parameter[]).map(each =>
            // Generators of Python clients read no component that has `content`.
            'content' in each ? each : refer(each, nameParameter(path, each))
          )
        }
} as const satisfies Readonly<Record<string, Change>>

function nameAfter({ operationId }: JsonSchema, end: string): string {
  const id = String(operationId)
  return `${id.slice(0, 1).toUpperCase()}${id.slice(1)}${end}`
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
  change: (value: A, key: string) => B
): Readonly<Record<string, B>> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value, key)]))
}
