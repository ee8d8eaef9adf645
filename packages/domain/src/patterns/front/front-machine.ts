// The fronts of one scope: attacks come and go at any moment, and only what can see them is looked
// at again.

import type { NearMiss } from '../../detection/near-miss.ts'
import type { ScopeGround, ScopeMachine } from '../../detection/scope-machine.ts'
import type { Finding } from '../../finding/finding.ts'
import type { FoldWork } from '../../fold/fold-work.ts'
import type { Moment } from '../../fold/moment.ts'
import { compareIncidents, type Incident } from '../../incident/incident.ts'
import { dayMs } from '../../space-time/event-time.ts'
import { compareRows } from '../episode/late-rows.ts'
import { ListedEpisodes } from '../machine/listed-episodes.ts'
import { ScopeRows } from '../machine/scope-rows.ts'
import { CellRates } from './cell-rates.ts'
import { Clusters } from './clusters.ts'
import { baseOf, type FrontBase, membersOf } from './front-base.ts'
import { attackOf, type FrontParameters } from './front-parameters.ts'
import { groupOf } from './front-story.ts'
import type { FrontRow, FrontTrack, Member } from './members.ts'

export class FrontMachine implements ScopeMachine {
  readonly #parameters: FrontParameters
  readonly #incidents: readonly Incident[]
  readonly #work: FoldWork
  readonly #rates: CellRates
  readonly #clusters: Clusters
  readonly #listed: ListedEpisodes<FrontTrack>
  readonly #rows: ScopeRows<FrontRow>
  /** Members with rows that have passed, as long as a later attack may see them. */
  #passed: Member[]
  readonly #tracks = new Set<FrontTrack>()
  /** Beginning of the last incident; the last moment asked for. */
  #lastMs = Number.NEGATIVE_INFINITY
  #horizonMs = Number.NEGATIVE_INFINITY
  #base: FrontBase | null = null

  constructor({ parameters, rows, work, base }: ScopeGround<FrontParameters>) {
    this.#parameters = parameters
    this.#incidents = rows
    this.#work = work
    this.#rows = new ScopeRows(rows, incident => attackOf(incident, parameters))
    this.#listed = new ListedEpisodes({
      standing: track => track.standing(parameters),
      finding: (track, isEnded) => track.finding(isEnded, parameters)
    })
    this.#clusters = new Clusters(parameters, track => {
      this.#tracks.add(track)
      this.#listed.change(track)
    })
    const from = base as FrontBase | undefined
    this.#rates = new CellRates(parameters.epsilonDays, parameters.hotRate, from?.times)
    this.#passed = from === undefined ? [] : this.#restored(from)
  }

  #restored(base: FrontBase): Member[] {
    this.#clusters.endedByMs = base.endedByMs ?? Number.NEGATIVE_INFINITY
    const { members, tracks } = membersOf(base, incident => {
      const row = attackOf(incident, this.#parameters) as FrontRow
      row.passed = this.#rows.nextPassed()
      return row
    })
    for (const member of members) this.#clusters.add(member)
    for (const track of tracks) {
      this.#tracks.add(track)
      this.#listed.change(track)
    }
    return members
  }

  put(incident: Incident): void {
    this.#rows.put(incident)
  }

  take(incident: Incident): void {
    this.#rows.take(incident)
  }

  refold(from: number): boolean {
    const { gone, come, isSettled } = this.#rows.takeChange(from)
    if (gone.length > 0 || come.length > 0) this.#replace(gone, come)
    else if (isSettled) this.#settle(from)
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

  /** Attacks in no front that lack one neighbour to be cores. */
  nearly({ horizonMs }: Moment): readonly NearMiss[] {
    const { epsilonDays, epsilonKm } = this.#parameters
    const youngAfterMs = horizonMs - epsilonDays * dayMs
    const misses = new Map<string, NearMiss>()
    for (const member of this.#membersSince(youngAfterMs)) {
      const { neighbours: value, needed: threshold, front, first } = member
      if (front !== null || value !== threshold - 1) continue
      const near = this.#clusters.near(member).flatMap(other => other.rows)
      const incidents = near.map(row => row.incident).sort(compareIncidents)
      misses.set(incidents.map(i => i.id).join(' '), {
        group: groupOf(first),
        measure: {
          name: `incidents within ${epsilonKm} km and ${epsilonDays} days`,
          value,
          threshold,
          baseline: null
        },
        lacks: '1 more attack',
        incidents
      })
    }
    return [...misses.values()]
  }

  passBefore(count: number): void {
    for (const { fromMs } of this.#incidents.slice(0, count))
      this.#clusters.endedByMs = Math.max(this.#clusters.endedByMs, fromMs)
    for (const row of this.#rows.pass(count)) {
      this.#rates.pass(row)
      const member = row.member as Member
      if (member.first === row) this.#passed.push(member)
    }
    this.#base = null
  }

  forget(beforeMs: number): void {
    // An attack that comes later ends after this, and lasts no longer than the distance in time
    // between neighbours. It makes its neighbours denser, whose own neighbours are then told.
    const windowMs = this.#parameters.epsilonDays * dayMs
    const isSeen = (member: Member) =>
      member.toMs > beforeMs - 4 * windowMs || member.rows.some(row => row.passed === 0)
    for (const member of this.#passed) if (!isSeen(member)) this.#clusters.forget(member)
    this.#passed = this.#passed.filter(isSeen)
    this.#rates.forget(beforeMs - windowMs)
    for (const track of this.#listed.takeEndedBefore(beforeMs)) this.#tracks.delete(track)
    for (const track of this.#tracks) {
      if (track.front === null || track.passedRoot !== track) this.#tracks.delete(track)
      else track.forgetPassed()
    }
    this.#base = null
  }

  base(): FrontBase {
    this.#base ??= baseOf({
      endedByMs: this.#clusters.endedByMs,
      times: this.#rates.passed(),
      members: this.#passed,
      tracks: this.#tracks,
      near: member => this.#clusters.near(member)
    })
    return this.#base
  }

  isBlank(): boolean {
    const { times, members, fronts } = this.base()
    return times.length + members.length + fronts.length === 0
  }

  /** What no tick has reached may still show what ended before it. */
  get #nowMs(): number {
    return Math.max(this.#horizonMs, this.#lastMs, this.#clusters.endedByMs)
  }

  #replace(gone: readonly FrontRow[], come: readonly FrontRow[]): void {
    const told: FrontRow[] = []
    for (const row of gone) this.#rates.remove(row, told)
    for (const row of come) this.#rates.add(row, told)
    const hot = told.length === 0 ? noRows : new Set(told).difference(new Set(gone))
    for (const row of come) row.needed = this.#neededBy(row)
    const [first, last] = [gone[0], come.at(-1)]
    if (gone.length === 0 && come.length === 1 && last?.incident === this.#incidents.at(-1))
      this.#step(come)
    // What moved far is looked at apart in both places.
    else if (
      first &&
      last &&
      Math.abs(first.fromMs - last.fromMs) > this.#parameters.epsilonDays * dayMs
    ) {
      this.#again(gone, [], hot)
      this.#again([], come, hot)
    } else this.#again(gone, come, hot)
    // Some may need more neighbours now, or fewer.
    if (hot.size === 0) return
    const others = [...hot].filter(row => row.needed !== this.#neededBy(row))
    for (const row of others) row.needed = this.#neededBy(row)
    if (others.length > 0) this.#again(others, others)
  }

  /** Incidents out of place within their moment were put in their places. */
  #settle(from: number): void {
    const first = this.#incidents[from]
    const moved = this.#rows.takeOutOfPlace()
    if (first === undefined || moved.length === 0) return
    const { fromMs, toMs } = first
    const undone = this.#clusters.undo(
      { fromMs, toMs, late: 0, passed: 0, incident: { id: '' } },
      moved,
      []
    )
    for (const row of moved) row.late = 0
    this.#step(undone.sort(compareRows))
  }

  /**
   * Without some attacks and with others, all that can see them is folded again. What is done again
   * anyway is not done once more for what it needs now, if it is `hot`.
   */
  #again(
    gone: readonly FrontRow[],
    come: readonly FrontRow[],
    hot: ReadonlySet<FrontRow> = noRows
  ): void {
    const from = [...gone, ...come].reduce<FrontRow | null>(
      (a, b) => (a === null || compareRows(b, a) < 0 ? b : a),
      null
    )
    if (from === null) return
    const isNew = come.filter(row => row.member === null)
    const undone = this.#clusters.undo(from, gone, isNew)
    if (gone.length + undone.length === 0 && come.length === 1) {
      this.#step(come)
      return
    }
    if (hot.size > 0) for (const row of undone) if (hot.has(row)) row.needed = this.#neededBy(row)
    const [left, back] = [new Set(gone), new Set(come)]
    this.#step([...undone.filter(row => !left.has(row)), ...back].sort(compareRows))
  }

  #step(rows: readonly FrontRow[]): void {
    for (const row of rows) this.#clusters.step(row)
    this.#work.steps += rows.length
  }

  /** One more neighbour if three are usual at the cell's own rate. */
  #neededBy(row: FrontRow): number {
    const { minPoints, minPointsHot } = this.#parameters
    return this.#rates.isHot(row) ? minPointsHot : minPoints
  }

  /** Members that ended after a moment, in order. */
  #membersSince(endedAfterMs: number): readonly Member[] {
    const members = new Set(this.#passed.filter(({ toMs }) => toMs > endedAfterMs))
    const sinceMs = endedAfterMs - this.#parameters.epsilonDays * dayMs
    let at = this.#incidents.length
    while (at > 0 && (this.#incidents[at - 1] as Incident).fromMs >= sinceMs) at -= 1
    for (const { id, toMs } of this.#incidents.slice(at)) {
      const member = this.#rows.get(id)?.member
      if (toMs > endedAfterMs && member) members.add(member)
    }
    return [...members]
  }
}

const noRows: ReadonlySet<FrontRow> = new Set()
