// Where one actor or tactic was seen, as readers of one level know it: it goes on row by row, and
// back to any row before.

import type { Finding } from '../../finding/finding.ts'
import { type Incident, type IncidentPlace, placesOf } from '../../incident/incident.ts'
import { dayMs } from '../../space-time/event-time.ts'
import { withSupport } from '../episode/named-support.ts'
import { notEndedBefore } from '../episode/prune-ended.ts'
import { areSame } from '../episode/recent-cache.ts'
import {
  type AreaPlace,
  closesAtMs,
  describe,
  entered,
  type FirstSeenEpisode,
  type FirstSeenKind,
  type FirstSeenParameters,
  type FirstSeenState,
  grown
} from './first-seen-episode.ts'

/**
 * What a fold is of, and how findings of open episodes are told: most sightings only add support.
 */
export interface FirstSeenTerms<P extends FirstSeenParameters> {
  readonly kind: FirstSeenKind<P>
  readonly parameters: P
  readonly key: string
  readonly told: (
    triggers: FirstSeenEpisode['triggers'],
    support: FirstSeenEpisode['support'],
    make: () => Finding
  ) => Finding
}

/** An episode, and its finding as last told. */
interface Standing {
  episode: FirstSeenEpisode
  toldOf: FirstSeenEpisode | null
  finding: Finding | null
}

interface SeenArea {
  /** When it was last seen there; minus infinity if never. */
  lastMs: number
  /** The last episode there, which may be over. */
  standing: Standing | null
}

/** An area as it was before a row. */
interface Before extends Readonly<SeenArea> {
  readonly row: number
  readonly area: SeenArea
  readonly episode: FirstSeenEpisode | null
}

/**
 * Twice the number of first-level areas that ISO 3166-2 has for the whole world; above it the
 * oldest are not kept.
 */
const areasMax = 10_000
const never = Number.NEGATIVE_INFINITY

export class FirstSeenFold<P extends FirstSeenParameters> {
  readonly #terms: FirstSeenTerms<P>
  readonly #areas = new Map<string, SeenArea>()
  #closed: readonly Finding[]
  /** In order of their beginning, which is also the order of their end. */
  readonly #standing: Standing[] = []
  readonly #before: Before[] = []
  /** The latest beginning of what has passed: what had ended by then has ended, whatever comes. */
  #passedMs = never
  #findings: readonly Finding[] = []
  /**
   * Since when, and before which end of another, they are as told but for what has changed; null if
   * more may be another.
   */
  #told: { readonly fromMs: number; readonly untilMs: number } | null = null
  readonly #changed = new Set<Standing>()

  constructor(terms: FirstSeenTerms<P>, { seen, open, closed }: Omit<FirstSeenState, 'key'>) {
    this.#terms = terms
    this.#closed = closed
    for (const [admin1, lastMs] of seen) this.#areas.set(admin1, { lastMs, standing: null })
    for (const episode of open) {
      const standing = { episode, toldOf: null, finding: null }
      this.#standing.push(standing)
      this.#areaOf(episode.admin1).standing = standing
    }
  }

  get isBlank(): boolean {
    return this.#areas.size === 0 && this.#closed.length === 0
  }

  /** Goes on with a row, to come back before it. True if an episode is another. */
  step(incident: Incident, row: number): boolean {
    const { credibilityMax } = this.#terms.parameters
    const isCredible =
      incident.passesGrade && (incident.credibility <= credibilityMax || incident.credibility === 6)
    const nowMs = Math.max(this.#passedMs, incident.fromMs)
    let isOther = false
    for (const place of areasOf(incident)) {
      const isIt = isCredible && place.areaCertain
      if (
        isIt
          ? this.#sighted(place, incident, nowMs, row)
          : this.#supported(place, incident, nowMs, row)
      )
        isOther = true
    }
    return isOther
  }

  /** Goes back to before a row. True if an episode is another. */
  rewind(row: number): boolean {
    let isOther = false
    for (
      let last = this.#before.at(-1);
      last !== undefined && last.row >= row;
      last = this.#before.at(-1)
    ) {
      const { area, lastMs, standing, episode } = last
      if (area.standing !== standing) this.#standing.pop()
      else if (standing !== null && episode !== null) standing.episode = episode
      if (area.standing !== standing || episode !== null) {
        isOther = true
        this.#told = null
      }
      area.lastMs = lastMs
      area.standing = standing
      this.#before.pop()
    }
    return isOther
  }

  /** The rows before one have passed: nothing goes back behind it. `ms`: their latest beginning. */
  passBefore(row: number, ms: number): void {
    let count = 0
    while (count < this.#before.length && (this.#before[count] as Before).row < row) count += 1
    this.#before.splice(0, count)
    this.#passedMs = Math.max(this.#passedMs, ms)
  }

  /** Forgets what had ended before a moment. */
  forget(beforeMs: number): void {
    this.#told = null
    this.#closed = notEndedBefore(this.#closed, beforeMs)
    const { parameters } = this.#terms
    const isOver = ({ episode }: Standing) =>
      closesAtMs(episode, parameters) < Math.min(beforeMs, this.#passedMs)
    while (this.#standing.length > 0 && isOver(this.#standing[0] as Standing))
      this.#standing.shift()
  }

  /** As plain data, for what has passed. */
  state(): FirstSeenState {
    const { key, kind, parameters } = this.#terms
    const known = [...this.#areas].filter(([, { lastMs }]) => Number.isFinite(lastMs))
    const seen = known.map(([admin1, { lastMs }]) => [admin1, lastMs] as const).slice(-areasMax)
    const isOpen = ({ episode }: Standing) => closesAtMs(episode, parameters) > this.#passedMs
    const ended = this.#standing.filter(one => !isOpen(one)).map(({ episode }) => episode)
    const closed = [
      ...this.#closed,
      ...ended.map(e => describe(e, closesAtMs(e, parameters), parameters, kind))
    ]
    return { key, seen, open: this.#standing.filter(isOpen).map(({ episode }) => episode), closed }
  }

  /**
   * `lastMs`: when the last row began, by which episodes have ended, too. The same list while
   * nothing has changed.
   */
  findings(horizonMs: number, lastMs: number): readonly Finding[] {
    const endedMs = Math.max(horizonMs, lastMs, this.#passedMs)
    const { fromMs, untilMs } = this.#told ?? { fromMs: never, untilMs: never }
    if (fromMs <= endedMs && endedMs < untilMs) {
      if (this.#changed.size === 0) return this.#findings
      const list = this.#findings.slice()
      for (const one of this.#changed)
        list[this.#closed.length + this.#standing.indexOf(one)] = this.#findingOf(one, endedMs)
      this.#findings = list
    } else {
      const list = [...this.#closed, ...this.#standing.map(one => this.#findingOf(one, endedMs))]
      if (!areSame(list, this.#findings)) this.#findings = list
    }
    this.#told = { fromMs: endedMs, untilMs: this.nextEndMs(endedMs) }
    this.#changed.clear()
    return this.#findings
  }

  #findingOf(one: Standing, endedMs: number): Finding {
    const { episode, finding } = one
    const { kind, parameters, told } = this.#terms
    const closesMs = closesAtMs(episode, parameters)
    const toMs = closesMs <= endedMs ? closesMs : null
    if (finding !== null && one.toldOf === episode && finding.toMs === toMs) return finding
    const make = () => describe(episode, toMs, parameters, kind)
    one.toldOf = episode
    one.finding = toMs === null ? told(episode.triggers, episode.support, make) : make()
    return one.finding
  }

  /** The first end of an episode after a moment; infinity if there is none. */
  nextEndMs(afterMs: number): number {
    const sinceMs = Math.max(afterMs, this.#passedMs)
    let low = 0
    let high = this.#standing.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#closesMs(middle) <= sinceMs) low = middle + 1
      else high = middle
    }
    return low < this.#standing.length ? this.#closesMs(low) : Number.POSITIVE_INFINITY
  }

  #closesMs(at: number): number {
    return closesAtMs((this.#standing[at] as Standing).episode, this.#terms.parameters)
  }

  #areaOf(admin1: string): SeenArea {
    let area = this.#areas.get(admin1)
    if (area === undefined) {
      area = { lastMs: never, standing: null }
      this.#areas.set(admin1, area)
    }
    return area
  }

  #openIn({ standing }: SeenArea, nowMs: number): Standing | null {
    return standing !== null && closesAtMs(standing.episode, this.#terms.parameters) > nowMs
      ? standing
      : null
  }

  #supported({ admin1 }: AreaPlace, incident: Incident, nowMs: number, row: number): boolean {
    const area = this.#areas.get(admin1)
    const open = area === undefined ? null : this.#openIn(area, nowMs)
    if (area === undefined || open === null) return false
    const { episode } = open
    this.#before.push({ row, area, lastMs: area.lastMs, standing: area.standing, episode })
    open.episode = { ...episode, support: withSupport(episode.support, incident) }
    this.#changed.add(open)
    return true
  }

  #sighted(place: AreaPlace, incident: Incident, nowMs: number, row: number): boolean {
    const { parameters, kind, key } = this.#terms
    const area = this.#areaOf(place.admin1)
    const { lastMs, standing } = area
    const open = this.#openIn(area, nowMs)
    this.#before.push({ row, area, lastMs, standing, episode: open?.episode ?? null })
    if (open !== null) {
      open.episode = grown(open.episode, incident, parameters)
      this.#changed.add(open)
      area.lastMs = Math.max(lastMs, incident.toMs)
      return true
    }
    const sinceMs = incident.fromMs - parameters.absentDays * dayMs
    // Mostly it was seen there lately.
    const seenMs = lastMs > sinceMs ? lastMs : this.#lastAround(place, lastMs)
    area.lastMs = Math.max(lastMs, incident.toMs)
    if (seenMs > sinceMs) return false
    const before = Number.isFinite(seenMs) ? seenMs : null
    const fresh = {
      episode: entered({ place, key, before }, incident, parameters, kind),
      toldOf: null,
      finding: null
    }
    area.standing = fresh
    this.#standing.push(fresh)
    this.#changed.add(fresh)
    return true
  }

  /** When it was last seen in areas that touch a place, or at the moment given if that is later. */
  #lastAround({ neighbours }: AreaPlace, lastMs: number): number {
    let last = lastMs
    for (const admin1 of neighbours) last = Math.max(last, this.#areas.get(admin1)?.lastMs ?? never)
    return last
  }
}

/** One place per area, a certain one if there are several. */
export function areasOf(incident: Incident): readonly AreaPlace[] {
  if (incident.alsoAt.length === 0) return liesInArea(incident.place) ? [incident.place] : []
  const byArea = new Map<string, AreaPlace>()
  for (const place of placesOf(incident)) {
    if (liesInArea(place) && !byArea.get(place.admin1)?.areaCertain) byArea.set(place.admin1, place)
  }
  return [...byArea.values()]
}

function liesInArea(place: IncidentPlace): place is AreaPlace {
  return place.admin1 !== null
}
