// The latest ids of records: a log may have a record twice, after an append that was tried again.

/** A record that comes twice comes again within far fewer records. */
const maxIds = 10_000

export class RecentIds {
  readonly #ids = new Set<string>()

  has(id: string): boolean {
    return this.#ids.has(id)
  }

  add(id: string): void {
    this.#ids.add(id)
    if (this.#ids.size > maxIds) this.#ids.delete(this.#ids.values().next().value!)
  }

  exportState(): readonly string[] {
    return [...this.#ids]
  }
}
