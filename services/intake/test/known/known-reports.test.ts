import type { TheatreRecord } from '@tocsin/domain/record/theatre-record'
import type { RecordPlace } from '@tocsin/event-log/port'
import { received, withdrawn } from '@tocsin/testing/report/record-builder'
import { aReport } from '@tocsin/testing/report/report-builder'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { theatresBehind } from '../../src/known/known-report.ts'
import { KnownReports } from '../../src/known/known-reports.ts'

interface Stored {
  readonly record: TheatreRecord
  readonly at: RecordPlace
}

/** Revisions and withdrawals of two reports in three theatres, each with its place in the log. */
const historyArb: fc.Arbitrary<Stored[]> = fc
  .array(
    fc.record({
      externalId: fc.constantFrom('W-1', 'W-2'),
      theatre: fc.constantFrom('a', 'b', 'c'),
      minute: fc.integer({ min: 0, max: 3 }),
      content: fc.constantFrom('x', 'y', 'z'),
      isWithdrawal: fc.boolean()
    }),
    { maxLength: 30 }
  )
  .map(steps =>
    steps.map(({ externalId, theatre, minute, content, isWithdrawal }, i) => {
      const reportedAt = `2025-06-02T09:0${minute}:00.000Z`
      // The content of a revision determines its place.
      const report = aReport({
        externalId,
        reportedAt,
        contentHash: content,
        theatre: content === 'x' ? 'a' : 'b'
      })
      const record = isWithdrawal
        ? withdrawn({ ...report, theatre })
        : received(report, { theatre })
      return { record, at: { partition: 0, position: BigInt(i) } }
    })
  )

const ids = ['W-1', 'W-2'].map(externalId => aReport({ externalId }).reportId)
const folded = (history: readonly Stored[]) => {
  const reports = new KnownReports()
  for (const { record, at } of history) reports.apply(record, at)
  return ids.map(id => {
    const known = reports.get(id)
    if (!known) return null
    const { winner, withdrawal, standings, revisions } = known
    return {
      winner: winner && {
        reportedAt: winner.reportedAt,
        contentHash: winner.contentHash,
        theatre: winner.theatre
      },
      isWithdrawn: withdrawal !== null,
      standings: standings
        .map(
          ({ theatre, position, best, isWithdrawn }) =>
            `${theatre} ${position} ${best?.reportedAt} ${best?.contentHash} ${isWithdrawn}`
        )
        .sort(),
      behind: theatresBehind(known),
      revisions: revisions.map(r => `${r.reportedAt} ${r.contentHash}`).sort()
    }
  })
}

it('is the same for any order and repetition of the records', () => {
  fc.assert(
    fc.property(
      historyArb.chain(history =>
        fc.tuple(
          fc.constant(history),
          fc.shuffledSubarray(history, { minLength: history.length }),
          fc.subarray(history)
        )
      ),
      ([history, shuffled, again]) => {
        expect(folded([...shuffled, ...again])).toEqual(folded(history))
      }
    )
  )
})

it('knows a report by its withdrawal alone', () => {
  const reports = new KnownReports()
  const report = aReport()
  reports.apply(withdrawn(report), { partition: 0, position: 0n })
  expect(reports.get(report.reportId)).toMatchObject({ winner: null, withdrawal: { position: 0n } })
  reports.apply(received(report), { partition: 0, position: 1n })
  expect(reports.get(report.reportId)).toMatchObject({
    winner: { theatre: 'sahel' },
    withdrawal: { position: 0n }
  })
})

it('names the theatres that a partial write has not reached', () => {
  const reports = new KnownReports()
  const old = aReport({ contentHash: 'x', reportedAt: '2025-06-02T09:00:00.000Z', theatre: 'a' })
  const moved = { ...old, contentHash: 'y', reportedAt: '2025-06-02T10:00:00.000Z', theatre: 'c' }
  const behind = () => theatresBehind(reports.get(old.reportId)!)
  let position = 0n
  const take = (record: TheatreRecord) =>
    reports.apply(record, { partition: 0, position: position++ })
  take(received(old, { theatre: 'a' }))
  take(received(old, { theatre: 'b' }))
  expect(behind()).toEqual([])
  take(received(moved, { theatre: 'b' }))
  expect(behind()).toEqual(['a', 'c'])
  take(received(moved, { theatre: 'c' }))
  expect(behind()).toEqual(['a'])
  take(received(moved, { theatre: 'a' }))
  expect(behind()).toEqual([])
  take(withdrawn({ ...moved, theatre: 'b' }))
  expect(behind()).toEqual(['a', 'c'])
})
