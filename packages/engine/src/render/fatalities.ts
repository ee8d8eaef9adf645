// Deaths of the incidents of an alert.

import type { AlertStatement } from '@tocsin/contracts/record/alert-event-v3'
import type { IncidentFacts } from './lookup.ts'

type Fatalities = AlertStatement['fatalities']

/**
 * Low adds what is known; best and high need a number of each incident: unknown is not zero. What may
 * be another incident adds only the low and best that exceed those of the other.
 */
export function sumFatalities(incidents: readonly IncidentFacts[]): Fatalities {
  const byId = new Map(hasDoubts(incidents) ? incidents.map(one => [one.incidentId, one]) : [])
  let low: number | null = null
  let best: number | null = 0
  let high: number | null = 0
  for (const incident of incidents) {
    const added = findAddedToll(incident, byId)
    if (added.low !== null) low = (low ?? 0) + added.low
    best = addKnown(best, added.best)
    high = addKnown(high, added.high)
  }
  return { low, best, high }
}

/** Counts the incidents that may be others of the list. */
export function countDoubts(incidents: readonly IncidentFacts[]): number {
  if (!hasDoubts(incidents)) return 0
  const ids = new Set(incidents.map(({ incidentId }) => incidentId))
  return incidents.filter(({ mayBe }) => mayBe.some(id => ids.has(id))).length
}

function hasDoubts(incidents: readonly IncidentFacts[]): boolean {
  return incidents.some(({ mayBe }) => mayBe.length > 0)
}

function addKnown(sum: number | null, count: number | null): number | null {
  return sum === null || count === null ? null : sum + count
}

function findAddedToll(
  { fatalities, mayBe }: IncidentFacts,
  byId: ReadonlyMap<string, IncidentFacts>
): Fatalities {
  const others = mayBe.flatMap(id => byId.get(id)?.fatalities ?? [])
  if (others.length === 0) return fatalities
  const otherLow = Math.max(...others.map(({ low }) => low ?? 0))
  const otherBest = Math.max(...others.map(({ low, best }) => Math.max(low ?? 0, best ?? 0)))
  const low = fatalities.low === null ? null : Math.max(0, fatalities.low - otherLow)
  const best = fatalities.best === null ? null : Math.max(low ?? 0, fatalities.best - otherBest)
  return { low, best, high: fatalities.high }
}
