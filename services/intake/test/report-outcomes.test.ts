import type { AlertState, IncidentState } from '@tocsin/domain/alert'
import { expect, it } from 'vitest'
import { goldenRecords } from '../../../packages/contracts/test/golden/records.ts'
import { ReportOutcomes } from '../src/report-outcomes.ts'

const golden = <T>(event: string) => goldenRecords.find(g => g.event === event)?.good[0] as T
const incident = (change: Partial<IncidentState>): IncidentState => ({
  ...golden<IncidentState>('incident.assembled'),
  aliases: [],
  reports: [{ reportId: 'r1', contentHash: 'c1', sourceId: 'wire-1' }],
  ...change
})
const alert = (change: Partial<AlertState>): AlertState => ({ ...golden<AlertState>('alert.raised'), ...change })
const item = (incidentId: string) => ({ incidentId, revision: 1, role: 'trigger', handling: 'public' }) as const

it('finds the incident of a report in the theatre that is asked for', () => {
  const outcomes = new ReportOutcomes()
  outcomes.applyIncident({ type: 'incident.assembled', data: incident({ theatre: 'a', seq: 1 }) })
  outcomes.applyIncident({ type: 'incident.assembled', data: incident({ theatre: 'b', seq: 1, incidentId: 'i2' }) })
  expect(outcomes.incidentOf('a', 'r1')).toMatchObject({ incidentId: 'i1' })
  expect(outcomes.incidentOf('b', 'r1')).toMatchObject({ incidentId: 'i2' })
  expect(outcomes.incidentOf('c', 'r1')).toBeNull()
})

it('follows a report into the incident that took it, and forgets a withdrawn one', () => {
  const outcomes = new ReportOutcomes()
  outcomes.applyIncident({ type: 'incident.assembled', data: incident({ seq: 1 }) })
  outcomes.applyIncident({ type: 'incident.split', data: incident({ seq: 2, incidentId: 'i2', revision: 4 }) })
  outcomes.applyIncident({ type: 'incident.withdrawn', data: incident({ seq: 3 }) })
  expect(outcomes.incidentOf('sahel', 'r1')).toMatchObject({ incidentId: 'i2', revision: 4 })
  outcomes.applyIncident({ type: 'incident.withdrawn', data: incident({ seq: 4, incidentId: 'i2' }) })
  expect(outcomes.incidentOf('sahel', 'r1')).toBeNull()
})

it('names the alerts that rest on an incident now, under any of its names', () => {
  const outcomes = new ReportOutcomes()
  outcomes.applyIncident({ type: 'incident.merged', data: incident({ seq: 1, aliases: ['i0'] }) })
  outcomes.applyAlert({ type: 'alert.raised', data: alert({ alertId: 'x', seq: 1, evidence: [item('i0')] }) })
  outcomes.applyAlert({ type: 'alert.raised', data: alert({ alertId: 'y', seq: 2, evidence: [item('i1'), item('i9')] }) })
  const found = outcomes.incidentOf('sahel', 'r1')
  expect(outcomes.alertsOf('sahel', found as NonNullable<typeof found>).map(a => a.alertId)).toEqual(['x', 'y'])
  outcomes.applyAlert({
    type: 'alert.revised',
    data: alert({ alertId: 'y', seq: 3, status: 'confirmed', evidence: [item('i9')] })
  })
  expect(outcomes.alertsOf('sahel', found as NonNullable<typeof found>).map(a => a.alertId)).toEqual(['x'])
})

it('takes the first record at a seq and drops the rest', () => {
  const outcomes = new ReportOutcomes()
  outcomes.applyIncident({ type: 'incident.assembled', data: incident({ seq: 1 }) })
  outcomes.applyIncident({ type: 'incident.assembled', data: incident({ seq: 1, incidentId: 'other' }) })
  expect(outcomes.incidentOf('sahel', 'r1')).toMatchObject({ incidentId: 'i1' })
})
