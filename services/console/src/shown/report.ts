// What the suite answers to a report.

export interface PlaceCandidate {
  readonly name: string
  readonly admin1: string | null
  readonly country?: string | null
  readonly lat: number
  readonly lon: number
}

export interface ReportAccepted {
  readonly reportId: string
  readonly revision: number
  readonly theatre: string
  readonly duplicate: boolean
  /** Absent where it has none. */
  readonly place?: ToldPlace
}

/** How a place was understood. */
export interface ToldPlace {
  readonly resolution: string
  readonly candidates: readonly PlaceCandidate[]
  readonly omitted?: number
  readonly hint?: string
}

/** What became of a report. */
export interface ReportOutcome {
  readonly assembled: boolean
  readonly incident: { readonly incidentId: string } | null
  readonly alerts: readonly { readonly alertId: string; readonly headline?: string }[]
  readonly hindrances: readonly { readonly reason: string; readonly detail?: string }[]
}
