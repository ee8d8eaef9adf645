// An immutable map for states that are folded record by record while others hold an earlier version:
// a Map would copy all entries for each record. All versions share one Map; each but the one that was
// read last has only its difference to the next one towards that. Reading another version applies the
// differences between: cheap where nearly all reads are of the newest. Pure as seen from outside.
// Source: Baker, Shallow binding makes functional arrays fast, 1991.

interface Difference<V> {
  readonly next: PersistentMap<V>
  readonly key: string
  /** Undefined: no such entry. */
  readonly value: V | undefined
}

/**
 * Iterates like a Map: in the order in which keys were first set; a key that was removed and set
 * again comes last. Of an earlier version entries that were removed since come last.
 */
export class PersistentMap<V> implements ReadonlyMap<string, V> {
  readonly size: number
  #at: Map<string, V> | Difference<V>
  /** Made on first use. */
  #listed: readonly (readonly [string, V])[] | null = null

  private constructor(at: Map<string, V>) {
    this.#at = at
    this.size = at.size
  }

  static empty<V>(): PersistentMap<V> {
    return new PersistentMap<V>(new Map())
  }

  get(key: string): V | undefined {
    return this.#read().get(key)
  }

  has(key: string): boolean {
    return this.#read().has(key)
  }

  /** The key that was set first; null if the map is empty. */
  firstKey(): string | null {
    return this.#read().keys().next().value ?? null
  }

  /** This map with an entry added or replaced. */
  with(key: string, value: V): PersistentMap<V> {
    return this.#change(key, value)
  }

  /** This map without an entry; the same object if there is none. */
  without(key: string): PersistentMap<V> {
    return this.has(key) ? this.#change(key, undefined) : this
  }

  *entries(): MapIterator<[string, V]> {
    this.#listed ??= [...this.#read()]
    for (const [key, value] of this.#listed) yield [key, value]
  }

  *keys(): MapIterator<string> {
    for (const [key] of this.entries()) yield key
  }

  *values(): MapIterator<V> {
    for (const [, value] of this.entries()) yield value
  }

  [Symbol.iterator](): MapIterator<[string, V]> {
    return this.entries()
  }

  forEach(visit: (value: V, key: string, map: ReadonlyMap<string, V>) => void): void {
    for (const [key, value] of this.entries()) visit(value, key, this)
  }

  #change(key: string, value: V | undefined): PersistentMap<V> {
    const map = this.#read()
    const before = map.get(key)
    apply(map, key, value)
    const next = new PersistentMap(map)
    this.#at = { next, key, value: before }
    return next
  }

  /** The shared Map, as it was in this version. */
  #read(): Map<string, V> {
    const passed: PersistentMap<V>[] = []
    let version: PersistentMap<V> = this
    while (!(version.#at instanceof Map)) {
      passed.push(version)
      version = version.#at.next
    }
    const map = version.#at
    for (const earlier of passed.reverse()) {
      const { key, value } = earlier.#at as Difference<V>
      version.#at = { next: earlier, key, value: map.get(key) }
      apply(map, key, value)
      earlier.#at = map
      version = earlier
    }
    return map
  }
}

function apply<V>(map: Map<string, V>, key: string, value: V | undefined): void {
  if (value === undefined) map.delete(key)
  else map.set(key, value)
}
