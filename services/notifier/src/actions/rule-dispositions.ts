// How often alerts of a rule were false alarms, by operators' dispositions: the measured figure
// next to the expected one. Counted over the last year by the theatre's own time; exercises are
// left out. Pure.

import { type Disposition, dispositions } from '@tocsin/contracts/theatre/theatre-record'
import { compareText } from '@tocsin/domain/compare-text'

const dayMs = 86_400_000
/** Alerts raised in the last so many days count: an expected figure is of a year too. */
export const judgedSpanDays = 365
const spanMs = judgedSpanDays * dayMs
const yearMs = 365.25 * dayMs
/**
 * Fewer judged alerts prove little: of n without a false one three may still be (the rule of three,
 * 95 %). At 10 that is 30 %.
 */
export const judgedMin = 10
/** A shorter time is no rate: a week with one false alarm would be 52 a year. */
const observedMinMs = yearMs / 2

/** An alert as it is counted. */
export interface JudgedAlert {
  readonly theatre: string
  readonly ruleId: string
  /** An exercise. */
  readonly drill: boolean
  /** Null: no officer closed it. */
  readonly disposition: string | null
}

/** What a rule with a budget is expected to raise by chance. */
export interface Expectation {
  /** Its budget, false alarms a year. */
  readonly perYear: number
  /** Per alert of the last year: how often chance produces a similar one, false alarms a year. */
  readonly rates: readonly number[]
}

/** The alerts of one rule in one theatre that were raised in the last year. */
export interface RuleDispositions {
  readonly theatre: string
  readonly ruleId: string
  /** Start of the count, ms: a year ago, or the first alert of the theatre that is still stored. */
  readonly sinceMs: number
  readonly raised: number
  /** Those that have a disposition. */
  readonly judged: number
  readonly dispositions: { readonly [disposition in Disposition]: number }
  /**
   * False alarms a year by disposition, a minimum where not all were judged; null: too few alerts
   * or too short a span.
   */
  readonly falseAlarmsPerYear: number | null
  /** The budget of the rule; null: it has none. */
  readonly expectedPerYear: number | null
  /** How many alerts chance explains by their own statements; null without a budget. */
  readonly spent: number | null
}

interface Alike {
  readonly firstMs: number
  readonly count: number
}

interface Gathered {
  readonly theatre: string
  readonly ruleId: string
  raised: number
  readonly dispositions: Record<Disposition, number>
}

/** Gathers alerts into rows. Their order has no effect. */
export class DispositionCount {
  readonly #rows = new Map<string, Gathered>()
  /** When the first alert of each theatre was raised, ms. */
  readonly #firstMs = new Map<string, number>()
  readonly #nowIn: (theatre: string) => number
  readonly #expect: (ruleId: string, theatre: string, fromMs: number) => Expectation | null

  /**
   * `nowIn`: the time in a theatre, ms, the same at each call. `expect`: of a rule with a budget, from
   * a time on.
   */
  constructor(
    nowIn: (theatre: string) => number,
    expect: (ruleId: string, theatre: string, fromMs: number) => Expectation | null
  ) {
    this.#nowIn = nowIn
    this.#expect = expect
  }

  /** From when on alerts of a theatre count, ms. */
  fromMs(theatre: string): number {
    return this.#nowIn(theatre) - spanMs
  }

  /**
   * Adds alerts that differ in when they were raised alone: when the first was, and how many count.
   */
  add({ theatre, ruleId, drill, disposition }: JudgedAlert, { firstMs, count }: Alike): void {
    if (drill) return
    this.#firstMs.set(theatre, Math.min(firstMs, this.#firstMs.get(theatre) ?? firstMs))
    if (count === 0) return
    const key = `${theatre}\n${ruleId}`
    let row = this.#rows.get(key)
    if (row === undefined) {
      row = {
        theatre,
        ruleId,
        raised: 0,
        dispositions: noDispositions()
      }
      this.#rows.set(key, row)
    }
    row.raised += count
    const known = dispositions.find(each => each === disposition)
    if (known !== undefined) row.dispositions[known] += count
  }

  /** By theatre, then by rule. */
  rows(): RuleDispositions[] {
    return [...this.#rows.values()]
      .sort((a, b) => compareText(a.theatre, b.theatre) || compareText(a.ruleId, b.ruleId))
      .map(row => this.#makeRow(row))
  }

  #makeRow({ theatre, ruleId, raised, dispositions: counts }: Gathered): RuleDispositions {
    const nowMs = this.#nowIn(theatre)
    const sinceMs = Math.max(nowMs - spanMs, this.#firstMs.get(theatre) ?? nowMs)
    const judged = dispositions.reduce((sum, each) => sum + counts[each], 0)
    const observedMs = nowMs - sinceMs
    const expectation = this.#expect(ruleId, theatre, this.fromMs(theatre))
    const isEnough = judged >= judgedMin && observedMs >= observedMinMs
    return {
      ...{ theatre, ruleId, sinceMs, raised, judged },
      dispositions: counts,
      falseAlarmsPerYear: isEnough ? tenths((counts['false-alarm'] * yearMs) / observedMs) : null,
      expectedPerYear: expectation?.perYear ?? null,
      spent: expectation === null ? null : estimateFalse(expectation)
    }
  }
}

/**
 * Estimates the number of false alerts from their statements. By chance alone an alert is as rare
 * as any rate up to the budget, on average half the budget. So false alerts make up about twice the
 * sum of the rates, in budgets; real ones, far rarer, add almost none. Never more than there are.
 */
export function estimateFalse({ perYear, rates }: Expectation): number {
  const shares = rates.reduce((sum, rate) => sum + Math.min(1, rate / perYear), 0)
  return tenths(Math.min(rates.length, 2 * shares))
}

function noDispositions(): Record<Disposition, number> {
  return { true: 0, 'false-alarm': 0, duplicate: 0, drill: 0 }
}

/** More digits than one would claim more than is known. */
function tenths(value: number): number {
  return Math.round(value * 10) / 10
}
