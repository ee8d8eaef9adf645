// The incidents of the bench's loads are those of packages/domain, in every field.

import { expect, it } from 'vitest'
import { crowds, makeRecords } from '../../../bench/src/load/theatre-records.ts'
import { compareIncidents } from './compare-incidents.ts'

it.each([
  ['10 a day', makeRecords({ reportsPerDay: 10, latePer100: 20 }), 2500],
  ['100 a day', makeRecords({ reportsPerDay: 100, latePer100: 20 }), 2500],
  ['crowds of one village and day', Iterator.from([...crowds.keys()]).flatMap(listCrowd), 200]
] as const)('%s', (_, records, count) => {
  const reports = Iterator.from(records)
    .flatMap(record => (record.type === 'report.received' ? [record.data] : []))
    .take(count)
    .toArray()
  const compared = compareIncidents(reports, 'B')
  expect(compared).toMatchObject({ groupsHere: 0, groupsThere: 0, fields: new Map() })
})

function* listCrowd(crowd: number) {
  for (let number = 0; number < 100; number++) yield crowds[crowd]!.makeRecord(number)
}
