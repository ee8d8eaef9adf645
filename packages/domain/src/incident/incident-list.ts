// Lists of incidents that grow at their end, like the evidence of an episode: whether one extends
// another, and a key of their content.

import type { Incident } from './incident.ts'

/** True if a list begins with the same objects as another, in the same order. */
export function goesOnFrom(before: readonly Incident[], now: readonly Incident[]): boolean {
  if (before.length > now.length) return false
  for (let i = before.length - 1; i >= 0; i--) if (before[i] !== now[i]) return false
  return true
}

interface ChainKey {
  readonly a: number
  readonly b: number
}

const keys = new WeakMap<readonly Incident[], ChainKey>()

/**
 * A key of the content of a list's incidents, in order: equal content has equal keys. `known` is a
 * list whose key may be cached: if this list extends it, only the rest is read. 64 bits; pure.
 */
export function contentKeyOf(list: readonly Incident[], known: readonly Incident[] = []): string {
  const { a, b } = chainOf(list, known)
  return `${list.length}.${(a >>> 0).toString(36)}.${(b >>> 0).toString(36)}`
}

function chainOf(list: readonly Incident[], known: readonly Incident[]): ChainKey {
  const cached = keys.get(list)
  if (cached) return cached
  const before = known.length > 0 && goesOnFrom(known, list) ? keys.get(known) : undefined
  let { a, b } = before ?? { a: 0x811c9dc5, b: 0x9e3779b9 }
  for (let i = before ? known.length : 0; i < list.length; i++) {
    const { contentKey } = list[i] as Incident
    for (let at = 0; at < contentKey.length; at++) {
      const code = contentKey.charCodeAt(at)
      a = Math.imul(a ^ code, 0x01000193)
      b = Math.imul(b ^ code, 0x85ebca6b)
      b ^= b >>> 13
    }
    // A separator, so that the same letters divided differently give another key.
    a = Math.imul(a ^ 0xffff, 0x01000193)
    b = Math.imul(b ^ 0xffff, 0xc2b2ae35)
  }
  const key = { a, b }
  keys.set(list, key)
  return key
}
