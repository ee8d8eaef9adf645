// Limits what each holder may hold of a shared resource, so that one cannot take everything.
// Holders of nothing are not stored.

export class HolderQuota {
  readonly #max: { readonly each: number; readonly all: number }
  readonly #held = new Map<string, number>()
  #sum = 0

  /** Limit per holder, and in total. */
  constructor(max: { readonly each: number; readonly all: number }) {
    this.#max = max
  }

  /** Total held. */
  get sum(): number {
    return this.#sum
  }

  /** Acquires the amount, or nothing (false) if that would exceed a limit. */
  acquire(id: string, amount: number): boolean {
    const held = (this.#held.get(id) ?? 0) + amount
    if (held > this.#max.each || this.#sum + amount > this.#max.all) return false
    if (held > 0) this.#held.set(id, held)
    this.#sum += amount
    return true
  }

  /** Releases what was acquired. */
  release(id: string, amount: number): void {
    const left = (this.#held.get(id) ?? 0) - amount
    if (left > 0) this.#held.set(id, left)
    else this.#held.delete(id)
    this.#sum -= amount
  }
}
