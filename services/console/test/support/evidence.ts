// Places, incidents and evidence as the suite answers them, unless said otherwise.

import type {
  AlertDetail,
  ShownAlert,
  ShownEvidence,
  ShownIncident,
  ShownPlace
} from '../../src/shown/shown-alert.ts'
import { anAlert } from './an-alert.ts'

export const aPlace = (members: Partial<ShownPlace> = {}): ShownPlace => ({
  ...{ name: 'Diosso', country: 'ML', admin1: 'ML-4', lat: 13.9, lon: -5.4, radiusKm: 2 },
  resolution: 'stated',
  ...members
})

export const anIncident = (members: Partial<ShownIncident> = {}): ShownIncident => ({
  ...{ incidentId: 'i1', category: 'attack', tactics: [], place: aPlace(), alsoAt: [] },
  occurred: { from: '2026-03-01T00:00:00.000Z', to: '2026-03-01T23:59:59.999Z' },
  fatalities: { low: null, best: null, high: null },
  ...{ independentSources: 1, withdrawn: false, reports: [] },
  ...members
})

/** A trigger; null: the reader may not know the incident. */
export const aPiece = (
  incident: Partial<ShownIncident> | null = {},
  members: Partial<ShownEvidence> = {}
): ShownEvidence => ({
  ...{ incidentId: incident?.incidentId ?? 'i1', role: 'trigger', handling: 'public' },
  incident: incident === null ? null : anIncident(incident),
  ...members
})

/** On days of March 2025, such as `01` or `01-03`. */
export function aPieceOf(
  incidentId: string,
  days: string,
  place: Partial<ShownPlace> = {},
  role: ShownEvidence['role'] = 'trigger'
): ShownEvidence {
  const [from = '', to = from] = days.split('-')
  const occurred = { from: `2025-03-${from}T00:00:00.000Z`, to: `2025-03-${to}T23:59:59.999Z` }
  return aPiece({ incidentId, occurred, place: aPlace(place) }, { role })
}

export function aDetail(
  evidence: readonly ShownEvidence[],
  members: Partial<AlertDetail> = {},
  alert: ShownAlert = anAlert()
): AlertDetail {
  const rest = {
    ...{ revisions: [], revisionsOmitted: 0, raisedAt: '', seenBelow: [] },
    event: { type: '', time: '' }
  }
  return { ...alert, ...rest, ...members, evidence }
}
