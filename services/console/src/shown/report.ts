// What the suite answers to a report.

export interface PlaceCandidate {
  readonly name: string
  readonly admin1: string | null
  /** The name of `admin1`. */
  readonly region?: string
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
  /** It is stored, and another revision counts: absent where this one does. */
  readonly superseded?: { readonly reportedAt: string }
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

/** A place as it was understood. `admin1` of the report stands apart from what was found. */
export interface ReportedPlace {
  readonly name: string | null
  readonly country: string | null
  readonly statedAdmin1: string | null
  readonly lat: number | null
  readonly lon: number | null
  readonly radiusKm: number | null
  readonly resolution: string
  /** `assumed`: the radius was not stated. */
  readonly precision?: string
}

/** What it says now. Texts, links and names only for who may read them. */
export interface ReportedRevision {
  readonly sourceId: string
  readonly externalId: string | null
  readonly occurred: { readonly from: string; readonly to: string }
  readonly category: string
  readonly tactics: readonly string[]
  readonly place: ReportedPlace
  readonly alsoAt: readonly ReportedPlace[]
  readonly actors: readonly { readonly name: string; readonly role: string | null }[]
  readonly targets: readonly { readonly kind: string }[]
  readonly fatalities: {
    readonly low: number | null
    readonly best: number | null
    readonly high: number | null
  }
  readonly credibility: number
  readonly handling: string
  readonly drill: boolean
  /** Undefined: not for this key; null: there is nothing. */
  readonly private?: ReportedTexts | null
}

export interface ReportedTexts {
  readonly narrative: string | null
  readonly links: readonly string[]
  readonly persons: readonly {
    readonly name: string | null
    readonly aliases: readonly string[]
    readonly role: string | null
    readonly kind: string | null
  }[]
}

/** A report that is read again by its id. */
export interface OpenedReport extends ReportOutcome {
  readonly reportId: string
  readonly revision: number
  readonly withdrawn: { readonly at: string; readonly reason: string } | null
  /** Null once it is withdrawn. */
  readonly report: ReportedRevision | null
}

/** Reports in no theatre, the newest first. */
export interface UnassignedReports {
  readonly items: readonly OpenedReport[]
  /** The number accepted in the last 7 days. */
  readonly lastWeek: number
}
