// Single edits: a letter added, missing, replaced, or two adjacent ones swapped.

const latinLetters = 'abcdefghijklmnopqrstuvwxyz'
/** Shorter names have too many neighbours. */
export const misspeltLengthMin = 5

/**
 * Letters that may be inserted into a key. Other scripts have too many: there letters are only
 * dropped and swapped. Pure.
 */
export function listLetters(key: string): string {
  return /^[a-z0-9]+$/.test(key) ? latinLetters : ''
}

/** True if two keys are at most one edit apart. Pure; O(length). */
export function isOneSlipAway(a: string, b: string): boolean {
  const [short, long] = a.length <= b.length ? [a, b] : [b, a]
  if (long.length - short.length > 1) return false
  let start = 0
  while (start < short.length && short[start] === long[start]) start++
  const rest = (text: string, from: number) => text.slice(from)
  if (long.length > short.length) return rest(short, start) === rest(long, start + 1)
  if (rest(short, start + 1) === rest(long, start + 1)) return true
  return (
    short[start] === long[start + 1] &&
    short[start + 1] === long[start] &&
    rest(short, start + 2) === rest(long, start + 2)
  )
}

/**
 * False if a name of this byte length can't be one edit from a key. Accents, spaces and hyphens
 * make it longer than its key, never shorter. Pure.
 */
export function canBeAsLong(nameBytes: number, keyLength: number): boolean {
  return nameBytes >= keyLength - 1 && nameBytes <= 2 * keyLength
}
