// How often alerts of each rule were false alarms, as officers judged them, for one reader: of alerts that the reader may see, as
// they are shown to the reader. Counting and its span are the domain's.

import { DispositionCount, type RuleDispositions } from '@tocsin/domain/response/rule-dispositions'
import type { AlertIndex } from '../projection/alert-index.ts'
import { alertUnits, type ScanScheduler } from '../projection/scan-scheduler.ts'
import type { Place } from '../reader/level-order.ts'
import { isTheatreInView, type ReaderView } from '../reader/reader-view.ts'

export interface DispositionReportDeps {
  readonly projection: { readonly alerts: AlertIndex }
  readonly scans: ScanScheduler
  /** The time in a theatre, ISO 8601. */
  readonly nowIn: (theatre: string) => string
}

/** The scan yields to other work: each alert counts as it is when it is reached. */
export async function dispositionsOf(
  { projection: { alerts }, scans, nowIn }: DispositionReportDeps,
  view: ReaderView
): Promise<RuleDispositions[]> {
  const count = new DispositionCount(fixedTimes(nowIn))
  const scan = scans.begin()
  let after: Place | null = null
  for (let isOver = false; !isOver; ) {
    isOver = true
    for (const { place, entry } of alerts.walk(view.handling, after)) {
      const outline = isTheatreInView(view, entry.theatre) ? entry.outlineAt(view.handling) : null
      if (outline !== null) {
        const { theatre, ruleId, drill, operator, measure } = outline
        const { disposition } = operator
        const raisedAtMs = Date.parse(place.firstTime)
        count.add({ theatre, ruleId, raisedAtMs, drill, disposition, expectedPerYear: measure.falseAlarmsPerYear })
      }
      after = place
      scan.units += alertUnits
      if (!scan.mustYield) continue
      // Alerts may enter and leave meanwhile: another walk goes on from here.
      isOver = false
      break
    }
    if (!isOver) await scan.yieldTurn()
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
