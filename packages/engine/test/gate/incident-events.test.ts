// The events of incidents are those of packages/domain, after any course of reports, corrections,
// withdrawals and declarations.

import { Assembler } from '@tocsin/domain/assembly/assembly'
import { IncidentRegister } from '@tocsin/domain/assembly/incident-register'
import { PairDeclarations, reportsOf } from '@tocsin/domain/assembly/pair-declarations'
import { viewOf } from '@tocsin/domain/incident/incident'
import type { IncidentEvent as PublicEvent } from '@tocsin/domain/incident/incident-event'
import type { PairDeclared } from '@tocsin/domain/record/theatre-record'
import type { ReportRevision } from '@tocsin/domain/report/report'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Assembly } from '../../src/assembly/assembly.ts'
import { type IncidentEvent, IncidentEvents } from '../../src/assembly/incident-events.ts'
import { Incidents } from '../../src/data/incidents.ts'
import { Reports } from '../../src/data/reports.ts'
import { makeReport, type ReportSketch } from '../support/make-report.ts'

const theatre = 'sahel'

class Here {
  readonly reports = new Reports()
  readonly #incidents = new Incidents(this.reports)
  readonly #assembly = new Assembly(this.#incidents)
  readonly #events = new IncidentEvents(theatre, this.#incidents, this.#assembly)

  report(report: ReportRevision): PublicEvent[] {
    const row = this.reports.acceptRevision(report)
    if (this.reports.columns.present[row] === 1) this.#assembly.remove(row)
    this.reports.write(row, report)
    this.#assembly.add(row)
    return this.#takeEvents()
  }

  withdraw(id: string): PublicEvent[] {
    const row = this.reports.rowById.get(id)!
    this.reports.withdrawn.add(id)
    this.#assembly.remove(row)
    this.reports.columns.present[row] = 0
    return this.#takeEvents()
  }

  declare(record: string, data: PairDeclared): PublicEvent[] {
    this.#assembly.declare(record, data)
    return this.#takeEvents()
  }

  #takeEvents(): PublicEvent[] {
    this.#assembly.regroupChanged(
      incident => this.#events.addEnded(incident),
      incident => this.#events.addBegun(incident)
    )
    return this.#events.takeEvents().map(event => this.#checkNumbers(event))
  }

  /** Reports have numbers here, which are those of alert events. */
  #checkNumbers({ type, data }: IncidentEvent): PublicEvent {
    const reports = data.reports.map(({ number, ...report }) => {
      const row = this.reports.rowById.get(report.reportId)!
      expect(number).toBe(this.reports.columns.number[row])
      return report
    })
    return { type, data: { ...data, reports } }
  }
}

class There {
  readonly #declared = new PairDeclarations()
  readonly #assembler = new Assembler(this.#declared.pairs)
  readonly #reports = new Map<string, ReportRevision>()
  readonly #firstReportedMs = new Map<string, number>()
  readonly #register = new IncidentRegister(theatre, {
    contentHashOf: id => {
      const { contentHash, sourceId } = this.#reports.get(id)!
      return { contentHash, sourceId }
    },
    joinsOf: ({ reportIds }) =>
      this.#assembler.joinsOf(reportIds, (a, b) => this.#declared.standing(a, b)?.declaration?.by)
  })

  report(report: ReportRevision): PublicEvent[] {
    const { reportId } = report
    this.#reports.set(reportId, report)
    const firstMs = this.#firstReportedMs.get(reportId) ?? Date.parse(report.reportedAt)
    this.#firstReportedMs.set(reportId, firstMs)
    return this.#publish(
      this.#assembler.update(new Map([[reportId, viewOf(report, firstMs, 'F')]]))
    )
  }

  withdraw(id: string): PublicEvent[] {
    return this.#publish(this.#assembler.update(new Map([[id, null]])))
  }

  declare(record: string, data: PairDeclared): PublicEvent[] {
    this.#declared.take(record, '2025-06-05T00:00:00.000Z', data)
    return this.#publish(this.#assembler.reconsider(reportsOf(data)))
  }

  #publish(change: Parameters<IncidentRegister['record']>[0]): PublicEvent[] {
    const events = this.#register.record(change)
    this.#register.makeKnown(events)
    return events.map(omitDoubtsOfWithdrawn)
  }
}

/** Here an incident that is gone may be no other. */
function omitDoubtsOfWithdrawn({ type, data }: PublicEvent): PublicEvent {
  const { mayBe, ...rest } = data
  return type === 'incident.withdrawn' || mayBe === undefined
    ? { type, data: rest }
    : { type, data }
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

it('are equal', () => {
  fc.assert(
    fc.property(fc.array(act, { minLength: 5, maxLength: 30 }), acts => {
      const [here, there] = [new Here(), new There()]
      const gone = new Set<string>()
      for (const [index, each] of acts.entries()) {
        if ('pair' in each) {
          const data = { reportIds: each.pair, same: each.same, by: 'officer' }
          expect(here.declare(`d${index}`, data)).toEqual(there.declare(`d${index}`, data))
          continue
        }
        const { id, report } = each
        if (gone.has(id)) continue
        if (report === null) {
          if (!here.reports.rowById.has(id)) continue
          gone.add(id)
          expect(here.withdraw(id)).toEqual(there.withdraw(id))
          continue
        }
        const reportedAt = new Date(Date.UTC(2025, 6, 1) + index).toISOString()
        const hash = `hash-${index}`
        const revision = makeReport({ ...report, reportId: id, reportedAt, contentHash: hash })
        expect(here.report(revision)).toEqual(there.report(revision))
      }
    }),
    { numRuns: 100 }
  )
})
