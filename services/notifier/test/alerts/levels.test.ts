// Events of version 3: each level reads the events of one fold, before and after another one begins.

import { encodeRecord } from '@tocsin/contracts/record/records'
import type { Handling } from '@tocsin/contracts/theatre/handling'
import { EventLogError } from '@tocsin/event-log/errors'
import { MemoryLog } from '@tocsin/event-log/memory-log'
import type { Page } from '@tocsin/event-log/port'
import { topics } from '@tocsin/event-log/topics'
import { received } from '@tocsin/testing/report/record-builder'
import { aReport } from '@tocsin/testing/report/report-builder'
import { expect, it } from 'vitest'
import { incidentData } from '../../../../packages/contracts/test/support/schema-samples.ts'
import { listSeenBelow } from '../../src/alerts/shown-alert.ts'
import { Gate } from '../support/gate.ts'
import { LevelledWriter } from '../support/levelled-writer.ts'
import { settle } from '../support/manual-clock.ts'
import { aPrincipal, Harness } from '../support/notifier-harness.ts'

async function started(config: Readonly<Record<string, number>> = {}) {
  const h = await new Harness({ config }).start()
  return { h, writer: new LevelledWriter(h.log) }
}

/** What a level is shown of an alert: its severity and its revision. */
const shownAt = (h: Harness, level: Handling, alertId: string) => {
  const shown = h.notifier.projection.alerts.get(alertId)?.at(level)?.state
  return shown === undefined ? null : `${shown.severity} ${shown.revision}`
}

/** What a level's stream has from the beginning: alert, revision, severity. */
async function streamOf(h: Harness, handling: Handling) {
  const { session, socket } = h.connect(aPrincipal({ id: `key_${handling}`, handling }))
  session.receive(JSON.stringify({ type: 'subscribe', id: 's', filter: {}, from: 'earliest' }))
  await settle(30)
  return socket
    .of('alert')
    .map(({ event: { id, data } }) => `${id} ${data.alertId} ${data.revision} ${data.severity}`)
}

const course = async (writer: LevelledWriter) => {
  await writer.write('public', 'raised', 'a1')
  await writer.write('public', 'raised', 'a2')
  await writer.begin('internal', 'public')
  await writer.write('public', 'revised', 'a1', { value: 3 })
  await writer.write('internal', 'escalated', 'a1', { severity: 'severe', handling: 'internal' })
  await writer.write('internal', 'raised', 'a3', { handling: 'internal' })
  await writer.write('public', 'escalated', 'a2', { severity: 'extreme' })
  await settle()
}

const publicStream = [
  'sahel:public:1 a1 1 moderate',
  'sahel:public:2 a2 1 moderate',
  'sahel:public:3 a1 2 moderate',
  'sahel:public:4 a2 2 extreme'
]
const internalStream = [
  'sahel:public:1 a1 1 moderate',
  'sahel:public:2 a2 1 moderate',
  'sahel:internal:4 a1 2 severe',
  'sahel:internal:5 a3 1 moderate'
]

it('a fold that begins continues the alerts of the lower one for its level and those above', async () => {
  const { h, writer } = await started()
  await using _ = h
  await course(writer)
  for (const level of ['public', 'partners'] as const)
    expect(['a1', 'a2', 'a3'].map(id => shownAt(h, level, id))).toEqual([
      'moderate 2',
      'extreme 2',
      null
    ])
  for (const level of ['internal', 'restricted'] as const)
    expect(['a1', 'a2', 'a3'].map(id => shownAt(h, level, id))).toEqual([
      'severe 2',
      'moderate 1',
      'moderate 1'
    ])
})

it.each([5_000, 0])(
  'a stream from the beginning has the events of its level, with %i of them in memory',
  async recent => {
    const { h, writer } = await started({ 'notifier.recentEventsMax': recent })
    await using _ = h
    await course(writer)
    expect(await streamOf(h, 'public')).toEqual(publicStream)
    expect(await streamOf(h, 'partners')).toEqual(publicStream)
    expect(await streamOf(h, 'internal')).toEqual(internalStream)
    expect(await streamOf(h, 'restricted')).toEqual(internalStream)
  }
)

it('a notifier that starts later reads the same', async () => {
  const { h, writer } = await started()
  await course(writer)
  await using later = await new Harness({ store: h.store }).start()
  expect(await streamOf(later, 'public')).toEqual(publicStream)
  expect(shownAt(later, 'restricted', 'a1')).toBe('severe 2')
  await h.close()
})

it('a page that is folded again once the log answers loses no event', async () => {
  const { h, writer } = await started()
  await course(writer)
  let failuresLeft = 1
  let isAtAlerts = false
  const failed = Promise.withResolvers<void>()
  const hooks = {
    beforeDelivery: ({ records }: Page) => {
      isAtAlerts = records[0]?.topic === topics.alerts
    }
  }
  const config = { 'notifier.recentEventsMax': 1 }
  await using later = new Harness({ store: h.store, config, hooks })
  const { cursorAt } = MemoryLog.prototype
  later.log.cursorAt = async (topic, where) => {
    if (!isAtAlerts || failuresLeft === 0) return cursorAt.call(later.log, topic, where)
    failuresLeft--
    failed.resolve()
    throw new EventLogError('log-unavailable', 'the log does not answer')
  }
  const start = later.start()
  await failed.promise
  await later.clock.advance(1_000)
  await start
  expect(later.lines.map(({ msg }) => msg)).toContain('a topic cannot be read now')
  expect(await streamOf(later, 'public')).toEqual(publicStream)
  expect(await streamOf(later, 'restricted')).toEqual(internalStream)
  await h.close()
})

it('an event waits for the incidents that it names', async () => {
  const gate = new Gate()
  const hooks = {
    beforeDelivery: ({ records }: Page) =>
      records[0]?.topic === topics.assembly ? gate.passage : undefined
  }
  await using h = await new Harness({ hooks }).start()
  gate.shut()
  const reportId = await writeIncident(h)
  await new LevelledWriter(h.log).write('public', 'raised', 'a1', { added: [1] })
  await settle()
  const { alerts } = h.notifier.projection
  expect(alerts.get('a1')).toBeUndefined()
  gate.open()
  await settle()
  expect(alerts.get('a1')?.at('public')?.state.evidence).toMatchObject([
    { incidentId: reportId, role: 'trigger' }
  ])
})

/** Writes a public report and its incident, which has the same id. */
async function writeIncident(h: Harness): Promise<string> {
  const revision = aReport({ handling: 'public' })
  const { reportId } = revision
  const report = received(revision)
  const at = { source: '/test', time: report.time, cause: null, theatre: 'sahel' }
  const incident = {
    ...incidentData(),
    ...{ theatre: 'sahel', incidentId: reportId, aliases: [], handling: 'public' },
    reports: [{ reportId, contentHash: 'h', sourceId: 'wire-1' }]
  } as const
  await h.log.append(topics.incidents, [
    { id: report.id, key: 'sahel', value: encodeRecord({ id: report.id, ...at }, report) }
  ])
  await h.log.append(topics.assembly, [
    {
      ...{ id: 'i1', key: 'sahel' },
      value: encodeRecord({ id: 'i1', ...at }, { type: 'incident.assembled', data: incident })
    }
  ])
  return reportId
}

it('an alert says what readers of lower levels see of it', async () => {
  const { h, writer } = await started()
  await using _ = h
  await writeIncident(h)
  await writer.write('public', 'raised', 'a1', { added: [1] })
  await writer.begin('internal', 'public')
  await writer.write('internal', 'resolved', 'a1', { status: 'resolved' })
  await writer.write('internal', 'raised', 'a2', { added: [1], handling: 'internal' })
  await writer.write('internal', 'raised', 'a3', { handling: 'internal' })
  await settle()
  const { alerts } = h.notifier.projection
  const seen = (level: Handling, alertId: string) =>
    listSeenBelow(alerts, level, alerts.get(alertId)!)
  const below = (alertId: string | null, status: string | null) =>
    ['public', 'partners'].map(handling => expect.objectContaining({ handling, alertId, status }))
  expect(seen('internal', 'a1')).toEqual(below('a1', 'provisional'))
  expect(seen('internal', 'a2')).toEqual(below('a1', 'provisional'))
  expect(seen('internal', 'a3')).toEqual(below(null, null))
  expect(seen('public', 'a1')).toEqual([])
})

it.each([5_000, 0])(
  'an alert whose incident a hidden report joined stays with its readers, with %i events in memory',
  async recent => {
    const { h, writer } = await started({ 'notifier.recentEventsMax': recent })
    await using _ = h
    const reportId = await writeIncident(h)
    await writer.write('public', 'raised', 'a1', { added: [1] })
    await settle()
    const before = incidentData()
    const data = {
      ...before,
      ...{ theatre: 'sahel', incidentId: reportId, aliases: [], handling: 'restricted' },
      ...{ revision: before.revision + 1, seq: before.seq + 1, readers: ['restricted'] },
      reports: [
        { reportId, contentHash: 'corrected', sourceId: 'wire-1' },
        { reportId: 'hidden', contentHash: 'h', sourceId: 'wire-2' }
      ]
    } as const
    const at = { source: '/test', time: '2026-03-01T13:00:00.000Z', cause: null, theatre: 'sahel' }
    const value = encodeRecord({ id: 'i2', ...at }, { type: 'incident.revised', data })
    await h.log.append(topics.assembly, [{ id: 'i2', key: 'sahel', value }])
    await settle()
    expect(await streamOf(h, 'public')).toEqual(['sahel:public:1 a1 1 moderate'])
    expect(await streamOf(h, 'restricted')).toEqual(['sahel:public:1 a1 1 moderate'])
  }
)

it('a list names the alert under which another is listed', async () => {
  const { h, writer } = await started()
  await using _ = h
  const wide = { ruleId: 'spread', group: { admin1: 'ML-4' } }
  await writer.write('public', 'raised', 'a1', { group: { admin1: 'ML-4', settlement: 'Diosso' } })
  await writer.write('public', 'raised', 'a2', wide)
  await settle()
  const parents = (level: Handling) =>
    ['a1', 'a2'].map(alertId =>
      h.notifier.projection.alerts.findParent(level, { alertId, theatre: 'sahel' })
    )
  expect(parents('public')).toEqual(['a2', null])
  await writer.begin('internal', 'public')
  await writer.write('internal', 'resolved', 'a2', { status: 'resolved', notify: 'quiet' })
  await settle()
  expect(parents('public')).toEqual(['a2', null])
  expect(parents('internal')).toEqual([null, null])
  // Asked for the first time: read from the tables.
  expect(parents('partners')).toEqual(parents('public'))
  expect(parents('restricted')).toEqual(parents('internal'))
})
