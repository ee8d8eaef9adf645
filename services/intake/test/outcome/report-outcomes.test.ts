import { encodeRecord } from '@tocsin/contracts/record/records'
import type { AlertState } from '@tocsin/domain/alert/alert'
import type { IncidentState } from '@tocsin/domain/incident/incident-event'
import type { StoredRecord } from '@tocsin/event-log/port'
import { topics } from '@tocsin/event-log/topics'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { goldenRecords } from '../../../../packages/contracts/test/golden/records.ts'
import { ReportOutcomes } from '../../src/outcome/report-outcomes.ts'

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

const alertIds = ['a', 'b', 'c'].map(letter => letter.repeat(32))

function storedAlert(position: number, value: Uint8Array): StoredRecord {
  return { topic: topics.alerts, partition: 0, position: BigInt(position), id: `r${position}`, key: 'sahel', value }
}

function encoded(data: AlertState): Uint8Array {
  return encodeRecord(
    { id: `id-${data.seq}`, source: '/test', time: '2025-06-02T09:00:00.000Z', cause: null, theatre: 'sahel' },
    { type: 'alert.revised', data }
  )
}

it('says the same of alerts that were noted first and read at their last word as of those that were read word by word', () => {
  const wordArb = fc.record({
    alertId: fc.constantFrom(...alertIds),
    evidence: fc.subarray(['i1', 'i2', 'i3']).map(ids => ids.map(item)),
    headline: fc.constantFrom('one', 'two'),
    // A record may stand in the log twice, or another with its seq.
    back: fc.integer({ min: 0, max: 2 })
  })
  fc.assert(
    fc.property(fc.array(wordArb, { maxLength: 20 }), fc.nat({ max: 20 }), (words, live) => {
      const events = words.map(({ back, ...change }, i) => alert({ ...change, seq: Math.max(1, i + 1 - back) }))
      const [plain, noting] = [new ReportOutcomes(), new ReportOutcomes()]
      for (const outcomes of [plain, noting])
        outcomes.applyIncident({ type: 'incident.merged', data: incident({ seq: 1, aliases: ['i2', 'i3'] }) })
      for (const data of events) plain.applyAlert({ type: 'alert.revised', data })
      const noted = events.slice(0, live)
      for (const [i, data] of noted.entries()) expect(noting.note(storedAlert(i, encoded(data)))).toBe(true)
      const reading = noting.readNoted()
      // What comes live may come before all that was noted is read.
      reading.next()
      for (const data of events.slice(live)) noting.applyAlert({ type: 'alert.revised', data })
      expect([...reading].every(unreadable => unreadable === null)).toBe(true)
      const told = (outcomes: ReportOutcomes) => {
        const found = outcomes.incidentOf('sahel', 'r1')
        return outcomes.alertsOf('sahel', found as NonNullable<typeof found>)
      }
      expect(told(noting)).toEqual(told(plain))
    })
  )
})

it('gives back what was noted and can not be read, and does not note what must be read at once', () => {
  const outcomes = new ReportOutcomes()
  const whole = Buffer.from(encoded(alert({ alertId: alertIds[0] as string, seq: 1, headline: 'wanted' })))
  expect(outcomes.note(storedAlert(1, Buffer.from(whole.toString().replace('"headline":"wanted"', '"headline":7'))))).toBe(true)
  expect(outcomes.note(storedAlert(2, encoded(alert({ alertId: 'short', seq: 2 }))))).toBe(false)
  expect([...outcomes.readNoted()]).toMatchObject([{ stored: { position: 1n }, reason: 'data-invalid' }])
  expect([...outcomes.readNoted()]).toEqual([])
})

it('keeps which alerts a withdrawn report had supported, told word by word or noted at a start', () => {
  const [one = '', other = '', third = ''] = alertIds
  const words: readonly (readonly [string | null, AlertState])[] = [
    ['r1-posted', alert({ alertId: one, seq: 1, evidence: [item('i1')] })],
    [null, alert({ alertId: other, seq: 2, evidence: [item('i1'), item('i2')] })],
    [null, alert({ alertId: third, seq: 3, evidence: [item('i2')] })],
    // It falls away with the report, names nothing any more, and has a later word of something else.
    ['r1-withdrawn', alert({ alertId: one, seq: 4, status: 'retracted', evidence: [] })],
    ['tick', alert({ alertId: one, seq: 5, status: 'retracted', evidence: [], headline: 'later' })]
  ]
  const told = new ReportOutcomes()
  for (const [cause, data] of words) told.applyAlert({ type: 'alert.revised', data }, cause)
  const noted = new ReportOutcomes()
  for (const [cause, data] of words) {
    const envelope = { id: `id-${data.seq}`, source: '/test', time: '2025-06-02T09:00:00.000Z', cause, theatre: 'sahel' }
    noted.note(storedAlert(data.seq, encodeRecord(envelope, { type: 'alert.revised', data })))
  }
  expect([...noted.readNoted()]).not.toContainEqual(expect.objectContaining({ reason: expect.anything() }))
  for (const outcomes of [told, noted]) {
    outcomes.applyIncident({ type: 'incident.assembled', data: incident({ seq: 1 }) })
    outcomes.applyIncident({ type: 'incident.withdrawn', data: incident({ seq: 2 }) })
    // The one that it changed, and the one that still names its incident.
    expect(outcomes.alertsBefore('sahel', 'r1', 'r1-withdrawn').map(({ alertId, headline }) => [alertId, headline])).toEqual([
      [one, 'later'],
      [other, words[1]?.[1].headline]
    ])
    expect(outcomes.alertsBefore('sahel', 'r2', 'r2-withdrawn')).toEqual([])
  }
})
