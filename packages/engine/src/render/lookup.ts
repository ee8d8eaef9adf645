// What a reader looks up to render an alert: incidents by report number, and rules.

import type { AlertStatement } from '@tocsin/contracts/record/alert-event-v3'
import type { TextsByLanguage } from '../rules/definition.ts'

/** An incident as statements of alerts need it. Times are ISO 8601, UTC. */
export interface IncidentFacts {
  readonly incidentId: string
  readonly revision: number
  readonly handling: AlertStatement['handling']
  readonly category: string
  readonly from: string
  readonly to: string
  readonly firstReportedAt: string
  /** All places of the incident. */
  readonly countries: readonly string[]
  readonly admin1: readonly string[]
  readonly points: readonly Point[]
  readonly placeName: string | null
  readonly fatalities: AlertStatement['fatalities']
  /** Ids of incidents that it may be: its deaths are not counted twice. */
  readonly mayBe: readonly string[]
  /** Out of a crowd: reports of one place and time, too many to assign to incidents. */
  readonly isInCrowd: boolean
}

/** A place of an incident: degrees, and its precision in km. */
export interface Point {
  readonly lat: number
  readonly lon: number
  readonly km: number
}

/** The words of a rule version, with the parameters that they name. */
export interface RuleWords {
  readonly texts: TextsByLanguage
  readonly parameters: Readonly<Record<string, unknown>>
  /** Title of the rule in its pack. */
  readonly title?: string
  /** Headline of the rule in its pack: it replaces that of the definition in every language. */
  readonly headline?: string
  /** Its alerts describe, and notify nobody. */
  readonly isQuiet?: true
}

export interface RenderLookup {
  /** Null if the incident is unknown or forgotten. */
  findIncident(reportNumber: number): IncidentFacts | null
  findRule(ruleId: string, version: number): RuleWords | null
}
