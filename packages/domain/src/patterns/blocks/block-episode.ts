// One episode of a window block: from the threshold to what is below the leave. It grows in place;
// places to go on from are the lengths of its lists, since they only grow.

import { evidenceMax, type Finding } from '../../finding/finding.ts'
import { NamedCounts, namedOf } from '../../finding/named-evidence.ts'
import type { Incident } from '../../incident/incident.ts'
import type { Fatalities } from '../../report/report.ts'
import { dayMs } from '../../space-time/event-time.ts'
import { namesMore } from '../episode/named-support.ts'
import type { Member } from './moving-window.ts'

/** A place along an episode from which it can go on. It never changes: episodes share it. */
interface Mark {
  /** Number of rows folded since the row that began the episode, itself included. */
  readonly count: number
  readonly numbers: EpisodeNumbers
  readonly marks: number
  readonly triggers: number
  readonly support: number
}

/** What an episode counts; replaced, never changed. */
interface EpisodeNumbers {
  readonly fromMs: number
  /** Levels passed, the entry not counted. */
  readonly passed: number
  /** The measure at the last trigger, and the deaths then, if the block measures them. */
  readonly value: number
  readonly deaths?: Fatalities
  /** When it ends, if nothing more happens. */
  readonly closesMs: number
  readonly lastMs: number
  readonly intervals: number
  readonly triggersOmitted: number
  readonly supportOmitted: number
}

export interface EpisodeMark {
  readonly atMs: number
  readonly reason: string
}

/** All of an episode, as plain data. */
export interface EpisodeData {
  readonly numbers: EpisodeNumbers
  readonly marks: readonly EpisodeMark[]
  readonly triggers: readonly Incident[]
  readonly support: readonly Incident[]
}

/** What is known of a scope before its rows, as plain data. */
export interface BlockBase {
  /** Incidents before the rows that are still in the window, in order of the fold. */
  readonly within: readonly Incident[]
  /** True if they are a session that goes on. */
  readonly isSession: boolean
  readonly open: EpisodeData | null
  /** Findings that ended before the rows. */
  readonly ended: readonly Finding[]
}

/** Near the last incident each place is kept, further back every so manieth. */
const placesNear = 16
const placeEach = 8

export class BlockEpisode {
  /** Index of the row that began it; negative if it began before the rows. */
  entry: number
  /** Grows with each change. */
  version = 0
  /** What was made of it last: of which version, and with which end. */
  made: {
    readonly version: number
    readonly toMs: number | null
    readonly finding: Finding
  } | null = null
  numbers: EpisodeNumbers
  readonly marks: EpisodeMark[]
  readonly triggers: Incident[]
  readonly support: Incident[]
  #places: Mark[] = []
  /** Of the triggers, by handling; made once they are as many as are named. */
  #named: NamedCounts | null = null
  /** The lists as findings hold them: the same object until one more is named. */
  #told: { readonly triggers: readonly Incident[]; readonly support: readonly Incident[] } = {
    triggers: [],
    support: []
  }

  constructor(entry: number, { numbers, marks, triggers, support }: EpisodeData) {
    this.entry = entry
    this.numbers = numbers
    this.marks = [...marks]
    this.triggers = [...triggers]
    this.support = [...support]
  }

  /** The episode that begins with these members, which are in order of the fold. */
  static begun(
    entry: number,
    members: readonly Member[],
    marks: readonly EpisodeMark[],
    value: number
  ): BlockEpisode {
    const counted = members.flatMap(({ amount, incident }) => (amount === null ? [] : [incident]))
    let [fromMs, lastMs] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
    for (const incident of counted) {
      fromMs = Math.min(fromMs, incident.fromMs)
      lastMs = Math.max(lastMs, incident.toMs)
    }
    const triggers = namedOf(counted)
    const numbers = {
      fromMs,
      passed: marks.length - 1,
      value,
      closesMs: Number.POSITIVE_INFINITY,
      lastMs,
      intervals: counted.filter(isInterval).length,
      triggersOmitted: counted.length - triggers.length,
      supportOmitted: 0
    }
    const episode = new BlockEpisode(entry, { numbers, marks, triggers, support: [] })
    for (const { amount, incident } of members) if (amount === null) episode.addSupport(incident)
    return episode
  }

  /** The triggers and the support as they are now, which do not grow with it. */
  get told() {
    const { triggers, support } = this.#told
    const isTold =
      triggers.length === this.triggers.length && support.length === this.support.length
    if (!isTold)
      this.#told = {
        triggers: triggers.length === this.triggers.length ? triggers : this.triggers.slice(),
        support: support.length === this.support.length ? support : this.support.slice()
      }
    return this.#told
  }

  addSupport(incident: Incident): void {
    if (namesMore({ kept: this.support, omitted: 0 }, incident)) this.support.push(incident)
    else this.numbers = { ...this.numbers, supportOmitted: this.numbers.supportOmitted + 1 }
  }

  /**
   * Takes another trigger, with the measure that it makes; `marks` are those of levels that it
   * passes.
   */
  addTrigger(incident: Incident, value: number, marks: readonly EpisodeMark[]): void {
    const { fromMs, passed, lastMs, intervals, triggersOmitted } = this.numbers
    this.marks.push(...marks)
    const isNamed = this.#hasRoomFor(incident)
    if (isNamed) this.triggers.push(incident)
    this.numbers = {
      ...this.numbers,
      fromMs: Math.min(fromMs, incident.fromMs),
      passed: passed + marks.length,
      value,
      lastMs: Math.max(lastMs, incident.toMs),
      intervals: intervals + (isInterval(incident) ? 1 : 0),
      triggersOmitted: triggersOmitted + (isNamed ? 0 : 1)
    }
  }

  #hasRoomFor({ handling }: Incident): boolean {
    if (this.triggers.length < evidenceMax) return true
    this.#named ??= new NamedCounts(this.triggers)
    const hasRoom = this.#named.leavesRoomFor(handling)
    if (hasRoom) this.#named.add(handling)
    return hasRoom
  }

  /** States when it ends, and the deaths of its window, after `count` rows. */
  closes(closesMs: number, deaths: Fatalities | undefined, count: number): void {
    this.version += 1
    this.numbers =
      deaths === undefined ? { ...this.numbers, closesMs } : { ...this.numbers, closesMs, deaths }
    const { numbers, marks, triggers, support } = this
    const places = this.#places
    places.push({
      count: count - this.entry,
      numbers,
      marks: marks.length,
      triggers: triggers.length,
      support: support.length
    })
    if (places.length % (2 * placesNear) === 0)
      this.#places = places.filter(
        (place, i) => i >= places.length - placesNear || place.count % placeEach === 0
      )
  }

  /** Goes back to how it was after so many rows. False, and no change, if that is not known. */
  rewind(count: number): boolean {
    const at = this.#placeUpTo(count)
    const place = this.#places[at]
    if (place === undefined || place.count + this.entry !== count) return false
    this.#places.length = at + 1
    this.version += 1
    this.#goBackTo(place)
    return true
  }

  /**
   * The episode as it was after at most so many rows, at the latest place that is known, and their
   * number; null if none is.
   */
  atMost(count: number): { readonly episode: BlockEpisode; readonly count: number } | null {
    const at = this.#placeUpTo(count)
    const place = this.#places[at]
    if (place === undefined) return null
    const episode = new BlockEpisode(this.entry, this)
    episode.#places = this.#places.slice(0, at + 1)
    episode.#told = this.#told
    episode.#goBackTo(place)
    return { episode, count: place.count + this.entry }
  }

  /** Index of the latest place after at most so many rows; −1 if there is none. */
  #placeUpTo(count: number): number {
    let at = this.#places.length - 1
    while (at >= 0 && (this.#places[at] as Mark).count + this.entry > count) at -= 1
    return at
  }

  #goBackTo(place: Mark): void {
    this.numbers = place.numbers
    this.marks.length = place.marks
    this.triggers.length = place.triggers
    this.support.length = place.support
    this.#named = null
    const { triggers, support } = this.#told
    // A longer list names what has come since, and may not come again.
    this.#told = {
      triggers: triggers.length <= place.triggers ? triggers : [],
      support: support.length <= place.support ? support : []
    }
  }

  /** The rows before it have become more or fewer. Places before the first row go. */
  shift(by: number): void {
    this.entry += by
    let gone = 0
    while (gone < this.#places.length && (this.#places[gone] as Mark).count + this.entry <= 0)
      gone += 1
    if (gone > 0) this.#places.splice(0, gone)
  }

  data(): EpisodeData {
    const { numbers, marks, triggers, support } = this
    return { numbers, marks: [...marks], triggers: [...triggers], support: [...support] }
  }
}

function isInterval({ fromMs, toMs }: Incident): boolean {
  return toMs - fromMs >= dayMs
}

/** One mark for each level that was passed at once. */
export function marksOf(levels: number, atMs: number, reason: string): EpisodeMark[] {
  return Array.from({ length: levels }, () => ({ atMs, reason }))
}
