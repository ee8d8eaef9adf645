// What a policy would have told in the last week, as the suite answers it.

export interface PolicyPreview {
  readonly from: string
  readonly to: string
  /** False: there were more events in the week than were played. */
  readonly isWhole: boolean
  /** There were more repeats than were played. Left out by earlier suites. */
  readonly isRepeatsCut?: boolean
  readonly events: number
  readonly told: number
  readonly eventsInHourMax: number
  readonly toldInHourMax: number
  readonly toldByReason: Readonly<Record<string, number>>
  readonly untoldByReason: Readonly<Record<string, number>>
  readonly silentCount: number
  readonly silent: readonly SilentAlert[]
}

/** An alert of which nothing would have been told. */
export interface SilentAlert {
  readonly alertId: string
  readonly severity: string
  readonly headline: string
  readonly reason: string
}
