// What a released schema may become: itself, with further members that may be left out.

/** Say nothing of what fits. */
const annotations = ['$schema', 'title', 'description']
/** Hold schemas by name, not keywords. */
const maps = ['properties', '$defs']
/** Lists without an order. */
const sets = ['enum', 'type']

type Schema = Readonly<Record<string, unknown>>

/**
 * What an old reader would misread, or an old writer have refused, each fault with where it is:
 * anything but optional members that are new. `id`: of the file, to which references within it are
 * related. Pure.
 */
export function faultsOf(released: unknown, now: unknown, id: string, at = ''): readonly string[] {
  if (Array.isArray(released) && Array.isArray(now) && released.length === now.length)
    return released.flatMap((each, i) => faultsOf(each, now[i], id, `${at}/${i}`))
  if (!isSchema(released) || !isSchema(now))
    return same(released, now) ? [] : [`${at}: ${text(released)} became ${text(now)}`]
  const [before, after] = [typed(released), typed(now)]
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter(keyword => !annotations.includes(keyword))
    .flatMap(keyword =>
      keywordFaults(keyword, before[keyword], after[keyword], id, `${at}/${keyword}`)
    )
}

/** With the types of its words, where it names words alone: both say the same. */
function typed(schema: Schema): Schema {
  const { type, enum: words } = schema
  if (type !== undefined) return { ...schema, type: [type].flat() }
  if (!Array.isArray(words)) return schema
  return {
    ...schema,
    type: [...new Set(words.map(word => (word === null ? 'null' : typeof word)))]
  }
}

function keywordFaults(
  keyword: string,
  released: unknown,
  now: unknown,
  id: string,
  at: string
): readonly string[] {
  if (keyword === '$ref') return faultsOf(related(released, id), related(now, id), id, at)
  // Nothing required is the same as no list.
  if (keyword === 'required') return faultsOf(sorted(released ?? []), sorted(now ?? []), id, at)
  if (sets.includes(keyword)) return faultsOf(sorted(released), sorted(now), id, at)
  if (!maps.includes(keyword) || !isSchema(released) || !isSchema(now))
    return faultsOf(released, now, id, at)
  return Object.keys(released).flatMap(name =>
    faultsOf(released[name], now[name], id, `${at}/${name}`)
  )
}

function related(reference: unknown, id: string): unknown {
  return typeof reference === 'string' && reference.startsWith('#')
    ? `${id}${reference}`
    : reference
}

function sorted(list: unknown): unknown {
  return Array.isArray(list) ? list.map(text).sort() : list
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function same(a: unknown, b: unknown): boolean {
  return text(a) === text(b)
}

function text(value: unknown): string {
  return JSON.stringify(value) ?? 'nothing'
}
