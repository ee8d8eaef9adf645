// Stores the results of pure functions.

import type { Names } from '../data/interning.ts'

const cacheSizeMax = 10_000

export function cacheByNumber(compute: (value: number) => number): (value: number) => number {
  const known = new Map<number, number>()
  return value => {
    let result = known.get(value)
    if (result === undefined) {
      result = compute(value)
      if (known.size >= cacheSizeMax) known.clear()
      known.set(value, result)
    }
    return result
  }
}

/** Stores the results of a function of names by their numbers. */
export function cacheByName<T>(compute: (name: string) => T): (names: Names, number: number) => T {
  const known: T[] = []
  let knownNames: Names | null = null
  return (names, number) => {
    if (names !== knownNames) known.length = 0
    knownNames = names
    known[number] ??= compute(names.getText(number))
    return known[number]
  }
}
