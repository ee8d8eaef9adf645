// What a block over findings must find: each finding that it reads is written as a report, and the
// block is folded over all days of these reports.

import { Incidents } from '../../src/data/incidents.ts'
import { uniteLists } from '../../src/data/interning.ts'
import { Reports } from '../../src/data/reports.ts'
import { DayView } from '../../src/rules/day-view.ts'
import type { Finding } from '../../src/rules/finding.ts'
import { Episode } from '../../src/rules/fold/episode.ts'
import { pickTriggers } from '../../src/rules/fold/finding-triggers.ts'
import type { FindingsRule } from '../../src/rules/rule.ts'
import { findingSources, describeFinding as writeReport } from '../../src/theatre/finding-report.ts'
import { describeFinding, type FoundFinding } from '../support/format-finding.ts'
import { findEpisodes } from './day-oracle.ts'

export function findOverFindings(
  rule: FindingsRule,
  incidents: Incidents,
  inputs: readonly FoundFinding[],
  { today, watermarkDay }: { readonly today: number; readonly watermarkDay: number }
): FoundFinding[] {
  const reports = new Reports(incidents.reports.names)
  for (const [id, reliability] of Object.entries(findingSources))
    reports.configureSource(id, reliability)
  const asIncidents = new Incidents(reports)
  const findings = inputs.map(makeFinding)
  const rows = findings.map((finding, i) => {
    const report = writeReport(finding, incidents, `finding-${i}`)
    const row = reports.acceptRevision(report)
    reports.write(row, report)
    asIncidents.compose([row])
    const origins = finding.listTriggers().map(trigger => incidents.getOrigins(trigger))
    asIncidents.setOrigins(row, uniteLists(origins))
    return row
  })
  const view = new DayView(asIncidents)
  const now = rule.clock === 'watermark' ? watermarkDay : today
  return findEpisodes(rule, asIncidents, rows, view, now, watermarkDay).map(found => {
    const episode = Object.assign(new Episode(rule, found.scope, view), found)
    const read = episode.listTriggers().map(row => findings[rows.indexOf(row)]!)
    return { ...describeFinding(episode), rows: pickTriggers(incidents, read) }
  })
}

/** As far as its report says. */
function makeFinding(found: FoundFinding): Finding {
  const { rule: id, pattern, levels, rows, ...same } = found
  return {
    ...same,
    ...{ rule: { id, pattern }, level: levels.length, alert: null },
    ...{ listLevelDays: () => levels, listTriggers: () => rows },
    ...{ getValue: () => found.measure.value, measure: () => found.measure },
    ...{ listFacts: () => found.facts, computeCertainty: () => found.certainty }
  }
}
