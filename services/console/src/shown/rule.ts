// Rules and previews of their change as the suite answers them.

import type { Severity, ShownAlert } from './shown-alert.ts'

export interface Rule {
  readonly ruleId: string
  readonly ruleVersion: number
  readonly pattern: string
  readonly title?: string
  /** Those that were set; others have the defaults of the pattern. */
  readonly parameters: Readonly<Record<string, unknown>>
  readonly where?: string
  readonly groupBy?: readonly string[]
  readonly severities?: readonly string[]
  readonly headline?: string
  /** Left out: people are notified of its alerts. */
  readonly notify?: 'quiet'
  readonly theatres?: readonly string[]
  /** False alarms a year of some theatres. */
  readonly budgets?: Readonly<Record<string, number>>
  readonly inForce: readonly {
    readonly name: string
    readonly value: unknown
    readonly unit: string
    readonly meaning: string
  }[]
  readonly failing: { readonly count: number; readonly lastMessage: string | null }
  readonly warming: readonly string[]
  /** Theatres that retain less than it must see. Earlier suites do not tell it. */
  readonly retainedTooShort?: readonly string[]
  /** What it names and no rule answers. Earlier suites do not tell it. */
  readonly namesNoRule?: readonly string[]
}

export interface AlertSketch {
  readonly alertId: string | null
  /** Earlier suites do not tell it. */
  readonly pattern?: string | null
  readonly headline: string
  readonly severity: Severity
  readonly level: number
  readonly area: ShownAlert['area']
  readonly window: { readonly from: string; readonly to: string | null }
  readonly measure: { readonly name: string; readonly value: number; readonly threshold: number }
  readonly triggers: number
  /** From the start of its first trigger until it could be told, at the latest. */
  readonly lateSeconds: number
}

/** When alerts would have begun. */
export interface PreviewedMonth {
  /** `2026-03` */
  readonly month: string
  readonly alerts: { readonly [severity in Severity]?: number }
}

export interface TheatrePreview {
  readonly theatre: string
  /** When the first incident that was looked at began; null for none. */
  readonly since: string | null
  /** Of all that would appear, also of what is not listed. */
  readonly months: readonly PreviewedMonth[]
  /** Of all that would appear; null for none. */
  readonly lateness: {
    readonly medianSeconds: number
    readonly p90Seconds: number
    readonly maxSeconds: number
  } | null
  readonly appear: readonly AlertSketch[]
  readonly change: readonly { readonly before: AlertSketch; readonly after: AlertSketch }[]
  readonly vanish: readonly AlertSketch[]
  readonly same: number
  readonly omitted: number
}

export interface RulePreview {
  readonly theatres: readonly TheatrePreview[]
  readonly elsewhere: readonly string[]
  readonly complete: boolean
}

export interface PreviewProgress {
  /** Null: none is under way. */
  readonly preview: {
    /** From 0 to 1. */
    readonly theatres: readonly { readonly theatre: string; readonly share: number }[]
  } | null
}

/** A group that nearly fired. */
export interface NearMiss {
  readonly theatre: string
  readonly group: Readonly<Record<string, string>>
  readonly measure: { readonly name: string; readonly value: number; readonly threshold: number }
  /** In words. */
  readonly lacks: string
  /** Left out if it is no exercise. */
  readonly drill?: true
  readonly incidents: number
  /** When the last of them ended. */
  readonly lastAt: string
}

export interface NearMisses {
  /** Nearest first. */
  readonly items: readonly NearMiss[]
  /** False where the rule's pattern cannot tell. */
  readonly canSay: boolean
}
