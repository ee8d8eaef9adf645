// What is typed into fields as texts, and what is sent of it: one mechanism for all forms. What is
// no number, or no JSON, goes as it was typed: Tocsin says at which field. Pure.

/** `list`: separated by commas; `codes`: such a list in capitals. */
export type FieldKind = 'text' | 'number' | 'list' | 'codes' | 'json' | 'check'
export type FieldKinds = Readonly<Record<string, FieldKind>>
type Members = Readonly<Record<string, unknown>>

/** Null: it is empty. */
function sentOf(typed: unknown, kind: FieldKind): unknown {
  if (kind === 'check' || typeof typed !== 'string') return typed
  const text = typed.trim()
  if (text === '') return null
  if (kind === 'number') return Number.isNaN(Number(text)) ? text : Number(text)
  if (kind === 'json') return jsonIn(text)
  if (kind === 'text') return text
  const items = (kind === 'codes' ? text.toUpperCase() : text)
    .split(',')
    .map(item => item.trim())
    .filter(item => item !== '')
  return items.length === 0 ? null : items
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** Members to send. Empty ones are left out, but those of `nulls`. */
export function bodyOf(
  draft: object,
  kinds: FieldKinds,
  nulls: readonly string[] = []
): Record<string, unknown> {
  const typed = draft as Members
  return Object.fromEntries(
    Object.entries(kinds)
      .map(([name, kind]) => [name, sentOf(typed[name], kind)] as const)
      .filter(([name, sent]) => sent !== null || nulls.includes(name))
  )
}

/** What stands, as it would be typed. */
export function typedFrom<K extends FieldKinds>(
  held: object,
  kinds: K
): { readonly [name in keyof K]: K[name] extends 'check' ? boolean : string } {
  const members = held as Members
  const typed = Object.entries(kinds).map(([name, kind]) => {
    const value = members[name] ?? null
    if (kind === 'check') return [name, value === true]
    if (value === null) return [name, '']
    if (kind === 'json') return [name, JSON.stringify(value)]
    return [name, Array.isArray(value) ? value.join(', ') : String(value)]
  })
  return Object.fromEntries(typed) as ReturnType<typeof typedFrom<K>>
}
