// Renders the state of an alert from the sum of its events. A statement names incidents as known to
// its fold's readers when it is rendered.

import type { AlertState } from '@tocsin/contracts/alert/alert'
import type { IncidentState } from '@tocsin/contracts/incident/incident-event'
import type { AlertSum } from '@tocsin/contracts/record/alert-event-v3'
import type { Handling } from '@tocsin/contracts/theatre/handling'
import type { IncidentFacts } from '@tocsin/engine/render/lookup'
import { renderStatement } from '@tocsin/engine/render/statement'
import { RuleWordsIndex } from './rule-words.ts'

interface ReportSources {
  readonly numbers: {
    /** The id of the report that an event of a fold names; null if it is unknown. */
    find(theatre: string, fold: Handling, number: number): string | null
  }
  readonly incidents: {
    /** True for a report that readers of a level saw and may not see any more. */
    isReportTakenBack(level: Handling, theatre: string, reportId: string): boolean
  }
}

export interface StatementSources extends ReportSources {
  readonly rules: RuleWordsIndex
  /** The incident that a report is part of, as readers of a fold know it. */
  findIncident(theatre: string, fold: Handling, reportId: string): IncidentFacts | null
}

type Rendered = [
  sum: AlertSum,
  sources: StatementSources,
  options: { readonly inAllLanguages: boolean }
]

/**
 * Names all incidents of the alert. `inAllLanguages`: its words in the other languages are
 * included.
 */
export function renderAlert(...alert: Rendered): AlertState {
  const [sum, sources] = alert
  return isWithheld(sum, sources) ? renderWithheld(...alert) : renderWhole(...alert)
}

/** Readers learn that it was retracted, and no more of reports that were restricted since. */
export function isWithheld(sum: AlertSum, sources: ReportSources): boolean {
  return sum.status === 'retracted' && restsOnTakenBack(sum.fold, sum, sources)
}

/** Whether readers of a level may not see a trigger any more. */
export function restsOnTakenBack(
  level: Handling,
  { theatre, fold, triggers }: AlertSum,
  { numbers, incidents }: ReportSources
): boolean {
  return triggers.some(number => {
    const reportId = numbers.find(theatre, fold, number)
    return reportId !== null && incidents.isReportTakenBack(level, theatre, reportId)
  })
}

const withheldBecause = {
  en: 'A report on which the alert rested was restricted: details are withheld.',
  fr: 'La diffusion d’un signalement sur lequel reposait l’alerte a été restreinte : les détails ne sont pas communiqués.'
}

/** Without what was computed of its reports. */
function renderWithheld(...[sum, sources, options]: Rendered): AlertState {
  const from = sum.detectedAt.slice(0, 'YYYY-MM-DD'.length)
  const bare = {
    ...{ ...sum, from, to: null, value: 0, threshold: 0, baseline: null },
    ...{ group: {}, facts: {}, levels: [], triggers: [] }
  }
  const said = renderWhole(bare, { ...sources, rules: new RuleWordsIndex() }, options)
  const { en: explanation, fr } = withheldBecause
  const texts = said.inLanguages?.fr
  const rule = sources.rules.find(sum.theatre, sum.ruleId, sum.ruleVersion)
  return {
    ...{ ...said, explanation },
    ...(rule?.isQuiet === true ? { describes: true } : {}),
    ...(texts === undefined ? {} : { inLanguages: { fr: { ...texts, explanation: fr } } })
  }
}

function renderWhole(...[sum, sources, { inAllLanguages }]: Rendered): AlertState {
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

export function describePlace({ country, admin1, lat, lon, radiusKm }: IncidentState['place']) {
  return {
    countries: country === null ? [] : [country],
    admin1: admin1 === null ? [] : [admin1],
    points: lat === null || lon === null ? [] : [{ lat, lon, km: radiusKm ?? 0 }]
  }
}
