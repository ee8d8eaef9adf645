// Builds records of the incidents log for tests of the fold, with ids derived from their content as
// in the services.

import { digest } from '@tocsin/contracts/json/digest'
import type { ReportRevision } from '@tocsin/contracts/theatre/report'
import type {
  SourceConfig,
  TheatreConfig,
  TheatreRecord
} from '@tocsin/contracts/theatre/theatre-record'
import { undeclaredSource } from '@tocsin/contracts/theatre/theatre-record'
import { aReport, type ReportOverrides } from './report-builder.ts'

const defaultTime = '2025-06-02T09:00:00.000Z'

/** A replay theatre of Mali, Burkina Faso and Niger, unless overridden. */
export function theatreConfigured(
  overrides: Partial<TheatreConfig> = {},
  time = defaultTime
): TheatreRecord {
  const data: TheatreConfig = {
    id: 'sahel',
    countries: ['ML', 'BF', 'NE'],
    polygon: null,
    clock: 'replay',
    retentionDays: 820,
    ...overrides
  }
  return {
    type: 'theatre.configured',
    data,
    theatre: data.id,
    time,
    id: digest('theatre', JSON.stringify(data), time)
  }
}

/** A source with the defaults of an undeclared one, unless overridden. */
export function sourceConfigured(
  overrides: Partial<SourceConfig> & { readonly id: string },
  { theatre = 'sahel', time = defaultTime } = {}
): TheatreRecord {
  const data: SourceConfig = { ...undeclaredSource, ...overrides }
  return {
    type: 'source.configured',
    data,
    theatre,
    time,
    id: digest('source', theatre, JSON.stringify(data), time)
  }
}

/** The theatre's time advances to `to`. */
export function ticked(to: string, { theatre = 'sahel', gap = false } = {}): TheatreRecord {
  const at = new Date(to).toISOString()
  return {
    type: 'clock.ticked',
    data: { to: at, gap },
    theatre,
    time: at,
    id: digest('tick', theatre, at.slice(0, 16))
  }
}

/** A revision of a report arrives in `theatre`, wherever its place is. */
export function received(
  report: ReportRevision,
  { theatre = report.theatre, time = report.reportedAt } = {}
): TheatreRecord {
  return {
    type: 'report.received',
    data: report,
    theatre,
    time,
    id: digest('report', theatre, report.reportId, report.contentHash)
  }
}

/** `received(aReport(…))`. */
export function reported(overrides: ReportOverrides = {}, time?: string): TheatreRecord {
  const report = aReport(overrides)
  return received(report, { time: time ?? report.reportedAt })
}

/** A report is withdrawn permanently. */
export function withdrawn(
  report: Pick<ReportRevision, 'reportId' | 'theatre' | 'lane'>,
  { time = defaultTime, reason = 'sent in error' } = {}
): TheatreRecord {
  const { reportId, theatre, lane } = report
  return {
    type: 'report.withdrawn',
    data: { reportId, reason, lane },
    theatre,
    time,
    id: digest('withdrawal', theatre, reportId)
  }
}
