// The digest of a week in a theatre, as the suite answers it.

import type { Severity } from './shown-alert.ts'

export interface WeekFigures {
  readonly attacks: number
  /** Null: too little is known of the past. */
  readonly usual: number | null
  /** Probability of so many in a usual week; null: the same. */
  readonly chance: number | null
  /** Attacks of the last weeks, this one last. */
  readonly trend: readonly number[]
}

export interface DigestAlert {
  readonly alertId: string
  readonly headline: string
  readonly severity: Severity
  readonly status: 'provisional' | 'confirmed' | 'retracted' | 'resolved'
  readonly from: string
}

export interface DigestArea extends WeekFigures {
  readonly admin1: string
  readonly alerts: readonly DigestAlert[]
}

export interface Digest extends WeekFigures {
  readonly theatre: string
  /** Days, such as `2026-03-02`. */
  readonly from: string
  readonly to: string
  /** False while the week lasts. */
  readonly isOver: boolean
  readonly baseDays: number
  readonly areas: readonly DigestArea[]
  readonly areasOmitted: number
  readonly situations: readonly DigestAlert[]
  readonly budget: {
    readonly declared: number
    readonly spent: number
    readonly falseAlarms: number
  } | null
}
