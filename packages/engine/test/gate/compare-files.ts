// Compares incidents on the loads of the bench and on files of UCDP GED, each as one source and
// with its reports spread over 5 and 97 sources: `node compare-files.ts FILE…`. Each comparison is
// made with the limits of packages/domain, then with those of the engine: differences that only
// the second has are due to the limits.

import type { ReportRevision } from '@tocsin/domain/report/report'
import { crowds, makeRecords } from '../../../bench/src/load/theatre-records.ts'
import { compareIncidents, formatComparison } from './compare-incidents.ts'
import { readArchive } from './read-records.ts'

const sameLimits = { maxPartners: 200, maxComponent: Number.POSITIVE_INFINITY }

function compare(name: string, reports: readonly ReportRevision[]): void {
  console.log(formatComparison(name, compareIncidents(reports, 'B', sameLimits)))
  console.log(formatComparison(`${name}, limits`, compareIncidents(reports, 'B')))
}

function takeReports(reportsPerDay: number, latePer100: number, count: number): ReportRevision[] {
  return makeRecords({ reportsPerDay, latePer100 })
    .filter(record => record.type === 'report.received')
    .map(record => record.data)
    .take(count)
    .toArray()
}

/** The same draws for every file. */
function spreadSources(reports: readonly ReportRevision[], count: number): ReportRevision[] {
  let state = 0
  return reports.map(report => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return { ...report, sourceId: `s${state % count}` }
  })
}

compare('sparse', takeReports(10, 0, 8000))
compare('sparse, late', takeReports(10, 20, 8000))
compare('dense, late', takeReports(100, 20, 20_000))
for (const { what, makeRecord } of crowds) {
  const records = Array.from({ length: 600 }, (_, number) => makeRecord(number))
  compare(
    what,
    records.flatMap(record => (record.type === 'report.received' ? [record.data] : []))
  )
}
for (const path of process.argv.slice(2)) {
  const { items } = await readArchive(path)
  const reports = items.flatMap(item => (item.kind === 'report' ? [item.revision] : []))
  const name = path.replace(/^.*\//, '').slice(0, 34)
  compare(name, reports)
  for (const sources of [5, 97]) compare(`${name} × ${sources}`, spreadSources(reports, sources))
}
