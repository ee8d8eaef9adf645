// The suite's answer about one alert, beyond the client's types for the stream.

import type { Alert, Handling, Severity } from '@tocsin/client'

export type { Alert, Severity } from '@tocsin/client'

/** An officer's action, as events carry it. */
export interface ShownAction {
  readonly by: string
  readonly text?: string | null
  /** Who may read name and text; left out in older records. */
  readonly handling?: Handling
}

export const responseKinds = ['warned', 'moved', 'sent', 'other', 'none'] as const
export type ResponseKind = (typeof responseKinds)[number]

/** Something that was done about an alert. Times are ISO 8601. */
export interface ShownResponse {
  readonly kind: ResponseKind
  readonly at: string
  readonly recordedAt: string
  /** Left out in older records, which can not be corrected here. */
  readonly id?: string
  /** Ids of the reports that it replaces, each replaced by the next. */
  readonly corrects?: readonly string[]
  /** Of the key that recorded it, to who may read that. */
  readonly byId?: string
}

/** A subscriber notified by webhook confirms that a human there has it. */
export interface ShownAnswer {
  readonly subscriptionId: string
  readonly by: string
  readonly at: string
  readonly until: string | null
  readonly note: string | null
  /** The last response that they reported; left out if none. */
  readonly response?: ShownResponse
}

/** An alert as lists, streams and details show it. */
export type ShownAlert = Alert & {
  /**
   * `responses`: what officers recorded as done; `answers`: partners who have it. Left out if there
   * is none.
   */
  readonly operator: {
    readonly responses?: {
      readonly count: number
      readonly first: ShownResponse
      readonly last: ShownResponse
      /** Those that can be corrected. */
      readonly recent?: readonly ShownResponse[]
    }
    /** The response that was withdrawn by this event, or by the last event about responses. */
    readonly responseWithdrawn?: ShownResponse
    readonly answers?: readonly ShownAnswer[]
    /** It stays when that lapses. */
    readonly acknowledgedFirstAt?: string
  }
  readonly group?: Readonly<Record<string, string>>
  readonly evidenceOmitted?: number
  readonly action?: ShownAction | null
}

export interface ShownRevision {
  readonly id: string
  readonly type: string
  readonly time: string
  readonly data: ShownAlert
}

export interface ShownPlace {
  readonly name: string | null
  /** Null: it is not known to be at one settlement. */
  readonly settlement?: string | null
  readonly settlementName?: string | null
  readonly country: string | null
  readonly admin1: string | null
  readonly lat: number | null
  readonly lon: number | null
  readonly radiusKm: number | null
  readonly resolution: string
  readonly contradiction?: string
  readonly candidates?: readonly Spot[]
  readonly candidatesOmitted?: number
}

export interface Spot {
  readonly name: string
  readonly admin1: string | null
  readonly country?: string | null
  readonly lat: number
  readonly lon: number
}

export interface Toll {
  readonly low: number | null
  readonly best: number | null
  readonly high: number | null
}

export interface ShownReport {
  readonly reportId: string
  readonly sourceId: string
  readonly externalId: string | null
  readonly reportedAt: string
  readonly credibility: number
  readonly withdrawn: boolean
  /** An exercise. */
  readonly drill?: boolean
  readonly private?: { readonly narrative?: string | null } | null
}

export interface ShownIncident {
  readonly incidentId: string
  readonly category: string
  readonly tactics: readonly string[]
  readonly occurred: { readonly from: string; readonly to: string }
  readonly place: ShownPlace
  readonly alsoAt: readonly ShownPlace[]
  readonly fatalities: Toll
  readonly independentSources: number
  readonly withdrawn: boolean
  /** Ids of incidents that it may be the same as. Their deaths count instead. */
  readonly mayBe?: readonly string[]
  /**
   * So many reports of one place and time cannot be distinguished: it may be the same as others.
   */
  readonly inCrowd?: true
  readonly reports: readonly ShownReport[]
}

export interface ShownEvidence {
  readonly incidentId: string
  readonly role: 'trigger' | 'support'
  readonly handling: Handling
  readonly revision?: number
  readonly incident: ShownIncident | null
}

/** What readers of a lower handling level see of an alert; null: not visible. */
export interface SeenBelow {
  readonly handling: Handling
  readonly alertId: string | null
  readonly status: ShownAlert['status'] | null
  readonly evidenceCount: ShownAlert['evidenceCount'] | null
}

/** One alert with its revisions and its evidence. */
export type AlertDetail = Omit<ShownAlert, 'evidence'> & {
  readonly revisions: readonly ShownRevision[]
  readonly revisionsOmitted: number
  readonly evidence: readonly ShownEvidence[]
  readonly evidenceLost?: boolean
  /** Here alone: all pages of the evidence were asked for. */
  readonly evidenceIsAll?: true
  readonly raisedAt: string
  readonly seenBelow: readonly SeenBelow[]
  readonly event: { readonly type: string; readonly time: string }
}

/** Gravest first. */
export const severities: readonly Severity[] = ['extreme', 'severe', 'moderate', 'minor']

/** 3 for extreme, 0 for minor. */
export function severityRank(severity: Severity): number {
  return severities.length - 1 - severities.indexOf(severity)
}

/** A shape for each severity: colour is never the only sign. */
export const severityMarks: Readonly<Record<Severity, string>> = {
  extreme: '▲▲▲',
  severe: '▲▲',
  moderate: '▲',
  minor: '△'
}

export function isOpen({ status }: Pick<Alert, 'status'>): boolean {
  return status === 'provisional' || status === 'confirmed'
}

/**
 * True after a page, until somebody acknowledges the alert or records a response.
 * An assigned alert may be unacknowledged: the assignee may not know about it. An exercise needs no
 * acknowledgement.
 */
export function isUnacknowledged(alert: Pick<Alert, 'drill' | 'operator'>): boolean {
  return !alert.drill && alert.operator.isAcknowledged === false
}

/** The owner's name; null: unassigned. An owner with a hidden name counts as any other officer. */
export function findOwner({ assignedTo, acknowledgedBy }: Alert['operator']): string | null {
  return assignedTo ?? acknowledgedBy
}

/** Whether one state of an alert came after another. */
export function isNewer(one: Counted, other: Counted): boolean {
  return (
    one.revision > other.revision ||
    (one.revision === other.revision && one.operatorRevision > other.operatorRevision)
  )
}

type Counted = Pick<Alert, 'revision' | 'operatorRevision'>

const known = new WeakMap<ShownAlert, number>()

/**
 * When an alert was there first, ms: its first report had come, and its first level was reached.
 */
export function knownFromMs(alert: ShownAlert): number {
  const before = known.get(alert)
  if (before !== undefined) return before
  const reached = alert.levels[0]?.at ?? alert.times.firstReportedAt
  const ms = Math.max(Date.parse(reached), Date.parse(alert.times.firstReportedAt))
  known.set(alert, ms)
  return ms
}

/** The rule that raises the canary's alerts. Source: operations.md#canary. */
const canaryRule = 'canary'

/** Alerts of the canary are no news: no list shows them, and they never sound. */
export function isCanary({ ruleId, drill }: Pick<Alert, 'ruleId' | 'drill'>): boolean {
  return drill && ruleId === canaryRule
}

/** Marked as old news: it was so when it was raised, and no later event has made it news. */
export function isOldNews({ notify, revision }: Pick<Alert, 'notify' | 'revision'>): boolean {
  return notify === 'quiet' && revision === 1
}

/** Pieces of evidence that can be loaded. */
export function computeNamedCount({ evidenceCount }: Pick<ShownAlert, 'evidenceCount'>): number {
  return evidenceCount.triggers + evidenceCount.support
}

/** All pieces of evidence that the reader may see, named or not. */
export function computeEvidenceCount({
  evidenceCount,
  evidenceOmitted = 0
}: Pick<ShownAlert, 'evidenceCount' | 'evidenceOmitted'>): number {
  return computeNamedCount({ evidenceCount }) + evidenceOmitted
}

/** The answer of an event with a partner's response; undefined for any other. */
export function partnersDeedIn(
  type: string,
  { answers }: ShownAlert['operator']
): Required<ShownAnswer> | undefined {
  const last = eventName(type) === 'answered' ? answers?.at(-1) : undefined
  const { response } = last ?? {}
  // Later answers repeat an earlier response.
  return last === undefined || response === undefined || response.recordedAt !== last.at
    ? undefined
    : { ...last, response }
}

/** `tocsin.alert.raised.v1` → `raised` */
export function eventName(type: string): string {
  return type.replace(/^(?:tocsin\.)?alert\./, '').replace(/\.v\d+$/, '')
}
