// Which incidents are asked for, and what officers declare of one.

import { describe, expect, it } from 'vitest'
import { makeAreaPicture } from '../src/change/picture.ts'
import {
  blankIncidentDraft,
  incidentAskIn,
  incidentQuery,
  isDeclarable,
  isDivisible,
  listReports,
  makeAreaCounts,
  makeDeclarationBody,
  mergeableWith
} from '../src/records/incident.ts'
import type { ShownEvidence, ShownIncident, ShownReport } from '../src/shown/shown-alert.ts'
import { anAlert } from './support/an-alert.ts'

const nowMs = Date.parse('2026-03-31T09:42:00Z')
const askOf = (text: string) => incidentAskIn(new URLSearchParams(text))

it.each([
  ['', 'from=2026-01-01'],
  ['item=ML-4&days=365&category=attack', 'admin1=ML-4&category=attack&from=2025-04-01'],
  ['item=ML&source=wire-1&days=0', 'country=ML&source=wire-1'],
  ['item=sahel&days=7', 'theatre=sahel&from=2026-01-01']
])('asks by the address %j for %j', (address, query) => {
  expect(incidentQuery(askOf(address), nowMs).toString()).toBe(query)
})

it('asks for as many days before, to compare', () => {
  expect(incidentQuery(askOf(''), nowMs, 2).toString()).toBe('from=2025-10-03')
})

function incident(id: string, day: string, more: Partial<ShownIncident> = {}): ShownIncident {
  return {
    incidentId: id,
    category: 'attack',
    tactics: [],
    occurred: { from: `${day}T06:00:00Z`, to: `${day}T07:00:00Z` },
    place: {} as ShownIncident['place'],
    alsoAt: [],
    fatalities: { low: 2, best: null, high: null },
    independentSources: 1,
    withdrawn: false,
    reports: [],
    ...more
  }
}

it('draws each category apart, the rarest as one, and counts what has no certain day', () => {
  const drawn = makeAreaPicture({
    incidents: [
      incident('1', '2026-03-31'),
      incident('2', '2026-03-31', { mayBe: ['1'] }),
      incident('3', '2026-03-30', {
        occurred: { from: '2026-03-20T00:00:00Z', to: '2026-03-30T00:00:00Z' }
      }),
      ...['b', 'c', 'd', 'e'].map(category => incident(category, '2026-03-29', { category })),
      incident('4', '2025-12-31'),
      incident('5', '2026-03-31', { withdrawn: true })
    ],
    areAll: true,
    alerts: [anAlert({ alertId: 'open' }), anAlert({ alertId: 'part', partOf: 'open' })],
    fromMs: Date.parse('2026-01-01'),
    nowMs
  })
  expect(drawn).toMatchObject({
    bucketDays: 1,
    incidents: 7,
    before: 1,
    unsure: [{ kind: 0 }],
    deaths: 12
  })
  expect(
    drawn.bars.map(({ category, counts }) => [category, counts.at(-1), counts.at(-3)])
  ).toEqual([
    ['attack', 2, 0],
    ['b', 0, 1],
    ['c', 0, 1],
    [null, 0, 2]
  ])
  expect(drawn.bands.map(({ alert }) => alert.alertId)).toEqual(['open'])
})

it('lists reports by source and outcome, the last reported first', () => {
  const report = (reportId: string, sourceId: string, day: number, more = {}): ShownReport => ({
    ...{ reportId, sourceId, externalId: null, credibility: 2, withdrawn: false },
    reportedAt: `2026-03-0${day}T00:00:00Z`,
    ...more
  })
  const of = [
    incident('1', '2026-03-01', {
      reports: [report('a', 'wire', 1), report('b', 'ngo', 2, { withdrawn: true })]
    }),
    incident('2', '2026-03-01', { reports: [report('c', 'wire', 3)] })
  ]
  const ids = (ask: Parameters<typeof listReports>[1]) =>
    listReports(of, ask).map(each => each.report.reportId)
  expect(ids({ source: null, outcome: null })).toEqual(['c', 'b', 'a'])
  expect(ids({ source: 'wire', outcome: null })).toEqual(['c', 'a'])
  expect(ids({ source: null, outcome: 'withdrawn' })).toEqual(['b'])
})

it('counts incidents and open alerts by area, open alerts first', () => {
  const inArea = (admin1: string | null, withdrawn = false) => ({
    place: { admin1, country: 'ML' } as ShownIncident['place'],
    withdrawn
  })
  const area = (...admin1: string[]) => ({ admin1, country: ['ML'] })
  const alerts = [
    anAlert({ area: area('ML-4', 'ML-5') }),
    anAlert({ area: area('ML-5'), partOf: 'a1' }),
    anAlert({ area: area('ML-6'), status: 'resolved' }),
    anAlert({ area: area() })
  ]
  const incidents = [
    ...[inArea('ML-5'), inArea('ML-5'), inArea('ML-6'), inArea('ML-6'), inArea('ML-6')],
    ...[inArea('ML-4'), inArea('ML-4', true), inArea(null)]
  ]
  const counts = makeAreaCounts(incidents, alerts)
  expect(counts.map(each => Object.values(each))).toEqual([
    ['ML-5', 2, 1],
    ['ML', 1, 1],
    ['ML-4', 1, 1],
    ['ML-6', 3, 0]
  ])
  const around = makeAreaCounts(incidents, alerts, ['ML-6', 'ML-7'])
  expect(around.map(each => Object.values(each))).toEqual([
    ['ML-6', 3, 0],
    ['ML-7', 0, 0]
  ])
})

const report = (reportId: string, sourceId: string) =>
  ({ reportId, sourceId, externalId: null }) as ShownReport
const incidentOf = (incidentId: string, ...reports: ShownReport[]) =>
  ({ incidentId, withdrawn: false, reports }) as unknown as ShownIncident
const evidence = (...incidents: (ShownIncident | null)[]): readonly ShownEvidence[] =>
  incidents.map((each, i) => ({
    incidentId: each?.incidentId ?? `x${i}`,
    role: 'trigger',
    handling: 'public',
    incident: each
  }))

const two = incidentOf('i', report('a', 'desk'), report('b', 'radio'))
const other = incidentOf('s', report('c', 'ngo'))
const sameSource = incidentOf('r', report('d', 'radio'))
const gone = { ...incidentOf('g', report('e', 'paper')), withdrawn: true }

describe('a split', () => {
  const draft = blankIncidentDraft('split')
  it.each<[boolean, string[]]>([
    [false, []],
    [true, ['a']],
    [false, ['a', 'b']],
    [false, ['gone']],
    [true, ['a', 'gone']]
  ])('takes some of the reports and leaves some: %s of %j', (is, leaving) => {
    expect(isDeclarable({ ...draft, leaving }, two)).toBe(is)
  })

  it('is of an incident with several reports that stands', () => {
    expect([two, other, { ...two, withdrawn: true }].map(isDivisible)).toEqual([true, false, false])
  })

  it('is sent with its reports, and without an empty note', () => {
    const sent = (note: string) => makeDeclarationBody({ ...draft, leaving: ['b'], note })
    expect(sent('  ')).toEqual({ reports: ['b'], handling: 'internal' })
    expect(sent(' two ')).toEqual({ reports: ['b'], note: 'two', handling: 'internal' })
  })
})

describe('a merge', () => {
  it('is offered with events that may be the same one', () => {
    const all = evidence(two, other, sameSource, gone, null)
    expect(mergeableWith(two, all).map(({ incidentId }) => incidentId)).toEqual(['s'])
    const draft = blankIncidentDraft('merge')
    const chosen = { ...draft, other: 's' }
    expect([draft, chosen].map(each => isDeclarable(each, two))).toEqual([false, true])
    expect(makeDeclarationBody(chosen)).toEqual({ with: 's', handling: 'internal' })
  })
})
