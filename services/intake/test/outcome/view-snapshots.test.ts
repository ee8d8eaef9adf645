// Every read model of intake, from a snapshot taken at any record: the law is in snapshot-law.ts.

import type { AlertState, RecordedAlert } from '@tocsin/domain/alert/alert'
import { EvidenceByAlert } from '@tocsin/domain/evidence/known-evidence'
import type { IncidentState } from '@tocsin/domain/incident/incident-event'
import type { TheatreRecord } from '@tocsin/domain/record/theatre-record'
import { handlings } from '@tocsin/domain/report/handling'
import { runsOf } from '@tocsin/testing/process/test-size'
import { received, withdrawn } from '@tocsin/testing/report/record-builder'
import { aReport } from '@tocsin/testing/report/report-builder'
import fc from 'fast-check'
import { describe, it } from 'vitest'
import { recordData } from '../../../../packages/contracts/test/support/schema-samples.ts'
import { expectSameFromSnapshot } from '../../../../packages/service-kit/test/support/snapshot-law.ts'
import { KnownReports } from '../../src/known/known-reports.ts'
import { KnownAlerts } from '../../src/outcome/known-alerts.ts'
import { ReportOutcomes } from '../../src/outcome/report-outcomes.ts'
import { TheatreTime } from '../../src/time/theatre-time.ts'

const cutArb = { cut: fc.nat({ max: 30 }), rowsEach: fc.nat({ max: 3 }) }

describe('from a snapshot', () => {
  it('known reports and the time of theatres are as they were', () => {
    const stepArb = fc.record({
      kind: fc.constantFrom('report' as const, 'withdrawal' as const, 'tick' as const),
      externalId: fc.constantFrom('W-1', 'W-2', 'W-3'),
      minute: fc.integer({ min: 0, max: 9 }),
      theatre: fc.constantFrom('a', 'b')
    })
    fc.assert(
      fc.property(
        fc.array(stepArb, { maxLength: 30 }),
        cutArb.cut,
        cutArb.rowsEach,
        (steps, cut, rowsEach) => {
          const records = steps.map(({ kind, externalId, minute, theatre }, i) => {
            const time = `2025-06-02T09:0${minute}:00.000Z`
            const report = aReport({
              externalId,
              reportedAt: time,
              contentHash: `c${minute}`,
              theatre
            })
            const tick = {
              id: `t${i}`,
              theatre,
              time,
              type: 'clock.ticked',
              data: { to: time, gap: false }
            } as TheatreRecord
            const record =
              kind === 'report'
                ? received(report, { theatre })
                : kind === 'tick'
                  ? tick
                  : withdrawn({ ...report, theatre })
            return { record, position: BigInt(i) }
          })
          const make = () => {
            const [reports, time] = [new KnownReports({ notesBehind: true }), new TheatreTime()]
            return {
              parts: [reports, time],
              apply({ record, position }: (typeof records)[number]) {
                reports.apply(record, { partition: 0, position })
                time.apply(record)
              }
            }
          }
          expectSameFromSnapshot(make, records, cut, rowsEach)
        }
      ),
      { numRuns: runsOf(100) }
    )
  })

  it('outcomes of reports are as they were', () => {
    const stepArb = fc.record({
      incidentId: fc.constantFrom('i1', 'i2', 'i3'),
      reports: fc.subarray(['r1', 'r2', 'r3'], { minLength: 1 }),
      isWithdrawn: fc.boolean(),
      handling: fc.constantFrom(...handlings),
      alertId: fc.constantFrom('x', 'y', 'z'),
      evidence: fc.subarray(['i1', 'i2', 'i3', 'i4']),
      status: fc.constantFrom('provisional' as const, 'resolved' as const),
      cause: fc.constantFrom('c1', 'c2', null)
    })
    fc.assert(
      fc.property(
        fc.array(stepArb, { maxLength: 30 }),
        cutArb.cut,
        cutArb.rowsEach,
        (steps, cut, rowsEach) => {
          const writer = new EvidenceByAlert()
          const revisions = new Map<string, number>()
          const records = steps.map((step, i) => {
            const revision = (revisions.get(step.alertId) ?? 0) + 1
            revisions.set(step.alertId, revision)
            const { alertId, status, handling } = step
            const evidence = step.evidence.map(
              incidentId => ({ incidentId, revision: 1, role: 'trigger', handling }) as const
            )
            const data: AlertState = {
              ...recordData<AlertState>('alert.raised'),
              alertId,
              status,
              handling,
              evidence,
              revision,
              seq: i + 1
            }
            const reports = step.reports.map(reportId => ({
              reportId,
              contentHash: `c${i}`,
              sourceId: 's'
            }))
            const incident: IncidentState = {
              ...recordData<IncidentState>('incident.assembled'),
              ...{
                incidentId: step.incidentId,
                reports,
                handling,
                aliases: [],
                seq: i + 1,
                revision: i + 1
              }
            }
            const recorded: RecordedAlert = writer.record({ type: 'alert.revised', data })
            return { recorded, incident, step }
          })
          const make = () => {
            const outcomes = new ReportOutcomes(undefined, { alerts: new KnownAlerts(1) })
            return {
              parts: [...outcomes.assemblyParts, ...outcomes.alertParts],
              apply({ recorded, incident, step }: (typeof records)[number]) {
                const type = step.isWithdrawn ? 'incident.withdrawn' : 'incident.revised'
                outcomes.applyIncident({ type, data: incident })
                outcomes.applyAlert(recorded, step.cause)
              }
            }
          }
          expectSameFromSnapshot(make, records, cut, rowsEach)
        }
      ),
      { numRuns: runsOf(100) }
    )
  })
})
