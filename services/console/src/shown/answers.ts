// What Tocsin answers, as its interface describes it: generated from the OpenAPI document, which a
// test of the host keeps current.

import type { components } from '../../generated/openapi.ts'

type Schemas = components['schemas']

export type AlertTold = Schemas['AlertTold']
export type AlertToldList = Schemas['AlertToldList']
export type Caller = Schemas['Caller']
export type Delivery = Schemas['Delivery']
export type Digest = Schemas['Digest']
export type DigestAlert = Digest['situations'][number]
export type Rule = Schemas['Rule']
export type RuleDispositions = Schemas['RuleDispositions']
export type RulePreview = Schemas['RulePreview']
export type TheatrePreview = RulePreview['theatres'][number]
export type PreviewedMonth = TheatrePreview['months'][number]
export type AlertSketch = Schemas['PreviewedAlert']
export type NearMisses = Schemas['NearMissList']
export type RuleVersion = Schemas['RuleVersionList']['items'][number]
export type NearMiss = NearMisses['items'][number]
/** As it is answered, a policy is whole; a request may leave members out. */
export type NotificationPolicy = Required<NonNullable<Schemas['SubscriptionPolicy']>>
export type Readiness = Pick<Schemas['ReadyReport'], 'ready' | 'log' | 'checks'>
/** A report that is read again, with its outcome. */
export type OpenedReport = Schemas['ReportShown']
export type ReportedRevision = NonNullable<OpenedReport['report']>
export type ReportedPlace = ReportedRevision['place']
export type ReportedTexts = NonNullable<ReportedRevision['private']>
export type ReportAccepted = Schemas['ReportAccepted']
export type PlaceCandidate = Schemas['ToldCandidate']
export type ImportTried = Schemas['ImportTried']
export type ImportKinds = Schemas['ImportKinds']
export type UnassignedReports = Schemas['ReportList']
export type ResponseTimes = Schemas['ResponseTimes']
export type TimesBy = ResponseTimes['by']
export type TimesRow = Schemas['ResponseTimesRow']
export type SavedView = Schemas['View']
export type Shift = Schemas['Shift']
export type ShiftReport = Schemas['ShiftReport']
export type Silence = Omit<Schemas['Silence'], 'filter'> & {
  readonly filter: SubscriptionFilter | null
}
export type SilenceOver = Schemas['SilenceOver']
export type Source = Schemas['SourceShown']
export type SubscriberName = Schemas['SubscriberName']
export type Subscription = Omit<Schemas['Subscription'], 'policy' | 'filter'> & {
  readonly filter: SubscriptionFilter
  readonly policy?: NotificationPolicy | null
}
/** What the forms do not show stays as it is. */
export type SubscriptionFilter = Readonly<Record<string, unknown>>
export type SubscriptionMade = Subscription & { readonly secret: string }
export type SubscriptionHealth = Schemas['SubscriptionHealth']
export type TestOutcome = Schemas['TestOutcome']
export type Theatre = Schemas['TheatreShown']
export type Watch = Schemas['Watch']

export type FieldFault = Schemas['FieldError']

/** A refusal (RFC 9457), with additional members of some. */
export interface Problem {
  readonly code: string
  readonly detail: string
  readonly status: number
  /** What `If-Match` takes to come after who acted first. */
  readonly revision?: number
  /** Of an alert that has changed since it was seen: what `If-Match` takes now. */
  readonly operatorRevision?: number
  readonly errors?: readonly FieldFault[]
}

/** What was answered last to a question that is asked again and again. */
export interface Asked<T> {
  /** Null: not answered yet, or no longer visible. */
  readonly body: T | null
  /** Why the last question was not answered; null if it was. */
  readonly failure: 'unreachable' | { readonly detail: string; readonly status: number } | null
  readonly toldAtMs: number | null
}

/** A refusal with this status: 401 without a session, 403 without the right. */
export function isRefusedWith(status: number, failure: Asked<unknown>['failure']): boolean {
  return failure !== null && failure !== 'unreachable' && failure.status === status
}
