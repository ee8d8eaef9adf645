import { encodeRecord } from '@tocsin/contracts/record/records'
import type { AlertState, RecordedAlert } from '@tocsin/domain/alert/alert'
import { EvidenceByAlert } from '@tocsin/domain/evidence/known-evidence'
import type { IncidentState } from '@tocsin/domain/incident/incident-event'
import type { StoredRecord } from '@tocsin/event-log/port'
import { topics } from '@tocsin/event-log/topics'
import { runsOf } from '@tocsin/testing/process/test-size'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { recordData } from '../../../../packages/contracts/test/support/schema-samples.ts'
import { KnownAlerts } from '../../src/outcome/known-alerts.ts'
import { ReportOutcomes } from '../../src/outcome/report-outcomes.ts'

const incident = (change: Partial<IncidentState>): IncidentState => ({
  ...recordData<IncidentState>('incident.assembled'),
  ...{ theatre: 'sahel', incidentId: 'i1', seq: 4 },
  aliases: [],
  reports: [{ reportId: 'r1', contentHash: 'c1', sourceId: 'wire-1' }],
  ...change
})
const alert = (change: Partial<AlertState>): AlertState => ({
  ...recordData<AlertState>('alert.raised'),
  ...{ theatre: 'sahel', alertId: 'al1', revision: 3, seq: 118, headline: 'Diosso is cut off' },
  ...change
})
const item = (incidentId: string) =>
  ({ incidentId, revision: 1, role: 'trigger', handling: 'public' }) as const

it('finds the incident of a report in a given theatre', () => {
  const outcomes = new ReportOutcomes()
  outcomes.applyIncident({ type: 'incident.assembled', data: incident({ theatre: 'a', seq: 1 }) })
  outcomes.applyIncident({
    type: 'incident.assembled',
    data: incident({ theatre: 'b', seq: 1, incidentId: 'i2' })
  })
  expect(outcomes.incidentOf('a', 'r1')).toMatchObject({ incidentId: 'i1' })
  expect(outcomes.incidentOf('b', 'r1')).toMatchObject({ incidentId: 'i2' })
  expect(outcomes.incidentOf('c', 'r1')).toBeNull()
})

it('follows a report into the incident that it was merged into, and forgets a withdrawn one', () => {
  const outcomes = new ReportOutcomes()
  outcomes.applyIncident({ type: 'incident.assembled', data: incident({ seq: 1 }) })
  outcomes.applyIncident({
    type: 'incident.split',
    data: incident({ seq: 2, incidentId: 'i2', revision: 4 })
  })
  outcomes.applyIncident({ type: 'incident.withdrawn', data: incident({ seq: 3 }) })
  expect(outcomes.incidentOf('sahel', 'r1')).toMatchObject({ incidentId: 'i2', revision: 4 })
  outcomes.applyIncident({
    type: 'incident.withdrawn',
    data: incident({ seq: 4, incidentId: 'i2' })
  })
  expect(outcomes.incidentOf('sahel', 'r1')).toBeNull()
})

it('names the alerts that rest on an incident now, under any of its ids', () => {
  const outcomes = new ReportOutcomes()
  outcomes.applyIncident({ type: 'incident.merged', data: incident({ seq: 1, aliases: ['i0'] }) })
  outcomes.applyAlert({
    type: 'alert.raised',
    data: alert({ alertId: 'x', seq: 1, evidence: [item('i0')] })
  })
  outcomes.applyAlert({
    type: 'alert.raised',
    data: alert({ alertId: 'y', seq: 2, evidence: [item('i1'), item('i9')] })
  })
  const found = outcomes.incidentOf('sahel', 'r1')
  expect(
    outcomes.alertsOf('sahel', found as NonNullable<typeof found>).map(a => a.alertId)
  ).toEqual(['x', 'y'])
  outcomes.applyAlert({
    type: 'alert.revised',
    data: alert({ alertId: 'y', seq: 3, status: 'confirmed', evidence: [item('i9')] })
  })
  expect(
    outcomes.alertsOf('sahel', found as NonNullable<typeof found>).map(a => a.alertId)
  ).toEqual(['x'])
})

it('takes the first record at a seq and drops the rest', () => {
  const outcomes = new ReportOutcomes()
  outcomes.applyIncident({ type: 'incident.assembled', data: incident({ seq: 1 }) })
  outcomes.applyIncident({
    type: 'incident.assembled',
    data: incident({ seq: 1, incidentId: 'other' })
  })
  expect(outcomes.incidentOf('sahel', 'r1')).toMatchObject({ incidentId: 'i1' })
})

const alertIds = ['a', 'b', 'c'].map(letter => letter.repeat(32))

function storedAlert(position: number, value: Uint8Array): StoredRecord {
  return {
    topic: topics.alerts,
    partition: 0,
    position: BigInt(position),
    id: `r${position}`,
    key: 'sahel',
    value
  }
}

function encoded(
  data: AlertState,
  recorded: RecordedAlert = { type: 'alert.revised', data }
): Uint8Array {
  return encodeRecord(
    {
      id: `id-${data.seq}`,
      source: '/test',
      time: '2025-06-02T09:00:00.000Z',
      cause: null,
      theatre: 'sahel'
    },
    recorded
  )
}

it('gives the same for alerts of which some events were recorded whole and some by what they changed', () => {
  const wordArb = fc.record({
    alertId: fc.constantFrom(...alertIds),
    evidence: fc
      .shuffledSubarray(Array.from({ length: 9 }, (_, i) => `i${i}`))
      .map(ids => ids.map(item)),
    // By a version that recorded every event whole.
    isOld: fc.boolean()
  })
  fc.assert(
    fc.property(fc.array(wordArb, { maxLength: 30 }), fc.nat({ max: 30 }), (words, live) => {
      const [plain, mixed] = [new ReportOutcomes(), new ReportOutcomes()]
      for (const outcomes of [plain, mixed])
        outcomes.applyIncident({
          type: 'incident.merged',
          data: incident({ seq: 1, aliases: ['i2', 'i3'] })
        })
      const writer = new EvidenceByAlert()
      const revisions = new Map<string, number>()
      const events = words.map(({ alertId, evidence, isOld }, i) => {
        const revision = (revisions.get(alertId) ?? 0) + 1
        revisions.set(alertId, revision)
        const data = alert({ alertId, evidence, revision, seq: i + 1 })
        const recorded = writer.record({ type: 'alert.revised', data })
        return { data, recorded: isOld ? ({ type: 'alert.revised', data } as const) : recorded }
      })
      for (const { data } of events) plain.applyAlert({ type: 'alert.revised', data })
      for (const [i, { data, recorded }] of events.slice(0, live).entries())
        expect(mixed.note(storedAlert(i, encoded(data, recorded)))).toBe(true)
      const reading = mixed.readNoted()
      reading.next()
      for (const { recorded } of events.slice(live)) mixed.applyAlert(recorded)
      expect([...reading].every(unreadable => unreadable === null)).toBe(true)
      const told = (outcomes: ReportOutcomes) =>
        ['i1', 'i4', 'i8'].map(incidentId =>
          outcomes.alertsOf('sahel', { incidentId, aliases: ['i2', 'i3'] })
        )
      expect(told(mixed)).toEqual(told(plain))
    }),
    { numRuns: runsOf(100) }
  )
})

it('returns noted records that cannot be parsed, and does not note what must be parsed at once', () => {
  const outcomes = new ReportOutcomes()
  const whole = Buffer.from(
    encoded(alert({ alertId: alertIds[0] as string, seq: 1, headline: 'wanted' }))
  )
  expect(
    outcomes.note(
      storedAlert(1, Buffer.from(whole.toString().replace('"headline":"wanted"', '"headline":7')))
    )
  ).toBe(true)
  expect(outcomes.note(storedAlert(2, encoded(alert({ alertId: 'short', seq: 2 }))))).toBe(false)
  expect([...outcomes.readNoted()]).toMatchObject([
    { stored: { position: 1n }, reason: 'data-invalid' }
  ])
  expect([...outcomes.readNoted()]).toEqual([])
})

it('keeps what was noted of an alert before a refused action', () => {
  const outcomes = new ReportOutcomes()
  const [alertId = ''] = alertIds
  outcomes.note(storedAlert(1, encoded(alert({ alertId, seq: 1, evidence: [item('i1')] }))))
  const refusal = recordData('alert.action-refused')
  const data = { ...refusal, alertId, theatre: 'sahel', seq: 2 }
  outcomes.applyAlert({ type: 'alert.action-refused', data } as RecordedAlert)
  expect([...outcomes.readNoted()]).toEqual([null])
  expect(outcomes.alertsOf('sahel', { incidentId: 'i1', aliases: [] })).toMatchObject([{ alertId }])
})

it('keeps the alerts that a withdrawn report had supported, whether parsed event by event or noted at the start', () => {
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
  const told = new ReportOutcomes()
  for (const [cause, data] of words) told.applyAlert({ type: 'alert.revised', data }, cause)
  const noted = new ReportOutcomes()
  for (const [cause, data] of words) {
    const envelope = {
      id: `id-${data.seq}`,
      source: '/test',
      time: '2025-06-02T09:00:00.000Z',
      cause,
      theatre: 'sahel'
    }
    noted.note(storedAlert(data.seq, encodeRecord(envelope, { type: 'alert.revised', data })))
  }
  expect([...noted.readNoted()]).not.toContainEqual(
    expect.objectContaining({ reason: expect.anything() })
  )
  for (const outcomes of [told, noted]) {
    outcomes.applyIncident({ type: 'incident.assembled', data: incident({ seq: 1 }) })
    outcomes.applyIncident({ type: 'incident.withdrawn', data: incident({ seq: 2 }) })
    // The one that it changed, and the one that still names its incident.
    expect(
      outcomes
        .alertsBefore('sahel', 'r1', 'r1-withdrawn')
        .map(({ alertId, headline }) => [alertId, headline])
    ).toEqual([
      [one, 'later'],
      [other, words[1]?.[1].headline]
    ])
    expect(outcomes.alertsBefore('sahel', 'r2', 'r2-withdrawn')).toEqual([])
  }
})

describe('closed alerts', () => {
  const closed = (n: number, change: Partial<AlertState> = {}) =>
    alert({
      alertId: `alert-${n}`,
      seq: n,
      status: 'resolved',
      evidence: [item(`i${n}`)],
      ...change
    })
  const idsOf = (outcomes: ReportOutcomes, incidentId: string) =>
    outcomes.alertsOf('sahel', { incidentId, aliases: [] }).map(({ alertId }) => alertId)

  it('are forgotten with their evidence beyond a limit for each theatre and handling, the one closed first before others', () => {
    const outcomes = new ReportOutcomes(undefined, { alerts: new KnownAlerts(2) })
    outcomes.applyAlert({
      type: 'alert.raised',
      data: alert({ alertId: 'open', seq: 1, evidence: [item('i0'), item('i2')] })
    })
    for (const n of [2, 3, 4]) outcomes.applyAlert({ type: 'alert.resolved', data: closed(n) })
    for (const n of [5, 6])
      outcomes.applyAlert({ type: 'alert.resolved', data: closed(n, { handling: 'restricted' }) })
    expect(['i0', 'i2', 'i3', 'i4', 'i5', 'i6'].map(id => idsOf(outcomes, id))).toEqual([
      ['open'],
      ['open'],
      ['alert-3'],
      ['alert-4'],
      ['alert-5'],
      ['alert-6']
    ])
    const { count, forgottenCount, incidentCount } = outcomes.alerts
    expect({ count, forgottenCount, incidentCount }).toEqual({
      count: 5,
      forgottenCount: 1,
      incidentCount: 6
    })
  })

  it('are known again after their next event, which states the evidence whole', () => {
    const outcomes = new ReportOutcomes(undefined, { alerts: new KnownAlerts(1) })
    const writer = new EvidenceByAlert()
    const take = (type: 'alert.resolved' | 'alert.reopened', data: AlertState) =>
      outcomes.applyAlert(writer.record({ type, data }))
    const evidence = Array.from({ length: 9 }, (_, i) => item(`i${i}`))
    take('alert.resolved', closed(1, { revision: 2, evidence }))
    take('alert.resolved', closed(2))
    expect(idsOf(outcomes, 'i1')).toEqual([])
    take(
      'alert.reopened',
      closed(3, {
        alertId: 'alert-1',
        revision: 3,
        status: 'provisional',
        evidence: [...evidence, item('j')]
      })
    )
    expect([idsOf(outcomes, 'i1'), idsOf(outcomes, 'j'), outcomes.alerts.count]).toEqual([
      ['alert-1'],
      ['alert-1'],
      2
    ])
  })

  it('take no more memory at the start, while their last events are only noted', () => {
    const outcomes = new ReportOutcomes(undefined, { alerts: new KnownAlerts(3), notedMax: 4 })
    for (let n = 1; n <= 20; n++) {
      const data = closed(n, { alertId: String(n).padStart(32, '0') })
      expect(outcomes.note(storedAlert(n, encoded(data)))).toBe(true)
    }
    expect(outcomes.alerts.forgottenCount).toBe(13)
    expect([...outcomes.readNoted()]).toEqual([null, null, null, null])
    expect(['i17', 'i18', 'i19', 'i20'].map(id => idsOf(outcomes, id).length)).toEqual([0, 1, 1, 1])
  })
})
