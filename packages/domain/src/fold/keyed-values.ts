// Values under keys, of which most have one and few have many: a set for each key would cost more
// memory than its values.

import { exactly, withLast } from './exact-lists.ts'

/** Up to so many values of a key are a list. */
const listedMax = 8

export class KeyedValues<T extends string | object> {
  readonly #byKey = new Map<string, T | readonly T[] | Set<T>>()

  has(key: string): boolean {
    return this.#byKey.has(key)
  }

  /** In the order in which they came. */
  of(key: string): Iterable<T> {
    const values = this.#byKey.get(key)
    if (values === undefined) return []
    return values instanceof Set || isList(values) ? values : [values]
  }

  /** True if a condition holds for one of them. */
  some(key: string, isSo: (value: T) => boolean): boolean {
    const values = this.#byKey.get(key)
    if (values === undefined) return false
    if (values instanceof Set) {
      for (const value of values) if (isSo(value)) return true
      return false
    }
    return isList(values) ? values.some(isSo) : isSo(values)
  }

  put(key: string, value: T): void {
    const values = this.#byKey.get(key)
    if (values === undefined) this.#byKey.set(key, value)
    else if (values instanceof Set) values.add(value)
    else if (!isList(values)) {
      if (values !== value) this.#byKey.set(key, [values, value])
    } else if (!values.includes(value))
      this.#byKey.set(
        key,
        values.length < listedMax ? withLast(values, value) : new Set([...values, value])
      )
  }

  /** Removes the key with its last value. */
  take(key: string, value: T): void {
    const values = this.#byKey.get(key)
    if (values === undefined) return
    if (values instanceof Set) {
      values.delete(value)
      if (values.size <= listedMax) this.#byKey.set(key, [...values])
    } else if (isList(values)) {
      const left = values.filter(each => each !== value)
      if (left.length < values.length)
        this.#byKey.set(key, left.length === 1 ? (left[0] as T) : exactly(left))
    } else if (values === value) this.#byKey.delete(key)
  }
}

function isList<T extends string | object>(values: T | readonly T[]): values is readonly T[] {
  return Array.isArray(values)
}
