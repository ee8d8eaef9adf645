// How much of something each of many holds at once, so that one of them can't take all. Who holds nothing is not remembered.

export class Shares {
  readonly #max: { readonly each: number; readonly all: number }
  readonly #held = new Map<string, number>()
  #sum = 0

  /** What one may hold, and what all together. */
  constructor(max: { readonly each: number; readonly all: number }) {
    this.#max = max
  }

  /** Held by all. */
  get sum(): number {
    return this.#sum
  }

  /** Takes so much, or nothing (false) where that would be more than a share. */
  take(id: string, amount: number): boolean {
    const held = (this.#held.get(id) ?? 0) + amount
    if (held > this.#max.each || this.#sum + amount > this.#max.all) return false
    if (held > 0) this.#held.set(id, held)
    this.#sum += amount
    return true
  }

  /** Gives back what was taken. */
  give(id: string, amount: number): void {
    const left = (this.#held.get(id) ?? 0) - amount
    if (left > 0) this.#held.set(id, left)
    else this.#held.delete(id)
    this.#sum -= amount
  }
}
