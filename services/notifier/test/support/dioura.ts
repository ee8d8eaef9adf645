// Reports of one village and day, which an officer may split and merge.

import type { ReportRevision } from '@tocsin/contracts/theatre/report'
import { aReport, makePlace, type ReportOverrides } from '@tocsin/testing/report/report-builder'
import { settle } from './manual-clock.ts'
import type { Harness } from './notifier-harness.ts'

export const dioura = makePlace({
  ...{
    name: 'Dioura',
    country: 'ML',
    admin1: 'ML-5',
    foundAdmin1: null,
    lat: 14.8252,
    lon: -5.2547,
    settlement: 'ML-5/dioura'
  }
})

/** Reported at an hour by the last digit of its id. */
export function aRevision(
  reportId: string,
  sourceId: string,
  more: ReportOverrides = {}
): ReportRevision {
  return aReport({
    ...{
      reportId,
      sourceId,
      contentHash: `hash-${reportId}`,
      externalId: reportId,
      place: dioura,
      handling: 'internal'
    },
    ...{
      reportedAt: `2026-02-27T1${reportId.slice(-1)}:00:00.000Z`,
      occurred: { from: '2026-02-26', to: '2026-02-26' }
    },
    fatalities: { low: 1, best: 1, high: 1 },
    ...more
  })
}

export async function receive(h: Harness, data: ReportRevision): Promise<void> {
  await h.incident('sahel', { type: 'report.received', data }, `rec-${data.reportId}`)
  await settle()
}
