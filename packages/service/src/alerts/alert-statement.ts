// Renders the state of an alert from the sum of its events. A statement names incidents as known to
// its fold's readers when it is rendered.

import type { AlertState } from '@tocsin/contracts/alert/alert'
import type { IncidentState } from '@tocsin/contracts/incident/incident-event'
import type { AlertSum } from '@tocsin/contracts/record/alert-event-v3'
import type { Handling } from '@tocsin/contracts/theatre/handling'
import type { IncidentFacts } from '@tocsin/engine/render/lookup'
import { renderStatement } from '@tocsin/engine/render/statement'
import type { RuleWordsIndex } from './rule-words.ts'

export interface StatementSources {
  readonly numbers: {
    /** The id of the report that an event of a fold names; null if it is unknown. */
    find(theatre: string, fold: Handling, number: number): string | null
  }
  readonly rules: RuleWordsIndex
  /** The incident that a report is part of, as readers of a fold know it. */
  findIncident(theatre: string, fold: Handling, reportId: string): IncidentFacts | null
}

/**
 * Names all incidents of the alert. `inAllLanguages`: its words in the other languages are
 * included.
 */
export function renderAlert(
  sum: AlertSum,
  sources: StatementSources,
  { inAllLanguages }: { readonly inAllLanguages: boolean }
): AlertState {
  const { numbers, rules } = sources
  const { theatre, fold } = sum
  return renderStatement(sum, {
    language: 'en',
    inAllLanguages,
    evidenceMax: Number.POSITIVE_INFINITY,
    lookup: {
      findRule: (ruleId, version) => rules.find(theatre, ruleId, version),
      findIncident: number => {
        const reportId = numbers.find(theatre, fold, number)
        return reportId === null ? null : sources.findIncident(theatre, fold, reportId)
      }
    }
  })
}

export function describeIncident(
  { incidentId, revision, handling, category, occurred, place, fatalities, ...more }: IncidentState,
  firstReportedAt = occurred.to
): IncidentFacts {
  return {
    ...{ incidentId, revision, handling, category, fatalities, firstReportedAt },
    ...{ from: occurred.from, to: occurred.to, placeName: place.name },
    ...describePlace(place),
    mayBe: more.mayBe ?? [],
    isInCrowd: more.inCrowd === true
  }
}

export function describePlace({
  country,
  admin1,
  lat,
  lon,
  radiusKm
}: IncidentState['place']): Pick<IncidentFacts, 'countries' | 'admin1' | 'points'> {
  return {
    countries: country === null ? [] : [country],
    admin1: admin1 === null ? [] : [admin1],
    points: lat === null || lon === null ? [] : [{ lat, lon, km: radiusKm ?? 0 }]
  }
}
