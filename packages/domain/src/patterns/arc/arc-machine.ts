// The machine of the widening arcs of one scope. Most attacks of a long arc are support only: a
// late one is looked at with what its window can see, and only counted if it adds no area, country
// or distance there. Else the arc goes back to before it, and on from there until it is as it was.

import type { NearMiss } from '../../detection/near-miss.ts'
import type { ScopeGround, ScopeMachine } from '../../detection/scope-machine.ts'
import type { Finding } from '../../finding/finding.ts'
import type { Moment } from '../../fold/moment.ts'
import type { Incident } from '../../incident/incident.ts'
import { dayMs } from '../../space-time/event-time.ts'
import { areSame } from '../episode/recent-cache.ts'
import { hasGrown, reachOf, strikesQuiet } from './arc-entry.ts'
import { ArcEpisode } from './arc-episode.ts'
import type { WideningArcParameters } from './arc-parameters.ts'
import { type ArcRow, ArcRows, arcRowOf } from './arc-rows.ts'
import { ArcSpread } from './arc-spread.ts'
import type { SavedArc } from './arc-story.ts'

/** What lies before the rows. */
interface Base {
  /** The hits that a window may still contain, in order of the fold. */
  readonly recent: readonly Incident[]
  readonly episodes: readonly SavedArc[]
  /** The latest beginning of an attack; null if none has passed. */
  readonly lastMs: number | null
}

/** A row that came or went. */
interface Change {
  readonly index: number
  readonly toMs: number
  readonly isLess: boolean
  /**
   * True if the findings are others, though only by numbers; null if the arcs must be looked at
   * again.
   */
  readonly isOther: boolean | null
}

export class ArcMachine implements ScopeMachine {
  readonly #ground: ScopeGround<WideningArcParameters>
  readonly #rows: ArcRows
  readonly #windowMs: number
  readonly #leaveMs: number
  readonly #quietMs: number
  /** In order; only the last may be open. */
  #episodes: ArcEpisode[]
  /** The spread after the last row; null if it is not known. */
  #end: ArcSpread | null = null
  #findings: readonly Finding[] = []
  /** The last row that hit something while the spread of an open arc held, of those looked at. */
  #heldAt = -1
  /** Since the last fold. */
  #gone: Incident[] = []
  #come: Incident[] = []

  constructor(ground: ScopeGround<WideningArcParameters>) {
    const { parameters, base } = ground
    const { recent, episodes, lastMs } = (base ?? nothing) as Base
    this.#ground = ground
    this.#windowMs = parameters.windowDays * dayMs
    this.#leaveMs = parameters.leaveDays * dayMs
    this.#quietMs = Math.max(parameters.quietDays, parameters.windowDays) * dayMs
    this.#rows = new ArcRows(parameters)
    for (const [i, incident] of recent.entries())
      this.#rows.insert(i, arcRowOf(incident, parameters))
    this.#rows.passed = recent.length
    this.#rows.passedMs = lastMs ?? Number.NEGATIVE_INFINITY
    this.#episodes = episodes.map(saved => ArcEpisode.restored(saved, parameters))
  }

  put(incident: Incident): void {
    this.#come.push(incident)
  }

  take(incident: Incident): void {
    const waiting = this.#come.lastIndexOf(incident)
    if (waiting === -1) this.#gone.push(incident)
    else this.#come.splice(waiting, 1)
  }

  refold(from: number): boolean {
    const [gone, come] = [this.#gone, this.#come]
    this.#gone = []
    this.#come = []
    const { rows } = this.#ground
    const isAtEnd = this.#rows.all.length - this.#rows.passed === from && gone.length === 0
    if (isAtEnd && come.length === rows.length - from) return this.#append(from)
    const changes =
      gone.length + come.length === 0 ? this.#reordered(from) : this.#replaced(gone, come, from)
    if (changes.every(({ isOther }) => isOther !== null))
      return changes.some(({ isOther }) => isOther)
    this.#lookAgain(changes)
    return true
  }

  /** Goes on with rows that come last. */
  #append(from: number): boolean {
    const { rows, parameters } = this.#ground
    let isOther = false
    for (let at = from; at < rows.length; at++) {
      const index = at + this.#rows.passed
      const spread = this.#endSpread()
      this.#rows.insert(index, arcRowOf(rows[at] as Incident, parameters))
      const before = this.#open
      const open = this.#step(index, before, spread)
      if (open !== null && open !== before) this.#episodes.push(open)
      if (open !== before || open?.recount(this.#rows, index)) isOther = true
    }
    return isOther
  }

  /** Takes rows out and puts rows in, one by one. */
  #replaced(gone: readonly Incident[], come: readonly Incident[], from: number): readonly Change[] {
    const changes: Change[] = []
    const note = (
      index: number,
      { toMs }: ArcRow,
      isLess: boolean,
      isOther: () => boolean | null
    ) => {
      const isOpen = changes.every(change => change.isOther !== null)
      changes.push({ index, toMs, isLess, isOther: isOpen ? isOther() : null })
    }
    for (const incident of gone) {
      const { row, index } = this.#rows.remove(incident)
      note(index, row, true, () => this.#isOtherWithout(row, index))
    }
    const { parameters, rows } = this.#ground
    const waiting = new Set(come)
    for (let at = from; waiting.size > 0 && at < rows.length; at++) {
      const incident = rows[at] as Incident
      if (!waiting.delete(incident)) continue
      const row = arcRowOf(incident, parameters)
      const index = at + this.#rows.passed
      this.#rows.insert(index, row)
      note(index, row, false, () => this.#isOtherWith(row, index))
    }
    return changes
  }

  /** Rows of a moment were out of place. */
  #reordered(from: number): readonly Change[] {
    const { rows: incidents } = this.#ground
    const start = from + this.#rows.passed
    const known = new Map(this.#rows.all.slice(start).map(row => [row.incident, row]))
    const changes: Change[] = []
    for (let index = start; index < this.#rows.all.length; index++) {
      const row = known.get(incidents[index - this.#rows.passed] as Incident) as ArcRow
      if (this.#rows.all[index] === row) continue
      this.#rows.replace(index, row)
      changes.push({ index, toMs: row.toMs, isLess: true, isOther: null })
    }
    return changes
  }

  /** True if with a late row the finding has another number only; null if more may be another. */
  #isOtherWith(row: ArcRow, index: number): boolean | null {
    const open = this.#open
    const rows = this.#rows
    if (open === null || row.fromMs < rows.passedMs || index === rows.all.length - 1) return null
    if (!open.isSteadySince(rows, index) || !open.countsOnly(rows, index, row)) return null
    if (!open.isUntoldBy(rows, index, row)) return null
    const reachKm = open.reachBefore(rows, index, row.hits)
    if (reachKm === null) return null
    const areasSince = (ms: number) => rows.endsOfAreas(rows.all.length - 1, ms).length
    const isNoWider = () => open.staysAsWide(rows, index, areasSince(row.fromMs - this.#windowMs))
    if (!rows.isCovered(row, index - 1, index + 1) && !isNoWider()) return null
    if (rows.reachesBeyond(row, index, reachKm)) return null
    if (this.#end !== null) {
      this.#end.moved()
      if (row.toMs > rows.momentOf(rows.all.length - 1) - this.#windowMs) this.#end.add(row)
    }
    return open.recount(rows, index)
  }

  /** The same without a row that has left. */
  #isOtherWithout(row: ArcRow, index: number): boolean | null {
    const open = this.#open
    const rows = this.#rows
    if (
      open === null ||
      row.fromMs < rows.passedMs ||
      open.restsOn(row) ||
      !open.isSteadySince(rows, index)
    )
      return null
    if (!rows.isBefore(open.last.row, index) || !rows.isCovered(row, index - 1, index)) return null
    if (rows.isHeldAsLong(row)) this.#end?.moved()
    else this.#end = null
    // The spread may end earlier.
    const isSeen = row.toMs > rows.momentOf(rows.all.length - 1) - this.#windowMs
    return open.recount(rows, index) || isSeen
  }

  /** Goes back to before the first change, and on until all is as it was. */
  #lookAgain(changes: readonly Change[]): void {
    const rows = this.#rows
    const { all } = rows
    const index = changes.reduce(
      (least, change) => Math.min(least, change.index),
      Number.POSITIVE_INFINITY
    )
    const toMs = changes.reduce(
      (most, change) => Math.max(most, change.toMs),
      Number.NEGATIVE_INFINITY
    )
    const isLess = changes.some(change => change.isLess)
    const seenMs = toMs + this.#windowMs
    const quietMs = seenMs + this.#quietMs
    // More that was hit makes nothing quieter: from then on only what had begun need be looked at
    // again.
    const isOver = (ms: number, next: ArcEpisode | undefined) =>
      ms > quietMs ||
      (!isLess && ms > seenMs + this.#windowMs && (next?.entry?.fromMs ?? never) > quietMs)
    this.#heldAt = -1
    const old = this.#episodes
    let at = old.findIndex(episode => !episode.isEndedBefore(rows, index))
    if (at === -1) at = old.length
    const episodes = old.slice(0, at)
    const crossing = old[at]
    let open =
      crossing !== undefined && rows.isBefore(crossing.entry, index)
        ? crossing.before(rows, index)
        : null
    const spread = new ArcSpread(rows, this.#ground.parameters, index)
    for (let i = index; i < all.length; i++) {
      const { fromMs } = all[i] as ArcRow
      const before = open
      open = this.#step(i, before, spread)
      if (before !== null && open !== before) episodes.push(before)
      if (fromMs <= seenMs) continue
      while ((old[at]?.closedMs ?? never) <= fromMs) at += 1
      const other = old[at]
      const wasOpen = other !== undefined && rows.cameBefore(other.entry, i + 1)
      if (open === null) {
        if (wasOpen || !isOver(fromMs, other)) continue
        this.#goOn(episodes, old.slice(at))
        return
      } else if (
        wasOpen &&
        this.#heldAt === i &&
        isOver(other.closedMs ?? never, old[at + 1]) &&
        open.goesOnAs(other, rows, i)
      ) {
        open.goOnAs(other, rows, i)
        this.#goOn([...episodes, open], old.slice(at + 1))
        return
      }
    }
    this.#episodes = open === null ? episodes : [...episodes, open]
    this.#end = spread
  }

  #goOn(episodes: readonly ArcEpisode[], later: readonly ArcEpisode[]): void {
    this.#episodes = [...episodes, ...later]
    this.#end?.moved()
  }

  /** Goes on with a row. Gives the arc that is open after it; `open` ends if it is another. */
  #step(index: number, open: ArcEpisode | null, spread: ArcSpread): ArcEpisode | null {
    this.#ground.work.steps += 1
    const row = this.#rows.all[index] as ArcRow
    const ends = open !== null && this.#endsAt(open, index, spread)
    if (ends) open.close(row)
    const isLonger = spread.advance(index)
    if (open === null || ends) return this.#entered(index, spread, isLonger)
    this.#grow(open, index, spread)
    return open
  }

  #endsAt(open: ArcEpisode, index: number, spread: ArcSpread): boolean {
    const row = this.#rows.all[index] as ArcRow
    if (open.isHolding) {
      if (spread.untilMs(this.#ground.parameters.areasMin) > row.fromMs - this.#windowMs)
        return false
      open.isGone(row, spread.lastMs(index - 1) + this.#windowMs)
    }
    return open.spreadUntilMs + this.#leaveMs <= row.fromMs
  }

  #grow(open: ArcEpisode, index: number, spread: ArcSpread): void {
    const row = this.#rows.all[index] as ArcRow
    if (row.hits.length > 0 && spread.holdsAt(index)) {
      this.#heldAt = index
      open.holds(row)
      const afterMs = row.fromMs - this.#windowMs
      const change = open.changeBy(row, spread.areas, {
        farthestKm: atLeastKm => this.#rows.farthestKm(index, afterMs, atLeastKm),
        strictest: () => this.#rows.strictest(index, afterMs)
      })
      if (change !== null) {
        open.widen(row, change)
        return
      }
    }
    open.support(row)
  }

  #entered(index: number, spread: ArcSpread, isLonger: boolean): ArcEpisode | null {
    const { parameters } = this.#ground
    const row = this.#rows.all[index] as ArcRow
    const { fromMs } = row
    // What only supports begins nothing by its time. Of what lies before the rows, too little is
    // known to call it quiet.
    if (row.hits.length === 0 || fromMs < this.#rows.passedMs || !spread.holdsAt(index)) return null
    // An attack on no other place or area cannot begin what another of its moment did not.
    const isOther =
      isLonger ||
      this.#rows.lastHitBefore(index)?.fromMs !== fromMs ||
      this.#rows.hitsElsewhere(index)
    if (!isOther || !strikesQuiet(this.#rows, index, fromMs, parameters)) return null
    if (!hasGrown(this.#rows, index, fromMs, parameters)) return null
    this.#heldAt = index
    const attacks = this.#rows.hitsSince(index, fromMs - this.#windowMs)
    const { areas } = spread
    const reachKm = Math.round(reachOf(attacks))
    const isMany = areas >= parameters.escalateAreas
    return ArcEpisode.entered(
      row,
      attacks,
      { areas: areas >= parameters.areasMin ? areas : null, reachKm, isMany },
      parameters
    )
  }

  findings({ horizonMs }: Moment): readonly Finding[] {
    const told = this.#episodes.map(episode =>
      episode.finding(this.#rows, episode.closedMs ?? this.#endedBy(horizonMs))
    )
    if (!areSame(told, this.#findings)) this.#findings = told
    return this.#findings
  }

  nextChangeMs({ horizonMs }: Moment): number | null {
    if (this.#open === null) return null
    const closesMs = this.#closesMs(this.#open)
    return closesMs > horizonMs ? closesMs : null
  }

  /** When the last arc has ended if nothing more comes by a moment; null if it has not. */
  #endedBy(horizonMs: number): number | null {
    const open = this.#open as ArcEpisode
    // The spread holds at the last row at least.
    if (open.isHolding && horizonMs < (this.#rows.all.at(-1) as ArcRow).fromMs + this.#leaveMs)
      return null
    const closesMs = this.#closesMs(open)
    return closesMs <= horizonMs ? closesMs : null
  }

  #closesMs(open: ArcEpisode): number {
    if (!open.isHolding) return open.spreadUntilMs + this.#leaveMs
    return this.#endSpread().lastMs(this.#rows.all.length - 1) + this.#windowMs + this.#leaveMs
  }

  get #open(): ArcEpisode | null {
    const last = this.#episodes.at(-1)
    return last?.closedMs === null ? last : null
  }

  #endSpread(): ArcSpread {
    this.#end ??= new ArcSpread(this.#rows, this.#ground.parameters, this.#rows.all.length)
    return this.#end
  }

  /**
   * Near miss: one condition short, an area, a place that had been quiet, or the growth of the
   * reach.
   */
  nearly({ horizonMs }: Moment): readonly NearMiss[] {
    if (this.#open !== null && this.#endedBy(horizonMs) === null) return []
    const { parameters } = this.#ground
    const { areasMin, growthFactor, quietDays, windowDays } = parameters
    const last = this.#rows.all.length - 1
    const windowFromMs = horizonMs - this.#windowMs
    const attacks = this.#rows.hitsSince(last, windowFromMs)
    const [first] = attacks
    if (first === undefined) return []
    const areas = this.#endSpread().areasAfter(windowFromMs)
    const holds = this.#endSpread().holdsAt(last, horizonMs)
    if (!holds && areas !== areasMin - 1) return []
    const lacks = [
      ...(holds ? [] : ['1 more area']),
      ...(strikesQuiet(this.#rows, last, horizonMs, parameters)
        ? []
        : [`a place that had been quiet for ${quietDays} days`]),
      ...(hasGrown(this.#rows, last, horizonMs, parameters)
        ? []
        : [`${growthFactor} times the reach of the window before`])
    ]
    if (lacks.length > 1) return []
    const measure = {
      name: `areas hit in ${windowDays} days`,
      value: areas,
      threshold: areasMin,
      baseline: null
    }
    const group = { theatre: first.incident.drill ? 'drill' : 'all' }
    return [
      {
        group,
        measure,
        lacks: lacks[0] ?? '1 more attack',
        incidents: attacks.map(({ incident }) => incident)
      }
    ]
  }

  passBefore(count: number): void {
    const rows = this.#rows
    const index = rows.passed + count
    const untilMs = () =>
      new ArcSpread(rows, this.#ground.parameters, index).lastMs(index - 1) + this.#windowMs
    for (const episode of this.#episodes) episode.pass(rows, index, untilMs)
    for (const { fromMs } of rows.all.slice(rows.passed, index))
      rows.passedMs = Math.max(rows.passedMs, fromMs)
    rows.pass(count, rows.passedMs - this.#windowMs - this.#quietMs)
    this.#end?.moved()
  }

  forget(beforeMs: number): void {
    // No window still to come contains what ended a year before.
    this.#rows.forget(beforeMs - 366 * dayMs)
    this.#episodes = this.#episodes.filter(
      episode => !episode.isPast || (episode.closedMs as number) >= beforeMs
    )
    this.#end?.moved()
  }

  base(): Base | undefined {
    if (this.isBlank()) return undefined
    const { all, passed, passedMs } = this.#rows
    return {
      recent: all.slice(0, passed).map(({ incident }) => incident),
      episodes: this.#episodes.flatMap(episode => episode.saved() ?? []),
      lastMs: Number.isFinite(passedMs) ? passedMs : null
    }
  }

  isBlank(): boolean {
    return this.#rows.passed === 0 && this.#episodes.every(({ entry }) => entry !== null)
  }
}

/** A moment that does not come. */
const never = Number.POSITIVE_INFINITY

const nothing: Base = { recent: [], episodes: [], lastMs: null }
