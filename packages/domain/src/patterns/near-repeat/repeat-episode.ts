// An episode of a near repeat: the attacks that joined it, in order of the fold, and what each of
// them made of it. They come and go at any place: what follows is computed again until it is as it
// was.

import type { Finding } from '../../finding/finding.ts'
import type { Incident } from '../../incident/incident.ts'
import { dayMs } from '../../space-time/event-time.ts'
import type { Point } from '../../space-time/geometry.ts'
import { isSameHidden } from '../episode/hidden-count.ts'
import { compareRows, type FoldPlace } from '../episode/late-rows.ts'
import type { Placed } from '../episode/space-time-grid.ts'
import type { Standing } from '../machine/listed-episodes.ts'
import type { ScopeRow } from '../machine/scope-rows.ts'
import { countedOf, type NearRepeatParameters, reachOf } from './near-repeat-parameters.ts'
import { RepeatAttack } from './repeat-attack.ts'
import {
  type Beginning,
  describe,
  recentMax,
  type Said,
  type Spot,
  type Stand,
  standAfter,
  type Told
} from './repeat-story.ts'

/** An attack among the rows of a machine, and what the fold made of it. */
export class RepeatRow extends RepeatAttack implements Placed, ScopeRow {
  late = 0
  passed = 0
  met = 0
  /** It is to be decided again. */
  isDue = false
  /** It joins an episode, waits for others, or opens an episode with those that waited. */
  does: 'nothing' | 'joins' | 'waits' | 'opens' = 'nothing'
  /** The one that it joins or opens. */
  episode: RepeatEpisode | null = null
  /** The later one that was opened with it, if it waited. */
  takenBy: RepeatEpisode | null = null

  /** It is in no episode, but for one that was opened by it or with it. */
  get isFree(): boolean {
    return this.does === 'waits' || this.does === 'opens'
  }
}

/** The row of an incident; null if it does not count. */
export function rowOf(incident: Incident, parameters: NearRepeatParameters): RepeatRow | null {
  const counted = countedOf(incident, parameters)
  return counted === null ? null : new RepeatRow(incident, counted, parameters)
}

interface Member {
  readonly row: RepeatRow
  /** Attacks of the episode that its window contains, itself included. */
  count: number
  /** What its stand was made from, and with which count. */
  from: Stand | null
  counted: number
  stand: Stand
  isSupport: boolean
}

export class RepeatEpisode implements Placed {
  readonly spot: Spot
  readonly points: readonly Point[]
  /** It lasts no longer than this. */
  readonly fromMs: number
  readonly toMs: number
  met = 0
  /** Where it was opened in the order of the fold. */
  readonly place: FoldPlace
  /** What opened it; null if that was in an earlier machine. */
  readonly opener: RepeatRow | null
  /** The attacks that waited and were opened with it, as long as they can still be another's. */
  near: readonly RepeatRow[] = []
  isGone = false
  readonly #parameters: NearRepeatParameters
  readonly #windowMs: number
  #beginning: Beginning
  readonly #members: Member[] = []
  /** Number of members that are support. */
  #supporters = 0
  /** When it ends if nothing else comes. Kept, as it is asked of all around an attack. */
  closesMs: number
  #said: Said | null = null

  constructor(
    { spot, beginning }: SavedEpisode,
    { place, opener }: { readonly place: FoldPlace; readonly opener: RepeatRow | null },
    parameters: NearRepeatParameters
  ) {
    this.spot = spot
    this.points = [{ lat: spot.lat, lon: spot.lon }]
    this.fromMs = spot.enteredMs
    this.toMs = spot.enteredMs + parameters.longestDays * dayMs
    this.place = place
    this.opener = opener
    this.#parameters = parameters
    this.#windowMs = reachOf(spot.isExplosion, parameters).days * dayMs
    this.#beginning = beginning
    this.closesMs = this.#closesAfter(0)
  }

  /** When it ends as known before a place in the fold. */
  closesBefore(row: FoldPlace): number {
    return this.#closesAfter(this.#indexOf(row))
  }

  get rows(): readonly RepeatRow[] {
    return this.#members.map(({ row }) => row)
  }

  enter(row: RepeatRow): void {
    const at = this.#indexOf(row)
    const { stand } = this.#beginning
    this.#members.splice(at, 0, {
      row,
      count: this.#countAt(at, row),
      from: null,
      counted: 0,
      stand,
      isSupport: false
    })
    this.#again(at, this.#recount(at + 1, row, 1))
  }

  /**
   * Gives the later members that would come after its end now. What would have ended by a moment
   * has ended, whatever comes.
   */
  leave(row: RepeatRow, endedByMs: number): readonly RepeatRow[] {
    const at = this.#indexOf(row)
    const [gone] = this.#members.splice(at, 1) as [Member]
    if (gone.isSupport) this.#supporters -= 1
    const changed = this.#again(at, this.#recount(at, row, -1))
    return this.#endedBefore(at, changed, endedByMs)
  }

  /** It began otherwise. Gives the members that would come after its end now. */
  beginAgain(beginning: Beginning, endedByMs: number): readonly RepeatRow[] {
    this.#beginning = beginning
    for (const [at, member] of this.#members.entries()) member.count = this.#countAt(at, member.row)
    this.#again(0, this.#members.length)
    return this.#endedBefore(0, this.#members.length, endedByMs)
  }

  /** Its first member leaves the rows. */
  pass(): void {
    const [{ row, stand, isSupport }] = this.#members.splice(0, 1) as [Member]
    const { recentMs, supporters, ...beginning } = this.#beginning
    const youngAfterMs = row.fromMs - this.#windowMs
    this.#beginning = {
      ...beginning,
      stand,
      recentMs: row.mayTrigger
        ? [...recentMs.filter(ms => ms > youngAfterMs), row.toMs].slice(-recentMax)
        : recentMs,
      supporters: supporters + (isSupport ? 1 : 0)
    }
    if (isSupport) this.#supporters -= 1
  }

  /** Plain data: what it is without the rows. */
  saved(): SavedEpisode {
    return { spot: this.spot, beginning: this.#beginning }
  }

  standing(): Standing | null {
    const { id, enteredMs } = this.spot
    return this.isGone ? null : { bornMs: enteredMs, id, closesMs: this.closesMs }
  }

  /** The same object as long as nothing that it says has changed. */
  finding(isEnded: boolean): Finding {
    const beginning = this.#beginning
    const told: Told = {
      spot: this.spot,
      beginning,
      stand: this.#standAfter(this.#members.length),
      supporters: beginning.supporters + this.#supporters,
      closesMs: this.closesMs,
      isEnded
    }
    if (this.#said === null || !isSameTold(this.#said.of, told))
      this.#said = describe(told, this.#parameters, this.#said)
    return this.#said.finding
  }

  #standAfter(count: number): Stand {
    return this.#members[count - 1]?.stand ?? this.#beginning.stand
  }

  #closesAfter(count: number): number {
    return Math.min(this.#standAfter(count).lastMs + this.#parameters.quietDays * dayMs, this.toMs)
  }

  /** The first index that does not precede a place. */
  #indexOf(row: FoldPlace): number {
    const members = this.#members
    const last = members.at(-1)
    if (last === undefined || compareRows(last.row, row) < 0) return members.length
    let low = 0
    let high = members.length - 1
    while (low < high) {
      const middle = (low + high) >> 1
      if (compareRows((members[middle] as Member).row, row) < 0) low = middle + 1
      else high = middle
    }
    return low
  }

  #countAt(at: number, { fromMs, mayTrigger }: RepeatRow): number {
    if (!mayTrigger) return 0
    const youngAfterMs = fromMs - this.#windowMs
    let count = 1
    for (const ms of this.#beginning.recentMs) if (ms > youngAfterMs) count += 1
    // What triggers lasts no longer than the window.
    for (let i = at - 1; i >= 0; i--) {
      const { row } = this.#members[i] as Member
      if (row.mayTrigger && row.toMs > youngAfterMs) count += 1
      else if (row.fromMs < youngAfterMs - this.#windowMs) break
    }
    return count
  }

  /**
   * One more or less in the windows of those from an index on. Gives the first index that it is too
   * old for.
   */
  #recount(from: number, { toMs, mayTrigger }: RepeatRow, by: 1 | -1): number {
    if (!mayTrigger) return from
    let at = from
    for (; at < this.#members.length; at++) {
      const member = this.#members[at] as Member
      if (member.row.fromMs - this.#windowMs >= toMs) return at
      if (member.row.mayTrigger) member.count += by
    }
    return at
  }

  /**
   * From an index on, at least up to another, until all that follows is as it was. Gives the index
   * of that.
   */
  #again(from: number, until: number): number {
    const settled = this.#steppedFrom(from, until)
    this.closesMs = this.#closesAfter(this.#members.length)
    return settled
  }

  #steppedFrom(from: number, until: number): number {
    let stand = this.#standAfter(from)
    for (let at = from; at < this.#members.length; at++) {
      const member = this.#members[at] as Member
      if (member.from === stand && member.counted === member.count) {
        if (at >= until) return at
      } else this.#step(member, stand)
      stand = member.stand
    }
    return this.#members.length
  }

  #step(member: Member, stand: Stand): void {
    const next = standAfter(stand, member.row, member.count, this.#parameters)
    const isSupport = next.triggers === stand.triggers
    if (isSupport !== member.isSupport) this.#supporters += isSupport ? 1 : -1
    member.isSupport = isSupport
    member.from = stand
    member.counted = member.count
    if (!isSameStand(member.stand, next)) member.stand = next
  }

  /** The first of the members in a range that comes after the end, and all that follow. */
  #endedBefore(from: number, to: number, endedByMs: number): readonly RepeatRow[] {
    for (let at = from; at <= to && at < this.#members.length; at++) {
      const { fromMs } = (this.#members[at] as Member).row
      if (this.#closesAfter(at) <= Math.max(fromMs, endedByMs))
        return this.#members.slice(at).map(({ row }) => row)
    }
    return []
  }
}

/** An episode without the rows that joined it. Plain data. */
export interface SavedEpisode {
  readonly spot: Spot
  readonly beginning: Beginning
}

function isSameStand(a: Stand, b: Stand): boolean {
  if (a.lastMs !== b.lastMs || a.most !== b.most || a.marks !== b.marks) return false
  return a.triggers === b.triggers && a.named === b.named && isSameHidden(a.hidden, b.hidden)
}

function isSameTold(a: Told, b: Told): boolean {
  return (
    a.isEnded === b.isEnded &&
    a.closesMs === b.closesMs &&
    a.supporters === b.supporters &&
    a.stand === b.stand &&
    a.beginning.fromMs === b.beginning.fromMs &&
    a.beginning.actorName === b.beginning.actorName
  )
}
