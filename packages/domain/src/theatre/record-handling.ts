// The handling of a theatre's record: readers who may not see it must not learn of it from the time of other events.

import type { AlertBook } from '../alert/alert-book.ts'
import { reportsOf } from '../assembly/pair-declarations.ts'
import type { TheatreRecord } from '../record/theatre-record.ts'
import { type Handling, stricter } from '../report/handling.ts'
import type { TheatreReports } from './theatre-reports.ts'

/** `restricted` if the report is not known. Pure. */
export function handlingOf(
  record: TheatreRecord,
  reports: Pick<TheatreReports, 'get'>,
  alerts: Pick<AlertBook, 'find'>
): Handling {
  const ofReport = (id: string) => reports.get(id)?.winner?.handling ?? 'restricted'
  switch (record.type) {
    case 'report.received':
      return record.data.handling
    case 'report.withdrawn':
      return ofReport(record.data.reportId)
    case 'pair.declared':
      return reportsOf(record.data).map(ofReport).reduce(stricter)
    case 'operator.requested':
    case 'response.requested':
    case 'correction.requested':
    case 'answer.requested':
      return alerts.find(record.data.alertId)?.state.handling ?? 'restricted'
    default:
      return 'public'
  }
}
