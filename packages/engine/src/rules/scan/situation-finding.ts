// A situation as the finding of a scan rule. Its words are those of the last trigger that made people
// look: what joins quietly adds evidence, and changes no words.

import type { Incidents } from '../../data/incidents.ts'
import { compareFirstReported } from '../../data/report-order.ts'
import { never } from '../../data/time.ts'
import type { AlertLink, Certainty, Facts, Finding, Group, Measure } from '../finding.ts'
import type { ScanRule } from '../scan-rule.ts'
import { daysOfYear, holdDays, windowDays } from '../significance/method.ts'
import { isNotice, type Situation, type Step } from '../significance/situations.ts'

/** Longer recurrence intervals are stated as this one, years. */
const longestYears = 1000
/** Kinds of levels after the first, in the order of the texts of the rule. */
const [freshKind, rarerKind] = [0, 1]

export class SituationFinding implements Finding {
  readonly rule: ScanRule
  readonly isDrill: boolean
  situation: Situation
  readonly #incidents: Incidents
  /** Of a situation that began beyond retention. */
  #evictedGroup: Group | null
  endDay = never
  alert: AlertLink | null = null
  /** Day for which a timer is set. */
  timerDay = never
  onTimer: () => void = () => {}

  constructor(
    rule: ScanRule,
    incidents: Incidents,
    situation: Situation,
    isDrill: boolean,
    evictedGroup: Group | null = null
  ) {
    this.rule = rule
    this.#incidents = incidents
    this.situation = situation
    this.isDrill = isDrill
    this.#evictedGroup = evictedGroup
  }

  get startDay(): number {
    const { steps } = this.situation
    const shown = steps.slice(0, steps.lastIndexOf(this.#shown) + 1)
    return Math.min(...shown.map(({ trigger }) => trigger.firstDay))
  }

  get level(): number {
    return this.#listLevels().length
  }

  get severityLevel(): number {
    return this.situation.last.severity + 1
  }

  get group(): Group {
    const { rule, situation } = this
    return this.#evictedGroup ?? rule.readGroup(this.#incidents, situation.first.row)
  }

  get evictedGroup(): Group | null {
    return this.#evictedGroup
  }

  /** The incident that raised it goes. */
  keepGroup(): void {
    this.#evictedGroup = this.group
  }

  get lastOpenDay(): number {
    return this.situation.last.trigger.day + holdDays
  }

  setTime(today: number): void {
    this.endDay = this.lastOpenDay < today ? this.lastOpenDay : never
  }

  getValue(): number {
    return this.#shown.trigger.disc.count
  }

  measure(): Measure {
    const { count, leastCount, rate, days } = this.#shown.trigger.disc
    return { value: count, threshold: leastCount, baseline: round(rate * days) }
  }

  listFacts(): Facts {
    const { disc, logYears } = this.#shown.trigger
    const years = Math.min(longestYears, Math.exp(logYears[windowDays - 1]!))
    const kinds = this.#listLevels().slice(1)
    return {
      radiusKm: disc.radiusKm,
      spanDays: disc.days,
      usualYears: 1 / (disc.rate * daysOfYear),
      chanceYears: years,
      falseAlarmsPerYear: round(1 / years),
      holdDays,
      ...(kinds.length === 0 ? {} : { levelKinds: kinds.map(({ kind }) => kind).join(' ') })
    }
  }

  /** The last step that was not quiet. */
  get #shown(): Step {
    return this.situation.steps.findLast(({ kind }) => kind !== 'joined')!
  }

  computeCertainty(): Certainty | null {
    return null
  }

  listLevelDays(): readonly number[] {
    return this.#listLevels().map(({ day }) => day)
  }

  /**
   * People are notified of each level: when the situation is raised, when fresh evidence alone is rare
   * enough, and when its severity first rises above the lowest.
   */
  #listLevels(): readonly { readonly day: number; readonly kind: number }[] {
    const { steps } = this.situation
    const rarer = steps[0]!.severity > 0 ? null : steps.find(({ severity }) => severity > 0)
    return steps
      .filter(step => isNotice(step) || step === rarer)
      .map(step => ({ day: step.trigger.day, kind: isNotice(step) ? freshKind : rarerKind }))
  }

  /**
   * What joined quietly is published with the next change of the situation, or with its end: of an open
   * one the first that became known. Steps are in the order of days and ids: an attack of a day may
   * come before those that are published already, and must not replace one.
   */
  listTriggers(): readonly number[] {
    const { members, quiet } = this.situation
    const rows = [...members]
    if (this.endDay !== never || quiet.size === 0) return rows
    const { reports } = this.#incidents
    return rows
      .sort((a, b) => compareFirstReported(reports, a, b))
      .slice(0, rows.length - quiet.size)
  }
}

/** Rounds to two digits: more would be no better. */
function round(value: number): number {
  return Number(value.toPrecision(2))
}
