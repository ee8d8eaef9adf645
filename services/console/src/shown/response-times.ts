// Times from calls to their answers, as the suite reports them.

export const timesBy = ['severity', 'area', 'officer', 'subscriber'] as const
export type TimesBy = (typeof timesBy)[number]

/**
 * The calls of one severity, area, officer or subscription. Times are whole seconds; null without
 * any.
 */
export interface TimesRow {
  readonly severity?: string
  /** A country, or an ISO 3166-2 code; null for alerts without either. */
  readonly area?: string | null
  /** Who acknowledged; null: nobody. */
  readonly officer?: string | null
  readonly officerId?: string | null
  /** The name of the key that made the subscription; null if it is not known any more. */
  readonly subscriber?: string | null
  readonly subscriptionId?: string
  readonly drill: boolean
  readonly called: number
  readonly acknowledged: number
  readonly acknowledgementMedianS: number | null
  readonly acknowledgementP90S: number | null
  readonly responded: number
  readonly responseMedianS: number | null
  readonly responseP90S: number | null
  readonly unanswered: number
}

export interface ResponseTimes {
  readonly by: TimesBy
  /** The gravest first, else by name; drills after the others. */
  readonly items: readonly TimesRow[]
}
