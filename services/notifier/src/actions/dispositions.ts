// How often alerts of each rule were false alarms, by officers' dispositions: the measured figure
// next to the expected one, for one reader and as metrics. Counted over the last year by the
// theatre's own time; drills are left out.

import { mayReadTheatre } from '@tocsin/auth/access/principal'
import type { ReaderView } from '@tocsin/auth/access/reader-view'
import { dispositions, placeRule } from '@tocsin/contracts/theatre/theatre-record'
import { compareText } from '@tocsin/domain/compare-text'
import { dayMs } from '@tocsin/domain/space-time/event-time'
import { readFalseAlarms } from '@tocsin/engine/render/statement'
import { readBudget, sumBudgets } from '@tocsin/engine/theatre/budget'
import { registerReadGaugesBy } from '@tocsin/service/telemetry/metrics'
import type { Registry } from 'prom-client'
import type { AdminDeps } from '../admin/control-operations.ts'
import { labelAmong } from './response-watch.ts'

/** Alerts raised in the last so many days count: an expected figure is of a year too. */
const spanMs = 365 * dayMs
const yearMs = 365.25 * dayMs
/**
 * Fewer judged alerts prove little: of n without a false one three may still be (the rule of three,
 * 95 %). At 10 that is 30 %.
 */
export const judgedMin = 10
/** A shorter time is no rate: a week with one false alarm would be 52 a year. */
const observedMinMs = yearMs / 2

/** Alerts of a theatre and rule with the same disposition. */
export interface JudgedAlerts {
  readonly ruleId: string
  readonly drill: boolean
  /** Null: no officer closed them. */
  readonly disposition: string | null
  /** When the first was raised, ms: also before the last year. */
  readonly firstMs: number
  /** Those of the last year. */
  readonly count: number
}

/** What a rule with a budget is expected to raise by chance. */
interface Expectation {
  /** Its budget, false alarms a year. */
  readonly perYear: number
  /** Per alert of the last year: how often chance produces a similar one, false alarms a year. */
  readonly rates: readonly number[]
}

/** By rule, what became of the alerts of a theatre in the year before a time, ms. */
export function countDispositions(
  theatre: string,
  judged: readonly JudgedAlerts[],
  nowMs: number,
  expect: (ruleId: string) => Expectation | null
) {
  const real = judged.filter(({ drill }) => !drill)
  // A year ago, or the first alert of the theatre that is still stored.
  const sinceMs = Math.max(nowMs - spanMs, Math.min(nowMs, ...real.map(({ firstMs }) => firstMs)))
  const since = new Date(sinceMs).toISOString()
  const observedMs = nowMs - sinceMs
  const byRule = Map.groupBy(
    real.filter(({ count }) => count > 0),
    ({ ruleId }) => ruleId
  )
  return [...byRule]
    .sort(([a], [b]) => compareText(a, b))
    .map(([ruleId, alerts]) => {
      const countOf = (all: readonly JudgedAlerts[]) =>
        all.reduce((sum, { count }) => sum + count, 0)
      const counts = Object.fromEntries(
        dispositions.map(each => [
          each,
          countOf(alerts.filter(({ disposition }) => disposition === each))
        ])
      ) as Record<(typeof dispositions)[number], number>
      const judged = Object.values(counts).reduce((sum, count) => sum + count, 0)
      const isEnough = judged >= judgedMin && observedMs >= observedMinMs
      const expectation = expect(ruleId)
      return {
        ...{ theatre, ruleId, since, raised: countOf(alerts), judged, dispositions: counts },
        /** A minimum where not all were judged; null: too few alerts or too short a span. */
        falseAlarmsPerYear: isEnough ? tenths((counts['false-alarm'] * yearMs) / observedMs) : null,
        /** The budget of the rule; null: it has none. */
        expectedPerYear: expectation?.perYear ?? null,
        /** How many alerts chance explains by their own statements; null without a budget. */
        spent: expectation === null ? null : estimateFalse(expectation)
      }
    })
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

/** More digits than one would claim more than is known. */
function tenths(value: number): number {
  return Math.round(value * 10) / 10
}

export type DispositionDeps = Pick<AdminDeps, 'projection' | 'nowIn' | 'control'>

/** By theatre, then by rule, as a reader sees the alerts. */
export function listDispositions(
  { projection: { alerts }, nowIn, control }: DispositionDeps,
  view: ReaderView
) {
  const { level } = view
  const theatres = [...new Set(alerts.table.kinds.listTheatres())].filter(theatre =>
    mayReadTheatre(view, theatre)
  )
  return theatres.sort(compareText).flatMap(theatre => {
    const nowMs = Date.parse(nowIn(theatre))
    const from = new Date(nowMs - spanMs).toISOString()
    const judged = alerts.table
      .tally(level, theatre, from)
      .map(({ kind: { facts }, disposition, firstTime, count }) => ({
        ...{ ruleId: facts.ruleId, drill: facts.drill },
        ...{ disposition, firstMs: Date.parse(firstTime), count }
      }))
    /** Of situations that began in the year: an import of old reports raises none of this year. */
    const listRates = (ruleId: string) => {
      const filter = { ruleId: [ruleId], drill: false }
      const found = alerts.search({ level, theatres: [theatre] }, { filter, from })
      return [...found].flat().flatMap(({ alertId }) => {
        const shown = alerts.get(alertId)?.at(level) ?? null
        if (shown === null || Date.parse(shown.state.window.from) < nowMs - spanMs) return []
        // Of the sum, so that no words are rendered for it.
        const { sum, state } = shown
        return (sum === null ? state.measure.falseAlarmsPerYear : readFalseAlarms(sum)) ?? []
      })
    }
    return countDispositions(theatre, judged, nowMs, ruleId => {
      const rule = control.state.rules.get(ruleId)
      const perYear = rule === undefined ? null : readBudget(placeRule(rule, theatre))
      return perYear === null ? null : { perYear, rates: listRates(ruleId) }
    })
  })
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
  deps: DispositionDeps,
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

export function watchBudgets(registry: Registry, deps: AdminDeps): void {
  let scraped: ReturnType<typeof computeBudgets> | null = null
  /** One scrape reads all gauges in one turn. */
  const readBudgets = (theatres: readonly string[]) => {
    if (scraped === null) setImmediate(() => (scraped = null))
    scraped ??= computeBudgets(deps, { level: 'restricted', theatres: '*' }, theatres)
    return scraped
  }
  const sumBy = (figure: keyof TheatreBudget) => () => {
    const theatres = [...deps.control.state.theatres.keys()]
    const sums: Record<string, number> = {}
    for (const [theatre, budget] of readBudgets(theatres)) {
      const label = labelAmong(theatre, theatres, deps.limits.theatresLabelledMax)
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
