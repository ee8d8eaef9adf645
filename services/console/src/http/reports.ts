// What the console asks of reports.

import type {
  OpenedReport,
  ReportAccepted,
  ReportOutcome,
  UnassignedReports
} from '../shown/answers.ts'
import { ask } from './answers.ts'

const path = (id: string) => `/v1/reports/${encodeURIComponent(id)}`

export const reports = {
  post: (body: object) => ask<ReportAccepted>('/v1/reports', { method: 'POST', body }),
  correct: (id: string, body: object) => ask<ReportAccepted>(path(id), { method: 'PUT', body }),
  /** A withdrawal is final. */
  withdraw: (id: string, reason: string) =>
    ask<ReportAccepted>(path(id), { method: 'DELETE', body: { reason } }),
  outcome: (id: string) => ask<ReportOutcome>(path(id)),
  read: (id: string) => ask<OpenedReport>(path(id)),
  /** The newest reports in no theatre. */
  unassigned: (limit: number) =>
    ask<UnassignedReports>(`/v1/reports?theatre=_unassigned&limit=${limit}`)
}
