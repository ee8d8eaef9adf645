// The fold of attacks on civilians into episodes, changed in place. Each row joins the first open
// episode that it belongs to, opens one with loose rows before it, or is loose. When a row comes or
// goes, only later rows that may decide otherwise by it are looked at again, in order, until
// nothing more differs.

import type { FoldWork } from '../../fold/fold-work.ts'
import type { IncidentPlace } from '../../incident/incident.ts'
import { dayMs } from '../../space-time/event-time.ts'
import { compareRows, type FoldPlace } from '../episode/late-rows.ts'
import { isAt, type RepeatVictimisationParameters } from './civilian-harm.ts'
import { HarmEpisode, type SavedHarm } from './harm-episode.ts'
import { isSameOpening, type Opening, openingOf } from './harm-openings.ts'
import { type HarmRow, type HarmState, longestDays, type Spot, spotOf } from './harm-row.ts'
import { NearHarm } from './near-harm.ts'
import { actorKeysOf, PlacesOfEpisodes } from './places-of-episodes.ts'
import { WaitingRows } from './waiting-rows.ts'

export interface HarmGround {
  readonly parameters: RepeatVictimisationParameters
  readonly work: FoldWork
  /** The row of an incident that has not passed. */
  rowOf(id: string): HarmRow | undefined
}

/** Told of what happens to episodes. */
export interface EpisodeWatch {
  begins(episode: HarmEpisode): void
  changes(episode: HarmEpisode): void
  vanishes(episode: HarmEpisode): void
}

export class HarmFold {
  readonly #parameters: RepeatVictimisationParameters
  readonly #work: FoldWork
  readonly #rowOf: HarmGround['rowOf']
  readonly #watch: EpisodeWatch
  /** All rows that were looked at; of those that have passed only the loose ones. */
  readonly #rows: NearHarm
  readonly #places: PlacesOfEpisodes<HarmEpisode>
  readonly #waiting = new WaitingRows()
  /** Episodes with members that are not up to date. */
  readonly #behind = new Set<HarmEpisode>()
  /** No row that was looked at comes after this. */
  #furthest: FoldPlace | null = null
  /**
   * By id, those loose when they passed: a revised incident may be loose twice, and is taken with
   * its earlier self.
   */
  readonly #passedLoose = new Map<string, HarmRow[]>()
  /** Episodes that would have ended at this moment have ended, whatever comes. */
  endedByMs = Number.NEGATIVE_INFINITY

  constructor(ground: HarmGround, watch: EpisodeWatch) {
    const { parameters, work, rowOf } = ground
    this.#parameters = parameters
    this.#work = work
    this.#rowOf = rowOf
    this.#watch = watch
    this.#rows = new NearHarm(parameters.placeKm)
    this.#places = new PlacesOfEpisodes<HarmEpisode>(parameters.placeKm)
  }

  /** An episode, or a loose row, of before the rows. */
  restore(saved: SavedHarm, begun: FoldPlace): void {
    this.#watch.begins(new HarmEpisode(saved, begun, this.#places, this.#parameters))
  }

  restoreLoose(row: HarmRow): void {
    row.state = 'loose'
    this.#rows.add(row)
    this.#passLoose(row)
  }

  /** Rows come and go in any order until `settle`, and their places may change. */
  loosen(): void {
    this.#waiting.loosen()
  }

  come(row: HarmRow): void {
    this.#waiting.add(row)
  }

  go(row: HarmRow): void {
    row.isGone = true
    this.#undo(row)
    this.#rows.remove(row)
  }

  /** Rows of one moment change their places: they go, and come again. */
  move(rows: readonly HarmRow[]): void {
    if (this.#furthest !== null) {
      const { fromMs, toMs, passed } = this.#furthest
      this.#furthest = {
        fromMs,
        toMs,
        passed,
        late: Number.POSITIVE_INFINITY,
        incident: { id: '' }
      }
    }
    for (const row of rows) this.#undo(row)
    for (const row of rows) {
      row.late = 0
      this.#waiting.add(row)
    }
  }

  /** Looks at all that waits, and at what that changes. */
  settle(): void {
    for (;;) {
      const next = this.#waiting.first
      for (const episode of this.#behind) this.#catchUp(episode, next)
      if (this.#waiting.first !== next) continue
      if (next === null) return
      this.#waiting.take()
      this.#decide(next)
    }
  }

  #nowOf({ fromMs }: FoldPlace): number {
    return Math.max(fromMs, this.endedByMs)
  }

  #decide(row: HarmRow): void {
    this.#work.steps += 1
    if (row.state === 'new') {
      this.#rows.keep(row)
      row.state = 'undone'
    }
    const story = this.#storyFor(row)
    const opening =
      story === null && row.grows
        ? openingOf(row, this.#rows, this.#nowOf(row), this.#parameters)
        : null
    const state: HarmState =
      story !== null ? 'joined' : !row.grows ? 'aside' : opening === null ? 'loose' : 'opened'
    if (!this.#isAsBefore(row, state, story, opening)) {
      this.#undo(row)
      row.state = state
      if (story !== null) this.#join(row, story)
      else if (opening !== null) this.#open(row, opening)
      else if (state === 'loose') this.#loosenRow(row)
    }
    if (this.#furthest === null || compareRows(this.#furthest, row) < 0) this.#furthest = row
  }

  #isAsBefore(
    row: HarmRow,
    state: HarmState,
    story: HarmEpisode | null,
    opening: Opening | null
  ): boolean {
    if (row.state !== state) return false
    if (state === 'joined') return row.episode === story
    if (opening === null) return true
    const before = episodeOf(row) as HarmEpisode
    return (
      before.opening !== null &&
      isSameOpening(before.opening, opening) &&
      before.taken.every(other => other.takenBy === row) &&
      this.#namesakesOf(opening, row).every(other => other.takenBy === row)
    )
  }

  /** The first episode that it belongs to. */
  #storyFor(row: HarmRow): HarmEpisode | null {
    const nowMs = this.#nowOf(row)
    let first: HarmEpisode | null = null
    this.#places.each(row, (episode, since) => {
      // Most ended long ago; what a place in the fold knows of the end is no later.
      if (
        episode === first ||
        episode.closesMs <= nowMs ||
        (first !== null && compareRows(first.begun, episode.begun) < 0)
      )
        return
      if (compareRows(since, row) < 0 && episode.isOpenFor(row, nowMs)) first = episode
    })
    return first
  }

  /** Takes back what was decided. */
  #undo(row: HarmRow): void {
    const { state } = row
    const episode = episodeOf(row)
    if (state === 'new') return
    row.state = 'undone'
    row.episode = null
    if (state === 'loose') {
      if (row.takenBy !== null) this.#waiting.add(row.takenBy)
      this.#wakeAfterLoose(row, row)
    }
    if (episode === null) return
    if (state === 'opened') this.#vanish(episode, row)
    else {
      episode.remove(row)
      this.#fallBehind(episode)
      this.#wakeMembers(episode, row, row.added)
      row.added = []
    }
  }

  #join(row: HarmRow, story: HarmEpisode): void {
    row.episode = story
    row.takenBy = null
    story.add(row)
    this.#fallBehind(story)
  }

  #loosenRow(row: HarmRow): void {
    this.#rows.add(row)
    this.#wakeAfterLoose(row, row)
    for (const { takenBy } of this.#passedLoose.get(row.incident.id) ?? [])
      if (takenBy !== null) this.#waiting.add(takenBy)
  }

  #open(row: HarmRow, opening: Opening): void {
    const episode = HarmEpisode.opened(row, opening, this.#places, this.#parameters)
    row.episode = episode
    row.takenBy = null
    episode.taken = [...opening.earlier, ...this.#namesakesOf(opening, row)]
    for (const other of episode.taken) {
      if (other.takenBy !== null && other.takenBy !== row) this.#waiting.add(other.takenBy)
      other.takenBy = row
      this.#wakeAfterLoose(other, row)
    }
    this.#watch.begins(episode)
    this.#wakeNear(episode, row, row.fromMs, episode.closesMs)
  }

  /** Loose rows of the same incidents, revised since. */
  #namesakesOf({ earlier }: Opening, row: HarmRow): HarmRow[] {
    if (this.#passedLoose.size === 0) return []
    const found: HarmRow[] = []
    for (const { incident } of [...earlier, row]) {
      const live = this.#rowOf(incident.id)
      for (const other of [
        ...(this.#passedLoose.get(incident.id) ?? []),
        ...(live === undefined ? [] : [live])
      ]) {
        const isLoose =
          other.state === 'loose' &&
          (other.takenBy === null || compareRows(other.takenBy, row) >= 0)
        if (isLoose && compareRows(other, row) < 0 && !earlier.includes(other)) found.push(other)
      }
    }
    return found
  }

  #vanish(episode: HarmEpisode, opener: HarmRow): void {
    episode.vanish()
    this.#behind.delete(episode)
    this.#watch.vanishes(episode)
    for (const row of episode.members) this.#leave(row)
    for (const row of episode.taken) {
      if (row.takenBy !== opener) continue
      row.takenBy = null
      if (row.state === 'loose') this.#wakeAfterLoose(row, opener)
    }
  }

  /** It is no longer in its episode, which knows. */
  #leave(row: HarmRow): void {
    row.state = 'undone'
    row.episode = null
    row.added = []
    this.#waiting.add(row)
  }

  #fallBehind(episode: HarmEpisode): void {
    this.#behind.add(episode)
    this.#watch.changes(episode)
  }

  #catchUp(episode: HarmEpisode, until: HarmRow | null): void {
    const { moved, left } = episode.catchUp(until, this.endedByMs)
    for (const row of left) this.#leave(row)
    for (const { row, before } of moved) {
      const gone = before.filter(place => !row.added.includes(place))
      const come = row.added.filter(place => !before.includes(place))
      this.#wakeMembers(episode, row, gone)
      this.#wakeAt(
        spotOf(come, this.#parameters.placeKm),
        episode,
        row,
        row.fromMs,
        episode.announcedMs
      )
    }
    if (!episode.isCurrent) return
    this.#behind.delete(episode)
    const { announcedMs, closesMs } = episode
    episode.announcedMs = closesMs
    if (closesMs > announcedMs) this.#wakeNear(episode, episode.begun, announcedMs, closesMs)
  }

  /** A row is loose after a place in the fold, or is no longer. */
  #wakeAfterLoose(loose: HarmRow, after: FoldPlace): void {
    if (this.#isFurthest(after)) return
    this.#rows.fileAll()
    const { actors, fromMs } = loose
    const untilMs = loose.toMs + longestDays(this.#parameters) * dayMs
    for (const found of [
      this.#rows.at(loose, fromMs, untilMs),
      this.#rows.by(actors, fromMs, untilMs)
    ])
      for (const row of found)
        if ((row.state === 'loose' || row.state === 'opened') && compareRows(row, after) > 0)
          this.#waiting.add(row)
  }

  /** An episode is open for rows that begin between two moments. */
  #wakeNear(episode: HarmEpisode, after: FoldPlace, fromMs: number, toMs: number): void {
    if (this.#isFurthest(after) || (this.#furthest?.fromMs ?? fromMs) < fromMs) return
    this.#rows.fileAll()
    for (const known of episode.places) this.#wakeAt(known, episode, after, fromMs, toMs)
    for (const row of this.#rows.by(actorKeysOf(episode), fromMs, toMs))
      this.#wakeFor(episode, row, after)
  }

  #wakeAt(spot: Spot, episode: HarmEpisode, after: FoldPlace, fromMs: number, toMs: number): void {
    if (this.#isFurthest(after)) return
    this.#rows.fileAll()
    for (const row of this.#rows.at(spot, fromMs, toMs)) this.#wakeFor(episode, row, after)
  }

  /** A row may belong to an episode, unless it is in an earlier one. */
  #wakeFor(episode: HarmEpisode, row: HarmRow, after: FoldPlace): void {
    if (compareRows(row, after) <= 0) return
    if (
      row.state === 'joined' &&
      row.episode !== null &&
      compareRows(row.episode.begun, episode.begun) <= 0
    )
      return
    this.#waiting.add(row)
  }

  /** Later members at places that are no longer those of their episode. */
  #wakeMembers(episode: HarmEpisode, after: FoldPlace, places: readonly IncidentPlace[]): void {
    if (places.length === 0) return
    const { placeKm } = this.#parameters
    for (const row of episode.members)
      if (compareRows(row, after) > 0 && places.some(place => isAt(row.incident, place, placeKm)))
        this.#waiting.add(row)
  }

  /** True if no row that was looked at comes after a place. */
  #isFurthest(place: FoldPlace): boolean {
    return this.#furthest === null || compareRows(place, this.#furthest) >= 0
  }

  /** The first rows leave the list: they carry their places already. */
  pass(rows: readonly HarmRow[]): void {
    const episodes = new Set<HarmEpisode>()
    let prunedMs = Number.NEGATIVE_INFINITY
    for (const row of rows) {
      const { state, fromMs } = row
      const episode = episodeOf(row)
      this.endedByMs = Math.max(this.endedByMs, fromMs)
      if (episode !== null) episodes.add(episode)
      if (state === 'loose') this.#passLoose(row)
      else this.#rows.remove(row)
      // From here on no window reaches further back, even that of a row that comes later and began
      // earlier.
      if (state === 'loose' || state === 'opened')
        prunedMs = Math.max(prunedMs, fromMs - longestDays(this.#parameters) * dayMs)
    }
    for (const episode of episodes) {
      if (episode.begun.passed > 0) for (const row of episode.taken) this.#dropLoose(row)
      episode.passBefore()
    }
    this.#dropLooseUntil(prunedMs)
    this.#rows.forgetKept()
  }

  /** Loose rows that ended before a moment are needed by none to come. */
  forgetLoose(beforeMs: number): void {
    this.#dropLooseUntil(beforeMs - 1)
  }

  /** An episode that ended before all rows. */
  forget(episode: HarmEpisode): void {
    episode.vanish()
  }

  /** Loose rows that have passed, in order; those that a later row took among them. */
  passedLoose(): HarmRow[] {
    return [...this.#passedLoose.values()].flat().sort(compareRows)
  }

  #passLoose(row: HarmRow): void {
    const { id } = row.incident
    this.#passedLoose.set(id, [...(this.#passedLoose.get(id) ?? []), row])
  }

  #dropLooseUntil(ms: number): void {
    for (const rows of this.#passedLoose.values())
      for (const row of rows) if (row.toMs <= ms) this.#dropLoose(row)
  }

  #dropLoose(row: HarmRow): void {
    const { id } = row.incident
    this.#rows.remove(row)
    const rest = (this.#passedLoose.get(id) ?? []).filter(other => other !== row)
    if (rest.length === 0) this.#passedLoose.delete(id)
    else this.#passedLoose.set(id, rest)
  }
}

/** Rows know of their episode only where it begins: those of one fold are in its own. */
function episodeOf({ episode }: HarmRow): HarmEpisode | null {
  return episode as HarmEpisode | null
}
