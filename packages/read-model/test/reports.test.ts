// Reports in tables: what is known of them, also after a restart, and their numbers in each fold.

import { type Handling, handlings, maySee } from '@tocsin/contracts/theatre/handling'
import { received } from '@tocsin/testing/report/record-builder'
import { aReport } from '@tocsin/testing/report/report-builder'
import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { inMemory, ReadModel } from '../src/read-model.ts'
import { KnownReports } from '../src/reports/known-reports.ts'
import { ReportNumbers } from '../src/reports/report-numbers.ts'
import { reportTables } from '../src/schema.ts'

let model: ReadModel
let reports: KnownReports
let position: bigint
beforeEach(() => {
  model = ReadModel.open({ path: inMemory, groups: [reportTables], version: 'test' })
  reports = new KnownReports(model)
  position = 0n
})

/** Applies a report that lies in a theatre. Returns its id. */
function put(externalId: string, theatre: string, more: { time?: string; by?: string } = {}) {
  const revision = aReport({ externalId, theatre, contentHash: `${externalId}-${position}` })
  const reportedAt = `2025-06-02T09:00:00.${String(position).padStart(3, '0')}Z`
  const record = { ...received({ ...revision, reportedAt }), theatre, ...more }
  reports.apply(record, { partition: 0, position: position++ })
  return revision.reportId
}

function restart(): void {
  model.commit()
  reports = new KnownReports(model)
  reports.load()
}

describe('known reports', () => {
  it('are the same after a restart, and before they are committed', () => {
    const id = put('W-1', 'sahel')
    put('W-1', 'lake')
    const known = reports.get(id)
    restart()
    expect(reports.get(id)).toEqual(known)
    expect(reports.get(id)).toMatchObject({ winner: { theatre: 'lake' } })
    expect(reports.get(id)?.winner).toBe(reports.get(id)?.revisions[1])
    expect(reports.size).toBe(1)
  })

  it('in no theatre are listed, the newest first, until a theatre takes them or they are withdrawn', () => {
    const ids = ['a', 'b', 'c'].map((id, i) =>
      put(id, '_unassigned', { time: `2025-06-0${i + 2}T00:00:00.000Z` })
    )
    expect(reports.listOutside(handlings, 2)).toEqual([ids[2], ids[1]])
    expect(reports.countOutside(Date.parse('2025-06-02T12:00:00Z'))).toEqual([['partners', 2]])
    put('b', 'sahel')
    const data = { reportId: ids[2] as string, reason: 'x', lane: 'live' } as const
    const withdrawn = { type: 'report.withdrawn', id: 'w', theatre: '_unassigned', time: '', data }
    reports.apply(withdrawn as never, { partition: 0, position: position++ })
    expect(reports.listOutside(handlings, 9)).toEqual([ids[0]])
    expect(reports.listOutside(['public'], 9)).toEqual([])
  })

  it('of a key are its last, each once', () => {
    const at = (second: number) => ({ time: `2025-06-02T09:00:0${second}.000Z`, by: 'key_1' })
    const [a, b] = [put('a', 'sahel', at(1)), put('b', 'sahel', at(2))]
    put('a', 'sahel', at(3))
    put('c', 'sahel')
    restart()
    expect(reports.listOwn('key_1')).toEqual([a, b])
  })
})

it('a fold names a report by its number among those that it counts, also after a restart', () => {
  const handling = fc.constantFrom<Handling>(...handlings)
  fc.assert(
    fc.property(fc.array(handling, { maxLength: 40 }), fc.nat(40), (all, restartAt) => {
      model = ReadModel.open({ path: inMemory, groups: [reportTables], version: 'test' })
      let numbers = new ReportNumbers(model)
      reports = new KnownReports(model)
      const ids = all.map((_, i) => put(`n${i}`, 'sahel'))
      for (const [i, each] of all.entries()) {
        const row = reports.findRow(ids[i] as string)
        numbers.count('sahel', `id${i}`, row, each)
        if (i === restartAt) numbers = new ReportNumbers(model)
        numbers.count('sahel', `id${i}`, row, each)
      }
      for (const fold of handlings) {
        const counted = all.flatMap((each, i) => (maySee(fold, each) ? [ids[i]] : []))
        for (const [i, reportId] of [...counted, null].entries())
          expect(numbers.find('sahel', fold, i + 1)).toBe(reportId)
      }
    })
  )
})
