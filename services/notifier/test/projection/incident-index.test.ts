// Incidents as folded from the assembly log, for any interleaving of theatres.

import type { IncidentEventType, IncidentState } from '@tocsin/domain/incident/incident-event'
import { describe, expect, it } from 'vitest'
import { IncidentIndex } from '../../src/projection/incident-index.ts'

interface Said {
  readonly theatre: string
  readonly type: IncidentEventType
  readonly id: string
  readonly reports: readonly string[]
  readonly from?: readonly string[]
  readonly aliases?: readonly string[]
}

/** Folds events, each theatre's in order, at the times at which they first occurred. */
function told(all: readonly Said[], order = all): IncidentIndex {
  const index = new IncidentIndex()
  const seqs = new Map<string, number>()
  for (const [position, said] of order.entries()) {
    const { theatre, type, id: incidentId, reports, from = [], aliases = [] } = said
    const seq = (seqs.get(theatre) ?? 0) + 1
    seqs.set(theatre, seq)
    const data = {
      ...anIncident,
      theatre,
      seq,
      incidentId,
      from,
      aliases,
      reports: reports.map(reportOf)
    }
    const time = `2026-03-01T00:00:${10 + all.indexOf(said)}.000Z`
    index.apply({
      partition: 0,
      position: BigInt(position),
      time,
      cause: null,
      event: { type, data }
    })
  }
  return index
}

const standing = (index: IncidentIndex) =>
  [...index.newestFirst()]
    .filter(e => !e.isWithdrawn)
    .map(e => `${e.state.theatre} ${e.state.incidentId}`)

const reportOf = (reportId: string) => ({
  reportId,
  contentHash: `hash-${reportId}`,
  sourceId: `wire-${reportId}`
})
const anIncident: Omit<IncidentState, 'theatre' | 'seq' | 'incidentId' | 'from' | 'reports'> = {
  ...{
    revision: 1,
    aliases: [],
    independentSources: 1,
    category: 'attack',
    tactics: [],
    credibility: 2,
    handling: 'internal'
  },
  occurred: { from: '2026-02-26', to: '2026-02-26' },
  place: {
    name: null,
    country: 'ML',
    admin1: null,
    lat: null,
    lon: null,
    radiusKm: null,
    settlement: null
  },
  fatalities: { low: 1, best: 1, high: 1 }
}

const leftTheatre: readonly Said[] = [
  { theatre: 'sahel', type: 'incident.assembled', id: 'r1', reports: ['r1'] },
  { theatre: 'coast', type: 'incident.assembled', id: 'r1', reports: ['r1'] },
  { theatre: 'sahel', type: 'incident.withdrawn', id: 'r1', reports: ['r1'] }
]
const bothLeft: readonly Said[] = [
  { theatre: 'sahel', type: 'incident.assembled', id: 'r1', reports: ['r1', 'r2'] },
  { theatre: 'coast', type: 'incident.assembled', id: 'r1', reports: ['r1'] },
  { theatre: 'coast', type: 'incident.revised', id: 'r1', reports: ['r1', 'r2'] },
  { theatre: 'sahel', type: 'incident.split', id: 'r2', reports: ['r2'], from: ['r1'] },
  { theatre: 'sahel', type: 'incident.withdrawn', id: 'r2', reports: ['r2'] }
]
const aliasLeft: readonly Said[] = [
  { theatre: 'sahel', type: 'incident.assembled', id: 'r2', reports: ['r2'] },
  {
    theatre: 'sahel',
    type: 'incident.merged',
    id: 'r1',
    reports: ['r1', 'r2'],
    from: ['r2'],
    aliases: ['r2']
  },
  { theatre: 'coast', type: 'incident.assembled', id: 'r2', reports: ['r2'] },
  { theatre: 'sahel', type: 'incident.revised', id: 'r1', reports: ['r1'] }
]

describe('incidents by id', () => {
  it('end when another takes their reports, and exist again when they continue', () => {
    const split: Said[] = [
      { theatre: 'sahel', type: 'incident.assembled', id: 'r1', reports: ['r1', 'r2'] },
      { theatre: 'sahel', type: 'incident.split', id: 'r2', reports: ['r2'], from: ['r1'] }
    ]
    expect(standing(told(split))).toEqual(['sahel r2'])
    split.push({ theatre: 'sahel', type: 'incident.revised', id: 'r1', reports: ['r1'] })
    expect(standing(told(split))).toEqual(['sahel r1', 'sahel r2'])
  })

  it.each([
    ['one report', leftTheatre, ['coast r1'], ['r1']],
    ['two', bothLeft, ['coast r1'], ['r1', 'r2']],
    ['one that was merged', aliasLeft, ['coast r2', 'sahel r1'], ['r1', 'r2']]
  ] as const)(
    'are in the theatre that %s was corrected into, for any order of reading theatres',
    (_, all, stand, reports) => {
      const [sahel, coast] = ['sahel', 'coast'].map(theatre =>
        all.filter(said => said.theatre === theatre)
      ) as [Said[], Said[]]
      for (let places = 0; places < 2 ** all.length; places++) {
        const isCoast = all.map((_, i) => ((places >> i) & 1) === 1)
        if (isCoast.filter(Boolean).length !== coast.length) continue
        const left = { sahel: [...sahel], coast: [...coast] }
        const index = told(
          all,
          isCoast.map(is => (is ? left.coast : left.sahel).shift() as Said)
        )
        expect(standing(index).sort()).toEqual(stand)
        for (const one of stand) {
          const [theatre, id] = one.split(' ') as [string, string]
          expect(index.get(id)).toMatchObject({ isWithdrawn: false, state: { theatre } })
        }
        for (const report of reports) expect(index.ofReport(report)?.isWithdrawn).toBe(false)
      }
    }
  )

  it('are no longer found under an alias that they have dropped', () => {
    const index = told([
      {
        theatre: 'sahel',
        type: 'incident.merged',
        id: 'r1',
        reports: ['r1', 'r2'],
        aliases: ['r2']
      },
      { theatre: 'sahel', type: 'incident.revised', id: 'r1', reports: ['r1'] }
    ])
    expect(index.get('r2')).toBeUndefined()
  })
})
