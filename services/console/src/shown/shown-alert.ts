// An alert and what it rests on, as the suite answers them, and what everything judges of them.

import type { Alert, Severity } from '@tocsin/client'
import type { components } from '../../generated/openapi.ts'

export type { Alert, Severity } from '@tocsin/client'

type Schemas = components['schemas']
/** The members that older records have too; the others may be left out. */
type Some<T, K extends keyof T> = Pick<T, K> & Partial<T>

export type ShownResponse = Schemas['OfficerResponse']
export type ResponseKind = ShownResponse['kind']
export const responseKinds: readonly ResponseKind[] = ['warned', 'moved', 'sent', 'other', 'none']
type Answers = NonNullable<Schemas['AlertOperator']['answers']>
/** A subscriber notified by webhook confirms that a human there has it. */
export type ShownAnswer = Omit<Answers[number], 'via'>
export type ShownAction = Some<NonNullable<Schemas['AlertAction']>, 'by'>

/** An alert as lists, streams and details show it. */
export type ShownAlert = Alert & {
  readonly operator: Omit<Schemas['AlertOperator'], 'answers'> & {
    readonly answers?: readonly ShownAnswer[]
  }
  readonly group?: Schemas['Alert']['group']
  readonly evidenceOmitted?: number
  readonly action?: ShownAction | null
}

export interface ShownRevision extends Pick<Schemas['AlertEvent'], 'id' | 'type' | 'time'> {
  readonly data: ShownAlert
}

export type ShownPlace = Some<
  Schemas['IncidentPlace'],
  'name' | 'country' | 'admin1' | 'lat' | 'lon' | 'radiusKm' | 'resolution'
> & { readonly settlementName?: string | null }
export type Spot = Schemas['PlaceCandidate']
export type Toll = Schemas['Fatalities']
export type ShownReport = Some<
  Omit<Schemas['IncidentReport'], 'place' | 'alsoAt'>,
  'reportId' | 'sourceId' | 'externalId' | 'reportedAt' | 'credibility' | 'withdrawn'
>
export type ShownIncident = Some<
  Omit<Schemas['Incident'], 'place' | 'alsoAt' | 'reports'>,
  | ('incidentId' | 'category' | 'tactics' | 'occurred' | 'fatalities')
  | ('independentSources' | 'withdrawn')
> & {
  readonly place: ShownPlace
  readonly alsoAt: readonly ShownPlace[]
  readonly reports: readonly ShownReport[]
}
export type ShownEvidence = Omit<Schemas['Evidence'], 'incident'> & {
  readonly incident: ShownIncident | null
}
/** What readers of a lower handling level see of an alert; null: not visible. */
export type SeenBelow = Schemas['AlertDetail']['seenBelow'][number] & {
  readonly status: Alert['status'] | null
}

/** One alert with its revisions and its evidence. */
export type AlertDetail = Omit<ShownAlert, 'evidence'> &
  Pick<Schemas['AlertDetail'], 'revisionsOmitted' | 'evidenceLost' | 'raisedAt' | 'event'> & {
    readonly seenBelow: readonly SeenBelow[]
    readonly evidence: readonly ShownEvidence[]
    readonly revisions: readonly ShownRevision[]
    /** Here alone: all pages of the evidence were asked for. */
    readonly evidenceIsAll?: true
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

/** Until acknowledged or responded to, also while assigned. Drills need no acknowledgement. */
export function isUnacknowledged(alert: Alert): boolean {
  return !alert.drill && alert.operator.isAcknowledged === false
}

/** The owner's name; null: unassigned. An owner with a hidden name counts as any other officer. */
export function findOwner({ assignedTo, acknowledgedBy }: Alert['operator']): string | null {
  return assignedTo ?? acknowledgedBy
}

export function isNewer(one: Alert, other: Alert): boolean {
  return (
    one.revision > other.revision ||
    (one.revision === other.revision && one.operatorRevision > other.operatorRevision)
  )
}

const known = new WeakMap<ShownAlert, number>()

/** When its first report had come and its first level was reached, ms. */
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
export function isCanary({ ruleId, drill }: Alert): boolean {
  return drill && ruleId === canaryRule
}

/** Marked as old news: it was so when it was raised, and no later event has made it news. */
export function isOldNews({ notify, revision }: Alert): boolean {
  return notify === 'quiet' && revision === 1
}

/** Pieces of evidence that can be loaded. */
export function computeNamedCount({ evidenceCount }: Pick<ShownAlert, 'evidenceCount'>): number {
  return evidenceCount.triggers + evidenceCount.support
}

/** All pieces of evidence that the reader may see, named or not. */
export function computeEvidenceCount({ evidenceCount, evidenceOmitted = 0 }: ShownAlert): number {
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
