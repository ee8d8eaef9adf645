// How often alerts of each rule were false alarms, by officers' dispositions: the measured figure
// next to the expected one, for one reader and as metrics. Counted over the last year by the
// theatre's own time; exercises are left out.

import { mayReadTheatre } from '@tocsin/auth/access/principal'
import type { ReaderView } from '@tocsin/auth/access/reader-view'
import type { Handling } from '@tocsin/contracts/theatre/handling'
import { type Disposition, dispositions, placeRule } from '@tocsin/contracts/theatre/theatre-record'
import { compareText } from '@tocsin/domain/compare-text'
import { readFalseAlarms } from '@tocsin/engine/render/statement'
import { readBudget, sumBudgets } from '@tocsin/engine/theatre/budget'
import type { ControlState } from '@tocsin/service/control/control-state'
import { registerReadGaugesBy } from '@tocsin/service/telemetry/metrics'
import type { Registry } from 'prom-client'
import type { AlertIndex } from '../alerts/alert-index.ts'
import { labelAmong } from './response-watch.ts'

const dayMs = 86_400_000
/** Alerts raised in the last so many days count: an expected figure is of a year too. */
const judgedSpanDays = 365
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
interface Expectation {
  /** Its budget, false alarms a year. */
  readonly perYear: number
  /** Per alert of the last year: how often chance produces a similar one, false alarms a year. */
  readonly rates: readonly number[]
}

/** The alerts of one rule in one theatre that were raised in the last year. */
interface RuleDispositions {
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

export interface DispositionReportDeps {
  readonly projection: { readonly alerts: AlertIndex }
  /** The time in a theatre, ISO 8601. */
  readonly nowIn: (theatre: string) => string
  readonly control: { readonly state: Pick<ControlState, 'rules'> }
}

/**
 * Counts similar alerts by their rows: of 100,000 alerts only those of a rule with a budget are
 * read.
 */
export function listDispositions(
  { projection: { alerts }, nowIn, control }: DispositionReportDeps,
  view: ReaderView
): RuleDispositions[] {
  const { level } = view
  const count = new DispositionCount(fixedTimes(nowIn), (ruleId, theatre, fromMs) => {
    const rule = control.state.rules.get(ruleId)
    const perYear = rule === undefined ? null : readBudget(placeRule(rule, theatre))
    return perYear === null
      ? null
      : { perYear, rates: listRates(alerts, level, { ruleId, theatre, fromMs }) }
  })
  for (const theatre of alerts.listTheatres()) {
    if (!mayReadTheatre(view, theatre)) continue
    const from = new Date(count.fromMs(theatre)).toISOString()
    for (const { kind, disposition, firstTime, count: counted } of alerts.tally(
      level,
      theatre,
      from
    )) {
      const { ruleId, drill } = kind.facts
      const alike = { firstMs: Date.parse(firstTime), count: counted }
      count.add({ theatre, ruleId, drill, disposition }, alike)
    }
  }
  return count.rows()
}

/**
 * How often chance brings the like of each alert of a situation that began from a time on: an import
 * of old reports raises none of this year.
 */
function listRates(
  alerts: AlertIndex,
  level: Handling,
  {
    ruleId,
    theatre,
    fromMs
  }: { readonly ruleId: string; readonly theatre: string; readonly fromMs: number }
): Expectation['rates'] {
  const rates: number[] = []
  const found = alerts.search({
    ...{ level, direction: 'oldest', after: null, to: null, area: {}, words: [] },
    from: new Date(fromMs).toISOString(),
    wantsKind: ({ facts }) => facts.theatre === theatre && facts.ruleId === ruleId && !facts.drill
  })
  for (const { alertId } of [...found].flat()) {
    const shown = alerts.get(alertId)?.at(level) ?? null
    if (shown === null || Date.parse(shown.state.window.from) < fromMs) continue
    // Of the sum, so that no words are rendered for it.
    const rate =
      shown.sum === null ? shown.state.measure.falseAlarmsPerYear : readFalseAlarms(shown.sum)
    if (rate !== null) rates.push(rate)
  }
  return rates
}

/** For one report: the span does not move while the report is made. */
function fixedTimes(nowIn: (theatre: string) => string): (theatre: string) => number {
  const known = new Map<string, number>()
  return theatre => {
    const nowMs = known.get(theatre) ?? Date.parse(nowIn(theatre))
    known.set(theatre, nowMs)
    return nowMs
  }
}

/** The budget of a theatre and the alerts of its last year, as a reader sees them. */
interface TheatreBudget {
  /** False alarms a year. */
  readonly declared: number
  /** About so many alerts came by chance, as each states how rare it is. */
  readonly spent: number
  /** Alerts that officers resolved as false alarms. */
  readonly falseAlarms: number
}

/** Of theatres in which a rule with a budget runs. */
export function computeBudgets(
  deps: DispositionReportDeps,
  view: ReaderView,
  theatres: Iterable<string>
): ReadonlyMap<string, TheatreBudget> {
  const rows = listDispositions(deps, view).filter(
    ({ expectedPerYear }) => expectedPerYear !== null
  )
  const budgets = new Map<string, TheatreBudget>()
  for (const theatre of theatres) {
    const declared = sumBudgets(deps.control.state.rules.values(), theatre)
    if (declared === null) continue
    const own = rows.filter(row => row.theatre === theatre)
    budgets.set(theatre, {
      declared,
      spent: own.reduce((sum, { spent }) => sum + (spent ?? 0), 0),
      falseAlarms: own.reduce((sum, { dispositions }) => sum + dispositions['false-alarm'], 0)
    })
  }
  return budgets
}

const helps = {
  tocsin_false_alarm_budget_per_year:
    'False alarms a year that the rules of a theatre may raise, as declared.',
  tocsin_false_alarms_spent:
    'Alerts of rules with a budget in the last 365 days of a theatre that came by chance, about, as each states how rare it is.',
  tocsin_false_alarms_judged:
    'Alerts of rules with a budget in the last 365 days of a theatre that officers resolved as false alarms.'
}

interface BudgetWatchDeps extends Omit<DispositionReportDeps, 'control'> {
  readonly control: {
    readonly state: DispositionReportDeps['control']['state'] & {
      readonly theatres: ReadonlyMap<string, unknown>
    }
  }
  /** Theatres that have a label of their own; all others are one. */
  readonly theatresLabelledMax: number
}

export function watchBudgets(registry: Registry, deps: BudgetWatchDeps): void {
  const sumBy = (figure: keyof TheatreBudget) => () => {
    const theatres = [...deps.control.state.theatres.keys()]
    const everything = { level: 'restricted', theatres: '*' } as const
    const sums: Record<string, number> = {}
    for (const [theatre, budget] of computeBudgets(deps, everything, theatres)) {
      const label = labelAmong(theatre, theatres, deps.theatresLabelledMax)
      sums[label] = (sums[label] ?? 0) + budget[figure]
    }
    return sums
  }
  registerReadGaugesBy(registry, helps, 'theatre', {
    tocsin_false_alarm_budget_per_year: sumBy('declared'),
    tocsin_false_alarms_spent: sumBy('spent'),
    tocsin_false_alarms_judged: sumBy('falseAlarms')
  })
}
