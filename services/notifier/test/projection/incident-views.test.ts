// Incidents as shown to readers of a level when reports join that they may not see.

import type { IncidentEventType, IncidentState } from '@tocsin/domain/incident/incident-event'
import { describe, expect, it } from 'vitest'
import { IncidentViews } from '../../src/projection/incident-views.ts'

const anIncident: Omit<IncidentState, 'incidentId' | 'seq' | 'reports'> = {
  ...{ revision: 1, theatre: 'sahel', aliases: [], from: [], independentSources: 1 },
  ...{ category: 'attack', tactics: [], credibility: 2, handling: 'partners' },
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

interface Said {
  readonly type: IncidentEventType
  readonly id: string
  /** Reports, each with its content number; ids that begin with h are restricted. */
  readonly reports: readonly string[]
  readonly from?: readonly string[]
  readonly cause?: string
}

/** What partners see after these events; events of one cause have one time. */
function partnersTold(all: readonly Said[]) {
  const views = new IncidentViews()
  for (const [i, { type, id: incidentId, reports, from = [], cause = `c${i}` }] of all.entries()) {
    const held = reports.map(report => ({
      reportId: report.split('@')[0] as string,
      contentHash: report,
      sourceId: report
    }))
    const handling = reports.some(report => report.startsWith('h')) ? 'restricted' : 'partners'
    const data = {
      ...anIncident,
      incidentId,
      seq: i + 1,
      revision: i + 1,
      reports: held,
      from,
      handling
    } as const
    const time = `2026-03-01T00:00:${10 + all.findIndex(said => (said.cause ?? '') === cause || said === all[i])}.000Z`
    views.apply({ partition: 0, position: BigInt(i), time, cause, event: { type, data } })
  }
  return views.at('partners')
}

const shown = (all: readonly Said[]) =>
  [...partnersTold(all).newestFirst()].map(({ state, isWithdrawn, moments }) => ({
    id: state.incidentId,
    reports: state.reports.map(({ contentHash }) => contentHash),
    revision: state.revision,
    history: moments.map(({ revision }) => revision),
    isWithdrawn
  }))

const joined: readonly Said[] = [
  { type: 'incident.assembled', id: 'a', reports: ['a@1'] },
  { type: 'incident.revised', id: 'a', reports: ['a@2'] },
  { type: 'incident.revised', id: 'a', reports: ['a@2', 'h@1'] }
]

describe('an incident that is removed because a visible report changed next to a hidden one', () => {
  const gone: readonly Said[] = [
    ...joined,
    { type: 'incident.revised', id: 'a', reports: ['a@3', 'h@1'] }
  ]

  it('reappears under the next revision and with its history, once the hidden one leaves', () => {
    expect(shown(gone)).toEqual([])
    const back = { type: 'incident.revised', id: 'a', reports: ['a@3'] } as const
    expect(shown([...gone, back])).toEqual([
      { id: 'a', reports: ['a@3'], revision: 3, history: [1, 2, 3], isWithdrawn: false }
    ])
    expect(
      shown([...gone, back, { type: 'incident.withdrawn', id: 'a', reports: ['a@3'] }])
    ).toMatchObject([{ revision: 4, isWithdrawn: true }])
  })

  it('passes its numbering on to the incident that continues with its reports', () => {
    const split = { type: 'incident.split', id: 'b', reports: ['a@3', 'b@1'], from: ['a'] } as const
    expect(shown([...gone, split])).toMatchObject([{ id: 'b', revision: 3 }])
  })

  it('is not shown as withdrawn, for any order of the events of an officer’s split', () => {
    const both: readonly Said[] = [
      { type: 'incident.assembled', id: 'a', reports: ['a@1', 'b@1'] },
      { type: 'incident.revised', id: 'a', reports: ['a@1', 'b@1', 'h@1'] }
    ]
    const rest: Said = {
      type: 'incident.revised',
      id: 'a',
      reports: ['a@1', 'h@1'],
      cause: 'split'
    }
    const parted: Said = {
      type: 'incident.split',
      id: 'b',
      reports: ['b@1'],
      from: ['a'],
      cause: 'split'
    }
    const told = [{ id: 'b', reports: ['b@1'], revision: 2, history: [2], isWithdrawn: false }]
    expect(shown([...both, rest, parted])).toEqual(told)
    expect(shown([...both, parted, rest])).toEqual(told)
  })
})
