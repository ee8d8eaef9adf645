// Parameters that several operations have, as components of the document.

import { toCanonicalJson } from '../json/canonical-json.ts'
import { formatComponentName, requestHeaders } from './headers.ts'
import type { JsonSchema } from './json-schema.ts'

type Paths = Readonly<Record<string, Readonly<Record<string, JsonSchema>>>>
interface Parameter extends JsonSchema {
  readonly in: string
  readonly name: string
}

/**
 * The same paths with references in the place of equal parameters, and these parameters by name.
 * Of several that want one name, the one of most operations has it; the others stay where they are.
 */
export function shareParameters(paths: Paths): {
  readonly paths: Paths
  readonly parameters: Readonly<Record<string, JsonSchema>>
} {
  const uses = new Map<string, { readonly parameter: Parameter; name: string; count: number }>()
  for (const [path, item] of Object.entries(paths))
    for (const parameter of Object.values(item).flatMap(listParameters)) {
      const text = toCanonicalJson(parameter)
      const use = uses.get(text) ?? { parameter, name: nameParameter(path, parameter), count: 0 }
      use.count++
      uses.set(text, use)
    }
  const shared = new Map<string, Parameter>()
  // Generators of Python clients read no component that has `content`.
  for (const { name, parameter, count } of [...uses.values()].sort((a, b) => b.count - a.count))
    if (count > 1 && !shared.has(name) && !('content' in parameter)) shared.set(name, parameter)
  const refer = (parameter: Parameter) => {
    const name = uses.get(toCanonicalJson(parameter))?.name ?? ''
    return shared.has(name) && uses.get(toCanonicalJson(parameter))?.parameter === shared.get(name)
      ? { $ref: `#/components/parameters/${name}` }
      : parameter
  }
  return {
    paths: mapValues(paths, item =>
      mapValues(item, operation =>
        operation.parameters === undefined
          ? operation
          : { ...operation, parameters: listParameters(operation).map(refer) }
      )
    ),
    parameters: Object.fromEntries([...shared].sort(([a], [b]) => (a < b ? -1 : 1)))
  }
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

export function mapValues<A, B>(
  record: Readonly<Record<string, A>>,
  change: (value: A) => B
): Readonly<Record<string, B>> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]))
}
