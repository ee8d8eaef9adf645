// The machine of one actor's coordinated attacks. Few attacks are part of a burst: they alone are
// kept, in order, and make the episodes. An incident that comes or goes can change the bursts of
// its own window, and those of later weeks in which the actor's rate now explains another number of
// sites.

import type { ScopeGround, ScopeMachine } from '../../detection/scope-machine.ts'
import type { Finding } from '../../finding/finding.ts'
import type { Moment } from '../../fold/moment.ts'
import type { Incident } from '../../incident/incident.ts'
import { dayMs, hourMs } from '../../space-time/event-time.ts'
import { areSame } from '../episode/recent-cache.ts'
import { AttackRate } from './attack-rate.ts'
import { areSameBurst, type Burst, type BurstTerms, isSharp, isTwin } from './burst.ts'
import { BurstSearch } from './burst-search.ts'
import { CoordinatedEpisode, type EpisodeTerms, type SavedEpisode } from './coordinated-episode.ts'

export type CoordinatedTerms = BurstTerms & EpisodeTerms

/** What lies before the rows. */
interface Base {
  /** Attacks by week since the epoch, in order. */
  readonly weeks: readonly (readonly [week: number, count: number])[]
  /** The attacks that a window of the rows may still contain, in order of the fold. */
  readonly recent: readonly Incident[]
  readonly episodes: readonly SavedEpisode[]
  /** When the last attack began; null if there was none. */
  readonly lastMs: number | null
}

/** A part of event time, both ends included, whose bursts may be others. */
interface Stretch {
  readonly fromMs: number
  toMs: number
}

/** Stretches kept apart; more are looked at as one. */
const stretchesMax = 16

export class CoordinatedMachine implements ScopeMachine {
  readonly #ground: ScopeGround<CoordinatedTerms>
  readonly #actor: string
  readonly #windowMs: number
  readonly #rate: AttackRate
  readonly #bursting: BurstSearch
  /** Attacks by week, of those that left the rows. */
  readonly #passed: Map<number, number>
  #before: readonly Incident[]
  #passedMs: number
  /** In order of the fold. */
  #bursts: Burst[] = []
  #episodes: CoordinatedEpisode[]
  #findings: readonly Finding[] = []
  /** True if an attack came after the end of the last episode: it has ended whatever the time. */
  #goesOn = false
  /**
   * Since the last fold: incidents that came or went, those that went, and what they may change.
   */
  #changes = 0
  readonly #gone = new Set<Incident>()
  #stretches: Stretch[] = []
  #movedWeeks: { from: number; to: number } | null = null

  constructor(ground: ScopeGround<CoordinatedTerms>) {
    const { scope, parameters, base } = ground
    const { weeks, recent, episodes, lastMs } = (base ?? nothing) as Base
    this.#ground = ground
    this.#actor = scope.slice(scope.indexOf('/') + 1)
    this.#windowMs = parameters.windowHours * hourMs
    this.#rate = new AttackRate(parameters)
    this.#bursting = new BurstSearch(parameters)
    this.#passed = new Map(weeks)
    for (const [week, count] of weeks)
      this.#rate.add(week, count, Number.NEGATIVE_INFINITY, () => {})
    this.#before = recent
    this.#passedMs = lastMs ?? Number.NEGATIVE_INFINITY
    this.#episodes = episodes.map(saved =>
      CoordinatedEpisode.restored(saved, this.#rate, parameters)
    )
  }

  put(incident: Incident): void {
    this.#count(incident, 1)
  }

  take(incident: Incident): void {
    this.#gone.add(incident)
    this.#count(incident, -1)
  }

  #count(incident: Incident, by: 1 | -1): void {
    this.#changes += 1
    if (!incident.passesGrade) return
    const week = this.#rate.weekOf(incident.fromMs)
    const last = this.#ground.rows.at(-1)
    const through = last === undefined ? week : this.#rate.weekBefore(last.fromMs)
    this.#rate.add(week, by, through, (fromMs, toMs) => this.#mark({ fromMs, toMs }))
    const to = this.#rate.lastWeekWith(week)
    if (this.#movedWeeks === null) this.#movedWeeks = { from: week + 1, to }
    else {
      this.#movedWeeks.from = Math.min(this.#movedWeeks.from, week + 1)
      this.#movedWeeks.to = Math.max(this.#movedWeeks.to, to)
    }
    const { fromMs } = incident
    if (isSharp(incident, this.#ground.parameters))
      this.#mark({ fromMs, toMs: fromMs + this.#windowMs })
  }

  #mark(stretch: Stretch): void {
    const last = this.#stretches.at(-1)
    if (last !== undefined && stretch.fromMs >= last.fromMs && stretch.fromMs <= last.toMs)
      last.toMs = Math.max(last.toMs, stretch.toMs)
    else this.#stretches.push(stretch)
  }

  refold(from: number): boolean {
    const wentOn = this.#goesOn
    const isOther =
      this.#appended(from) ??
      (this.#changes === 0 ? this.#searchMomentOf(from) : this.#searchChanged(from))
    this.#changes = 0
    this.#gone.clear()
    this.#goesOn = this.#isFollowed()
    return isOther || this.#goesOn !== wentOn
  }

  /**
   * Goes on with one that comes last; null if that is not all. Most make no burst: too few places
   * lie in their window.
   */
  #appended(from: number): boolean | null {
    const { rows, parameters, work } = this.#ground
    if (this.#changes !== 1 || from !== rows.length - 1 || this.#gone.size > 0) return null
    this.#stretches = []
    this.#movedWeeks = null
    work.steps += 1
    const incident = rows[from] as Incident
    if (!isSharp(incident, parameters)) return false
    const windowFromMs = incident.toMs - this.#windowMs
    let places = 0
    for (
      let at = from;
      at >= 0 && (rows[at] as Incident).fromMs >= windowFromMs && places < parameters.sitesMin;
      at--
    )
      places += 1 + (rows[at] as Incident).alsoAt.length
    if (places < parameters.sitesMin && this.#passedMs < windowFromMs) return false
    if (!Number.isFinite(this.#rate.sitesNeeded(this.#rate.weekBefore(incident.fromMs))))
      return false
    const attacks = [...this.#sharpBefore(from), incident]
    const count = this.#bursts.length
    return this.#replace(
      count,
      count,
      this.#bursting.burstsFrom(attacks.length - 1, attacks, this.#rate)
    )
  }

  /** Nothing came or went: the order within a moment has changed. */
  #searchMomentOf(row: number): boolean {
    const { rows } = this.#ground
    const fromMs = rows[row]?.fromMs
    if (fromMs === undefined) return false
    return this.#search(
      firstFrom(rows, fromMs),
      firstBurst(this.#bursts, fromMs),
      Number.POSITIVE_INFINITY
    )
  }

  #searchChanged(from: number): boolean {
    let isOther = this.#rateMoved()
    for (const { fromMs, toMs } of this.#takeStretches()) {
      const first = firstFrom(this.#ground.rows, fromMs)
      const begin =
        from > first ? this.#burstsBefore(from, fromMs) : firstBurst(this.#bursts, fromMs)
      if (this.#search(Math.max(from, first), begin, toMs)) isOther = true
    }
    return isOther
  }

  /** Tells the episodes whose odds may be others. In order of arrival there are none. */
  #rateMoved(): boolean {
    const moved = this.#movedWeeks
    this.#movedWeeks = null
    if (moved === null || (this.#bursts.at(-1)?.week ?? Number.NEGATIVE_INFINITY) < moved.from)
      return false
    let isOther = false
    for (const episode of this.#episodes)
      if (episode.rateMoved(moved.from, moved.to)) isOther = true
    return isOther
  }

  #takeStretches(): readonly Stretch[] {
    const stretches = this.#stretches
    this.#stretches = []
    if (stretches.length < 2) return stretches
    if (stretches.length <= stretchesMax) return stretches.sort((a, b) => a.fromMs - b.fromMs)
    const fromMs = stretches.reduce(
      (least, stretch) => Math.min(least, stretch.fromMs),
      Number.POSITIVE_INFINITY
    )
    const toMs = stretches.reduce(
      (most, stretch) => Math.max(most, stretch.toMs),
      Number.NEGATIVE_INFINITY
    )
    return [{ fromMs, toMs }]
  }

  /**
   * Looks again at the attacks from a row on, and so at the bursts from `begin` on. False if all
   * are as they were.
   */
  #search(start: number, begin: number, toMs: number): boolean {
    const { rows, parameters, work } = this.#ground
    const end = Number.isFinite(toMs) ? firstFrom(rows, toMs, true) : rows.length
    work.steps += Math.max(0, end - start)
    const fresh = rows.slice(start, end).filter(i => isSharp(i, parameters))
    const earlier = fresh.length === 0 ? [] : this.#sharpBefore(start)
    const found = this.#bursting.burstsFrom(earlier.length, [...earlier, ...fresh], this.#rate)
    return this.#replace(begin, firstBurst(this.#bursts, toMs, true), found)
  }

  /** How many bursts come before a row; `fromMs`: the moment of the first that may not. */
  #burstsBefore(start: number, fromMs: number): number {
    const { rows } = this.#ground
    const least = firstBurst(this.#bursts, fromMs)
    let count = firstBurst(this.#bursts, fromMs, true)
    let row = firstFrom(rows, fromMs, true) - 1
    while (count > least) {
      const { newest } = this.#bursts[count - 1] as Burst
      if (!this.#gone.has(newest)) {
        while (row >= start && rows[row] !== newest) row -= 1
        if (row < start) return count
      }
      count -= 1
    }
    return count
  }

  #replace(begin: number, end: number, found: readonly Burst[]): boolean {
    const bursts = this.#bursts
    let same = 0
    while (
      begin + same < end &&
      same < found.length &&
      areSameBurst(bursts[begin + same] as Burst, found[same] as Burst)
    )
      same += 1
    if (same === found.length && begin + same === end) return false
    const start = begin + same
    const fresh = found.slice(same)
    // What is as it was stays the same object.
    let rest = end
    while (
      rest > start &&
      fresh.length > 0 &&
      areSameBurst(bursts[rest - 1] as Burst, fresh.at(-1) as Burst)
    ) {
      fresh.pop()
      rest -= 1
    }
    const later = this.#rewind(start)
    for (const gone of bursts.splice(start, rest - start, ...fresh)) gone.index = -1
    for (let i = start; i < bursts.length; i++) (bursts[i] as Burst).index = i
    this.#replay(start, later)
    return true
  }

  /** Goes back to before a burst. Gives the episodes that began later. */
  #rewind(index: number): CoordinatedEpisode[] {
    const count =
      this.#episodes.findLastIndex(({ entry }) => entry === null || entry.index < index) + 1
    const later = this.#episodes.splice(count)
    this.#episodes.at(-1)?.rewind(index)
    return later
  }

  /** Goes on from a burst, until an episode that began later begins again. */
  #replay(start: number, later: readonly CoordinatedEpisode[]): void {
    const { parameters } = this.#ground
    const byEntry = new Map(later.map((episode, i) => [episode.entry, i]))
    for (let index = start; index < this.#bursts.length; index++) {
      const burst = this.#bursts[index] as Burst
      const last = this.#episodes.at(-1)
      if (last !== undefined && !this.#isEnded(last) && last.closesMs > burst.newest.fromMs) {
        last.grow(burst)
        continue
      }
      const again = byEntry.get(burst)
      if (again !== undefined) {
        this.#episodes.push(...later.slice(again))
        return
      }
      if (!isTwin(burst))
        this.#episodes.push(CoordinatedEpisode.entered(burst, this.#actor, this.#rate, parameters))
    }
  }

  /** True if an episode had ended before the rows. */
  #isEnded(episode: CoordinatedEpisode): boolean {
    return episode.isPast && episode.closesMs <= this.#passedMs
  }

  /** The attacks before a row that its window may contain, in order of the fold. */
  #sharpBefore(at: number): Incident[] {
    const { rows, parameters } = this.#ground
    const fromMs = (rows[at] as Incident).fromMs - this.#windowMs
    const found = rows.slice(firstFrom(rows, fromMs), at).filter(i => isSharp(i, parameters))
    return this.#passedMs < fromMs
      ? found
      : [...this.#before.filter(i => i.fromMs >= fromMs), ...found]
  }

  findings({ horizonMs }: Moment): readonly Finding[] {
    const last = this.#episodes.length - 1
    const told = this.#episodes.map((episode, i) => {
      const { closesMs } = episode
      return episode.finding(
        i < last || closesMs <= horizonMs || this.#isEnded(episode) || this.#goesOn
          ? closesMs
          : null
      )
    })
    if (!areSame(told, this.#findings)) this.#findings = told
    return this.#findings
  }

  nextChangeMs({ horizonMs }: Moment): number | null {
    const last = this.#episodes.at(-1)
    if (last === undefined || last.closesMs <= horizonMs || this.#isEnded(last) || this.#goesOn)
      return null
    return last.closesMs
  }

  #isFollowed(): boolean {
    const { rows } = this.#ground
    const endsMs = this.#episodes.at(-1)?.closesMs ?? Number.POSITIVE_INFINITY
    for (let at = rows.length - 1; at >= 0 && (rows[at] as Incident).fromMs >= endsMs; at--)
      if ((rows[at] as Incident).passesGrade) return true
    return false
  }

  passBefore(count: number): void {
    const { rows, parameters } = this.#ground
    const sharp: Incident[] = []
    let bursts = 0
    for (let at = 0; at < count; at++) {
      const incident = rows[at] as Incident
      if (!incident.passesGrade) continue
      const week = this.#rate.weekOf(incident.fromMs)
      this.#passed.set(week, (this.#passed.get(week) ?? 0) + 1)
      this.#passedMs = Math.max(this.#passedMs, incident.fromMs)
      if (isSharp(incident, parameters)) sharp.push(incident)
      if (this.#bursts[bursts]?.newest === incident) bursts += 1
    }
    const lastSharpMs = sharp.at(-1)?.fromMs
    if (lastSharpMs !== undefined)
      this.#before = [...this.#before, ...sharp].filter(
        i => i.fromMs >= lastSharpMs - this.#windowMs
      )
    for (const episode of this.#episodes) episode.passBefore(bursts)
    this.#bursts.splice(0, bursts)
    for (const [i, burst] of this.#bursts.entries()) burst.index = i
  }

  forget(beforeMs: number): void {
    // An attack that ends after the boundary may have begun a day before it.
    const fromMs = beforeMs - dayMs
    const firstWeek = this.#rate.firstWeekFor(fromMs)
    for (const week of this.#passed.keys()) if (week < firstWeek) this.#passed.delete(week)
    if (this.#before.some(i => i.fromMs < fromMs - this.#windowMs))
      this.#before = this.#before.filter(i => i.fromMs >= fromMs - this.#windowMs)
    this.#episodes = this.#episodes.filter(episode => !episode.isPast || episode.closesMs >= fromMs)
  }

  base(): Base | undefined {
    if (this.isBlank()) return undefined
    return {
      weeks: [...this.#passed].sort((a, b) => a[0] - b[0]),
      recent: this.#before,
      episodes: this.#episodes.flatMap(episode => episode.saved() ?? []),
      lastMs: Number.isFinite(this.#passedMs) ? this.#passedMs : null
    }
  }

  isBlank(): boolean {
    return (
      this.#passed.size === 0 &&
      this.#before.length === 0 &&
      this.#episodes.every(({ entry }) => entry !== null)
    )
  }
}

const nothing: Base = { weeks: [], recent: [], episodes: [], lastMs: null }

/** The first row at this moment or later; `after`: later only. */
function firstFrom(rows: readonly Incident[], ms: number, after = false): number {
  let [low, high] = [0, rows.length]
  while (low < high) {
    const middle = (low + high) >> 1
    const { fromMs } = rows[middle] as Incident
    if (fromMs < ms || (after && fromMs === ms)) low = middle + 1
    else high = middle
  }
  return low
}

function firstBurst(bursts: readonly Burst[], ms: number, after = false): number {
  let [low, high] = [0, bursts.length]
  while (low < high) {
    const middle = (low + high) >> 1
    const { fromMs } = (bursts[middle] as Burst).newest
    if (fromMs < ms || (after && fromMs === ms)) low = middle + 1
    else high = middle
  }
  return low
}
