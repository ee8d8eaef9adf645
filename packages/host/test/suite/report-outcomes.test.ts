// Which incident and which alerts a report is told to be part of.

import type { AlertState } from '@tocsin/contracts/alert/alert'
import type { IncidentEvent, IncidentState } from '@tocsin/contracts/incident/incident-event'
import type { AlertChange } from '@tocsin/contracts/record/alert-event-v3'
import type { Handling } from '@tocsin/contracts/theatre/handling'
import { MemoryLog } from '@tocsin/event-log/memory-log'
import { ReportOutcomes } from '@tocsin/intake/outcome/report-outcomes'
import { AlertIndex } from '@tocsin/notifier/alerts/alert-index'
import {
  type AlertFold,
  ProcessModel,
  type RecordedEvent
} from '@tocsin/read-model/process/process-model'
import { systemClock } from '@tocsin/service/process/clock'
import { createLogger } from '@tocsin/service/telemetry/logger'
import { received } from '@tocsin/testing/report/record-builder'
import { aReport } from '@tocsin/testing/report/report-builder'
import { Registry } from 'prom-client'
import { beforeEach, expect, it } from 'vitest'
import { incidentData, recordData } from '../../../contracts/test/support/schema-samples.ts'

let model: ProcessModel
let alerts: AlertFold
let outcomes: ReportOutcomes
beforeEach(() => {
  const logger = createLogger({ level: 'silent', name: 'test' })
  model = new ProcessModel({
    ...{ log: new MemoryLog(), clock: systemClock, logger, metrics: new Registry() }
  })
  alerts = new AlertIndex(model)
  model.setAlertFold(alerts)
  outcomes = new ReportOutcomes(model)
})

function applyAlert(
  record: RecordedEvent,
  { cause, theatre }: { readonly cause: string | null; readonly theatre?: string }
): void {
  const envelope = { ...at, id: '', source: '', type: record.type, theatre, cause }
  const stored = { position: position++ }
  model.links.apply(record, envelope as never)
  alerts.take({ partition: 0, records: [{ stored, decoded: { envelope, record } }] } as never)
}

let position = 0n
const applyIncident = (event: IncidentEvent) =>
  model.incidents.apply({ ...at, partition: 0, position: position++, event })

const incident = (change: Partial<IncidentState>): IncidentState => ({
  ...incidentData(),
  ...{ theatre: 'sahel', incidentId: 'i1', seq: 4 },
  aliases: [],
  reports: [{ reportId: 'b1', contentHash: 'c1', sourceId: 'wire-1' }],
  ...change
})
const alert = (change: Partial<AlertState>): AlertState => ({
  ...recordData<AlertState>('alert.raised'),
  ...{ theatre: 'sahel', alertId: 'al1', revision: 3, seq: 118, headline: 'Diosso is cut off' },
  ...change
})
const reader = { level: 'restricted', reportId: 'b1' } as const
const at = { cause: null, time: '2026-03-01T12:00:00.000Z' }
const item = (incidentId: string) =>
  ({ incidentId, revision: 1, role: 'trigger', handling: 'public' }) as const

it('finds the incident of a report in a given theatre', () => {
  applyIncident({ type: 'incident.assembled', data: incident({ theatre: 'a', seq: 1 }) })
  applyIncident({
    type: 'incident.assembled',
    data: incident({ theatre: 'b', seq: 1, incidentId: 'i2' })
  })
  expect(outcomes.findIncident('a', 'b1', 'restricted')).toMatchObject({ incidentId: 'i1' })
  expect(outcomes.findIncident('b', 'b1', 'restricted')).toMatchObject({ incidentId: 'i2' })
  expect(outcomes.findIncident('c', 'b1', 'restricted')).toBeNull()
})

it('follows a report into the incident that it was merged into, and forgets a withdrawn one', () => {
  applyIncident({ type: 'incident.assembled', data: incident({ seq: 1 }) })
  applyIncident({
    type: 'incident.split',
    data: incident({ seq: 2, incidentId: 'i2', revision: 4 })
  })
  applyIncident({ type: 'incident.withdrawn', data: incident({ seq: 3 }) })
  expect(outcomes.findIncident('sahel', 'b1', 'restricted')).toMatchObject({
    incidentId: 'i2',
    revision: 4
  })
  applyIncident({
    type: 'incident.withdrawn',
    data: incident({ seq: 4, incidentId: 'i2' })
  })
  expect(outcomes.findIncident('sahel', 'b1', 'restricted')).toBeNull()
})

it('names the alerts that rest on an incident now, under any of its ids', () => {
  applyIncident({ type: 'incident.merged', data: incident({ seq: 1, aliases: ['i0'] }) })
  applyAlert(
    {
      type: 'alert.raised',
      data: alert({ alertId: 'x', seq: 1, evidence: [item('i0')] })
    },
    at
  )
  applyAlert(
    {
      type: 'alert.raised',
      data: alert({ alertId: 'y', seq: 2, evidence: [item('i1'), item('i9')] })
    },
    at
  )
  const found = outcomes.findIncident('sahel', 'b1', 'restricted')
  expect(
    outcomes.listAlerts('sahel', found as NonNullable<typeof found>, reader).map(a => a.alertId)
  ).toEqual(['x', 'y'])
  applyAlert(
    {
      type: 'alert.revised',
      data: alert({ alertId: 'y', seq: 3, status: 'confirmed', evidence: [item('i9')] })
    },
    at
  )
  expect(
    outcomes.listAlerts('sahel', found as NonNullable<typeof found>, reader).map(a => a.alertId)
  ).toEqual(['x'])
})

const alertIds = ['a', 'b', 'c'].map(letter => letter.repeat(32))

it('names the alerts that a withdrawal changed', () => {
  const [one = '', other = '', third = ''] = alertIds
  const words: readonly (readonly [string | null, AlertState])[] = [
    ['r1-posted', alert({ alertId: one, seq: 1, evidence: [item('i1')] })],
    [null, alert({ alertId: other, seq: 2, evidence: [item('i1'), item('i2')] })],
    [null, alert({ alertId: third, seq: 3, evidence: [item('i2')] })],
    // It is retracted with the report, has no evidence left, and later has an event with another
    // cause.
    ['r1-withdrawn', alert({ alertId: one, seq: 4, status: 'retracted', evidence: [] })],
    ['tick', alert({ alertId: one, seq: 5, status: 'retracted', evidence: [], headline: 'later' })]
  ]
  for (const [cause, data] of words) applyAlert({ type: 'alert.revised', data }, { cause })
  applyIncident({ type: 'incident.assembled', data: incident({ seq: 1 }) })
  applyIncident({ type: 'incident.withdrawn', data: incident({ seq: 2 }) })
  expect(
    outcomes
      .alertsBefore('restricted', 'r1-withdrawn')
      .map(({ alertId, headline }) => [alertId, headline])
  ).toEqual([[one, 'later']])
  expect(outcomes.alertsBefore('restricted', 'r2-withdrawn')).toEqual([])
})

const whole = { ruleId: 'siege', ruleVersion: 1, status: 'provisional' } as const
let seq = 0
function change(fold: Handling, alertId: string, data: Partial<AlertChange>): void {
  const event = { alertId, fold, revision: 1, seq: seq++, notify: 'page', ...data } as const
  const envelope = { ...at, theatre: 'sahel' }
  applyAlert({ type: 'alert.revised', data: event } as never, envelope)
}
const found = (reportId: string, level: Handling) =>
  outcomes
    .listAlerts('sahel', { incidentId: reportId, aliases: [] }, { level, reportId })
    .map(({ alertId }) => alertId)

function countReport(recordId: string, reportId: string, handling: Handling): void {
  const record = received({ ...aReport({ externalId: reportId }), reportId, handling })
  model.reports.apply(record, { partition: 0, position: 0n })
  model.numbers.count('sahel', recordId, model.reports.findRow(reportId), handling)
}

it('finds an alert of version 3 by the report with the number among those of its fold', () => {
  countReport('id1', 'b1', 'public')
  countReport('id2', 'b2', 'internal')
  countReport('id3', 'b3', 'public')
  change('public', 'a1', { ...whole, added: [2] })
  change('internal', 'a2', { ...whole, added: [2] })
  expect([found('b3', 'public'), found('b2', 'public')]).toEqual([['a1'], []])
  expect([found('b3', 'internal'), found('b2', 'internal')]).toEqual([['a1'], ['a2']])
  change('public', 'a1', { revision: 2, removed: [2] })
  expect(found('b3', 'public')).toEqual([])
})

it('finds an alert whose event was folded before its report', () => {
  change('public', 'a1', { ...whole, added: [1] })
  expect(found('b1', 'public')).toEqual([])
  countReport('id1', 'b1', 'public')
  expect(found('b1', 'public')).toEqual(['a1'])
})

it('states nothing of a restricted report in the retraction that follows', () => {
  countReport('id1', 'b1', 'public')
  countReport('id2', 'b2', 'public')
  const say = (type: IncidentEvent['type'], data: Partial<IncidentState>) =>
    applyIncident({ type, data: incident(data) })
  say('incident.assembled', { incidentId: 'i1', seq: 1 })
  const reports = [{ reportId: 'b2', contentHash: 'c2', sourceId: 'wire-1' }]
  say('incident.assembled', { incidentId: 'i2', seq: 2, reports })
  change('public', 'a1', { ...whole, group: { place: 'Diosso' }, added: [1, 2] })
  change('public', 'a1', { revision: 2, status: 'retracted' })
  const tell = () =>
    outcomes
      .listAlerts('sahel', { incidentId: 'i1', aliases: [] }, { level: 'public', reportId: 'b1' })
      .map(({ status, headline }) => ({ status, headline }))
  expect(tell()).toEqual([{ status: 'retracted', headline: expect.stringContaining('Diosso') }])
  const taken = { incidentId: 'i2', revision: 2, takenBack: true, reports } as const
  say('incident.withdrawn', { ...taken, seq: 3, readers: ['public'] })
  expect(tell()).toEqual([{ status: 'retracted', headline: expect.not.stringContaining('Diosso') }])
})
