// All that a theatre's rules can see: the records of the incidents log, by type. One theatre's records are in one order.

import type { Reliability, ReportRevision } from '../report/report.ts'
import type { Severity } from './severity.ts'

export const unassignedTheatre = '_unassigned'
export const worldTheatre = 'world'

/** Time of a replay theatre before its player's first tick; never shown. ISO 8601. */
export const beforeAllTime = '1970-01-01T00:00:00.000Z'

export interface TheatreConfig {
  readonly id: string
  /** ISO 3166-1 alpha-2 codes; or a polygon; `world` has neither and holds every place. */
  readonly countries: readonly string[] | null
  /** A GeoJSON Polygon's coordinates: rings of [lon, lat]. */
  readonly polygon: readonly (readonly (readonly [number, number])[])[] | null
  /** `wall`: the owner ticks by the wall clock. `replay`: only the player ticks, and "now" is the last tick. */
  readonly clock: 'wall' | 'replay'
  /** R, days of event time that can still change. */
  readonly retentionDays: number
}

export interface SourceConfig {
  readonly id: string
  readonly reliability: Reliability
  /** How late its reports usually come, days. */
  readonly latenessDays: number
  /** How long it may be quiet and still count as live, days. */
  readonly cadenceDays: number
  /** An archive never counts for the watermark. */
  readonly archive: boolean
}

/** Settings of an undeclared source. Source: core-idea.md#watermark. */
export const undeclaredSource = { reliability: 'F', latenessDays: 14, cadenceDays: 7, archive: false } as const

/** A parameter's value in a rule, as in JSON. */
export type ParameterValue =
  | number
  | string
  | boolean
  | null
  | readonly ParameterValue[]
  | { readonly [name: string]: ParameterValue }

/** A version of a rule: a pattern with its parameters. */
export interface RuleVersion {
  readonly ruleId: string
  readonly ruleVersion: number
  readonly pattern: string
  /** Overrides of the pattern's defaults, by name. */
  readonly parameters: Readonly<Record<string, ParameterValue>>
  /** For people; the id where there is none. */
  readonly title?: string
  /** A predicate in CEL: incidents that do not fulfil it are not folded (incident-predicate.ts). */
  readonly where?: string
  /** What further splits a pattern's groups (incident-groups.ts), and is named in them. */
  readonly groupBy?: readonly GroupKey[]
  /** Severity of the levels 1, 2, …; the last holds for all further ones. Left out: as the pattern has them. */
  readonly severities?: readonly Severity[]
  /** What stands in place of the pattern's own headline (headline-template.ts). */
  readonly headline?: string
  /** The theatres in which it runs, once each, in order of text; left out: all, including later ones. */
  readonly theatres?: readonly string[]
}

/** Theatres that one rule can name; one for more is for all. */
export const ruleTheatresMax = 1000

/** Whether a rule is folded in a theatre. */
export function runsIn({ theatres }: Pick<RuleVersion, 'theatres'>, theatre: string): boolean {
  return theatres === undefined || theatres.includes(theatre)
}

/** By what a rule may group incidents, besides what its pattern groups them by. */
export const groupKeys = ['country', 'admin1', 'settlement', 'category', 'actor', 'target', 'source'] as const
export type GroupKey = (typeof groupKeys)[number]

export const operatorActions = ['acknowledge', 'assign', 'comment', 'resolve'] as const
export type OperatorAction = (typeof operatorActions)[number]
export const dispositions = ['true', 'false-alarm', 'duplicate', 'drill'] as const
export type Disposition = (typeof dispositions)[number]

/** Who asked for something. */
export interface Asker {
  /** Name of the key. */
  readonly by: string
  /** Its id, unique among keys; left out in older records. */
  readonly byId?: string
}

/** Who asked, and nothing else of what they asked. Pure. */
export function askerOf({ by, byId }: Asker): Asker {
  return byId === undefined ? { by } : { by, byId }
}

/** An officer's request; the theatre's fold decides what becomes of it. */
export interface OperatorRequest extends Asker {
  readonly actionId: string
  readonly action: OperatorAction
  readonly alertId: string
  /** The operatorRevision that the officer had seen. */
  readonly ifMatch: number
  readonly until: string | null
  readonly note: string | null
  readonly to: string | null
  readonly text: string | null
  readonly disposition: Disposition | null
}

/** An officer's declaration that the reports of each pair describe one incident, or do not. One action is one record. */
export interface PairDeclared extends Asker {
  readonly reportIds: readonly [string, string]
  readonly same: boolean
  /** Further pairs of which the same is said. */
  readonly also?: readonly (readonly [string, string])[]
  /**
   * Id of the latest declaration for these reports that the officer could know; null: none. If there is a later one, this one is
   * ignored. Left out: it always counts.
   */
  readonly after?: string | null
  readonly note?: string | null
  readonly actionId?: string
  /** The incident for which it was asked. */
  readonly incidentId?: string
}

/** The time that an officer sets in a theatre. Earlier ticks with a later time were wrong and count as this time. */
export interface TimeSet {
  /** ISO 8601, a whole minute. */
  readonly to: string
  readonly by: string
  readonly reason: string
}

/** A record of the incidents log by its type; the type on the wire is `tocsin.<type>.v1`. */
export type TheatrePayload =
  | { readonly type: 'theatre.configured'; readonly data: TheatreConfig }
  | { readonly type: 'source.configured'; readonly data: SourceConfig }
  | { readonly type: 'rule.configured'; readonly data: RuleVersion }
  | { readonly type: 'rule.removed'; readonly data: { readonly ruleId: string } }
  | { readonly type: 'engine.changed'; readonly data: { readonly engine: string } }
  | { readonly type: 'clock.ticked'; readonly data: { readonly to: string; readonly gap: boolean } }
  | { readonly type: 'clock.set'; readonly data: TimeSet }
  | { readonly type: 'report.received'; readonly data: ReportRevision }
  | {
      readonly type: 'report.withdrawn'
      readonly data: { readonly reportId: string; readonly reason: string; readonly lane: ReportRevision['lane'] }
    }
  | { readonly type: 'operator.requested'; readonly data: OperatorRequest }
  | {
      /** What the control log said that this theatre must see is copied here; `to` in a replay theatre's tick comes the same way. */
      readonly type: 'pair.declared'
      readonly data: PairDeclared
    }

export type TheatreRecordType = TheatrePayload['type']

/** A record as the fold takes it. */
export type TheatreRecord = TheatrePayload & {
  readonly id: string
  readonly theatre: string
  /** acceptedAt: ISO 8601, UTC, ms. In a replay theatre, the theatre's now. */
  readonly time: string
}
