// Parameters, bodies and answers that several operations have, as components of the document.

import type { JsonSchema } from '@tocsin/contracts/format/format'
import { toCanonicalJson } from '@tocsin/contracts/json/canonical-json'
import { formatComponentName, requestHeaders } from './headers.ts'

type Parts = Readonly<Record<string, JsonSchema>>
type Paths = Readonly<Record<string, Parts>>
type Kind = 'parameters' | 'responses' | 'schemas'

/** What takes the place of a part; `name`: that of its component, if it becomes one. */
type Refer = (kind: Kind, part: JsonSchema, name: string) => JsonSchema

/**
 * The same paths with references in the place of equal parts that stand in several places, and these
 * parts by name. Of several that want one name, the one of most places has it; the others stay where
 * they are.
 */
export function shareParts(paths: Paths) {
  const changeAll = (refer: Refer) =>
    mapValues(paths, (item, path) =>
      mapValues(item, operation => changeParts(operation, refer, path))
    )
  const found: { readonly key: string; readonly kind: Kind; name: string; part: JsonSchema }[] = []
  const keyOf = (kind: Kind, part: JsonSchema) => `${kind} ${toCanonicalJson(part)}`
  changeAll((kind, part, name) => {
    found.push({ key: keyOf(kind, part), kind, name, part })
    return part
  })
  const parts: Record<Kind, Record<string, JsonSchema>> = {
    ...{ parameters: {}, responses: {}, schemas: {} }
  }
  const names = new Map<string, string>()
  const places = [...Map.groupBy(found, ({ key }) => key).values()]
  for (const held of places.sort((a, b) => b.length - a.length)) {
    const { key, kind, name, part } = held[0]!
    if (held.length < 2 || name in parts[kind]) continue
    parts[kind][name] = part
    names.set(key, name)
  }
  const shared = changeAll((kind, part) => {
    const name = names.get(keyOf(kind, part))
    return name === undefined ? part : { $ref: `#/components/${kind}/${name}` }
  })
  return { paths: shared, parts }
}

interface Operation extends JsonSchema {
  readonly parameters?: readonly (JsonSchema & { readonly in: string; readonly name: string })[]
  readonly responses: Parts
  readonly requestBody?: { readonly content: Readonly<Record<string, { schema: JsonSchema }>> }
}
const jsonType = 'application/json'

function changeParts(whole: JsonSchema, refer: Refer, path: string): JsonSchema {
  const { parameters, responses, requestBody } = whole as Operation
  const json = requestBody?.content[jsonType]
  // One may ask for a number of members besides.
  const { minProperties, ...schema } = json?.schema ?? {}
  const limit = minProperties === undefined ? {} : { minProperties }
  const body = () => ({ ...refer('schemas', schema, nameAfter(whole, 'Body')), ...limit })
  const changed = {
    // Generators of Python clients read no component that has `content`.
    parameters: parameters?.map(each =>
      'content' in each ? each : refer('parameters', each, nameParameter(path, each))
    ),
    requestBody:
      'properties' in schema
        ? {
            ...requestBody,
            content: { ...requestBody?.content, [jsonType]: { ...json, schema: body() } }
          }
        : requestBody,
    // Answers have the name of the first operation that has them, and its status.
    responses: mapValues(responses, (answer, status) =>
      '$ref' in answer ? answer : refer('responses', answer, nameAfter(whole, status))
    )
  }
  return mapValues(whole, (member, name) =>
    name in changed ? changed[name as keyof typeof changed] : member
  ) as JsonSchema
}

function nameAfter({ operationId }: JsonSchema, end: string): string {
  const id = String(operationId)
  return `${id.slice(0, 1).toUpperCase()}${id.slice(1)}${end}`
}

/** `AlertsId` for the `{id}` of `/v1/alerts/{id}`; a header has its name in headers.ts. */
function nameParameter(
  path: string,
  { in: place, name, description }: NonNullable<Operation['parameters']>[number]
): string {
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
