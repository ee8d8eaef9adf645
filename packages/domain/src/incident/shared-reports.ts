// Which incidents of a change share reports, found when it is first asked: all rules of a theatre
// ask the same.

import type { Incident } from './incident.ts'

export class SharedReports {
  readonly #removed: readonly Incident[]
  /** The removed incident that a report was part of. */
  #byReport: ReadonlyMap<string, Incident> | null = null
  readonly #parents = new Map<Incident, ReadonlySet<Incident>>()

  constructor(removed: readonly Incident[]) {
    this.#removed = removed
  }

  /** The removed incidents with which an added one shares reports. O(its reports), once. */
  parentsOf(added: Incident): ReadonlySet<Incident> {
    const known = this.#parents.get(added)
    if (known !== undefined) return known
    this.#byReport ??= new Map(
      this.#removed.flatMap(incident => incident.reportIds.map(id => [id, incident] as const))
    )
    const parents = new Set<Incident>()
    for (const id of added.reportIds) {
      const parent = this.#byReport.get(id)
      if (parent !== undefined) parents.add(parent)
    }
    this.#parents.set(added, parents)
    return parents
  }
}
