// Looks for bursts among the attacks of one actor. Each attack ends one if enough sites lie apart
// in some window that contains it. Attacks that share one window only add sites, one after the
// other: of two with as many sites all between have as many, so that a day of hundreds is searched
// a few times.

import { firstFrom } from '../../fold/sorted.ts'
import type { Incident } from '../../incident/incident.ts'
import { hourMs } from '../../space-time/event-time.ts'
import type { SpherePoint } from '../../space-time/point-clusters.ts'
import { type SitesApart, sitesApart } from '../episode/sites-apart.ts'
import type { AttackRate } from './attack-rate.ts'
import { type Burst, type BurstTerms, pointsOf } from './burst.ts'
import { Members } from './members.ts'
import { PointWalk } from './point-walk.ts'

/** What of a burst the attacks tell, whatever the actor's rate. */
export type Sites = Pick<Burst, 'members' | 'sites' | 'isLeast'>

export class BurstSearch {
  readonly #terms: BurstTerms
  readonly #windowMs: number
  /** More are not counted. */
  readonly #most: number
  readonly #points = new WeakMap<Incident, readonly SpherePoint[]>()
  readonly #walk: PointWalk

  constructor(terms: BurstTerms) {
    this.#terms = terms
    this.#windowMs = terms.windowHours * hourMs
    this.#most = Math.max(terms.sitesMin, terms.escalateSites)
    this.#walk = new PointWalk(
      incident => this.#pointsOf(incident),
      points => this.#apart(points, terms.sitesMin)
    )
  }

  /** The bursts that end with an attack from an index on. All attacks in order of the fold. */
  burstsFrom(index: number, attacks: readonly Incident[], rate: AttackRate): Burst[] {
    const needed = (at: number) =>
      rate.sitesNeeded(rate.weekBefore((attacks[at] as Incident).fromMs))
    const found: Burst[] = []
    for (let at = index; at < attacks.length; ) {
      const first = this.#firstFor(attacks, at)
      let end = at
      // For an actor so active that even the most sites are expected no search is needed.
      while (
        end < attacks.length &&
        this.#firstFor(attacks, end) === first &&
        needed(end) <= this.#most
      )
        end += 1
      for (const [i, sites] of this.#sitesFrom(attacks, first, at, end).entries()) {
        if (sites === null || sites.sites < needed(at + i)) continue
        const newest = attacks[at + i] as Incident
        found.push({ newest, ...sites, week: rate.weekBefore(newest.fromMs), index: -1 })
      }
      at = Math.max(end, at + 1)
    }
    return found
  }

  /** For each attack of a range what it makes of those from `first` on. */
  #sitesFrom(
    attacks: readonly Incident[],
    first: number,
    from: number,
    to: number
  ): (Sites | null)[] {
    if (from === to) return []
    if (this.#isOneWindow(attacks, first, to)) return this.#growing(attacks, first, from, to)
    return attacks.slice(from, to).map((_, i) => this.mostSites(attacks.slice(first, from + i + 1)))
  }

  /**
   * Of all windows that contain the newest attack as a whole, the one with the most sites that lie
   * apart; the earliest of equals. `recent`: the attacks up to the newest, in order of the fold.
   * Null if fewer than an alert needs lie apart.
   */
  mostSites(recent: readonly Incident[]): Sites | null {
    const newest = recent.at(-1) as Incident
    let best: Sites | null = null
    let lookedToMs: number | null = null
    for (const fromMs of new Set(recent.map(i => i.fromMs))) {
      const toMs = fromMs + this.#windowMs
      if (newest.toMs > toMs) continue
      // A window that gains nothing is part of one before.
      const beforeMs = lookedToMs
      if (
        beforeMs !== null &&
        !recent.some(i => i.fromMs >= fromMs && i.toMs > beforeMs && i.toMs <= toMs)
      )
        continue
      lookedToMs = toMs
      const members = recent.filter(i => i.fromMs >= fromMs && i.toMs <= toMs)
      const least = best === null ? this.#terms.sitesMin : best.sites + 1
      const found = this.#apart(
        members.flatMap(member => this.#pointsOf(member)),
        least
      )
      if (found.sites < least) continue
      best = { members: new Members(members), ...found }
      // No window counts more: a later one would have to.
      if (found.sites >= this.#most) return best
    }
    return best
  }

  /** The first attack that a window with this one may contain; itself at the latest. */
  #firstFor(attacks: readonly Incident[], at: number): number {
    const fromMs = (attacks[at] as Incident).toMs - this.#windowMs
    return firstFrom(attacks, fromMs, at)
  }

  /** True if the window that begins with the first of them contains all. */
  #isOneWindow(attacks: readonly Incident[], first: number, end: number): boolean {
    const toMs = (attacks[first] as Incident).fromMs + this.#windowMs
    for (let at = first; at < end; at++) if ((attacks[at] as Incident).toMs > toMs) return false
    return true
  }

  /** For each attack of a range in one window what it makes of those before it. */
  #growing(
    attacks: readonly Incident[],
    first: number,
    from: number,
    to: number
  ): (Sites | null)[] {
    const { sitesMin } = this.#terms
    const known: SitesApart[] = []
    this.#walk.walk(attacks, first, to)
    const count = (at: number) => {
      known[at] = this.#walk.sitesUpTo(at)
    }
    const between = (low: number, high: number) => {
      if (high - low < 2) return
      const [one, other] = [known[low] as SitesApart, known[high] as SitesApart]
      // One that is cut does not say what those before it count.
      const areEqual =
        (one.sites === other.sites || other.sites < sitesMin) && !one.isLeast && !other.isLeast
      if (areEqual) return void known.fill(one, low + 1, high)
      const middle = (low + high) >> 1
      count(middle)
      between(low, middle)
      between(middle, high)
    }
    count(from)
    count(to - 1)
    between(from, to - 1)
    return Array.from({ length: to - from }, (_, i) => {
      const told = known[from + i] as SitesApart
      return told.sites < sitesMin
        ? null
        : { members: new Members(attacks, first, from + i + 1), ...told }
    })
  }

  #apart(points: readonly SpherePoint[], least: number): SitesApart {
    if (points.length < least) return { sites: 0, isLeast: false }
    return sitesApart(points, this.#terms.apartKm, { least, most: this.#most })
  }

  #pointsOf(incident: Incident): readonly SpherePoint[] {
    const known = this.#points.get(incident)
    if (known !== undefined) return known
    const points = pointsOf(incident, this.#terms.apartKm)
    this.#points.set(incident, points)
    return points
  }
}
