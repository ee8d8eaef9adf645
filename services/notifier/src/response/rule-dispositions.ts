// How often alerts of a rule were false alarms, by operators' dispositions: the measured figure
// beside the expected one. Counted over the last year by the theatre's own time; exercises are left
// out. Pure.

import { type Disposition, dispositions } from '@tocsin/contracts/theatre/theatre-record'
import { compareText } from '@tocsin/domain/compare-text'

const dayMs = 86_400_000
/** Alerts raised in the last so many days count: an expected figure is of a year too. */
export const judgedSpanDays = 365
const spanMs = judgedSpanDays * dayMs
const yearMs = 365.25 * dayMs
/**
 * Fewer judged alerts say little: of n without a false one three may still be (the rule of three,
 * 95 %). At 10 that is 30 %.
 */
export const judgedMin = 10
/** A shorter time is no rate: a week with one false alarm would be 52 a year. */
const observedMinMs = yearMs / 2

/** An alert as it is counted. */
export interface JudgedAlert {
  readonly theatre: string
  readonly ruleId: string
  /** When it was raised, ms. */
  readonly raisedAtMs: number
  /** An exercise. */
  readonly drill: boolean
  /** Null: no officer closed it. */
  readonly disposition: string | null
  /** What its rule expects at its threshold; null if it states nothing. */
  readonly expectedPerYear: number | null
}

/** The alerts of one rule in one theatre that were raised in the last year. */
export interface RuleDispositions {
  readonly theatre: string
  readonly ruleId: string
  /**
   * From when on alerts were counted, ms: a year ago, or the first alert of the theatre that is
   * kept.
   */
  readonly sinceMs: number
  readonly raised: number
  /** Those that have a disposition. */
  readonly judged: number
  readonly dispositions: { readonly [disposition in Disposition]: number }
  /**
   * False alarms a year as they were judged, at least so many where not all were judged; null: too
   * few or too short to say.
   */
  readonly falseAlarmsPerYear: number | null
  /** What the newest of them states; null if it states nothing. */
  readonly expectedPerYear: number | null
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
  newest: Pick<JudgedAlert, 'raisedAtMs' | 'expectedPerYear'>
}

/** Gathers alerts into rows. Their order decides nothing. */
export class DispositionCount {
  readonly #rows = new Map<string, Gathered>()
  /** When the first alert of each theatre was raised, ms. */
  readonly #firstMs = new Map<string, number>()
  readonly #nowIn: (theatre: string) => number

  /** `nowIn`: the time in a theatre, ms, the same at each call. */
  constructor(nowIn: (theatre: string) => number) {
    this.#nowIn = nowIn
  }

  /** From when on alerts of a theatre count, ms. */
  fromMs(theatre: string): number {
    return this.#nowIn(theatre) - spanMs
  }

  /**
   * Adds alerts that differ in when they were raised alone: the newest, when the first was, and how
   * many count.
   */
  add(
    { theatre, ruleId, raisedAtMs, drill, disposition, expectedPerYear }: JudgedAlert,
    { firstMs, count }: Alike
  ): void {
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
        dispositions: noDispositions(),
        newest: { raisedAtMs, expectedPerYear }
      }
      this.#rows.set(key, row)
    }
    row.raised += count
    if (raisedAtMs > row.newest.raisedAtMs) row.newest = { raisedAtMs, expectedPerYear }
    const known = dispositions.find(each => each === disposition)
    if (known !== undefined) row.dispositions[known] += count
  }

  /** By theatre, then by rule. */
  rows(): RuleDispositions[] {
    return [...this.#rows.values()]
      .sort((a, b) => compareText(a.theatre, b.theatre) || compareText(a.ruleId, b.ruleId))
      .map(row => this.#rowOf(row))
  }

  #rowOf({ theatre, ruleId, raised, dispositions: counts, newest }: Gathered): RuleDispositions {
    const nowMs = this.#nowIn(theatre)
    const sinceMs = Math.max(nowMs - spanMs, this.#firstMs.get(theatre) ?? nowMs)
    const judged = dispositions.reduce((sum, each) => sum + counts[each], 0)
    const observedMs = nowMs - sinceMs
    const isEnough = judged >= judgedMin && observedMs >= observedMinMs
    return {
      ...{ theatre, ruleId, sinceMs, raised, judged },
      dispositions: counts,
      falseAlarmsPerYear: isEnough ? tenths((counts['false-alarm'] * yearMs) / observedMs) : null,
      expectedPerYear: newest.expectedPerYear
    }
  }
}

function noDispositions(): Record<Disposition, number> {
  return { true: 0, 'false-alarm': 0, duplicate: 0, drill: 0 }
}

/** More digits than one would claim more than is known. */
function tenths(value: number): number {
  return Math.round(value * 10) / 10
}
