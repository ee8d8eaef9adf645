// Incident events: what assembly says of an incident, and of why its reports are one.

import type { Handling } from '../report/handling.ts'
import type { Fatalities } from '../report/report.ts'

/** What assembly says of an incident. `aliases` answer to the incident too. */
export interface IncidentState {
  readonly incidentId: string
  readonly revision: number
  readonly seq: number
  readonly theatre: string
  readonly aliases: readonly string[]
  readonly reports: readonly { readonly reportId: string; readonly contentHash: string; readonly sourceId: string }[]
  /** Sources counted once per copied text. */
  readonly independentSources: number
  readonly occurred: { readonly from: string; readonly to: string }
  readonly category: string
  readonly tactics: readonly string[]
  readonly place: {
    readonly name: string | null
    readonly country: string | null
    readonly admin1: string | null
    readonly lat: number | null
    readonly lon: number | null
    readonly radiusKm: number | null
    readonly settlement: string | null
  }
  readonly fatalities: Fatalities
  readonly credibility: number
  readonly handling: Handling
  /** Ids of incidents that this one came from (`merged`) or was part of (`split`). */
  readonly from: readonly string[]
  /** An exercise. Left out where it is none. */
  readonly drill?: true
  /** Ids of incidents that it may be, and whose deaths count in its stead. Left out where there are none. */
  readonly mayBe?: readonly string[]
  /** Why its reports are one incident: one join fewer than reports, the strongest first, at most 50. Left out where one report stands alone. */
  readonly joins?: readonly IncidentJoin[]
}

/** Two reports that were taken for one incident, or for parts of one. */
export interface IncidentJoin {
  readonly reports: readonly [string, string]
  /** 0.5 to 1 by place, day, kind and perpetrators; 2 = a copy; 3 = declared. */
  readonly score: number
  /** In words. */
  readonly why: string
}

export const incidentEvents = ['assembled', 'revised', 'merged', 'split', 'withdrawn'] as const
export type IncidentEventType = `incident.${(typeof incidentEvents)[number]}`
export interface IncidentEvent {
  readonly type: IncidentEventType
  readonly data: IncidentState
}
