// The near repeats of one scope: attacks come and go at any moment, and only what can see them is
// looked at again.

import type { NearMiss } from '../../detection/near-miss.ts'
import type { ScopeGround, ScopeMachine } from '../../detection/scope-machine.ts'
import type { Finding } from '../../finding/finding.ts'
import type { FoldWork } from '../../fold/fold-work.ts'
import type { Moment } from '../../fold/moment.ts'
import { compareIncidents, type Incident } from '../../incident/incident.ts'
import { dayMs } from '../../space-time/event-time.ts'
import { cellOf } from '../../space-time/geometry.ts'
import { ListedEpisodes } from '../machine/listed-episodes.ts'
import { ScopeRows } from '../machine/scope-rows.ts'
import type { SavedCell } from './cell-counts.ts'
import { type NearRepeatParameters, reachOf } from './near-repeat-parameters.ts'
import { cellDegrees } from './repeat-attack.ts'
import { RepeatEpisode, type RepeatRow, rowOf, type SavedEpisode } from './repeat-episode.ts'
import { groupOf, measureNameOf, placeAt } from './repeat-story.ts'
import { Repeats } from './repeats.ts'

/** What is known of near repeats without their rows. Plain data. */
interface NearRepeatBase {
  /** Latest beginning of an incident; null if none has passed. */
  readonly endedByMs: number | null
  readonly counts: readonly SavedCell[]
  /** Attacks in no episode that later ones may still see. */
  readonly waiting: readonly Incident[]
  /** In order of their beginning. */
  readonly episodes: readonly SavedEpisode[]
}

export class NearRepeatMachine implements ScopeMachine {
  readonly #parameters: NearRepeatParameters
  readonly #incidents: readonly Incident[]
  readonly #work: FoldWork
  readonly #rows: ScopeRows<RepeatRow>
  readonly #repeats: Repeats
  readonly #listed: ListedEpisodes<RepeatEpisode>
  /** Episodes that began before the rows, in order of that. */
  #begun: RepeatEpisode[]
  /** Attacks before the rows that wait. */
  #waiting: RepeatRow[]
  /** Beginning of the last incident; the last moment asked for. */
  #lastMs = Number.NEGATIVE_INFINITY
  #horizonMs = Number.NEGATIVE_INFINITY
  #base: NearRepeatBase | null = null

  constructor({ parameters, rows, work, base }: ScopeGround<NearRepeatParameters>) {
    this.#parameters = parameters
    this.#incidents = rows
    this.#work = work
    this.#rows = new ScopeRows(rows, incident => rowOf(incident, parameters))
    this.#listed = new ListedEpisodes({
      standing: episode => episode.standing(),
      finding: (episode, isEnded) => episode.finding(isEnded)
    })
    const { endedByMs, counts, waiting, episodes } =
      (base as NearRepeatBase | undefined) ?? nothingBefore
    this.#repeats = new Repeats(parameters, counts, episode => this.#listed.change(episode))
    this.#repeats.endedByMs = endedByMs ?? Number.NEGATIVE_INFINITY
    this.#begun = episodes.map(saved => {
      const { spot, beginning } = saved
      const { id, enteredMs: fromMs } = spot
      const place = {
        fromMs,
        toMs: beginning.fromMs,
        late: 0,
        passed: this.#rows.nextPassed(),
        incident: { id }
      }
      return new RepeatEpisode(saved, { place, opener: null }, parameters)
    })
    for (const episode of this.#begun) this.#repeats.addEpisode(episode)
    this.#waiting = waiting.map(incident => {
      const row = rowOf(incident, parameters) as RepeatRow
      row.passed = this.#rows.nextPassed()
      this.#repeats.addWaiting(row)
      return row
    })
  }

  put(incident: Incident): void {
    this.#rows.put(incident)
  }

  take(incident: Incident): void {
    this.#rows.take(incident)
  }

  refold(from: number): boolean {
    const { gone, come, isSettled } = this.#rows.takeChange(from)
    if (gone.length > 0 || come.length > 0) this.#work.steps += this.#repeats.replace(gone, come)
    else if (isSettled) this.#work.steps += this.#repeats.settle(this.#rows.takeOutOfPlace())
    this.#lastMs = this.#incidents.at(-1)?.fromMs ?? Number.NEGATIVE_INFINITY
    return this.#listed.isChangedAt(this.#nowMs)
  }

  findings({ horizonMs }: Moment): readonly Finding[] {
    this.#horizonMs = horizonMs
    return this.#listed.at(this.#nowMs)
  }

  nextChangeMs(moment: Moment): number | null {
    this.findings(moment)
    return this.#listed.nextEndMs()
  }

  /** One attack near a spot less than needed, if so many are not usual there. */
  nearly({ horizonMs }: Moment): readonly NearMiss[] {
    const { incidentsMin, windowDays } = this.#parameters
    const misses = new Map<string, NearMiss>()
    for (const row of this.#waitingAt(horizonMs)) {
      const { incident, isExplosion } = row
      const atMs = Math.max(horizonMs, row.fromMs)
      for (const point of row.points) {
        // What the same attack would meet at that moment.
        const near = this.#repeats.waitingNear(point, row, atMs, null)
        const cell = cellOf(point, cellDegrees)
        const window = Math.floor(atMs / (windowDays * dayMs))
        if (
          near.length !== incidentsMin - 2 ||
          this.#repeats.counts.isHot(cell, { window, isExplosion })
        )
          continue
        const incidents = [row, ...near].map(one => one.incident).sort(compareIncidents)
        const place = placeAt(incident, point)
        misses.set(incidents.map(({ id }) => id).join(' '), {
          group: groupOf({
            lat: point.lat,
            lon: point.lon,
            place,
            kind: incident.category,
            isExplosion,
            drill: incident.drill
          }),
          measure: {
            name: measureNameOf(isExplosion, reachOf(isExplosion, this.#parameters)),
            value: incidents.length,
            threshold: incidentsMin,
            baseline: null
          },
          lacks: isExplosion ? '1 more explosion' : '1 more attack',
          incidents
        })
      }
    }
    return [...misses.values()].sort((a, b) =>
      compareIncidents(a.incidents[0] as Incident, b.incidents[0] as Incident)
    )
  }

  passBefore(count: number): void {
    for (const { fromMs } of this.#incidents.slice(0, count))
      this.#repeats.endedByMs = Math.max(this.#repeats.endedByMs, fromMs)
    for (const row of this.#rows.pass(count)) {
      if (this.#repeats.pass(row)) this.#waiting.push(row)
      if (row.does === 'opens' && row.episode !== null) this.#begun.push(row.episode)
    }
    this.#waiting = this.#waiting.filter(
      ({ takenBy }) => takenBy === null || takenBy.place.passed === 0
    )
    this.#base = null
  }

  forget(beforeMs: number): void {
    // What comes later ends after this, and lasts no longer than its window if it is more than
    // support.
    const { windowDays, explosionDays } = this.#parameters
    const longestMs = Math.max(windowDays, explosionDays) * dayMs
    const isSeen = ({ toMs, takenBy }: RepeatRow) =>
      takenBy !== null || toMs > beforeMs - 2 * longestMs
    for (const row of this.#waiting) if (!isSeen(row)) this.#repeats.forgetWaiting(row)
    this.#waiting = this.#waiting.filter(isSeen)
    this.#repeats.counts.forget(beforeMs - longestMs)
    const endedMs = Math.max(beforeMs - longestMs, Math.min(beforeMs, this.#repeats.endedByMs))
    const ended = new Set(this.#listed.takeEndedBefore(endedMs))
    for (const episode of ended) this.#repeats.forgetEpisode(episode)
    this.#begun = this.#begun.filter(episode => !ended.has(episode))
    this.#base = null
  }

  base(): NearRepeatBase {
    const { endedByMs, counts } = this.#repeats
    this.#base ??= {
      endedByMs: Number.isFinite(endedByMs) ? endedByMs : null,
      counts: counts.saved(),
      waiting: this.#waiting.map(({ incident }) => incident),
      episodes: this.#begun.map(episode => episode.saved())
    }
    return this.#base
  }

  isBlank(): boolean {
    const { counts, waiting, episodes } = this.base()
    return counts.length + waiting.length + episodes.length === 0
  }

  /** What no tick has reached may still show what ended before it. */
  get #nowMs(): number {
    return Math.max(this.#horizonMs, this.#lastMs, this.#repeats.endedByMs)
  }

  /** Those that wait and are young enough for another, in order. */
  *#waitingAt(horizonMs: number): Generator<RepeatRow> {
    const { windowDays, explosionDays } = this.#parameters
    const sinceMs = horizonMs - 2 * Math.max(windowDays, explosionDays) * dayMs
    const isYoung = ({ does, takenBy, toMs, isExplosion }: RepeatRow) =>
      does === 'waits' &&
      takenBy === null &&
      toMs > horizonMs - reachOf(isExplosion, this.#parameters).days * dayMs
    for (const row of this.#waiting) if (isYoung(row)) yield row
    let at = this.#incidents.length
    while (at > 0 && (this.#incidents[at - 1] as Incident).fromMs >= sinceMs) at -= 1
    for (const { id } of this.#incidents.slice(at)) {
      const row = this.#rows.get(id)
      if (row !== undefined && isYoung(row)) yield row
    }
  }
}

const nothingBefore: NearRepeatBase = { endedByMs: null, counts: [], waiting: [], episodes: [] }
