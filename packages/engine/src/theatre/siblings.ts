// Siblings: scopes that read each other's shared incidents, as those of a source do.

import type { Incidents } from '../data/incidents.ts'
import { never } from '../data/time.ts'
import type { Sharing } from '../rules/family.ts'
import type { Track } from '../rules/fold/track.ts'
import type { Scope, Siblings } from '../rules/scope.ts'

/** A scope with a track for each rule. */
export interface TrackedScope {
  readonly scope: Scope
  readonly tracks: Track[]
}

/** A track to mark, and the days. */
interface Concerned {
  readonly track: Track
  readonly from: number
  readonly to: number
}

interface Group extends Siblings {
  readonly tracks: Set<Track>
}

export class SiblingIndex {
  readonly #sharing: Sharing
  readonly #incidents: Incidents
  readonly #groups = new Map<number, Group>()

  constructor(sharing: Sharing, incidents: Incidents) {
    this.#sharing = sharing
    this.#incidents = incidents
  }

  add({ scope, tracks }: TrackedScope): void {
    const group = this.#getGroup(scope)
    group.scopes.push(scope)
    for (const track of tracks) group.tracks.add(track)
    scope.siblings = group
  }

  remove(scope: Scope): void {
    const { scopes, tracks } = this.#getGroup(scope)
    scopes.splice(scopes.indexOf(scope), 1)
    for (const track of tracks) if (track.scope === scope) tracks.delete(track)
    if (scopes.length === 0) this.#groups.delete(this.#sharing.getNumber(scope))
  }

  addTrack(track: Track): void {
    this.#getGroup(track.scope).tracks.add(track)
  }

  removeTrack(track: Track): void {
    this.#getGroup(track.scope).tracks.delete(track)
  }

  #getGroup(scope: Scope): Group {
    const number = this.#sharing.getNumber(scope)
    const known = this.#groups.get(number)
    if (known !== undefined) return known
    const group: Group = { scopes: [], tracks: new Set(), firstDay: never }
    this.#groups.set(number, group)
    return group
  }

  /** The tracks that may differ once an incident of a scope has come or gone. */
  listConcerned(scope: Scope, row: number): Concerned[] {
    if (!this.#sharing.isShared(this.#incidents, row, scope)) return []
    const { fromDay, toDay } = this.#incidents.columns
    const [from, to] = [fromDay[row]!, toDay[row]!]
    const group = this.#getGroup(scope)
    const before = group.firstDay
    if (from <= before) group.firstDay = this.#findFirstDay(group)
    if (group.firstDay !== before) {
      const [first, last] = [before, group.firstDay].sort((a, b) => a - b)
      return [...group.tracks].map(track => ({
        track,
        from: first!,
        to: last === never ? first! : last!
      }))
    }
    const concerned: Concerned[] = []
    for (const track of group.tracks)
      if (track.isWatching(from, to)) concerned.push({ track, from, to })
    return concerned
  }

  #findFirstDay({ scopes }: Siblings): number {
    const { fromDay } = this.#incidents.columns
    const days = scopes.map(scope => {
      const row = scope.rows.find(one => this.#sharing.isShared(this.#incidents, one, scope))
      return row === undefined ? never : fromDay[row]!
    })
    return Math.min(never, ...days)
  }

  /** After an eviction. */
  findFirstDays(): void {
    for (const group of this.#groups.values()) group.firstDay = this.#findFirstDay(group)
  }
}
