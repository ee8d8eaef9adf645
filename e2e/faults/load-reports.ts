// Identity of the reports of a load, by their number.

import { computeReportId } from '@tocsin/contracts/report/report-identity'

const sourceId = 'load'

/** Source and external id of a report, as posted. */
export function loadIdentity(number: number): object {
  return { source: { id: sourceId }, externalId: `load-${number}` }
}

/** Id of the report in the log. */
export function loadReportId(number: number): string {
  const externalId = `load-${number}`
  return computeReportId(sourceId, externalId)
}
