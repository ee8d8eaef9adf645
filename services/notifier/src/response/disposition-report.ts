// How often alerts of each rule were false alarms, as officers judged them, for one reader: of
// alerts that the reader may see, as they are shown to the reader. Counting and its span are the
// domain's.

import type { AlertIndex } from '../projection/alert-index.ts'
import { isTheatreInView, type ReaderView } from '../reader/reader-view.ts'
import { DispositionCount, type RuleDispositions } from './rule-dispositions.ts'

export interface DispositionReportDeps {
  readonly projection: { readonly alerts: AlertIndex }
  /** The time in a theatre, ISO 8601. */
  readonly nowIn: (theatre: string) => string
}

/**
 * Counts alike alerts by what their rows say: of 100,000 alerts only the newest of each kind are
 * looked at.
 */
export function dispositionsOf(
  { projection: { alerts }, nowIn }: DispositionReportDeps,
  view: ReaderView
): RuleDispositions[] {
  const count = new DispositionCount(fixedTimes(nowIn))
  const fromOf = (theatre: string) => new Date(count.fromMs(theatre)).toISOString()
  const tallies = alerts.orderAt(view.handling).tally(fromOf)
  for (const { kind, disposition, firstTime, count: counted, newest } of tallies) {
    const { theatre, ruleId, drill } = kind.facts
    if (!isTheatreInView(view, theatre)) continue
    const expectedPerYear = newest.entry.stateAt(view.handling)?.measure.falseAlarmsPerYear ?? null
    const alert = {
      theatre,
      ruleId,
      drill,
      disposition,
      raisedAtMs: Date.parse(newest.firstTime),
      expectedPerYear
    }
    count.add(alert, { firstMs: Date.parse(firstTime), count: counted })
  }
  return count.rows()
}

/** Of one report: while it is made the span stays where it is. */
function fixedTimes(nowIn: (theatre: string) => string): (theatre: string) => number {
  const known = new Map<string, number>()
  return theatre => {
    const nowMs = known.get(theatre) ?? Date.parse(nowIn(theatre))
    known.set(theatre, nowMs)
    return nowMs
  }
}
