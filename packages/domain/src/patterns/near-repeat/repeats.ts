// Which attacks join which episode, wait, or open one. Each is decided by what precedes it nearby;
// so when one comes, goes or is decided otherwise, the later ones that can see that are decided
// again, in order, and no others.

import { placeOf } from '../../fold/sorted.ts'
import { compareIncidents } from '../../incident/incident.ts'
import { dayMs } from '../../space-time/event-time.ts'
import type { Point } from '../../space-time/geometry.ts'
import { compareRows, type FoldPlace } from '../episode/late-rows.ts'
import { areSame } from '../episode/recent-cache.ts'
import { SpaceTimeGrid } from '../episode/space-time-grid.ts'
import { CellCounts, type SavedCell } from './cell-counts.ts'
import { type NearRepeatParameters, reachOf } from './near-repeat-parameters.ts'
import { isLike, mostAlike, sharesActor } from './repeat-attack.ts'
import { RepeatEpisode, type RepeatRow } from './repeat-episode.ts'
import { beginningOf, spotOf } from './repeat-story.ts'

/** Explosions repeat among themselves, and so do other attacks. */
interface Ground {
  readonly apartMs: number
  /**
   * All, and those that wait on after they have left the rows. What lasts longer than the reach
   * waits for nothing.
   */
  readonly rows: SpaceTimeGrid<RepeatRow>
  readonly episodes: SpaceTimeGrid<RepeatEpisode>
}

interface Opening {
  readonly point: Point
  readonly near: readonly RepeatRow[]
}

export class Repeats {
  readonly #parameters: NearRepeatParameters
  readonly #changed: (episode: RepeatEpisode) => void
  readonly counts: CellCounts<RepeatRow>
  readonly #explosions: Ground
  readonly #others: Ground
  /** To be decided again; the first in order is last. */
  readonly #due: RepeatRow[] = []
  /** None that was decided comes after this. */
  #furthest: FoldPlace | null = null
  /** Episodes that would have ended at this moment have ended, whatever comes. */
  endedByMs = Number.NEGATIVE_INFINITY

  /** `changed` is told of each episode that grew, shrank, or is none any more. */
  constructor(
    parameters: NearRepeatParameters,
    saved: readonly SavedCell[],
    changed: (episode: RepeatEpisode) => void
  ) {
    this.#parameters = parameters
    this.#changed = changed
    this.counts = new CellCounts(parameters, saved)
    const groundOf = (isExplosion: boolean): Ground => {
      const { km, days } = reachOf(isExplosion, parameters)
      return {
        apartMs: days * dayMs,
        rows: new SpaceTimeGrid(km, days * dayMs),
        episodes: new SpaceTimeGrid(km, parameters.longestDays * dayMs)
      }
    }
    this.#explosions = groundOf(true)
    this.#others = groundOf(false)
  }

  /** Takes over what an earlier machine knew. */
  addWaiting(row: RepeatRow): void {
    row.does = 'waits'
    this.#groundOf(row).rows.add(row)
  }

  addEpisode(episode: RepeatEpisode): void {
    this.#groundOf(episode.spot).episodes.add(episode)
    this.#changed(episode)
  }

  forgetEpisode(episode: RepeatEpisode): void {
    this.#groundOf(episode.spot).episodes.remove(episode)
  }

  forgetWaiting(row: RepeatRow): void {
    this.#groundOf(row).rows.remove(row)
  }

  /** Without some attacks and with others. Gives how many were decided. */
  replace(gone: readonly RepeatRow[], come: readonly RepeatRow[]): number {
    const turned = (row: RepeatRow) => {
      if (row.isFree) this.#makeDue(row)
    }
    // What goes is not decided again.
    for (const row of gone) row.isDue = true
    for (const row of gone) {
      this.#undo(row)
      this.#groundOf(row).rows.remove(row)
      if (row.mayTrigger) this.counts.remove(row, turned)
    }
    for (const row of come) {
      this.#groundOf(row).rows.add(row)
      if (row.mayTrigger) this.counts.add(row, turned)
    }
    for (let at = come.length - 1; at >= 0; at--) this.#makeDue(come[at] as RepeatRow)
    return this.#decideAll()
  }

  /** Those out of place within their moment are put in their places. */
  settle(rows: readonly RepeatRow[]): number {
    // The last first: what an attack leaves is computed again for those after it.
    for (let at = rows.length - 1; at >= 0; at--) this.#undo(rows[at] as RepeatRow)
    if (this.#furthest !== null) {
      const { fromMs, toMs, passed, incident } = this.#furthest
      this.#furthest = { fromMs, toMs, passed, incident, late: Number.POSITIVE_INFINITY }
    }
    // What was due because of them may be among them.
    const due = this.#due.splice(0)
    for (const row of due) row.isDue = false
    for (const row of rows) row.late = 0
    for (const row of [...due, ...rows]) this.#makeDue(row)
    return this.#decideAll()
  }

  /** An attack leaves the rows, the first of all. True if it waits on. */
  pass(row: RepeatRow): boolean {
    const { rows } = this.#groundOf(row)
    if (row.mayTrigger) this.counts.pass(row)
    if (row.does === 'waits') return true
    rows.remove(row)
    if (row.does === 'joins') row.episode?.pass()
    if (row.does === 'opens' && row.episode !== null) {
      for (const member of row.episode.near) rows.remove(member)
      row.episode.near = []
    }
    return false
  }

  /**
   * Those that wait near a point and go with an attack at a moment, in order of the fold: those
   * before a place in it.
   */
  waitingNear(
    point: Point,
    row: RepeatRow,
    atMs: number,
    before: FoldPlace | null
  ): readonly RepeatRow[] {
    const { rows, apartMs } = this.#groundOf(row)
    const youngAfterMs = atMs - apartMs
    const untilMs =
      before === null ? Number.POSITIVE_INFINITY : Math.max(atMs, this.endedByMs) - apartMs
    const near = rows
      .near({ fromMs: atMs, toMs: untilMs, points: [point] }, apartMs)
      .filter(other => {
        if (other === row || other.does !== 'waits' || other.toMs <= youngAfterMs) return false
        if (before !== null && compareRows(other, before) >= 0) return false
        if (
          other.takenBy !== null &&
          (before === null || compareRows(other.takenBy.place, before) < 0)
        )
          return false
        return isLike(row, other)
      })
    if (near.length === 0) return near
    if (near.length > 1) near.sort((a, b) => compareIncidents(a.incident, b.incident))
    return mostAlike(row, near)
  }

  #groundOf({ isExplosion }: { readonly isExplosion: boolean }): Ground {
    return isExplosion ? this.#explosions : this.#others
  }

  #makeDue(row: RepeatRow): void {
    if (row.isDue || row.passed > 0) return
    row.isDue = true
    const due = this.#due
    // The first one stands last.
    due.splice(
      placeOf(due, row, (one, other) => compareRows(other, one)),
      0,
      row
    )
  }

  #decideAll(): number {
    let count = 0
    for (let row = this.#due.pop(); row !== undefined; row = this.#due.pop()) {
      row.isDue = false
      this.#decide(row)
      if (this.#isLast(row)) this.#furthest = row
      count += 1
    }
    return count
  }

  #decide(row: RepeatRow): void {
    const joined = this.#episodeFor(row)
    if (joined !== null) {
      if (row.does === 'joins' && row.episode === joined) return
      if (row.does !== 'nothing') this.#undo(row)
      this.#join(row, joined)
      return
    }
    const opening = row.mayTrigger ? this.#openingOf(row) : null
    if (opening !== null) {
      if (row.does === 'opens' && row.episode !== null && isAt(row.episode, opening.point))
        this.#openAgain(row, row.episode, opening)
      else {
        this.#undo(row)
        this.#open(row, opening)
      }
      return
    }
    const does = row.mayTrigger ? 'waits' : 'nothing'
    if (row.does === does) return
    if (row.does !== 'nothing') this.#undo(row)
    row.does = does
    if (does === 'waits') this.#lookAgainNear(row, row)
  }

  /** The first episode of its kind or actor around a spot near one of its points. */
  #episodeFor(row: RepeatRow): RepeatEpisode | null {
    const atMs = Math.max(row.fromMs, this.endedByMs)
    let first: RepeatEpisode | null = null
    for (const episode of this.#groundOf(row).episodes.near(
      { fromMs: atMs, toMs: atMs, points: row.points },
      0
    )) {
      // Most ended long ago; what a place in the fold knows of the end is no later.
      if (
        episode.closesMs <= atMs ||
        (first !== null && compareRows(first.place, episode.place) < 0)
      )
        continue
      if (
        compareRows(episode.place, row) < 0 &&
        episode.closesBefore(row) > atMs &&
        isOf(row, episode)
      )
        first = episode
    }
    return first
  }

  #openingOf(row: RepeatRow): Opening | null {
    for (let at = 0; at < row.points.length; at++) {
      const point = row.points[at] as Point
      if (this.counts.isHot(row.cells[at] as string, row)) continue
      const near = this.waitingNear(point, row, row.fromMs, row)
      if (near.length + 1 >= this.#parameters.incidentsMin) return { point, near }
    }
    return null
  }

  #join(row: RepeatRow, episode: RepeatEpisode): void {
    const closedMs = episode.closesMs
    row.does = 'joins'
    row.episode = episode
    episode.enter(row)
    this.#changed(episode)
    this.#offer(episode, row, closedMs)
  }

  #open(row: RepeatRow, { point, near }: Opening): void {
    const saved = { spot: spotOf(row, point), beginning: beginningOf(row, near, this.#parameters) }
    const episode = new RepeatEpisode(saved, { place: row, opener: row }, this.#parameters)
    row.does = 'opens'
    row.episode = episode
    this.#groundOf(row).episodes.add(episode)
    this.#take(episode, near, row)
    this.#changed(episode)
    this.#offer(episode, row, episode.fromMs)
  }

  /** It opens the same episode, perhaps with others. */
  #openAgain(row: RepeatRow, episode: RepeatEpisode, { near }: Opening): void {
    if (areSame(episode.near, near)) return
    const closedMs = episode.closesMs
    this.#release(episode, row, near)
    this.#take(episode, near, row)
    const ended = episode.beginAgain(beginningOf(row, near, this.#parameters), this.endedByMs)
    for (const member of ended) this.#makeDue(member)
    this.#changed(episode)
    this.#offer(episode, row, closedMs)
  }

  #take(episode: RepeatEpisode, near: readonly RepeatRow[], opener: RepeatRow): void {
    episode.near = near
    for (const row of near) {
      if (row.takenBy === episode) continue
      if (row.takenBy?.opener) this.#makeDue(row.takenBy.opener)
      row.takenBy = episode
      this.#lookAgainNear(row, opener)
    }
  }

  /** Those that were opened with it wait on, but for some. */
  #release(episode: RepeatEpisode, opener: RepeatRow, but: readonly RepeatRow[]): void {
    for (const row of episode.near) {
      if (row.takenBy !== episode || but.includes(row)) continue
      row.takenBy = null
      this.#lookAgainNear(row, opener)
    }
  }

  #undo(row: RepeatRow): void {
    const { does, episode } = row
    row.does = 'nothing'
    row.episode = null
    if (does === 'joins' && episode !== null) {
      for (const member of episode.leave(row, this.endedByMs)) this.#makeDue(member)
      this.#changed(episode)
    }
    if (does === 'waits') {
      if (row.takenBy?.opener) this.#makeDue(row.takenBy.opener)
      row.takenBy = null
      this.#lookAgainNear(row, row)
    }
    if (does === 'opens' && episode !== null) {
      this.#groundOf(row).episodes.remove(episode)
      episode.isGone = true
      this.#release(episode, row, [])
      for (const member of episode.rows) {
        member.does = 'nothing'
        member.episode = null
        this.#makeDue(member)
      }
      this.#changed(episode)
    }
  }

  /** True if none that was decided comes after a place in the fold. */
  #isLast(place: FoldPlace): boolean {
    return this.#furthest === null || compareRows(place, this.#furthest) >= 0
  }

  /** After a place in the fold it waits and did not, or the other way round. */
  #lookAgainNear(row: RepeatRow, after: FoldPlace): void {
    if (this.#isLast(after)) return
    const { rows, apartMs } = this.#groundOf(row)
    for (const other of rows.near(row, apartMs))
      if (
        other.isFree &&
        other.passed === 0 &&
        other.fromMs < row.toMs + apartMs &&
        compareRows(after, other) < 0 &&
        isLike(row, other)
      )
        this.#makeDue(other)
  }

  /** From a moment up to its end, those after a place in the fold might join it, and could not. */
  #offer(episode: RepeatEpisode, after: FoldPlace, sinceMs: number): void {
    const { closesMs, points } = episode
    const fromMs = sinceMs <= this.endedByMs ? Number.NEGATIVE_INFINITY : sinceMs
    if (
      closesMs <= sinceMs ||
      this.#furthest === null ||
      this.#furthest.fromMs < fromMs ||
      this.#isLast(after)
    )
      return
    for (const row of this.#groundOf(episode.spot).rows.near(
      { fromMs, toMs: closesMs, points },
      0
    )) {
      if (row.isDue || row.passed > 0 || row.fromMs < fromMs || compareRows(after, row) >= 0)
        continue
      if (row.episode !== null && compareRows(row.episode.place, episode.place) <= 0) continue
      if (isOf(row, episode)) this.#makeDue(row)
    }
  }
}

function isAt({ spot }: RepeatEpisode, { lat, lon }: Point): boolean {
  return spot.lat === lat && spot.lon === lon
}

/** The episode is of its kind, or by one of its actors. */
function isOf(row: RepeatRow, { spot }: RepeatEpisode): boolean {
  return (
    spot.isExplosion || spot.kind === row.incident.category || sharesActor(row.actors, spot.actors)
  )
}
