// Which incidents the scopes of a theatre's rules still fold, counted as they come and go: once a
// week what none folds may be dropped. No scope is looked through for it, nor what findings hold
// for years.

export class HeldIncidents {
  /** Number of scopes that fold an incident, by its id. */
  readonly #scopes = new Map<string, number>()
  /** Those that none folds, and some that were withdrawn. */
  readonly #free = new Set<string>()

  /** They are there from now on, whether or not a rule folds them. */
  file(incidents: readonly { readonly id: string }[]): void {
    for (const { id } of incidents) if (!this.#scopes.has(id)) this.#free.add(id)
  }

  /** Takes those of the present ones that none folds and that ended before a moment. */
  takeEnded<I extends { readonly toMs: number }>(
    present: ReadonlyMap<string, I>,
    beforeMs: number
  ): readonly I[] {
    const ended: I[] = []
    for (const id of this.#free) {
      const incident = present.get(id)
      if (incident !== undefined && incident.toMs >= beforeMs) continue
      this.#free.delete(id)
      if (incident !== undefined) ended.push(incident)
    }
    return ended
  }

  hold(id: string): void {
    const count = this.#scopes.get(id) ?? 0
    if (count === 0) this.#free.delete(id)
    this.#scopes.set(id, count + 1)
  }

  letGo(id: string): void {
    const left = (this.#scopes.get(id) ?? 0) - 1
    if (left > 0) this.#scopes.set(id, left)
    else if (this.#scopes.delete(id)) this.#free.add(id)
  }
}
