// Metrics of the budget of false alarms of each theatre: the declared budget, how much the alerts
// of the last year used by their own statements, and what officers judged.

import { sumBudgets } from '@tocsin/engine/theatre/budget'
import { registerReadGaugesBy } from '@tocsin/service/telemetry/metrics'
import type { Registry } from 'prom-client'
import type { ReaderView } from '../alerts/reader-view.ts'
import { type DispositionReportDeps, listDispositions } from './disposition-report.ts'
import { labelAmong } from './response-watch.ts'

/** The budget of a theatre and the alerts of its last year, as a reader sees them. */
export interface TheatreBudget {
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
  view: Pick<ReaderView, 'handling' | 'theatres'>,
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

export interface BudgetWatchDeps extends Omit<DispositionReportDeps, 'control'> {
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
    const everything = { handling: 'restricted', theatres: '*' } as const
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
