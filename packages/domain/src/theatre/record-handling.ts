// The handling of a theatre's record: readers who may not see it must not learn of it from the time
// of other events.

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
  switch (record.type) {
    case 'report.received':
      return record.data.handling
    case 'report.withdrawn':
      return handlingOfReport(record.data.reportId, reports)
    case 'pair.declared':
      return reportsOf(record.data)
        .map(id => handlingOfReport(id, reports))
        .reduce(stricter)
    case 'operator.requested':
    case 'response.requested':
    case 'correction.requested':
    case 'answer.requested':
      return alerts.find(record.data.alertId)?.state.handling ?? 'restricted'
    default:
      return 'public'
  }
}

function handlingOfReport(id: string, reports: Pick<TheatreReports, 'get'>): Handling {
  return reports.get(id)?.winner?.handling ?? 'restricted'
}
