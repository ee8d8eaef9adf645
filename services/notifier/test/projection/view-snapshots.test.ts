// Every read model of the notifier, from a snapshot taken at any record: the law is in
// snapshot-law.ts.

import type { IncidentEventType, IncidentState } from '@tocsin/domain/incident/incident-event'
import type { TheatreRecord } from '@tocsin/domain/record/theatre-record'
import { handlings } from '@tocsin/domain/report/handling'
import { MemoryLog } from '@tocsin/event-log/memory-log'
import { topics } from '@tocsin/event-log/topics'
import { runsOf } from '@tocsin/testing/process/test-size'
import { received, withdrawn } from '@tocsin/testing/report/record-builder'
import { aReport } from '@tocsin/testing/report/report-builder'
import fc from 'fast-check'
import { describe, it } from 'vitest'
import { expectSameFromSnapshot } from '../../../../packages/service-kit/test/support/snapshot-law.ts'
import { AlertIndex } from '../../src/projection/alert-index.ts'
import { AlertJournal } from '../../src/projection/alert-journal.ts'
import { DeclarationIndex } from '../../src/projection/declaration-index.ts'
import { decodeStored, EvidenceHistory } from '../../src/projection/evidence-history.ts'
import type { IncidentRecord } from '../../src/projection/incident-index.ts'
import { IncidentViews } from '../../src/projection/incident-views.ts'
import { ReportIndex } from '../../src/projection/report-index.ts'
import { SourceActivity } from '../../src/projection/source-activity.ts'
import { TheatreClocks } from '../../src/projection/theatre-clocks.ts'
import { AlertWriter } from '../support/alert-builder.ts'

const cutArb = { cut: fc.nat({ max: 30 }), rowsEach: fc.nat({ max: 3 }) }
const idArb = fc.constantFrom('a', 'b', 'c', 'd')

const wordArb = fc.record({
  alertId: fc.constantFrom('one', 'two', 'three', 'four', 'five'),
  theatre: fc.constantFrom('sahel', 'lake'),
  name: fc.constantFrom(
    'revised' as const,
    'escalated' as const,
    'resolved' as const,
    'retracted' as const,
    'acknowledged' as const
  ),
  handling: fc.constantFrom(...handlings),
  evidence: fc.subarray(['i1', 'i2', 'i3', 'i4']),
  isRefused: fc.boolean()
})

describe('from a snapshot', () => {
  it('alerts and their journal are as they were, while more are folded', async () => {
    const limits = {
      momentsPerAlertMax: 3,
      closedAlertsMax: 1,
      outcomesMax: 3,
      recentEventsMax: 4,
      droppedMax: 4,
      catchUpRecordsMax: 3
    }
    await fc.assert(
      fc.asyncProperty(
        fc.array(wordArb, { maxLength: 30 }),
        cutArb.cut,
        cutArb.rowsEach,
        async (words, cut, rowsEach) => {
          const log = new MemoryLog({ like: 'kafka' })
          const writer = new AlertWriter(log)
          for (const [i, word] of words.entries()) {
            const { theatre, name, handling } = word
            const alertId = `${theatre}-${word.alertId}`
            const evidence = word.evidence.map(
              incidentId => ({ incidentId, revision: 1, role: 'trigger', handling }) as const
            )
            const status =
              name === 'resolved' || name === 'retracted' ? name : ('provisional' as const)
            const action =
              name === 'acknowledged' ? { actionId: `act-${i}`, by: 'officer-1', text: null } : null
            await writer.write(name, alertId, { theatre, handling, evidence, status, action })
            if (word.isRefused) await writer.refuse({ alertId, actionId: `late-${i}` })
          }
          const { records } = await log.read(topics.alerts, 0, 0n, {
            recordsMax: 1000,
            bytesMax: 1e9
          })
          // Written twice, as by two owners: the second does not count.
          const stored = records.flatMap(record => [record, record])
          const at = stored.map((record, position) => ({ ...record, position: BigInt(position) }))
          const make = () => {
            const alerts = new AlertIndex(limits)
            const journal = new AlertJournal(
              log,
              { epoch: '00000000', positions: [0n] },
              new EvidenceHistory(log, () => []),
              limits
            )
            return {
              parts: [alerts, journal],
              apply(record: (typeof at)[number]) {
                const decoded = decodeStored(record)
                if (decoded === null) throw new Error('a record of this test cannot be decoded')
                const { event } = alerts.apply(decoded)
                if (event === null) journal.drop(0, record.position)
                else journal.add({ ...decoded, event }, alerts.concernedBy(event))
              }
            }
          }
          expectSameFromSnapshot(make, at, cut, rowsEach)
        }
      )
    )
  })

  it('incidents of every level are as they were', () => {
    const saidArb = fc.record({
      type: fc.constantFrom<IncidentEventType[]>(
        'incident.assembled',
        'incident.revised',
        'incident.merged',
        'incident.split',
        'incident.withdrawn'
      ),
      id: idArb,
      reports: fc.uniqueArray(fc.constantFrom('r1', 'r2', 'r3', 'h1', 'i1'), { minLength: 1 }),
      content: fc.nat({ max: 2 }),
      aliases: fc.subarray(['b', 'c']),
      from: fc.subarray(['a', 'd']),
      theatre: fc.constantFrom('sahel', 'lake')
    })
    const recordOf = (
      {
        type,
        id,
        reports,
        content,
        aliases,
        from,
        theatre
      }: typeof saidArb extends fc.Arbitrary<infer S> ? S : never,
      i: number
    ): IncidentRecord => {
      const handling = reports.includes('h1')
        ? 'restricted'
        : reports.includes('i1')
          ? 'internal'
          : 'public'
      const data = {
        ...{
          incidentId: id,
          seq: i + 1,
          revision: i + 1,
          theatre,
          handling,
          from,
          independentSources: 1,
          category: 'attack'
        },
        aliases: aliases.filter(alias => alias !== id),
        reports: reports.map(reportId => ({
          reportId,
          contentHash: `${reportId}@${content}`,
          sourceId: 's'
        })),
        ...{ tactics: [], credibility: 2, occurred: { from: '2026-02-26', to: '2026-02-26' } },
        place: {
          name: null,
          country: 'ML',
          admin1: null,
          lat: null,
          lon: null,
          radiusKm: null,
          settlement: null
        },
        fatalities: { low: 1, best: 1, high: 1 }
      } as IncidentState
      return {
        partition: 0,
        position: BigInt(i),
        time: `2026-03-01T00:00:${10 + (i >> 1)}.000Z`,
        cause: `c${i >> 1}`,
        event: { type, data }
      }
    }
    fc.assert(
      fc.property(
        fc.array(saidArb, { maxLength: 30 }),
        cutArb.cut,
        cutArb.rowsEach,
        (said, cut, rowsEach) => {
          const make = () => {
            const views = new IncidentViews(3)
            return { parts: [views], apply: (record: IncidentRecord) => views.apply(record) }
          }
          expectSameFromSnapshot(make, said.map(recordOf), cut, rowsEach)
        }
      )
    )
  })

  it('places of reports, sources, clocks, requests and declarations are as they were', () => {
    const stepArb = fc.record({
      kind: fc.constantFrom(
        'report' as const,
        'withdrawal' as const,
        'tick' as const,
        'set' as const,
        'request' as const,
        'pair' as const
      ),
      externalId: fc.constantFrom('W-1', 'W-2', 'W-3', 'W-4'),
      minute: fc.integer({ min: 0, max: 9 }),
      theatre: fc.constantFrom('sahel', 'lake'),
      same: fc.boolean(),
      handling: fc.constantFrom(...handlings)
    })
    const recordOf = (
      step: typeof stepArb extends fc.Arbitrary<infer S> ? S : never,
      i: number
    ): TheatreRecord => {
      const { kind, externalId, minute, theatre, same, handling } = step
      const time = `2025-06-02T09:0${minute}:00.000Z`
      const report = aReport({
        externalId,
        reportedAt: time,
        contentHash: `content-${minute}`,
        theatre,
        sourceId: externalId,
        handling
      })
      const base = { id: `id-${i >> 1}`, theatre, time }
      if (kind === 'report') return received(report, { theatre })
      if (kind === 'withdrawal') return withdrawn({ ...report, theatre })
      if (kind === 'tick') return { ...base, type: 'clock.ticked', data: { to: time, gap: false } }
      if (kind === 'set') return { ...base, type: 'clock.set', data: { to: time } } as TheatreRecord
      if (kind === 'request')
        return {
          ...base,
          type: 'operator.requested',
          data: { actionId: `act-${minute}` }
        } as TheatreRecord
      return {
        ...base,
        type: 'pair.declared',
        data: { reportIds: ['r1', `r${minute}0`], same, by: 'officer-1' }
      } as TheatreRecord
    }
    fc.assert(
      fc.property(
        fc.array(stepArb, { maxLength: 30 }),
        cutArb.cut,
        cutArb.rowsEach,
        (steps, cut, rowsEach) => {
          const make = () => {
            const [reports, sources, clocks, declarations] = [
              new ReportIndex(2),
              new SourceActivity(3),
              new TheatreClocks(),
              new DeclarationIndex()
            ]
            return {
              parts: [reports, sources, clocks, declarations],
              apply({ record, position }: { record: TheatreRecord; position: bigint }) {
                reports.apply(0, position, record)
                sources.apply(record)
                clocks.apply(record, { partition: 0, position })
                declarations.apply(record, { partition: 0, position })
              }
            }
          }
          const records = steps.map((step, i) => ({
            record: recordOf(step, i),
            position: BigInt(i)
          }))
          expectSameFromSnapshot(make, records, cut, rowsEach)
        }
      ),
      { numRuns: runsOf(40) }
    )
  })
})
