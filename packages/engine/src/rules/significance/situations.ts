// Situations: triggers near each other in space and time are one. A trigger raises a situation, or
// joins one; it escalates that if the evidence since people were last notified is rare enough by itself.
// Each step is stored, so that triggers can be replayed from any day.

import {
  freeNotices,
  holdDays,
  noticeDays,
  reachKm,
  severityYears,
  surcharge,
  windowDays
} from './method.ts'
import { computeFlatKm } from './usual-rates.ts'

/** A report with a score that is rare enough. */
export interface Trigger {
  readonly row: number
  readonly day: number
  readonly lat: number
  readonly lon: number
  /** By window of up to 1, 2, … days: the logarithm of the recurrence interval in years. */
  readonly logYears: readonly number[]
  /** Rows of the reports in its disc and window. */
  readonly members: readonly number[]
  /** The first day of a member. */
  readonly firstDay: number
  readonly disc: ShownDisc
}

/** The disc and window that people are shown. */
export interface ShownDisc {
  readonly radiusKm: number
  readonly days: number
  readonly count: number
  /** The usual attacks a day in the disc. */
  readonly rate: number
  /** The least count that would have been rare enough. */
  readonly leastCount: number
}

/** People are notified of what is raised or escalated. */
export type StepKind = 'raised' | 'escalated' | 'revised' | 'joined'

/** What a trigger did to a situation, and what is known after it. */
export interface Step {
  readonly kind: StepKind
  readonly trigger: Trigger
  /** 0 to 3: the number of `severityYears` that the rarest trigger has reached. */
  readonly severity: number
  /** Members when people were last shown the situation. */
  readonly shownCount: number
  /** Day on which people were notified last. */
  readonly noticeDay: number
}

export class Situation {
  readonly steps: Step[] = []
  readonly members = new Set<number>()
  /** Members that joined quietly since people were last shown the situation. */
  readonly quiet = new Set<number>()
  /** Members that are beyond retention. */
  evictedCount = 0

  get first(): Trigger {
    return this.steps[0]!.trigger
  }

  get last(): Step {
    return this.steps[this.steps.length - 1]!
  }

  get size(): number {
    return this.members.size + this.evictedCount
  }

  /** True if a trigger of a day would come before it is over. */
  isOpenOn(day: number): boolean {
    return this.last.trigger.day >= day - holdDays
  }

  computeKm({ lat, lon }: Trigger): number {
    const { first, last } = this
    return Math.min(
      computeFlatKm(first.lat, first.lon, lat, lon),
      computeFlatKm(last.trigger.lat, last.trigger.lon, lat, lon)
    )
  }

  addMembers(rows: readonly number[]): void {
    for (const row of rows) {
      if (this.members.has(row)) continue
      this.members.add(row)
      this.quiet.add(row)
    }
  }

  /** Adds a step of which the members are known. */
  addStep(step: Step): void {
    this.steps.push(step)
    if (step.kind !== 'joined') this.quiet.clear()
  }

  /** Adds the steps of a snapshot, or again. */
  replay(steps: readonly Step[]): void {
    for (const step of steps) {
      this.addMembers(step.trigger.members)
      this.addStep(step)
    }
  }

  /** A member is beyond retention. */
  evictMember(row: number): void {
    if (!this.members.delete(row)) return
    this.quiet.delete(row)
    this.evictedCount += 1
    for (const [i, step] of this.steps.entries()) {
      const members = step.trigger.members.filter(member => member !== row)
      this.steps[i] = { ...step, trigger: { ...step.trigger, members } }
    }
  }

  /** Removes the steps from a day on. */
  truncate(day: number): void {
    const count = this.steps.findIndex(({ trigger }) => trigger.day >= day)
    if (count < 0) return
    const kept = this.steps.slice(0, count)
    this.steps.length = 0
    this.members.clear()
    this.quiet.clear()
    this.replay(kept)
  }
}

export class Situations {
  /** In the order in which they were raised. */
  all: Situation[] = []
  /** Days on which people were notified, in order. */
  #noticeDays: number[] = []
  readonly #leastLogYears: number

  /** `budget`: false alarms a year. */
  constructor(budget: number) {
    this.#leastLogYears = -Math.log(budget)
  }

  /** True if the logarithm of an interval makes a report a trigger. */
  isRare(logYears: number): boolean {
    return logYears >= this.#leastLogYears
  }

  get leastLogYears(): number {
    return this.#leastLogYears
  }

  /** Removes what triggers from a day on did. */
  truncate(day: number): void {
    if (this.all.some(({ first }) => first.day >= day))
      this.all = this.all.filter(({ first }) => first.day < day)
    for (const situation of this.all) situation.truncate(day)
    while (this.#noticeDays.length > 0 && this.#noticeDays.at(-1)! >= day) this.#noticeDays.pop()
  }

  /** Applies the next trigger in the order of days and ids. */
  apply(trigger: Trigger): Situation {
    const near = this.#findNearest(trigger)
    const situation = near ?? new Situation()
    situation.addMembers(trigger.members)
    const step = near === null ? this.#raise(trigger, situation.size) : this.#join(near, trigger)
    situation.addStep(step)
    if (near === null) this.all.push(situation)
    if (isNotice(step)) this.#noticeDays.push(trigger.day)
    return situation
  }

  /** Takes over the situations of a snapshot. */
  restore(situations: readonly Situation[]): void {
    this.all = [...situations]
    const steps = situations.flatMap(({ steps }) => steps)
    this.#noticeDays = steps.filter(isNotice).map(({ trigger }) => trigger.day)
    this.#noticeDays.sort((a, b) => a - b)
  }

  #findNearest(trigger: Trigger): Situation | null {
    let nearest: Situation | null = null
    let nearestKm = Number.POSITIVE_INFINITY
    for (const situation of this.all) {
      if (!situation.isOpenOn(trigger.day)) continue
      const km = situation.computeKm(trigger)
      if (km > reachKm || km >= nearestKm) continue
      nearest = situation
      nearestKm = km
    }
    return nearest
  }

  #raise(trigger: Trigger, shownCount: number): Step {
    const severity = findSeverity(trigger)
    return { kind: 'raised', trigger, severity, shownCount, noticeDay: trigger.day }
  }

  #join({ last, size }: Situation, trigger: Trigger): Step {
    const severity = Math.max(last.severity, findSeverity(trigger))
    if (this.#isFreshEnough(last, trigger))
      return { kind: 'escalated', trigger, severity, shownCount: size, noticeDay: trigger.day }
    const isRevised = severity > last.severity || size >= 2 * last.shownCount
    const { noticeDay } = last
    return isRevised
      ? { kind: 'revised', trigger, severity, shownCount: size, noticeDay }
      : { kind: 'joined', trigger, severity, shownCount: last.shownCount, noticeDay }
  }

  /** True if the windows since the last notice are rare enough alone. */
  #isFreshEnough({ noticeDay }: Step, { day, logYears }: Trigger): boolean {
    if (day <= noticeDay) return false
    const fresh = logYears[Math.min(day - noticeDay, windowDays) - 1]!
    const notices = this.#noticeDays.filter(one => one > day - noticeDays).length
    const beyond = Math.max(0, notices - freeNotices)
    return fresh >= this.#leastLogYears + beyond * Math.log(surcharge)
  }
}

export function isNotice({ kind }: Step): boolean {
  return kind === 'raised' || kind === 'escalated'
}

function findSeverity({ logYears }: Trigger): number {
  const years = Math.exp(logYears[windowDays - 1]!)
  return severityYears.filter(least => years >= least).length
}
