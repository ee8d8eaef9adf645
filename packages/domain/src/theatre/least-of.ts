// The least of many things that come, change and go, at the cost of the logarithm of their number:
// a heap in which what was replaced stays until it is the least. Pure but for its own state.

export class LeastOf<T> {
  readonly #compare: (one: T, other: T) => number
  readonly #current = new Map<string, T>()
  #heap: { readonly id: string; readonly item: T }[] = []

  constructor(compare: (one: T, other: T) => number) {
    this.#compare = compare
  }

  get size(): number {
    return this.#current.size
  }

  has(id: string): boolean {
    return this.#current.has(id)
  }

  entries(): Iterable<[string, T]> {
    return this.#current.entries()
  }

  /** Adds or replaces. Each item is an object of its own. */
  put(id: string, item: T): void {
    this.#current.set(id, item)
    this.#heap.push({ id, item })
    this.#rise(this.#heap.length - 1)
    // No more of what was replaced is kept than of what holds.
    if (this.#heap.length > 2 * this.#current.size + 16) this.#build()
  }

  /** The item, if it was there. */
  remove(id: string): T | undefined {
    const item = this.#current.get(id)
    this.#current.delete(id)
    return item
  }

  /** One of the least; undefined if there is none. */
  least(): { readonly id: string; readonly item: T } | undefined {
    for (let first = this.#heap[0]; first !== undefined; first = this.#heap[0]) {
      if (this.#current.get(first.id) === first.item) return first
      const last = this.#heap.pop() as { readonly id: string; readonly item: T }
      if (this.#heap.length === 0) break
      this.#heap[0] = last
      this.#sink(0)
    }
    return undefined
  }

  #build(): void {
    this.#heap = Array.from(this.#current, ([id, item]) => ({ id, item }))
    for (let at = (this.#heap.length >> 1) - 1; at >= 0; at--) this.#sink(at)
  }

  #rise(from: number): void {
    for (let at = from; at > 0; ) {
      const above = (at - 1) >> 1
      if (!this.#isBefore(at, above)) return
      this.#swap(at, above)
      at = above
    }
  }

  #sink(from: number): void {
    for (let at = from; ; ) {
      const left = 2 * at + 1
      const right = left + 1
      let first = at
      if (left < this.#heap.length && this.#isBefore(left, first)) first = left
      if (right < this.#heap.length && this.#isBefore(right, first)) first = right
      if (first === at) return
      this.#swap(at, first)
      at = first
    }
  }

  #isBefore(one: number, other: number): boolean {
    return this.#compare(this.#heap[one]?.item as T, this.#heap[other]?.item as T) < 0
  }

  #swap(one: number, other: number): void {
    const a = this.#heap[one]
    const b = this.#heap[other]
    if (a === undefined || b === undefined) return
    this.#heap[one] = b
    this.#heap[other] = a
  }
}
