// How often alerts of each rule were false alarms, as officers judged them, for one reader: of
// alerts that the reader may see, as they are shown to the reader. Counting and its span are in
// rule-dispositions.ts.

import type { Handling } from '@tocsin/contracts/theatre/handling'
import { placeRule } from '@tocsin/contracts/theatre/theatre-record'
import { readFalseAlarms } from '@tocsin/engine/render/statement'
import { readBudget } from '@tocsin/engine/theatre/budget'
import type { ControlState } from '@tocsin/service/control/control-state'
import type { AlertIndex } from '../alerts/alert-index.ts'
import { isTheatreInView, type ReaderView } from '../alerts/reader-view.ts'
import { DispositionCount, type Expectation, type RuleDispositions } from './rule-dispositions.ts'

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
  view: Pick<ReaderView, 'handling' | 'theatres'>
): RuleDispositions[] {
  const { handling } = view
  const count = new DispositionCount(fixedTimes(nowIn), (ruleId, theatre, fromMs) => {
    const rule = control.state.rules.get(ruleId)
    const perYear = rule === undefined ? null : readBudget(placeRule(rule, theatre))
    return perYear === null
      ? null
      : { perYear, rates: listRates(alerts, handling, { ruleId, theatre, fromMs }) }
  })
  for (const theatre of alerts.listTheatres()) {
    if (!isTheatreInView(view, theatre)) continue
    const from = new Date(count.fromMs(theatre)).toISOString()
    for (const { kind, disposition, firstTime, count: counted } of alerts.tally(
      handling,
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
