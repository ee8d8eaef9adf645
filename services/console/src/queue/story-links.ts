// Which alert is listed under which: a part under its whole, and alerts of other rules that rest on
// the same incidents under the one that rests on most of these. Updated as alerts change: a change
// costs what shares incidents with it. Pure.

import { type ShownAlert, severityRank } from '../shown/shown-alert.ts'

/**
 * More alerts on one incident than this are not compared with each other: each is placed as if it
 * did not have that incident.
 */
export const sharersMax = 64

export class StoryLinks {
  readonly #alerts: ReadonlyMap<string, ShownAlert>
  readonly #resting = new Map<string, Set<string>>()
  readonly #partsOf = new Map<string, Set<string>>()
  /** What was taken of an alert, to be let go of when it changes. */
  readonly #taken = new Map<
    string,
    { readonly triggers: readonly string[]; readonly partOf: string | null }
  >()
  readonly #above = new Map<string, string>()

  /** `alerts`: those that are listed, as they are when `change` is called. */
  constructor(alerts: ReadonlyMap<string, ShownAlert>) {
    this.#alerts = alerts
  }

  /**
   * Applies alerts that were listed, changed or are listed no longer. Returns those and all that
   * may have another place because of it.
   */
  change(ids: Iterable<string>): ReadonlySet<string> {
    const affected = new Set<string>()
    for (const id of ids) {
      affected.add(id)
      this.#addSharers(id, affected)
      this.#letGo(id)
      this.#take(id)
      this.#addSharers(id, affected)
    }
    for (const id of affected) {
      const above = this.#findAbove(id)
      if (above === null) this.#above.delete(id)
      else this.#above.set(id, above)
    }
    return affected
  }

  /**
   * The listed alert under which another is placed: the outermost; null for an alert at the top
   * level. Where alerts are parts of each other in a circle, the first by id represents all: none
   * may vanish.
   */
  makeWhole(id: string): string | null {
    let at = this.#above.get(id)
    if (at === undefined) return null
    const path = [id]
    for (; at !== undefined; at = this.#above.get(at)) {
      const from = path.indexOf(at)
      if (from >= 0) {
        const first = path.slice(from).sort()[0] as string
        return first === id ? null : first
      }
      path.push(at)
    }
    return path.at(-1) as string
  }

  #take(id: string): void {
    const alert = this.#alerts.get(id)
    if (alert === undefined) return
    const triggers = listTriggers(alert)
    for (const incident of triggers) listMembers(this.#resting, incident).add(id)
    if (alert.partOf !== null) listMembers(this.#partsOf, alert.partOf).add(id)
    this.#taken.set(id, { triggers, partOf: alert.partOf })
  }

  #letGo(id: string): void {
    const taken = this.#taken.get(id)
    if (taken === undefined) return
    for (const incident of taken.triggers) leave(this.#resting, incident, id)
    if (taken.partOf !== null) leave(this.#partsOf, taken.partOf, id)
    this.#taken.delete(id)
  }

  #addSharers(id: string, to: Set<string>): void {
    for (const part of this.#partsOf.get(id) ?? []) to.add(part)
    for (const incident of this.#taken.get(id)?.triggers ?? [])
      for (const each of this.#resting.get(incident) ?? []) to.add(each)
  }

  #findAbove(id: string): string | null {
    const alert = this.#alerts.get(id)
    if (alert === undefined) return null
    if (alert.partOf !== null && this.#alerts.has(alert.partOf)) return alert.partOf
    const triggers = this.#taken.get(id)?.triggers ?? []
    const shared = new Map<string, number>()
    for (const incident of triggers) {
      const resting = this.#resting.get(incident)
      if (resting === undefined || resting.size > sharersMax) continue
      for (const other of resting) if (other !== id) shared.set(other, (shared.get(other) ?? 0) + 1)
    }
    let above: ShownAlert | null = null
    for (const [otherId, count] of shared) {
      const other = this.#alerts.get(otherId)
      if (other === undefined || count * 2 <= triggers.length || !isSameTale(alert, other)) continue
      if (
        this.#compareReach(other, alert) < 0 &&
        (above === null || this.#compareReach(other, above) < 0)
      )
        above = other
    }
    return above?.alertId ?? null
  }

  /**
   * The one that rests on more first, then the graver, then by id: an order, so that no two are
   * placed under each other.
   */
  #compareReach(a: ShownAlert, b: ShownAlert): number {
    const reach = ({ alertId }: ShownAlert) => this.#taken.get(alertId)?.triggers.length ?? 0
    return (
      reach(b) - reach(a) ||
      severityRank(b.severity) - severityRank(a.severity) ||
      (a.alertId < b.alertId ? -1 : 1)
    )
  }
}

/**
 * Alerts from the same rule are separate for a reason that the rule knows; an exercise is never
 * part of a real event.
 */
function isSameTale(a: ShownAlert, b: ShownAlert): boolean {
  return a.ruleId !== b.ruleId && a.theatre === b.theatre && a.drill === b.drill
}

function listTriggers({ evidence }: ShownAlert): readonly string[] {
  return evidence.flatMap(({ role, incidentId }) => (role === 'trigger' ? [incidentId] : []))
}

function listMembers(index: Map<string, Set<string>>, key: string): Set<string> {
  const known = index.get(key)
  if (known !== undefined) return known
  const made = new Set<string>()
  index.set(key, made)
  return made
}

function leave(index: Map<string, Set<string>>, key: string, id: string): void {
  const members = index.get(key)
  members?.delete(id)
  if (members?.size === 0) index.delete(key)
}
