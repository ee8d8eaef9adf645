// A theatre that an earlier engine has folded and published: what stands are facts, and nothing that this engine says next is taken for one of them.

import { canonicalJson } from '@tocsin/contracts/json/canonical-json'
import { digest, sha256Hex } from '@tocsin/contracts/json/digest'
import {
  decodeAlertEvent,
  decodeIncidentEvent,
  decodeTheatreRecord,
  encodeRecord,
  engineVersion
} from '@tocsin/contracts/record/records'
import type { AlertState } from '@tocsin/domain/alert/alert'
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
    encodeRecord({ id, source: '/test', time: '2025-06-02T09:00:00.000Z', cause: null, theatre: 'sahel' }, payload)
  )
  if (decoded.kind !== 'decoded') throw new Error(decoded.kind)
  return decoded.record
}

const attacks = (place: string, admin1: string, lat: number, lon: number) =>
  ['2025-06-01', '2025-06-02', '2025-06-03'].map(at =>
    recordOf({ type: 'report.received', data: revisionOf({ id: digest(place, at), at, settlement: place, admin1, lat, lon }) })
  )
const front = defaultRules.filter(({ pattern }) => pattern === 'front')
const past = [
  recordOf({ type: 'clock.ticked', data: { to: '2025-06-04T00:00:00.000Z', gap: false } }),
  ...front.map(rule => recordOf({ type: 'rule.configured', data: rule })),
  ...attacks('Diosso', 'ML-4', 13.88, -5.36)
]
const mark = recordOf({ type: 'engine.changed', data: { engine: engineVersion } })

type Json = Record<string, unknown> & { data: Record<string, unknown> }
const other = (value: Json): Json => ({ ...value, engine: '0.0.9' })
const parsed = ({ value }: NewRecord): Json => JSON.parse(Buffer.from(value as Uint8Array).toString())
const written = (value: Json, i: number): NewRecord => {
  const seq = i + 1
  const text = canonicalJson({ ...value, data: { ...value.data, seq } })
  return { id: `other-${seq}`, key: 'sahel', value: Buffer.from(text) }
}

/** What an earlier engine left in the log, which had told of these records what `edit` makes of this engine's words. */
async function publishedByAnother(edit: (told: Json[]) => Json[], records = past, editIncidents = (told: Json[]) => told) {
  const owner = new TheatreOwner('sahel', noFacts(), null)
  const outputs = records.map(record => owner.take(record))
  const asOther = (told: Json[]) => told.map(other).map(written)
  const told = asOther(edit(outputs.flatMap(({ alerts }) => alerts).map(parsed)))
  const log = new MemoryLog()
  await log.append(topics.assembly, asOther(editIncidents(outputs.flatMap(({ incidents }) => incidents).map(parsed))))
  await log.append(topics.alerts, told)
  return { log, told }
}

async function ownerOf(log: MemoryLog) {
  const [alerts, assembly] = [await beginnings(log, topics.alerts), await beginnings(log, topics.assembly)]
  const { facts } = await readPublished(log, alerts, assembly, () => 0)
  return new TheatreOwner('sahel', facts.get('sahel') ?? noFacts(), null)
}

function saidBy(alerts: readonly NewRecord[]): { type: string; data: AlertState; previousHash: string | undefined }[] {
  return alerts.map(({ value }) => {
    const decoded = decodeAlertEvent(value as Uint8Array)
    if (decoded.kind !== 'decoded' || decoded.record.type === 'alert.action-refused') throw new Error(decoded.kind)
    return { ...decoded.record, previousHash: decoded.envelope.previoushash }
  })
}

const inOtherWords = (told: Json[]): Json[] =>
  told.map(value => ({ ...value, data: { ...value.data, headline: 'attacks near each other' } }))
const saidTwice = (told: Json[]): Json[] => [...told, ...told]
/** The last statement, once more as one of another alert, which rests on other incidents where they are given. */
const withOneMore = (incidentId?: string) => (told: Json[]) => {
  const { data, ...last } = told.at(-1) as Json
  const evidence = (data.evidence as { incidentId: string }[]).map(one => (incidentId ? { ...one, incidentId } : one))
  return [...told, { ...last, data: { ...data, alertId: 'not-seen-here', revision: 5, evidence } }]
}

describe('a theatre that another engine has folded', () => {
  it('raises no alarm for what that engine said otherwise', async () => {
    const { log } = await publishedByAnother(told => saidTwice(inOtherWords(told)))
    const owner = await ownerOf(log)
    expect([...past, mark].flatMap(record => owner.take(record).conflicts)).toEqual([])
  })

  it('is told nothing before the mark, and at the mark quietly what this engine sees otherwise', async () => {
    const { log } = await publishedByAnother(inOtherWords)
    const owner = await ownerOf(log)
    expect(past.flatMap(record => owner.take(record).alerts)).toEqual([])
    const said = saidBy(owner.take(mark).alerts)
    expect(said.map(({ type, data }) => [type, data.notify, data.headline])).toEqual([
      ['alert.revised', 'quiet', '3 attacks close together near Diosso']
    ])
  })

  it('is told nothing at the mark where both say the same', async () => {
    const { log } = await publishedByAnother(told => told)
    const owner = await ownerOf(log)
    expect([...past, mark].flatMap(record => owner.take(record).alerts)).toEqual([])
  })

  it('is told of the end of an alert that this engine does not see', async () => {
    const { log } = await publishedByAnother(withOneMore('f'.repeat(32)))
    const owner = await ownerOf(log)
    const said = saidBy([...past, mark].flatMap(record => owner.take(record).alerts))
    expect(said.map(({ type, data }) => [type, data.alertId, data.revision, data.status, data.notify, data.reason])).toEqual([
      ['alert.retracted', 'not-seen-here', 6, 'retracted', 'quiet', 'engine-changed']
    ])
    expect(said[0]?.data.headline).toMatch(/^Retracted: /)
  })

  it('says merged of such an alert where another rests on its reports, and names that', async () => {
    const { log, told } = await publishedByAnother(withOneMore())
    const owner = await ownerOf(log)
    const [end] = saidBy([...past, mark].flatMap(record => owner.take(record).alerts))
    expect([end?.data.alertId, end?.data.reason]).toEqual(['not-seen-here', 'merged'])
    expect(end?.data.references).toEqual([saidBy(told)[0]?.data.alertId])
  })

  it('leaves alone what the other engine had retracted itself', async () => {
    const retracted = (told: Json[]) => withOneMore('f'.repeat(32))(told).map(retractedIf('not-seen-here'))
    const { log } = await publishedByAnother(retracted)
    const owner = await ownerOf(log)
    expect([...past, mark].flatMap(record => owner.take(record).alerts)).toEqual([])
  })

  it('is told quietly, once, of an alert that only this engine sees', async () => {
    const kayes = attacks('Kayes', 'ML-1', 14.45, -11.44)
    const records = [...past, ...kayes]
    const withoutDiosso = (told: Json[]) => told.filter(({ data }) => !String(data.headline).includes('Diosso'))
    const { log } = await publishedByAnother(withoutDiosso, records)
    const owner = await ownerOf(log)
    expect(records.flatMap(record => owner.take(record).alerts)).toEqual([])
    const said = saidBy(owner.take(mark).alerts)
    expect(said.map(({ type, data }) => [type, data.revision, data.notify, data.headline])).toEqual([
      ['alert.raised', 1, 'quiet', '3 attacks close together near Diosso']
    ])
  })

  it('is told as ever of what came behind the last word of the other engine', async () => {
    const { log, told } = await publishedByAnother(saidTwice)
    const owner = await ownerOf(log)
    for (const record of past) expect(owner.take(record).alerts).toEqual([])
    const said = saidBy(attacks('Kayes', 'ML-1', 14.45, -11.44).flatMap(record => owner.take(record).alerts))
    expect(said.map(({ type, data }) => [type, data.notify])).toEqual([['alert.raised', 'page']])
    expect(saidBy(owner.take(mark).alerts)).toEqual([])
    expect(said.map(({ data }) => data.seq)).toEqual([told.length + 1])
    expect(said[0]?.previousHash).toBe(sha256Hex(told.at(-1)?.value as Uint8Array))
  })

  it('is folded again without a word more, once the difference stands in the log', async () => {
    const { log } = await publishedByAnother(told => withOneMore('f'.repeat(32))(inOtherWords(told)))
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

  it('leaves alone what is past for both: its window ended before all that is retained', async () => {
    const past2020 = (told: Json[]) =>
      withOneMore('f'.repeat(32))(told).map(value =>
        value.data.alertId === 'not-seen-here'
          ? { ...value, data: { ...value.data, window: { from: '2020-01-01T00:00:00.000Z', to: '2020-01-02T00:00:00.000Z' } } }
          : value
      )
    const { log } = await publishedByAnother(past2020)
    const owner = await ownerOf(log)
    expect([...past, mark].flatMap(record => owner.take(record).alerts)).toEqual([])
  })

  it('is told at the mark which reports are one incident here, and of no other words for the same', async () => {
    const source = 'radio'
    const [first, second] = ['2025-06-01', '2025-06-01'].map((at, i) => {
      const place = { settlement: 'Kayes', admin1: 'ML-1', lat: 14.45, lon: -11.44 }
      const reportedAt = `${at}T1${i}:00:00.000Z`
      const sketch = { id: digest('twice', String(i)), at, reportedAt, ...place, ...(i === 0 ? {} : { source }) }
      return recordOf({ type: 'report.received', data: revisionOf(sketch) })
    }) as [TheatreRecord, TheatreRecord]
    const records = [...past, first, second]
    const apart = (told: Json[]): Json[] => {
      const last = told.at(-1) as Json
      const [one, two] = last.data.reports as { reportId: string }[]
      const alone = (report: typeof one, more: object) => ({
        ...last,
        type: last.type,
        data: { ...last.data, incidentId: report?.reportId, aliases: [], reports: [report], from: [], ...more }
      })
      const inOtherWords = told.slice(0, -1).map(value => ({ ...value, data: { ...value.data, category: 'clash' } }))
      return [...inOtherWords, alone(one, { revision: 4 }), alone(two, { revision: 1 })]
    }
    const { log } = await publishedByAnother(told => told, records, apart)
    const owner = await ownerOf(log)
    expect(records.flatMap(record => owner.take(record).incidents)).toEqual([])
    const said = owner.take(mark).incidents.map(({ value }) => decodeIncidentEvent(value as Uint8Array))
    const events = said.flatMap(one => (one.kind === 'decoded' ? [one.record] : []))
    expect(events.map(({ type, data }) => [type, data.revision, data.reports.length, data.aliases])).toEqual([
      ['incident.merged', 5, 2, events[0]?.data.from]
    ])
    expect(events[0]?.data.from).toHaveLength(1)
  })

  it('gives no snapshot to go on from before the difference is told', async () => {
    const { log } = await publishedByAnother(inOtherWords)
    const owner = await ownerOf(log)
    for (const record of past) {
      expect(owner.hasToTell).toBe(true)
      owner.take(record)
    }
    expect(owner.hasToTell).toBe(true)
    owner.take(mark)
    expect(owner.hasToTell).toBe(false)
  })
})

function retractedIf(alertId: string) {
  return (value: Json): Json =>
    value.data.alertId === alertId ? { ...value, data: { ...value.data, status: 'retracted' } } : value
}
