// One slip of the pen: a letter too many, one too few, another one, or two the wrong way round.

const latinLetters = 'abcdefghijklmnopqrstuvwxyz'
/** Shorter names have too many neighbours. */
export const misspeltLengthMin = 5

/** The letters that may be missing from a key. Other scripts have too many: there letters are left out and swapped, not guessed. Pure. */
export function alphabetOf(key: string): string {
  return /^[a-z0-9]+$/.test(key) ? latinLetters : ''
}

/** True where two keys are one slip apart, or none. Pure; O(length). */
export function isOneSlipAway(a: string, b: string): boolean {
  const [short, long] = a.length <= b.length ? [a, b] : [b, a]
  if (long.length - short.length > 1) return false
  let start = 0
  while (start < short.length && short[start] === long[start]) start++
  const rest = (text: string, from: number) => text.slice(from)
  if (long.length > short.length) return rest(short, start) === rest(long, start + 1)
  if (rest(short, start + 1) === rest(long, start + 1)) return true
  return short[start] === long[start + 1] && short[start + 1] === long[start] && rest(short, start + 2) === rest(long, start + 2)
}

/** False for a name of so many bytes that can't be one slip away from a key. Accents, spaces and hyphens make it longer than its key, never shorter. Pure. */
export function mayBeAsLong(nameBytes: number, keyLength: number): boolean {
  return nameBytes >= keyLength - 1 && nameBytes <= 2 * keyLength
}
