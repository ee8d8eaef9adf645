// Which incidents the scopes of a theatre's rules still fold, counted as they come and go: once a week this is asked of all that
// ended long ago, and no scope is looked through for it.

export class HeldIncidents {
  /** Number of scopes that fold an incident, by its id. */
  readonly #scopes = new Map<string, number>()

  hold(id: string): void {
    this.#scopes.set(id, (this.#scopes.get(id) ?? 0) + 1)
  }

  letGo(id: string): void {
    const left = (this.#scopes.get(id) ?? 0) - 1
    if (left > 0) this.#scopes.set(id, left)
    else this.#scopes.delete(id)
  }

  has(id: string): boolean {
    return this.#scopes.has(id)
  }
}
