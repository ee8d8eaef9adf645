// The machine of sequences. Along its incidents it keeps how far sequences have come, so that one
// that comes late is looked at until all is as it was, and the sequences that were completed, each
// with the finding made of it.

import type { NearMiss } from '../../detection/near-miss.ts'
import type { ScopeGround, ScopeMachine } from '../../detection/scope-machine.ts'
import type { Finding } from '../../finding/finding.ts'
import { ToldFinding } from '../../finding/told-finding.ts'
import type { Moment } from '../../fold/moment.ts'
import { placeAfter, placeOf } from '../../fold/sorted.ts'
import type { Incident } from '../../incident/incident.ts'
import { dayMs, formatDay, type Span } from '../../space-time/event-time.ts'
import { blockGroup, mayTrigger } from './block-groups.ts'
import {
  type Completion,
  isSure,
  makeFinding,
  type SequenceParameters
} from './sequence-finding.ts'
import { planOf, type SequencePlan } from './sequence-plan.ts'
import {
  areSame,
  areSamePlaces,
  type Begun,
  firstPlace,
  type SequencePlace,
  stepOf
} from './sequence-steps.ts'

/**
 * Maximum number of sequences that are told per group; the oldest are left out, which the newest
 * finding says. Useful rules stay far below it over years of retention.
 */
export const sequencesMax = 20_000

interface Base {
  readonly place: SequencePlace
  /** In order; unless it ends with an incident, what must be absent at the end may still come. */
  readonly complete: readonly Completion[]
}

/** A sequence of the machine, and what was made of it last. */
interface Kept {
  readonly completion: Completion
  /** Index of the row that completed it; negative if it lies before the rows. */
  at: number
  /** Index of the row that broke the absence at its end; infinity if none did. */
  brokenAt: number
  /** Number of findings before its own, when it was last asked for. */
  place: number
  /** True if it had a finding then. */
  isTold: boolean
  open: Finding | null
  ended: Finding | null
}

const never = Number.POSITIVE_INFINITY
/** Stands before all rows. */
const beforeRows = -1

export class SequenceMachine implements ScopeMachine {
  readonly #ground: ScopeGround<SequenceParameters>
  readonly #plan: SequencePlan
  /** How far sequences have come where the rows begin. */
  #first: SequencePlace
  /** The same after each row. */
  #places: SequencePlace[] = []
  /** In order of completion, and so of when they are complete. */
  #kept: Kept[]
  /** Beginning of the last row that came or went since the last look. */
  #changedToMs: number | null = null
  #list: readonly Finding[] = []
  /**
   * How many of those kept, from the first, give the same findings as when they were last asked
   * for.
   */
  #settled = 0
  /** The first that is told, and the moment, when they were last asked for. */
  #told = 0
  #moment: Moment | null = null
  #note: { readonly of: Finding; readonly finding: Finding } | null = null

  constructor(ground: ScopeGround<SequenceParameters>) {
    this.#ground = ground
    this.#plan = planOf(ground.parameters.steps, ground.parameters.withinDays)
    const base = ground.base as Base | undefined
    this.#first = base?.place ?? firstPlace(this.#plan)
    this.#kept = (base?.complete ?? []).map(completion => keptOf(completion, beforeRows))
  }

  put({ fromMs }: Incident): void {
    this.#changedToMs = Math.max(this.#changedToMs ?? fromMs, fromMs)
  }

  take({ fromMs }: Incident): void {
    this.#changedToMs = Math.max(this.#changedToMs ?? fromMs, fromMs)
  }

  refold(from: number, span: Span): boolean {
    const { rows, work } = this.#ground
    const untilMs = this.#changedToMs ?? span.toMs
    this.#changedToMs = null
    const more = rows.length - this.#places.length
    const start = this.#kept.findLastIndex(one => one.at < from) + 1
    const were = this.#kept.splice(start)
    const wasBroken = this.#mend(from)
    const fresh: SequencePlace[] = []
    let place = this.#placeBefore(from)
    let at = from
    for (; at < rows.length; at++) {
      const row = rows[at] as Incident
      // What follows is the same as before, and so is what it follows: no other sequence can be
      // completed any more.
      if (
        row.fromMs > untilMs &&
        at - more >= from &&
        areSamePlaces(place, this.#placeBefore(at - more))
      )
        break
      work.steps += 1
      place = this.#walk(place, row, at)
      fresh.push(place)
    }
    const gone = were.findIndex(one => one.at >= at - more)
    const later = gone === -1 ? [] : were.splice(gone)
    if (at < rows.length) this.#breakBy(at)
    this.#places.splice(from, at - more - from, ...fresh)
    const isOther = this.#takeUp(start, were, wasBroken, from)
    if (more !== 0)
      for (const one of later) {
        one.at += more
        one.brokenAt += more
      }
    for (const one of later) this.#kept.push(one)
    return isOther
  }

  findings(moment: Moment): readonly Finding[] {
    const before = this.#moment
    this.#moment = moment
    const { told, isFull } = this.#firstTold(moment)
    if (before === null || told !== this.#told || this.#isLookedAtAgain(before, moment))
      this.#settled = 0
    this.#told = told
    const from = Math.max(this.#settled, told)
    const place = from === told ? 0 : (this.#kept[from]?.place ?? this.#list.length)
    const fresh: Finding[] = []
    let last = from
    let open: number | null = null
    for (let i = from; i < this.#kept.length; i++) {
      const one = this.#kept[i] as Kept
      one.place = place + fresh.length
      one.isTold = isUnbroken(one) && isSure(one.completion, moment)
      if (!one.isTold) continue
      if (fresh.length > 0) {
        const previous = this.#findingOf(this.#kept[last] as Kept, one, moment)
        if (previous.toMs === null) open ??= last
        fresh[fresh.length - 1] = previous
      }
      fresh.push(this.#findingOf(one, null, moment))
      last = i
    }
    this.#settled = open ?? last
    if (isFull && fresh.length > 0) fresh.push(this.#noted(fresh.pop() as Finding))
    const isSame =
      place + fresh.length === this.#list.length &&
      fresh.every((finding, i) => finding === this.#list[place + i])
    if (!isSame) this.#list = [...this.#list.slice(0, place), ...fresh]
    return this.#list
  }

  nextChangeMs({ horizonMs }: Moment): number | null {
    const holdMs = this.#ground.parameters.holdDays * dayMs
    const complete = this.#firstAfter(horizonMs)?.completion.atMs ?? never
    const ended = this.#firstAfter(horizonMs - holdMs)?.completion.atMs ?? never
    const next = Math.min(complete, ended + holdMs)
    return Number.isFinite(next) ? next : null
  }

  nextAbsenceMs(watermarkMs: number | null): number | null {
    if (this.#plan.absent.every(bits => bits === 0)) return null
    return this.#firstAfter(watermarkMs ?? Number.NEGATIVE_INFINITY)?.completion.atMs ?? null
  }

  /**
   * Near misses: all steps but the last have come, or only the absence at the end has not reached
   * its length.
   */
  nearly({ horizonMs }: Moment): readonly NearMiss[] {
    const { scope, parameters } = this.#ground
    const { groupBy, withinDays } = parameters
    const { comes, lastDays } = this.#plan
    const last = this.#placeBefore(this.#places.length).begun[comes.length - 2] ?? null
    const near = (incidents: Begun, lacks: string): NearMiss => ({
      group: blockGroup(scope, groupBy, incidents),
      measure: {
        name: 'steps reported',
        value: incidents.length,
        threshold: comes.length,
        baseline: null
      },
      lacks,
      incidents
    })
    const untilMs =
      last === null ? Number.NEGATIVE_INFINITY : (last[0] as Incident).fromMs + withinDays * dayMs
    const waiting =
      lastDays === null ? [] : this.#kept.slice(this.#indexAfter(horizonMs)).filter(isUnbroken)
    return [
      ...(last !== null && untilMs >= horizonMs
        ? [near(last, `the last step, by ${formatDay(untilMs)}`)]
        : []),
      ...waiting.map(({ completion: { incidents, atMs } }) =>
        near(incidents, `no report of what must be absent, until ${formatDay(atMs)}`)
      )
    ]
  }

  passBefore(count: number): void {
    this.#first = this.#placeBefore(count)
    this.#places.splice(0, count)
    const left = this.#kept.filter(one => one.brokenAt >= count)
    if (left.length < this.#kept.length) this.#settled = 0
    this.#kept = left
    for (const one of left) {
      one.at = Math.max(beforeRows, one.at - count)
      one.brokenAt -= count
    }
  }

  forget(beforeMs: number): void {
    // A completion a year before the boundary is over, unless a rule holds for longer than that.
    const gone = Math.min(this.#passed(), this.#indexAfter(beforeMs - 366 * dayMs - 1))
    if (gone === 0) return
    this.#kept.splice(0, gone)
    this.#settled = 0
  }

  base(): unknown {
    if (this.isBlank()) return undefined
    const complete = this.#kept.slice(0, this.#passed()).slice(-sequencesMax)
    const base: Base = {
      place: this.#first,
      complete: complete.map(({ completion }) => completion)
    }
    return base
  }

  isBlank(): boolean {
    return this.#passed() === 0 && areSamePlaces(this.#first, firstPlace(this.#plan))
  }

  #placeBefore(index: number): SequencePlace {
    return index === 0 ? this.#first : (this.#places[index - 1] as SequencePlace)
  }

  /** How many of those kept lie before the rows. */
  #passed(): number {
    return placeOf(this.#kept, 0, ({ at }, row) => at - row)
  }

  /** The place after a row. Keeps what it completes, and breaks what waits for its absence. */
  #walk(before: SequencePlace, row: Incident, at: number): SequencePlace {
    const { groupBy, withinDays } = this.#ground.parameters
    const bits = this.#bitsOf(row)
    if (bits === 0) return before
    if (this.#breaksLast(bits)) this.#break(at, row.fromMs)
    const comes = mayTrigger(row, this.#ground.scope, groupBy) ? bits : 0
    const { place, completed } = stepOf(before, row, { bits, comes }, this.#plan, withinDays)
    if (completed !== null) this.#kept.push(keptOf(this.#completionOf(completed), at))
    return place
  }

  #bitsOf(row: Incident): number {
    return row.passesGrade ? this.#plan.predicates.matches(row) : 0
  }

  #breaksLast(bits: number): boolean {
    return this.#plan.lastDays !== null && (bits & (this.#plan.absent.at(-1) as number)) !== 0
  }

  #completionOf(incidents: Begun): Completion {
    const { absent, lastDays } = this.#plan
    const lastMs = (incidents.at(-1) as Incident).fromMs
    const between = incidents.slice(1).flatMap((incident, i) => {
      return absent[i] ? [{ fromMs: (incidents[i] as Incident).fromMs, toMs: incident.fromMs }] : []
    })
    if (lastDays === null) return { incidents, atMs: lastMs, absences: between }
    const atMs = lastMs + lastDays * dayMs
    return { incidents, atMs, absences: [...between, { fromMs: lastMs, toMs: atMs }] }
  }

  /**
   * Those that wait for absence when a row begins are broken. At the very moment of its end nothing
   * breaks it any more.
   */
  #break(at: number, ms: number): void {
    for (let i = this.#kept.length - 1; i >= 0; i--) {
      const one = this.#kept[i] as Kept
      if (one.completion.atMs <= ms || one.brokenAt !== never) return
      one.brokenAt = at
    }
  }

  /** What rows from an index on have broken is whole again. Gives those. */
  #mend(from: number): readonly Kept[] {
    const mended: Kept[] = []
    for (let i = this.#kept.length - 1; i >= 0; i--) {
      const one = this.#kept[i] as Kept
      if (one.brokenAt < from || one.brokenAt === never) break
      one.brokenAt = never
      mended.push(one)
    }
    return mended
  }

  /** Rows from an index on are walked no more, but may break what was completed before them. */
  #breakBy(from: number): void {
    const { rows } = this.#ground
    const atMs = this.#kept.at(-1)?.completion.atMs ?? Number.NEGATIVE_INFINITY
    if (this.#plan.lastDays === null) return
    for (let at = from; at < rows.length; at++) {
      const row = rows[at] as Incident
      if (row.fromMs >= atMs) return
      if (!this.#breaksLast(this.#bitsOf(row))) continue
      this.#break(at, row.fromMs)
      return
    }
  }

  /**
   * Of those kept from an index on, which were made anew, each that was there before stays. True if
   * a finding may be another.
   */
  #takeUp(start: number, were: readonly Kept[], wasBroken: readonly Kept[], from: number): boolean {
    let isOther = this.#kept.length - start !== were.length
    let least = this.#kept.length
    const byLast = new Map(were.map(one => [one.completion.incidents.at(-1) as Incident, one]))
    for (let i = start; i < this.#kept.length; i++) {
      const one = this.#kept[i] as Kept
      const was = byLast.get(one.completion.incidents.at(-1) as Incident)
      if (was !== undefined && areSame(was.completion.incidents, one.completion.incidents)) {
        if ((was.brokenAt === never) !== (one.brokenAt === never)) isOther = true
        was.at = one.at
        was.brokenAt = one.brokenAt
        this.#kept[i] = was
      } else isOther = true
      least = Math.min(least, i)
    }
    // Of those before, only the last ones may be broken by other rows than before.
    const mended = new Set(wasBroken)
    for (let i = start - 1; i >= 0; i--) {
      const one = this.#kept[i] as Kept
      const isBrokenNow = one.brokenAt !== never && one.brokenAt >= from
      if (!isBrokenNow && !mended.has(one)) break
      if (isBrokenNow !== mended.has(one)) isOther = true
      least = i
    }
    if (isOther) this.#unsettle(least)
    return isOther
  }

  /** Those from an index on may have other findings, and so may the one before them. */
  #unsettle(index: number): void {
    if (index > this.#settled) return
    let at = index - 1
    while (at > 0 && !(this.#kept[at] as Kept).isTold) at -= 1
    this.#settled = Math.max(0, at)
  }

  /** The first index that is told: of too many, the last ones that are complete. */
  #firstTold({ watermarkMs }: Moment): { readonly told: number; readonly isFull: boolean } {
    if (this.#kept.length < sequencesMax) return { told: 0, isFull: false }
    const { lastDays } = this.#plan
    let told =
      lastDays === null
        ? this.#kept.length
        : this.#indexAfter(watermarkMs ?? Number.NEGATIVE_INFINITY)
    let left = sequencesMax
    while (told > 0 && left > 0) {
      told -= 1
      if (isUnbroken(this.#kept[told] as Kept)) left -= 1
    }
    return { told, isFull: left === 0 }
  }

  /** True if time did not simply go on for those that are settled. */
  #isLookedAtAgain(before: Moment, now: Moment): boolean {
    if (now.horizonMs < before.horizonMs) return true
    if (this.#plan.absent.every(bits => bits === 0)) return false
    const least = Number.NEGATIVE_INFINITY
    return (
      before.unheard !== now.unheard || (now.watermarkMs ?? least) < (before.watermarkMs ?? least)
    )
  }

  /** The first index of what is complete after a moment. */
  #indexAfter(ms: number): number {
    return placeAfter(this.#kept, ms, ({ completion }, moment) => completion.atMs - moment)
  }

  #firstAfter(ms: number): Kept | null {
    for (let i = this.#indexAfter(ms); i < this.#kept.length; i++) {
      const one = this.#kept[i] as Kept
      if (isUnbroken(one)) return one
    }
    return null
  }

  /** The next one ends the one before it. */
  #findingOf(one: Kept, next: Kept | null, { horizonMs }: Moment): Finding {
    const ownMs = one.completion.atMs + this.#ground.parameters.holdDays * dayMs
    const endMs = Math.min(ownMs, next?.completion.atMs ?? ownMs)
    one.open ??= makeFinding(one.completion, this.#ground)
    const { open } = one
    if (endMs > horizonMs) return open
    if (one.ended?.toMs !== endMs) one.ended = new ToldFinding({ ...open, toMs: endMs }, () => open)
    return one.ended
  }

  /** The newest finding says that there are too many. */
  #noted(finding: Finding): Finding {
    if (this.#note?.of === finding) return this.#note.finding
    const { headline, explanation } = finding
    const note = ` Of more than ${sequencesMax} in this group, only the last ones are kept.`
    const told = new ToldFinding(finding, () => ({
      headline,
      explanation: `${explanation}${note}`
    }))
    this.#note = { of: finding, finding: told }
    return told
  }
}

function keptOf(completion: Completion, at: number): Kept {
  return { completion, at, brokenAt: never, place: 0, isTold: false, open: null, ended: null }
}

function isUnbroken({ brokenAt }: Kept): boolean {
  return brokenAt === never
}
