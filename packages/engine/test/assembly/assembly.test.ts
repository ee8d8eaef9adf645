// Incidents depend on what is known, not on the order in which it came (I1 to I5 of assembly.ts).

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Assembly } from '../../src/assembly/assembly.ts'
import { formatMayBe } from '../../src/assembly/report-doubts.ts'
import { Incidents } from '../../src/data/incidents.ts'
import { Reports } from '../../src/data/reports.ts'
import { convertToDay } from '../../src/data/time.ts'
import { flag } from '../../src/data/vocabulary.ts'
import { makeReport, type ReportSketch } from '../support/make-report.ts'
import { assembleNaively, formatGroup, formatPair, listDoubtsNaively } from './naive-assembly.ts'

const limits = { maxPartners: 3, maxComponent: 5, maxDoubts: 2 }

class Course {
  readonly reports = new Reports()
  readonly incidents = new Incidents(this.reports)
  readonly assembly = new Assembly(this.incidents, limits)
  readonly answers = new Map<string, boolean>()
  /** Incidents that began and have not ended, with their doubts as of then. */
  readonly #heard = new Map<number, string>()
  #records = 0

  get live(): readonly number[] {
    return [...this.#heard.keys()]
  }

  report(sketch: ReportSketch & { readonly reportId: string }): void {
    this.#records += 1
    const reportedAt = new Date(Date.UTC(2025, 5, 9) + this.#records).toISOString()
    const report = makeReport({ reportedAt, ...sketch })
    const row = this.reports.acceptRevision(report)
    if (row < 0) return
    if (this.reports.columns.present[row] === 1) this.assembly.remove(row)
    this.reports.write(row, report)
    this.assembly.add(row)
    this.regroup()
  }

  withdraw(id: string): void {
    const row = this.reports.rowById.get(id)
    this.reports.withdrawn.add(id)
    if (row === undefined || this.reports.columns.present[row] !== 1) return
    this.assembly.remove(row)
    this.reports.columns.present[row] = 0
    this.regroup()
  }

  declare(a: string, b: string, same: boolean): void {
    if (a === b) return
    this.assembly.declare(`d${this.#records++}`, { reportIds: [a, b], same, by: 'officer' })
    this.answers.set(formatPair(a, b), same)
    this.regroup()
  }

  /** Another grade of a source. */
  configureSource(id: string, reliability: 'B' | 'E'): void {
    for (const row of this.reports.configureSource(id, reliability)) this.assembly.refresh(row)
    this.regroup()
  }

  /** Evicts the reports of the winter, as retention does. */
  evict(): void {
    const ended = this.reports.listEndedBefore(convertToDay(Date.UTC(2025, 4, 1)))
    const rows = this.assembly.selectWholeIncidents(ended)
    for (const row of rows) {
      this.#heard.delete(this.assembly.findIncident(row))
      this.assembly.evict(row)
    }
    for (const row of rows) this.reports.releaseRow(row)
    this.regroup()
  }

  regroup(): void {
    this.assembly.regroupChanged(
      incident => expect(this.#heard.delete(incident)).toBe(true),
      incident => {
        expect(this.#heard.has(incident)).toBe(false)
        this.#heard.set(incident, this.#formatDoubts(incident))
      }
    )
    for (const [incident, doubts] of this.#heard) expect(doubts).toBe(this.#formatDoubts(incident))
  }

  #formatDoubts(incident: number): string {
    return formatMayBe(this.incidents, this.incidents.mayBe.get(incident) ?? [])
  }

  /** The incidents as the listeners know them. */
  list(): string[] {
    const { flags } = this.reports.columns
    const crowded = new Set([...flags.keys()].filter(row => (flags[row]! & flag.crowd) !== 0))
    return this.live
      .map(row => formatGroup(this.reports, this.incidents.listMembers(row), crowded))
      .sort()
  }

  listDoubts(): string[] {
    const { ids } = this.reports
    const pairs = [...this.incidents.mayBe].flatMap(([row, others]) =>
      others.map(other => `${ids[row]} ${ids[other]}`)
    )
    return pairs.sort()
  }

  listDoubtsNaively(): string[] {
    return listDoubtsNaively(this.incidents, this.live, this.answers, limits.maxDoubts)
  }

  /** Their fields, as they are or as another object composes them. */
  listFields(composer?: Incidents): unknown[] {
    return this.live.toSorted().map(row => {
      const incidents = composer ?? this.incidents
      if (composer !== undefined && composer.compose(this.incidents.listMembers(row)) !== row)
        return row
      const { columns } = incidents
      const { fromDay, toDay, category, best, flags, credibility } = columns
      const fields = [fromDay, toDay, category, best, flags, credibility].map(column => column[row])
      return [row, ...fields, incidents.getOrigins(row), incidents.otherPlaces.get(row)?.length]
    })
  }
}

/** Mostly reports of one place and day, which come into crowds and large components. */
const sketch = fc.record({
  reportId: fc.nat(15).map(number => `r${number}`),
  sourceId: fc.nat(8).map(number => `s${number}`),
  category: weigh([8, 'attack'], [2, 'clash'], [1, 'abduction'], [1, 'statistic']),
  at: weigh<string | readonly [string, string]>(
    [8, '2025-06-02'],
    [3, '2025-06-03'],
    [1, '2025-06-05'],
    [3, ['2025-06-01', '2025-06-12']],
    [1, ['2025-06-01', '2025-06-05']],
    [1, '2025-06-02T10:00:00.000Z']
  ),
  place: fc.record({
    lat: weigh<number | null>([4, 14.8], [4, 14.81], [2, 14.83], [2, 14.86], [1, 15.1], [1, null]),
    settlement: weigh([3, null], [1, 'ML-4/diosso'])
  }),
  alsoAt: weigh<readonly { readonly lat: number }[]>([9, []], [1, [{ lat: 15.1 }]]),
  drill: weigh([15, false], [1, true]),
  credibility: weigh<3 | 5 | 6>([8, 3], [2, 5], [1, 6]),
  linkKeys: weigh<readonly string[]>([9, []], [1, ['x']]),
  fatalities: weigh([1, 0], [2, 1], [1, 4]).map(best => ({ low: null, best, high: null }))
}) satisfies fc.Arbitrary<ReportSketch>
/** Reports of another season, which are evicted. */
const winterSketch = fc.record({
  reportId: fc.nat(5).map(number => `w${number}`),
  sourceId: fc.nat(3).map(number => `s${number}`),
  at: weigh<string | readonly [string, string]>(
    [2, '2025-01-01'],
    [1, ['2025-01-01', '2025-01-12']]
  ),
  fatalities: fc.constant({ low: null, best: 2, high: null })
}) satisfies fc.Arbitrary<ReportSketch>
const id = fc.nat(15).map(number => `r${number}`)

function weigh<const T>(...choices: readonly (readonly [weight: number, value: T])[]) {
  return fc.oneof(...choices.map(([weight, value]) => ({ weight, arbitrary: fc.constant(value) })))
}

type Act =
  | { readonly report: ReportSketch & { readonly reportId: string } }
  | { readonly withdraw: string }
  | { readonly grade: readonly [source: string, reliability: 'B' | 'E'] }
  | { readonly evict: true }
  | { readonly declare: readonly [a: string, b: string, same: boolean] }
const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 12, arbitrary: sketch.map(report => ({ report })) },
  { weight: 2, arbitrary: winterSketch.map(report => ({ report })) },
  { weight: 3, arbitrary: id.map(withdraw => ({ withdraw })) },
  { weight: 1, arbitrary: fc.constant({ evict: true as const }) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.nat(8), fc.constantFrom('B', 'E'))
      .map(([number, grade]) => ({ grade: [`s${number}`, grade] as const }))
  },
  { weight: 3, arbitrary: fc.tuple(id, id, fc.boolean()).map(declare => ({ declare })) }
)

function applyAct(course: Course, each: Act): void {
  if ('report' in each) course.report(each.report)
  else if ('withdraw' in each) course.withdraw(each.withdraw)
  else if ('grade' in each) course.configureSource(...each.grade)
  else if ('evict' in each) course.evict()
  else course.declare(...each.declare)
}

describe('an incident that may be another', () => {
  const deaths = { low: null, best: 5, high: null }
  const month = ['2025-06-01', '2025-06-20'] as const
  const day = { reportId: 'day', sourceId: 'a', fatalities: deaths, at: '2025-06-04' } as const
  const interval = { reportId: 'month', sourceId: 'b', fatalities: deaths, at: month } as const
  it.each<[string, Partial<ReportSketch>, Partial<ReportSketch>, string[]]>([
    ['the interval gives way', {}, {}, ['month day']],
    ['of two intervals the longer one', { at: ['2025-06-04', '2025-06-06'] }, {}, ['month day']],
    ['of unknown grade first', { credibility: 6 }, {}, ['day month']],
    ['never one that may trigger', { credibility: 5 }, {}, ['day month']]
  ])('%s', (_, ofDay, ofInterval, expected) => {
    const course = new Course()
    course.reports.configureSource('a', 'B')
    course.reports.configureSource('b', 'B')
    course.report({ ...interval, ...ofInterval })
    course.report({ ...day, ...ofDay })
    expect(course.listDoubts()).toEqual(expected)
  })

  it('is not once an officer has decided', () => {
    const course = new Course()
    course.report(day)
    course.report(interval)
    course.declare('day', 'month', false)
    expect(course.listDoubts()).toEqual([])
  })
})

describe('incidents', () => {
  it('are those of all pairs after every report, correction, withdrawal and declaration', () => {
    fc.assert(
      fc.property(fc.array(act, { minLength: 10, maxLength: 60 }), acts => {
        const course = new Course()
        for (const each of acts) {
          applyAct(course, each)
          expect(course.list()).toEqual(assembleNaively(course.reports, course.answers, limits))
          expect(course.listDoubts()).toEqual(course.listDoubtsNaively())
          expect(course.listFields()).toEqual(course.listFields(new Incidents(course.reports)))
        }
      }),
      { numRuns: 80 }
    )
  })

  it('are the same after a restart with the same reports and declared pairs', () => {
    fc.assert(
      fc.property(fc.array(act, { minLength: 10, maxLength: 60 }), acts => {
        const course = new Course()
        for (const each of acts) applyAct(course, each)
        const restored = new Course()
        restored.reports.restore(course.reports.exportState())
        restored.assembly.declared.restore(structuredClone(course.assembly.declared.exportState()))
        const { present } = restored.reports.columns
        for (let row = 0; row < restored.reports.rowCount; row++)
          if (present[row] === 1) restored.assembly.add(row)
        restored.regroup()
        expect(restored.list()).toEqual(course.list())
        expect(restored.listDoubts()).toEqual(course.listDoubts())
      }),
      { numRuns: 30 }
    )
  })
})
