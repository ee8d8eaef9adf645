// The events of incidents add up to the incidents after any course of reports, corrections,
// withdrawals and declarations, and their types follow from the reports before and after.

import type { IncidentEventType } from '@tocsin/contracts/incident/incident-event'
import type { ReportRevision } from '@tocsin/contracts/theatre/report'
import type { PairDeclared } from '@tocsin/contracts/theatre/theatre-record'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Assembly } from '../../src/assembly/assembly.ts'
import { type FoldEvent, IncidentEvents } from '../../src/assembly/incident-events.ts'
import { Incidents } from '../../src/data/incidents.ts'
import { Reports } from '../../src/data/reports.ts'
import { makeReport, type ReportSketch } from '../support/make-report.ts'

/** Ids of the reports by the id of the incident. */
type Groups = ReadonlyMap<string, readonly string[]>

class Course {
  readonly reports = new Reports()
  readonly #incidents = new Incidents(this.reports)
  readonly #assembly = new Assembly(this.#incidents)
  readonly #events = new IncidentEvents('sahel', this.#incidents, this.#assembly)

  report(report: ReportRevision): readonly FoldEvent[] {
    const row = this.reports.acceptRevision(report)
    if (this.reports.columns.present[row] === 1) this.#assembly.remove(row)
    this.reports.write(row, report)
    this.#assembly.add(row)
    return this.#takeEvents()
  }

  withdraw(id: string): readonly FoldEvent[] {
    const row = this.reports.rowById.get(id)!
    this.reports.withdrawn.add(id)
    this.#assembly.remove(row)
    this.reports.columns.present[row] = 0
    return this.#takeEvents()
  }

  declare(record: string, data: PairDeclared): readonly FoldEvent[] {
    this.#assembly.declare(record, data)
    return this.#takeEvents()
  }

  #takeEvents(): readonly FoldEvent[] {
    this.#assembly.regroupChanged(
      incident => this.#events.addEnded(incident),
      incident => this.#events.addBegun(incident)
    )
    return this.#events.takeEvents()
  }

  listGroups(): Groups {
    const { ids, rowById, columns } = this.reports
    const present = [...rowById].filter(([, row]) => columns.present[row] === 1)
    return groupReports(present.map(([id, row]) => [id, ids[this.#assembly.findIncident(row)]!]))
  }
}

/** A reader of the events and of withdrawals: a report belongs to the incident that named it last. */
class Reader {
  readonly #incidents = new Map<string, string>()
  readonly #revisions = new Map<string, number>()

  withdraw(reportId: string): void {
    this.#incidents.delete(reportId)
  }

  add({ type, data }: FoldEvent): void {
    const { incidentId, revision, from, reports } = data
    const before = [incidentId, ...from].map(id => this.#revisions.get(id) ?? 0)
    expect(revision).toBe(Math.max(...before) + 1)
    this.#revisions.set(incidentId, revision)
    if (type === 'incident.withdrawn') return
    for (const { reportId } of reports) this.#incidents.set(reportId, incidentId)
  }

  listGroups(): Groups {
    return groupReports(this.#incidents)
  }
}

function groupReports(incidents: Iterable<readonly [string, string]>): Groups {
  const groups = new Map<string, string[]>()
  for (const [report, incident] of [...incidents].sort(([a], [b]) => (a < b ? -1 : 1)))
    groups.set(incident, [...(groups.get(incident) ?? []), report])
  return groups
}

/** Also for an incident that did not change: its type if something else of it did. */
function findTypes(before: Groups, after: Groups): Map<string, IncidentEventType> {
  const countShared = (a: readonly string[], b: readonly string[]) =>
    a.filter(id => b.includes(id)).length
  const heirs = new Map<string, string>()
  for (const [parent, reports] of before) {
    const [heir] = [...after]
      .map(([id, others]) => ({ id, shared: countShared(reports, others) }))
      .filter(({ shared }) => shared > 0)
      .sort((a, b) => b.shared - a.shared || (a.id < b.id ? -1 : 1))
    if (heir !== undefined) heirs.set(parent, heir.id)
  }
  const types = new Map<string, IncidentEventType>()
  for (const [id, reports] of after) {
    const parents = [...before].filter(([, others]) => countShared(reports, others) > 0)
    const inherited = parents.filter(([parent]) => heirs.get(parent) === id).length
    if (parents.length === 0) types.set(id, 'incident.assembled')
    else if (inherited === 0) types.set(id, 'incident.split')
    else types.set(id, inherited > 1 ? 'incident.merged' : 'incident.revised')
  }
  for (const parent of before.keys())
    if (!heirs.has(parent)) types.set(parent, 'incident.withdrawn')
  return types
}

const number = fc.nat(7)
const sketch = fc.record({
  sourceId: fc.nat(4).map(source => `s${source}`),
  category: fc.constantFrom('attack', 'clash', 'blockade'),
  at: fc.constantFrom<string | readonly [string, string]>(
    '2025-06-01',
    '2025-06-02',
    ['2025-06-01', '2025-06-04'],
    ['2025-06-01', '2025-06-20']
  ),
  place: fc.record({
    lat: fc.constantFrom(14.8, 14.82, 15.5),
    settlement: fc.constantFrom(null, 'ML-4/diosso'),
    settlementName: fc.constantFrom(null, 'Diosso')
  }),
  tactics: fc.constantFrom([], ['ied'], ['other:ipc-5', 'drone']),
  fatalities: fc.nat(6).map(best => ({ low: null, best, high: null })),
  narrativeKey: fc.constantFrom(null, null, null, 'text'),
  actors: fc.constantFrom([], [{ name: 'A', role: 'perpetrator' }])
}) satisfies fc.Arbitrary<ReportSketch>
type Act =
  | { readonly id: string; readonly report: ReportSketch | null }
  | { readonly pair: readonly [string, string]; readonly same: boolean }
const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ id: number.map(formatId), report: sketch }) },
  { weight: 2, arbitrary: fc.record({ id: number.map(formatId), report: fc.constant(null) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      pair: fc.tuple(fc.nat(3).map(formatId), fc.integer({ min: 4, max: 7 }).map(formatId)),
      same: fc.boolean()
    })
  }
)

function formatId(id: number): string {
  return `r${id}`
}

it('add up to the incidents, each with its type', () => {
  fc.assert(
    fc.property(fc.array(act, { minLength: 5, maxLength: 30 }), acts => {
      const [course, reader] = [new Course(), new Reader()]
      const gone = new Set<string>()
      for (const [index, each] of acts.entries()) {
        const before = course.listGroups()
        const events = apply(course, each, index, gone)
        const after = course.listGroups()
        const types = findTypes(before, after)
        for (const event of events) {
          expect(event.type).toBe(types.get(event.data.incidentId))
          reader.add(event)
        }
        for (const id of gone) reader.withdraw(id)
        expect(reader.listGroups()).toEqual(after)
      }
    }),
    { numRuns: 100 }
  )
})

function apply(course: Course, act: Act, index: number, gone: Set<string>): readonly FoldEvent[] {
  if ('pair' in act)
    return course.declare(`d${index}`, { reportIds: act.pair, same: act.same, by: 'officer' })
  const { id, report } = act
  if (gone.has(id)) return []
  if (report === null) {
    if (!course.reports.rowById.has(id)) return []
    gone.add(id)
    return course.withdraw(id)
  }
  const reportedAt = new Date(Date.UTC(2025, 6, 1) + index).toISOString()
  const contentHash = `hash-${index}`
  const events = course.report(makeReport({ ...report, reportId: id, reportedAt, contentHash }))
  const { sourceId } = report
  const stated = events.flatMap(({ data }) => data.reports).find(({ reportId }) => reportId === id)
  expect(stated).toEqual({ reportId: id, contentHash, sourceId })
  return events
}
