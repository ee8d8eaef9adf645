// What readers of each level get of alerts is the same from memory, from the log, and after a restart.

import type { IncidentState } from '@tocsin/contracts/incident/incident-event'
import { encodeRecord } from '@tocsin/contracts/record/records'
import { type Handling, handlings, maySee } from '@tocsin/contracts/theatre/handling'
import { MemoryStore } from '@tocsin/event-log/memory-log'
import { topics } from '@tocsin/event-log/topics'
import { computeRuns } from '@tocsin/testing/process/test-size'
import { received } from '@tocsin/testing/report/record-builder'
import { aReport } from '@tocsin/testing/report/report-builder'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { incidentData } from '../../../../packages/contracts/test/support/schema-samples.ts'
import type { AlertEntry } from '../../src/alerts/alert-entry.ts'
import { readPage } from '../../src/alerts/feed-routes.ts'
import { stateInView } from '../../src/alerts/record-judging.ts'
import { listSeenBelow } from '../../src/alerts/shown-alert.ts'
import { LevelledWriter } from '../support/levelled-writer.ts'
import { settle } from '../support/manual-clock.ts'
import { aPrincipal, Harness } from '../support/notifier-harness.ts'

const levels = fc.constantFrom(...handlings)
const number = fc.nat({ max: 3 })
const steps = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('report'), handling: levels, country: fc.boolean() }),
    fc.record({ kind: fc.constant('change'), number, country: fc.boolean() }),
    fc.record({ kind: fc.constant('join'), number, handling: levels, isChanged: fc.boolean() }),
    fc.record({ kind: fc.constant('begin'), handling: levels }),
    fc.record({
      kind: fc.constant('event'),
      number,
      handling: levels,
      name: fc.constantFrom('revised', 'resolved', 'reopened', 'commented'),
      added: fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 3 }),
      removed: fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 1 })
    })
  ),
  { minLength: 4, maxLength: 24 }
)
type Step = (typeof steps extends fc.Arbitrary<infer S> ? S : never)[number]

/** A report of each level with an alert that rests on it. */
const begin: readonly Step[] = handlings.flatMap((handling, i) => [
  { kind: 'report', handling, country: i % 2 === 0 },
  { kind: 'begin', handling },
  { kind: 'event', number: i, handling, name: 'revised', added: [i + 1], removed: [] }
])

/** Writes incidents and alerts as the rules would. */
class Course {
  readonly #log: Harness['log']
  readonly #alerts: LevelledWriter
  readonly #incidents: IncidentState[] = []
  /** The handling of each report. */
  readonly #reported: Handling[] = []
  readonly #begun = new Set<Handling>(['public'])
  readonly #raised = new Set<string>()
  #seq = 0

  constructor({ log }: Harness) {
    this.#log = log
    this.#alerts = new LevelledWriter(log)
  }

  async take(step: Step): Promise<void> {
    if (step.kind === 'report') return this.#report(step.handling, step.country)
    if (step.kind === 'event') return this.#event(step)
    if (step.kind === 'begin') return this.#begin(step.handling)
    const incident = this.#incidents[step.number]
    if (incident === undefined) return
    const reports = incident.reports.map(report => ({ ...report, contentHash: `h${this.#seq}` }))
    if (step.kind === 'change')
      return this.#write({ ...incident, reports, place: this.#place(step.country) })
    const { handling } = step
    const joined = { reportId: `joined-${this.#seq}`, contentHash: 'h', sourceId: 'wire-2' }
    await this.#write({
      ...incident,
      reports: [...(step.isChanged ? reports : incident.reports), joined],
      handling: maySee(handling, incident.handling) ? handling : incident.handling
    })
  }

  async #report(handling: Handling, isElsewhere: boolean): Promise<void> {
    const externalId = `W-${this.#seq}`
    const revision = aReport({ handling, externalId })
    const report = received(revision)
    const { reportId } = revision
    const at = { source: '/test', time: report.time, cause: null, theatre: 'sahel' }
    const value = encodeRecord({ id: report.id, ...at }, report)
    await this.#log.append(topics.incidents, [{ id: report.id, key: 'sahel', value }])
    const incident = {
      ...incidentData(),
      ...{ theatre: 'sahel', incidentId: reportId, aliases: [], from: [], handling, revision: 0 },
      reports: [{ reportId, contentHash: 'h', sourceId: 'wire-1' }],
      place: this.#place(isElsewhere)
    }
    this.#incidents.push(incident)
    this.#reported.push(handling)
    await this.#write(incident)
  }

  #place(isElsewhere: boolean): IncidentState['place'] {
    const { place } = incidentData()
    return { ...place, country: isElsewhere ? 'NE' : 'ML' }
  }

  async #write(before: IncidentState): Promise<void> {
    const data = { ...before, revision: before.revision + 1, seq: ++this.#seq }
    this.#incidents[this.#incidents.findIndex(each => each.incidentId === data.incidentId)] = data
    const id = `i${this.#seq}`
    const time = new Date(Date.parse('2026-03-01T12:00:00.000Z') + this.#seq).toISOString()
    const type = data.revision === 1 ? 'incident.assembled' : 'incident.revised'
    const envelope = { id, source: '/test', time, cause: null, theatre: 'sahel' }
    const value = encodeRecord(envelope, { type, data })
    await this.#log.append(topics.assembly, [{ id, key: 'sahel', value }])
  }

  async #begin(fold: Handling): Promise<void> {
    const lower = handlings.findLast(each => this.#begun.has(each)) as Handling
    if (maySee(lower, fold)) return
    this.#begun.add(fold)
    for (const key of [...this.#raised])
      if (key.startsWith(lower)) this.#raised.add(key.replace(lower, fold))
    await this.#alerts.begin(fold, lower)
  }

  async #event(step: Extract<Step, { kind: 'event' }>): Promise<void> {
    const fold = handlings.findLast(
      each => maySee(step.handling, each) && this.#begun.has(each)
    ) as Handling
    const alertId = `a${step.number}`
    const isFirst = !this.#raised.has(`${fold}${alertId}`)
    this.#raised.add(`${fold}${alertId}`)
    // By their numbers among the reports that the fold has received.
    const known = this.#reported.filter(handling => maySee(fold, handling))
    const added = step.added.filter(each => each <= known.length)
    const status = step.name === 'resolved' ? 'resolved' : 'confirmed'
    await this.#alerts.write(fold, isFirst ? 'raised' : step.name, alertId, {
      ...{ added, removed: step.removed, status, handling: fold }
    })
  }
}

const filters = [{}, { country: ['NE'] }]

/** Of each event the place by which filters judge it, and that of its whole statement then. */
function placesWhenFolded({ notifier: { projection } }: Harness) {
  const places: { readonly folded: unknown; readonly stated: unknown }[] = []
  projection.subscribe({
    take: ({ event, sum }) => {
      if (event.type === 'alert.action-refused') return
      const stated = projection.alerts.restate('restricted', event.data, sum)
      places.push({
        folded: [event.data.area, event.data.category],
        stated: [stated.area, stated.category]
      })
    }
  })
  return places
}

/** All that a reader of a level gets: streams, a snapshot, the feed and details. */
async function readAll(h: Harness, handling: Handling, filter: object) {
  const principal = aPrincipal({ id: `key_${handling}`, handling })
  const streamed = []
  for (const [from, detail] of [
    ['earliest', 'full'],
    ['earliest', 'headline'],
    ['latest', 'full']
  ]) {
    const { session, socket } = h.connect(principal)
    session.receive(JSON.stringify({ type: 'subscribe', id: 's', filter, from, detail }))
    await settle(30)
    streamed.push(socket.frames.flatMap(({ snapshot, event }) => snapshot ?? event ?? []))
    session.end(4000, 'read')
  }
  const { projection } = h.notifier
  const view = { level: handling, theatres: '*' } as const
  const reader = { audience: { view, filter, holdsQuiet: false }, detail: 'full' } as const
  const start = await h.notifier.cursors.resume('earliest', view)
  if (start.kind !== 'from') throw new Error('the feed has no beginning')
  const { items } = (await readPage(h.notifier, start, reader, { limit: 1000 })).page
  const { alerts } = projection
  const details = [...alerts.search(view)].flat().map(({ alertId }) => {
    const entry = alerts.get(alertId) as AlertEntry
    const shown = entry.at(handling)
    const seenBelow = listSeenBelow(alerts, handling, entry)
    return shown === null ? null : { ...stateInView(alerts, view, shown), seenBelow }
  })
  return { streamed, fed: items.map(({ event }) => event), details }
}

it('readers get the same of alerts from memory, from the log and after a restart', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async course => {
      const shared = { store: new MemoryStore({ partitions: 1 }), like: 'kafka' } as const
      const readsLog = { config: { 'notifier.recentEventsMax': 0 } }
      await using memory = await new Harness({ ...shared, instance: 0 }).start()
      await using log = await new Harness({ ...shared, ...readsLog, instance: 1 }).start()
      const writer = new Course(memory)
      const places = placesWhenFolded(memory)
      for (const step of [...begin, ...course]) {
        await writer.take(step)
        await settle(4)
      }
      await settle(30)
      expect(places.map(({ folded }) => folded)).toEqual(places.map(({ stated }) => stated))
      await using restarted = await new Harness({ ...shared, ...readsLog, instance: 2 }).start()
      for (const handling of handlings)
        for (const filter of filters) {
          const wanted = await readAll(memory, handling, filter)
          expect(await readAll(log, handling, filter)).toEqual(wanted)
          // Filters of a place judge an event by the place that its incidents had when it was folded.
          if (filter === filters[0])
            expect(await readAll(restarted, handling, filter)).toEqual(wanted)
        }
    }),
    { numRuns: computeRuns(50) }
  )
})
