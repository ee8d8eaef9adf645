// A theatre that another engine has folded and published: what it published are facts, which this
// engine continues from its mark on.

import type { AlertState } from '@tocsin/contracts/alert/alert'
import { digest } from '@tocsin/contracts/json/digest'
import { type AlertChange, parseAlertRecord } from '@tocsin/contracts/record/alert-event-v3'
import { decodeTheatreRecord, encodeRecord, engineVersion } from '@tocsin/contracts/record/records'
import type { TheatrePayload, TheatreRecord } from '@tocsin/contracts/theatre/theatre-record'
import { defaultRules } from '@tocsin/engine/rules/default-rules'
import { makeRuleSet } from '@tocsin/engine/theatre/rule-set'
import { StatementFold } from '@tocsin/engine/theatre/statement-fold'
import { MemoryLog } from '@tocsin/event-log/memory-log'
import type { NewRecord } from '@tocsin/event-log/port'
import { topics } from '@tocsin/event-log/topics'
import { makeRevision } from '@tocsin/testing/report/report-sketch'
import { describe, expect, it } from 'vitest'
import { EngineOwner, restoreState } from '../src/theatre/engine-owner.ts'
import { readPublishedEvents, TheatreFacts } from '../src/theatre/published-events.ts'
import { beginnings } from '../src/theatre/topic-reading.ts'

const otherEngine = '0.0.9'

function makeRecord(payload: TheatrePayload): TheatreRecord {
  const id = digest('record', JSON.stringify(payload))
  const envelope = { id, source: '/test', time: '2025-06-04T09:00:00.000Z', cause: null }
  const decoded = decodeTheatreRecord(encodeRecord({ ...envelope, theatre: 'sahel' }, payload))
  if (decoded.kind !== 'decoded') throw new Error(decoded.kind)
  return decoded.record
}

const makeAttacks = (place: string, admin1: string, lat: number, lon: number) =>
  ['2025-06-01', '2025-06-02', '2025-06-03'].map(at => {
    const sketch = { id: digest(place, at), at, settlement: place, admin1, lat, lon }
    return makeRecord({ type: 'report.received', data: makeRevision(sketch) })
  })
const day = (date: string) =>
  makeRecord({ type: 'clock.ticked', data: { to: `${date}T00:00:00.000Z`, gap: false } })
const { notify: _, ...front } = defaultRules.find(({ pattern }) => pattern === 'front')!
const diosso = makeAttacks('Diosso', 'ML-4', 13.88, -5.36)
const kayes = makeAttacks('Kayes', 'ML-1', 14.45, -11.44)
const past = [
  day('2025-06-04'),
  makeRecord({ type: 'rule.configured', data: front }),
  ...diosso,
  ...kayes
]
const mark = makeRecord({ type: 'engine.changed', data: { engine: engineVersion } })

interface Text {
  readonly data: Record<string, unknown> & { readonly reports?: readonly { reportId: string }[] }
  readonly [name: string]: unknown
}
const parse = ({ value }: NewRecord): Text => JSON.parse(Buffer.from(value!).toString())
const parseChange = ({ value }: NewRecord) => {
  const { type, data } = parseAlertRecord(Buffer.from(value!).toString()).event
  return { type, data: data as AlertChange }
}

function foldAll(owner: EngineOwner, records: readonly TheatreRecord[]) {
  const outputs = records.map(record => owner.take(record))
  expect(outputs.flatMap(({ conflicts }) => conflicts)).toEqual([])
  return {
    alerts: outputs.flatMap(({ alerts }) => alerts),
    incidents: outputs.flatMap(({ incidents }) => incidents)
  }
}

/** What this engine publishes of the past, as if by another one, changed by `edit`. */
async function publishAsAnother(
  edit: {
    readonly alerts?: (text: Text) => boolean
    readonly incidents?: (text: Text) => Text
  } = {},
  records = past
): Promise<MemoryLog> {
  const { alerts, incidents } = foldAll(new EngineOwner('sahel', new TheatreFacts(), null), records)
  const isPublished = edit.alerts ?? (() => true)
  const change = edit.incidents ?? (text => text)
  const write = (record: NewRecord, text: Text): NewRecord => ({
    ...record,
    value: Buffer.from(JSON.stringify({ ...text, engine: otherEngine }))
  })
  const log = new MemoryLog()
  const told = alerts.filter(record => isPublished(parse(record)))
  await log.append(
    topics.assembly,
    incidents.map(record => write(record, change(parse(record))))
  )
  await log.append(
    topics.alerts,
    told.map(record => write(record, parse(record)))
  )
  return log
}

/** The same in version 2. */
async function publishStatements(): Promise<MemoryLog> {
  const fold = new StatementFold(makeRuleSet([front]), { theatre: 'sahel', engine: otherEngine })
  const log = new MemoryLog()
  let seq = 0
  for (const record of past)
    for (const { type, envelope, statement } of fold.apply(record)) {
      seq += 1
      const data: AlertState = { ...statement, seq, theatre: 'sahel' }
      const { time, cause } = envelope
      const about = { id: `other-${seq}`, source: '/test', time, cause, theatre: 'sahel' }
      const value = encodeRecord(about, { type, data } as never)
      await log.append(topics.alerts, [{ id: about.id, key: 'sahel', value }])
    }
  return log
}

async function makeOwner(log: MemoryLog, state: EngineOwner | null = null): Promise<EngineOwner> {
  const restored = state === null ? null : await restore(state)
  const from = [
    await beginnings(log, topics.alerts),
    await beginnings(log, topics.assembly)
  ] as const
  const { facts } = await readPublishedEvents(log, ...from, () => restored ?? undefined)
  const known = facts.get('sahel') ?? new TheatreFacts()
  return new EngineOwner('sahel', known, known.other === null ? restored : null)
}

async function* give(blocks: Iterable<Buffer>) {
  yield* blocks
}
const restore = (owner: EngineOwner) => restoreState('sahel', give(owner.capture()))

const describeAlert = ({ type, data }: ReturnType<typeof parseChange>) => [
  type,
  data.notify,
  data.revision
]

describe('a theatre that another engine has published', () => {
  it.each([
    ['version 2', publishStatements],
    ['version 3', publishAsAnother]
  ] as const)('in %s gets nothing before the mark, and goes on after it', async (_, publish) => {
    const log = await publish()
    const before = (await log.state(topics.alerts))[0]!.end
    const owner = await makeOwner(log)
    expect(foldAll(owner, past)).toEqual({ alerts: [], incidents: [] })
    expect(owner.hasToTell).toBe(true)
    const { alerts, incidents } = foldAll(owner, [mark])
    expect(owner.hasToTell).toBe(false)
    // The first event here states an open alert whole.
    const changes = alerts.map(parseChange).filter(({ data }) => 'alertId' in data)
    const isRevision = ['alert.revised', 'quiet', 2]
    expect(changes.map(describeAlert)).toEqual(changes.map(() => isRevision))
    expect(changes.length).toBeGreaterThan(1)
    for (const { data } of changes) expect(data).toHaveProperty('ruleId', 'front')
    await log.append(topics.assembly, incidents)
    await log.append(topics.alerts, alerts)
    expect((await log.state(topics.alerts))[0]!.end).toBeGreaterThan(before)
    // A start folds the same and publishes nothing twice.
    const again = await makeOwner(log)
    expect(foldAll(again, [...past, mark])).toEqual({ alerts: [], incidents: [] })
    const later = makeAttacks('Gao', 'ML-7', 16.27, -0.04)
    const expected = foldAll(owner, later)
    expect(expected.alerts.map(parseChange).map(describeAlert)).toContainEqual([
      'alert.raised',
      'page',
      1
    ])
    expect(foldAll(again, later)).toEqual(expected)
    const restored = await makeOwner(log, again)
    expect(foldAll(restored, [day('2025-06-09')])).toEqual(foldAll(owner, [day('2025-06-09')]))
  })

  it('gets an alert quietly that only this engine finds', async () => {
    const { alerts } = foldAll(new EngineOwner('sahel', new TheatreFacts(), null), past)
    const isRaised = ({ type }: Text) => String(type).includes('raised')
    const missing = alerts.map(parse).find(isRaised)!.data.alertId
    const log = await publishAsAnother({ alerts: ({ data }) => data.alertId !== missing })
    const owner = await makeOwner(log)
    foldAll(owner, past)
    const said = foldAll(owner, [mark]).alerts.map(parseChange)
    const raised = said.filter(({ type }) => type === 'alert.raised')
    expect(raised.map(describeAlert)).toEqual(raised.map(() => ['alert.raised', 'quiet', 1]))
    expect(new Set(raised.map(({ data }) => data.fold)).size).toBe(raised.length)
    expect(raised.length).toBeGreaterThan(0)
  })

  it('gets incidents only where the groups of reports differ', async () => {
    const first = diosso[0]!.data as { readonly reportId: string }
    const log = await publishAsAnother({
      incidents: text =>
        text.data.incidentId === first.reportId
          ? {
              ...text,
              data: { ...text.data, reports: [...text.data.reports!, ...text.data.reports!] }
            }
          : { ...text, data: { ...text.data, category: 'clash' } }
    })
    const owner = await makeOwner(log)
    foldAll(owner, past)
    const said = foldAll(owner, [mark]).incidents.map(parse)
    expect(said.map(({ type, data }) => [type, data.incidentId, data.revision])).toEqual([
      ['tocsin.incident.revised.v1', first.reportId, 2]
    ])
  })

  it('waits for the mark behind what the other engine has folded', async () => {
    const log = await publishAsAnother()
    const owner = await makeOwner(log)
    // An earlier turn of this engine.
    const early = makeRecord({ type: 'engine.changed', data: { engine: engineVersion } })
    foldAll(owner, [{ ...early, id: 'early' }, ...past])
    expect(owner.hasToTell).toBe(true)
    foldAll(owner, [mark])
    expect(owner.hasToTell).toBe(false)
  })

  it('continues a fold with the alerts as they were when it began', async () => {
    // The record that begins the fold takes a report away from the lower one.
    const hidden = { ...diosso[0]!.data, handling: 'restricted', contentHash: 'hidden' }
    const hiding = makeRecord({ type: 'report.received', data: hidden } as TheatrePayload)
    const records = [...past, hiding]
    const { alerts } = foldAll(new EngineOwner('sahel', new TheatreFacts(), null), records)
    const describeFold = ({ type, data }: ReturnType<typeof parseChange>) => [data.fold, type]
    const lastAlerts = alerts.slice(-3).map(parseChange)
    expect(lastAlerts.map(describeFold)).toEqual([
      ['restricted', 'alert.fold-began'],
      ['internal', 'alert.retracted'],
      ['restricted', 'alert.revised']
    ])
    const { alertId } = lastAlerts[1]!.data
    const owner = await makeOwner(await publishAsAnother({}, records))
    foldAll(owner, records)
    const changes = foldAll(owner, [mark]).alerts.map(parseChange)
    expect(changes.filter(({ data }) => data.alertId === alertId).map(describeFold)).toEqual([
      ['restricted', 'alert.revised']
    ])
  })
})
