// The records that intake would write for a scenario, for tests without services: refused reports
// are omitted, places are resolved by the gazetteer, and digests of texts replace their keys.

import { toCanonicalJson } from '@tocsin/contracts/json/canonical-json'
import { digest } from '@tocsin/contracts/json/digest'
import type { ReportInput } from '@tocsin/contracts/report/posted-report'
import {
  computeReportId,
  computeRevisionRecordId,
  computeWithdrawalRecordId
} from '@tocsin/contracts/report/report-identity'
import { checkReportTimes, parseReportInput } from '@tocsin/contracts/report/report-validation'
import type { TheatreRecord } from '@tocsin/contracts/theatre/theatre-record'
import { defaultRules } from '@tocsin/engine/rules/default-rules'
import type { Gazetteer } from '@tocsin/gazetteer/port'
import { openWorldGazetteer } from '@tocsin/gazetteer/world-gazetteer'
import type { ScenarioLine } from '@tocsin/host/scenario/scenario'
import { sourceConfigured, theatreConfigured, ticked } from '@tocsin/testing/report/record-builder'
import type { Scenario } from './scenario-files.ts'

const beforeAll = '1970-01-01T00:00:00.000Z'

/**
 * What a theatre knows before the first report of a scenario: its sources and the default rules.
 */
export function openingOf({ setup }: Scenario): readonly TheatreRecord[] {
  const theatre = setup.theatre.id
  const rules = defaultRules
  return [
    ticked(beforeAll),
    theatreConfigured({}, beforeAll),
    ...setup.sources.map(source =>
      sourceConfigured({ ...source, reliability: source.reliability as 'A' }, { time: beforeAll })
    ),
    ...rules.map(
      (data): TheatreRecord => ({
        type: 'rule.configured',
        data,
        theatre,
        time: beforeAll,
        id: digest('rule', data.ruleId)
      })
    )
  ]
}

/** The reports, corrections and withdrawals of a scenario in order, as records of its theatre. */
export function recordsOfScenario({ lines, setup }: Scenario): readonly TheatreRecord[] {
  const gazetteer = openWorldGazetteer()
  return lines.flatMap(line => recordOf(line, setup.theatre.id, gazetteer) ?? [])
}

function recordOf(line: ScenarioLine, theatre: string, gazetteer: Gazetteer): TheatreRecord | null {
  const reportId = computeReportId(line.sourceId, line.externalId ?? JSON.stringify(line.body))
  const time = new Date(line.at).toISOString()
  if (line.action === 'delete') {
    const data = { reportId, reason: String(line.body.reason), lane: 'live' } as const
    return {
      type: 'report.withdrawn',
      data,
      theatre,
      time,
      id: computeWithdrawalRecordId(theatre, reportId)
    }
  }
  const parsed = parseReportInput(line.body)
  if (!parsed.ok || checkReportTimes(parsed.report, Date.parse(time)).length > 0) return null
  const contentHash = digest(toCanonicalJson(line.body))
  const data = revisionOf(parsed.report, { reportId, contentHash, theatre, time }, gazetteer)
  return {
    type: 'report.received',
    data,
    theatre,
    time,
    id: computeRevisionRecordId(theatre, reportId, [contentHash])
  }
}

function revisionOf(
  report: ReportInput,
  {
    reportId,
    contentHash,
    theatre,
    time
  }: { reportId: string; contentHash: string; theatre: string; time: string },
  gazetteer: Gazetteer
) {
  const { location, alsoAt, private: texts, reportedAt, ...said } = report
  return {
    ...said,
    reportId,
    contentHash,
    reportedAt: reportedAt ?? time,
    place: gazetteer.resolve(location),
    alsoAt: alsoAt.map(place => gazetteer.resolve(place)),
    persons: [],
    narrativeKey: texts?.narrative ? digest(texts.narrative) : null,
    linkKeys: (texts?.links ?? []).map(link => digest(link)),
    private: null,
    theatre,
    lane: 'live' as const
  }
}
