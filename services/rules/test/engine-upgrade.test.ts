// A theatre that an earlier engine has folded and published: its output is fact, and is never
// confused with this engine's output.

import { toCanonicalJson } from '@tocsin/contracts/json/canonical-json'
import { digest } from '@tocsin/contracts/json/digest'
import {
  decodeAlertRecord,
  decodeIncidentEvent,
  decodeTheatreRecord,
  encodeRecord,
  engineVersion
} from '@tocsin/contracts/record/records'
import type { AlertState } from '@tocsin/domain/alert/alert'
import { EvidenceByAlert } from '@tocsin/domain/evidence/known-evidence'
import { defaultRules } from '@tocsin/domain/patterns/pattern-catalogue'
import type { TheatrePayload, TheatreRecord } from '@tocsin/domain/record/theatre-record'
import { MemoryLog } from '@tocsin/event-log/memory-log'
import type { NewRecord } from '@tocsin/event-log/port'
import { topics } from '@tocsin/event-log/topics'
import { describe, expect, it } from 'vitest'
import { revisionOf } from '../../../packages/domain/test/fold-story.ts'
import { beginnings, noFacts, readPublished } from '../src/theatre/published-alerts.ts'
import { TheatreOwner } from '../src/theatre/theatre-owner.ts'

function recordOf(payload: TheatrePayload): TheatreRecord {
  const id = digest('record', JSON.stringify(payload))
  const decoded = decodeTheatreRecord(
    encodeRecord(
      { id, source: '/test', time: '2025-06-02T09:00:00.000Z', cause: null, theatre: 'sahel' },
      payload
    )
  )
  if (decoded.kind !== 'decoded') throw new Error(decoded.kind)
  return decoded.record
}

const attacks = (place: string, admin1: string, lat: number, lon: number) =>
  ['2025-06-01', '2025-06-02', '2025-06-03'].map(at =>
    recordOf({
      type: 'report.received',
      data: revisionOf({ id: digest(place, at), at, settlement: place, admin1, lat, lon })
    })
  )
const day = (date: string) =>
  recordOf({ type: 'clock.ticked', data: { to: `${date}T00:00:00.000Z`, gap: false } })
const rulesOf = (...patterns: readonly string[]) =>
  defaultRules
    .filter(({ pattern }) => patterns.includes(pattern))
    .map(rule => recordOf({ type: 'rule.configured', data: rule }))
const past = [day('2025-06-04'), ...rulesOf('front'), ...attacks('Diosso', 'ML-4', 13.88, -5.36)]
const mark = recordOf({ type: 'engine.changed', data: { engine: engineVersion } })

type Json = Record<string, unknown> & { data: Record<string, unknown> }
const other = (value: Json): Json => ({ ...value, engine: '0.0.9' })
const parsed = ({ value }: NewRecord): Json =>
  JSON.parse(Buffer.from(value as Uint8Array).toString())
/** As versions recorded it that knew whole lists alone. */
const whole = (alerts: readonly NewRecord[]): Json[] => {
  const reader = new EvidenceByAlert()
  return alerts.map(made => {
    const decoded = decodeAlertRecord(made.value as Uint8Array)
    if (decoded.kind !== 'decoded') throw new Error(decoded.kind)
    const data = reader.read(decoded.record).data as unknown as Json['data']
    return { ...parsed(made), type: decoded.envelope.type, data }
  })
}
const written = (value: Json, i: number): NewRecord => {
  const seq = i + 1
  const text = toCanonicalJson({ ...value, data: { ...value.data, seq } })
  return { id: `other-${seq}`, key: 'sahel', value: Buffer.from(text) }
}

/** The log of an earlier engine, whose output is this engine's, changed by `edit`. */
async function publishedByAnother(
  edit: (told: Json[]) => Json[],
  records = past,
  editIncidents = (told: Json[]) => told
) {
  const owner = new TheatreOwner('sahel', noFacts(), null)
  const outputs = records.map(record => owner.take(record))
  const asOther = (told: Json[]) => told.map(other).map(written)
  const told = asOther(edit(whole(outputs.flatMap(({ alerts }) => alerts))))
  const log = new MemoryLog()
  await log.append(
    topics.assembly,
    asOther(editIncidents(outputs.flatMap(({ incidents }) => incidents).map(parsed)))
  )
  await log.append(topics.alerts, told)
  return { log, told }
}

async function ownerOf(log: MemoryLog) {
  const [alerts, assembly] = [
    await beginnings(log, topics.alerts),
    await beginnings(log, topics.assembly)
  ]
  const { facts } = await readPublished(log, alerts, assembly, () => undefined)
  return new TheatreOwner('sahel', facts.get('sahel') ?? noFacts(), null)
}

/** `after`: the records before them in the log. */
function saidBy(
  alerts: readonly NewRecord[],
  after: readonly NewRecord[] = []
): { type: string; data: AlertState; previousHash: string | undefined }[] {
  const reader = new EvidenceByAlert()
  const said = [...after, ...alerts].map(({ value }) => {
    const decoded = decodeAlertRecord(value as Uint8Array)
    if (decoded.kind !== 'decoded') throw new Error(decoded.kind)
    const { type, data } = reader.read(decoded.record)
    return { type, data: data as AlertState, previousHash: decoded.envelope.previoushash }
  })
  return said.slice(after.length)
}

const inOtherWords = (told: Json[]): Json[] =>
  told.map(value => ({ ...value, data: { ...value.data, headline: 'attacks near each other' } }))
/** The same facts in other words, of an alert that an officer has acknowledged. */
const rewordedAndAcknowledged = (told: Json[]): Json[] =>
  told.map(value => {
    const { levels, measure, operator } = value.data as unknown as AlertState
    const reworded = {
      explanation: 'Attacks lie within reach of one another.',
      levels: levels.map(level => ({ ...level, reason: 'a front' })),
      measure: { ...measure, name: 'attacks within reach' },
      operatorRevision: 3,
      operator: { ...operator, acknowledgedBy: 'officer', acknowledgedUntil: null }
    }
    return { ...value, data: { ...value.data, ...reworded } }
  })
/** The last event repeated for another alert, which rests on another incident if one is given. */
const withOneMore = (incidentId?: string) => (told: Json[]) => {
  const { data, ...last } = told.at(-1) as Json
  const evidence = (data.evidence as { incidentId: string }[]).map(one =>
    incidentId ? { ...one, incidentId } : one
  )
  return [...told, { ...last, data: { ...data, alertId: 'not-seen-here', revision: 5, evidence } }]
}

describe('a theatre that another engine has folded', () => {
  it('gets no event before the mark, and quiet events at the mark for what this engine sees differently', async () => {
    const { log } = await publishedByAnother(inOtherWords)
    const owner = await ownerOf(log)
    expect(past.flatMap(record => owner.take(record).alerts)).toEqual([])
    const said = saidBy(owner.take(mark).alerts)
    expect(said.map(({ type, data }) => [type, data.notify, data.headline])).toEqual([
      ['alert.revised', 'quiet', '3 attacks close together near Diosso']
    ])
  })

  it('gets one quiet revision at the mark where the words alone differ, and its acknowledgement stands', async () => {
    const { log, told } = await publishedByAnother(rewordedAndAcknowledged)
    const first = await ownerOf(log)
    const alerts = [...past, mark].flatMap(record => first.take(record).alerts)
    const [before] = saidBy(told.slice(-1))
    const said = saidBy(alerts, told)
    expect(said.map(({ type, data }) => [type, data.notify, data.revision])).toEqual([
      ['alert.revised', 'quiet', (before?.data.revision ?? 0) + 1]
    ])
    const facts = ({
      alertId,
      status,
      urgency,
      severity,
      operatorRevision,
      operator,
      evidence
    }: AlertState) => ({
      ...{ alertId, status, urgency, severity, operatorRevision, operator, evidence }
    })
    expect(said.map(({ data }) => facts(data))).toEqual(
      before === undefined ? [] : [facts(before.data)]
    )
    expect(said[0]?.data.operator.acknowledgedBy).toBe('officer')
    expect(said[0]?.data.concerns).toBe('public')
    await log.append(topics.alerts, alerts)
    const again = await ownerOf(log)
    expect([...past, mark].flatMap(record => again.take(record).alerts)).toEqual([])
  })

  it('gets one quiet event for an alert that only this engine finds', async () => {
    const kayes = attacks('Kayes', 'ML-1', 14.45, -11.44)
    const records = [...past, ...kayes]
    const withoutDiosso = (told: Json[]) =>
      told.filter(({ data }) => !String(data.headline).includes('Diosso'))
    const { log } = await publishedByAnother(withoutDiosso, records)
    const owner = await ownerOf(log)
    expect(records.flatMap(record => owner.take(record).alerts)).toEqual([])
    const said = saidBy(owner.take(mark).alerts)
    expect(said.map(({ type, data }) => [type, data.revision, data.notify, data.headline])).toEqual(
      [['alert.raised', 1, 'quiet', '3 attacks close together near Diosso']]
    )
  })

  it('is refolded without further events once the differences are in the log', async () => {
    const { log } = await publishedByAnother(told =>
      withOneMore('f'.repeat(32))(inOtherWords(told))
    )
    const first = await ownerOf(log)
    const all = [...past, mark, ...attacks('Kayes', 'ML-1', 14.45, -11.44)]
    await log.append(
      topics.alerts,
      all.flatMap(record => first.take(record).alerts)
    )
    const again = await ownerOf(log)
    const outputs = all.map(record => again.take(record))
    expect(outputs.flatMap(({ alerts }) => alerts)).toEqual([])
    expect(outputs.flatMap(({ conflicts }) => conflicts)).toEqual([])
  })

  it('gets incidents at the mark only where the grouping of reports differs', async () => {
    const source = 'radio'
    const [first, second] = ['2025-06-01', '2025-06-01'].map((at, i) => {
      const place = { settlement: 'Kayes', admin1: 'ML-1', lat: 14.45, lon: -11.44 }
      const reportedAt = `${at}T1${i}:00:00.000Z`
      const sketch = {
        id: digest('twice', String(i)),
        at,
        reportedAt,
        ...place,
        ...(i === 0 ? {} : { source })
      }
      return recordOf({ type: 'report.received', data: revisionOf(sketch) })
    }) as [TheatreRecord, TheatreRecord]
    const records = [...past, first, second]
    const apart = (told: Json[]): Json[] => {
      const last = told.at(-1) as Json
      const [one, two] = last.data.reports as { reportId: string }[]
      const alone = (report: typeof one, more: object) => ({
        ...last,
        type: last.type,
        data: {
          ...last.data,
          incidentId: report?.reportId,
          aliases: [],
          reports: [report],
          from: [],
          ...more
        }
      })
      const inOtherWords = told
        .slice(0, -1)
        .map(value => ({ ...value, data: { ...value.data, category: 'clash' } }))
      return [...inOtherWords, alone(one, { revision: 4 }), alone(two, { revision: 1 })]
    }
    const { log } = await publishedByAnother(told => told, records, apart)
    const owner = await ownerOf(log)
    expect(records.flatMap(record => owner.take(record).incidents)).toEqual([])
    const said = owner
      .take(mark)
      .incidents.map(({ value }) => decodeIncidentEvent(value as Uint8Array))
    const events = said.flatMap(one => (one.kind === 'decoded' ? [one.record] : []))
    expect(
      events.map(({ type, data }) => [type, data.revision, data.reports.length, data.aliases])
    ).toEqual([['incident.merged', 5, 2, events[0]?.data.from]])
    expect(events[0]?.data.from).toHaveLength(1)
  })
})
