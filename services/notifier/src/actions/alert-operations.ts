// Operators' requests: written to the incidents log, decided by the single writer of alerts,
// answered with the resulting event. Two officers cannot both win. HTTP is in action-routes.ts.

import type { TakeKept } from '@tocsin/auth/access/kept-records'
import type { Principal } from '@tocsin/auth/access/principal'
import { type ActionRefused, responsesMax } from '@tocsin/contracts/alert/alert'
import { digest } from '@tocsin/contracts/json/digest'
import { encodeRecord } from '@tocsin/contracts/record/records'
import { type Handling, maySee, talkHandling } from '@tocsin/contracts/theatre/handling'
import type {
  AlertRequest,
  Disposition,
  OfficersRequest,
  OperatorAction,
  ResponseKind
} from '@tocsin/contracts/theatre/theatre-record'
import type { RecordPosition } from '@tocsin/event-log/port'
import { retry } from '@tocsin/event-log/retry'
import { topics } from '@tocsin/event-log/topics'
import type { ServiceDeps } from '@tocsin/service/service-deps'
import type { AlertEntry } from '../alerts/alert-entry.ts'
import type { ActionOutcome } from '../alerts/alert-index.ts'
import {
  findCorrectionFault,
  findResponse,
  type NotCorrectable
} from '../alerts/alert-responses.ts'
import type { Projection } from '../alerts/projection.ts'
import { makeView } from '../alerts/reader-view.ts'
import { shownTo } from '../alerts/record-judging.ts'
import type { SharedKnowledge } from '../alerts/shared-knowledge.ts'
import type { PendingRequest } from '../alerts/theatre-clocks.ts'
import { doneBy, isRecordedAs, type Untimely, whyNotThen } from './deed-times.ts'

/** How long a request waits for its outcome, ms. Source: interface.md#alerts-and-incidents. */
export const outcomeWaitMs = 2_000
/**
 * How far ahead an acknowledgement may lapse. One without `until` is visibly valid until the alert
 * escalates; one for years looks like a term that somebody has weighed.
 */
export const untilDaysMax = 30
const untilMsMax = untilDaysMax * 86_400_000

export interface OperatorAsk {
  readonly action: OperatorAction | 'respond' | 'reopen'
  readonly until?: string
  readonly note?: string
  readonly to?: string
  readonly text?: string
  readonly disposition?: Disposition
  /** Of a response: what was done, and when, ISO 8601. */
  readonly kind?: ResponseKind
  readonly at?: string
  /** Id of the response that this one replaces; `withdrawn`: it has no replacement. */
  readonly corrects?: string
  readonly withdrawn?: boolean
  /** Who may read the officer's name and words; `internal` if left out. */
  readonly handling?: Handling
}

export type AlertAnswer =
  | { readonly kind: 'unknown-alert' }
  | { readonly kind: 'stale'; readonly entry: AlertEntry; readonly operatorRevision: number }
  /** The idempotency key was used for another action on this alert, or with another body. */
  | { readonly kind: 'key-taken'; readonly action: AlertRequest['action'] }
  /** `until` is not later than the theatre's current time. */
  | { readonly kind: 'over-already'; readonly now: string }
  /** `until` is further ahead than an acknowledgement may be given for. */
  | { readonly kind: 'too-far'; readonly now: string }
  | Untimely
  /** The response to correct is not current, or the asker may not read who recorded it. */
  | {
      readonly kind: 'not-correctable'
      readonly why: NotCorrectable['kind'] | 'of-others'
      readonly detail: string
    }
  /** It would be a decision not to act, without its reason. */
  | { readonly kind: 'no-reason' }
  | { readonly kind: 'done'; readonly entry: AlertEntry; readonly appended: RecordPosition }
  | { readonly kind: 'refused'; readonly refusal: ActionRefused; readonly entry: AlertEntry }
  | { readonly kind: 'pending'; readonly actionId: string; readonly appended: RecordPosition }

export type ActionStatus =
  | { readonly kind: 'pending'; readonly alertId: string; readonly requestedAt: string }
  | ActionOutcome
  | { readonly kind: 'unknown' }

export interface AlertOperationsDeps extends Pick<ServiceDeps, 'log' | 'clock' | 'random'> {
  readonly projection: Projection
  readonly shared: SharedKnowledge
  readonly takeKept: TakeKept
  /** The current time of a theatre, ISO 8601: its last tick in a replay, else the wall clock. */
  readonly nowIn: (theatre: string) => string
}

export class AlertOperations {
  readonly #deps: AlertOperationsDeps

  constructor(deps: AlertOperationsDeps) {
    this.#deps = deps
  }

  /**
   * Requests an action on an alert and waits up to `waitMs` for the outcome. Repeats with the same
   * `retryKey` are one action. Rejects with an EventLogError if the request could not be written,
   * with `projection-behind` if other instances' writes are not folded here in time.
   */
  async ask(
    principal: Principal,
    alertId: string,
    ifMatch: number,
    ask: OperatorAsk,
    retryKey: string | null,
    waitMs = outcomeWaitMs
  ): Promise<AlertAnswer> {
    const { projection, clock, log, shared, takeKept } = this.#deps
    // What the officer saw at another instance may not be folded here yet, nor a tick that gives
    // the request its time.
    await shared.learn('control', 'incidents', 'alerts')
    const entry = projection.alerts.get(alertId)
    const shown = entry === undefined ? null : shownTo(makeView(principal), entry)
    if (entry === undefined || shown === null) return { kind: 'unknown-alert' }
    const { operatorRevision } = shown.state
    const actionId = this.#makeActionId(principal, alertId, retryKey)
    const earlier = projection.clocks.request(actionId)?.request
    if (earlier !== undefined && !isThatAsk(earlier, ask))
      return { kind: 'key-taken', action: earlier.action }
    const isRepeat = earlier !== undefined
    const now = this.#deps.nowIn(entry.theatre)
    const untimely =
      isRepeat || ask.at === undefined
        ? null
        : whyNotThen(ask.at, { now, firstTime: shown.firstTime })
    if (untimely !== null) return untimely
    if (!isRepeat && ask.until !== undefined && Date.parse(ask.until) <= Date.parse(now))
      return { kind: 'over-already', now }
    if (
      !isRepeat &&
      ask.until !== undefined &&
      Date.parse(ask.until) - Date.parse(now) > untilMsMax
    )
      return { kind: 'too-far', now }
    if (!isRepeat && ifMatch !== operatorRevision) return { kind: 'stale', entry, operatorRevision }
    const amiss =
      isRepeat || ask.corrects === undefined ? null : amissIn(principal, entry, ask, ask.corrects)
    if (amiss !== null) return amiss
    const record = this.#makeRecord(
      {
        ...findAsked(notAfter(now, ask)),
        actionId,
        alertId,
        ifMatch,
        by: principal.name,
        byId: principal.id,
        clearance: principal.handling
      },
      entry
    )
    // An officer whose connection broke asks again: a completed action must not be refused.
    if (!isRepeat) takeKept(principal, 'acts', record.value.byteLength)
    const [appended] = await retry(() => log.append(topics.incidents, [record]), {
      clock,
      withinMs: outcomeWaitMs
    })
    const { alerts } = projection
    await projection.views.alerts.until(() => alerts.findOutcome(actionId) !== undefined, waitMs)
    // The key may have been used at another instance concurrently: the first request in the log is
    // the action.
    const taken = projection.clocks.request(actionId)?.request
    if (taken !== undefined && !isThatAsk(taken, ask))
      return { kind: 'key-taken', action: taken.action }
    return makeAnswer(alerts.findOutcome(actionId), entry, actionId, appended as RecordPosition)
  }

  /**
   * The outcome of an action, for a reader who may see its alert. The request may have been made at
   * another instance.
   */
  async status(principal: Principal, actionId: string): Promise<ActionStatus> {
    const known = () => {
      const status = this.#known(principal, actionId)
      return status.kind === 'unknown' ? undefined : status
    }
    return (await this.#deps.shared.find(['incidents', 'alerts'], known)) ?? { kind: 'unknown' }
  }

  #known(principal: Principal, actionId: string): ActionStatus {
    const { alerts, clocks } = this.#deps.projection
    const outcome = alerts.findOutcome(actionId)
    const pending = clocks.request(actionId)
    const alertId = outcome?.alertId ?? pending?.request.alertId ?? ''
    const entry = alerts.get(alertId)
    if (entry === undefined || shownTo(makeView(principal), entry) === null)
      return { kind: 'unknown' }
    if (outcome === undefined && pending === undefined) return { kind: 'unknown' }
    const { handling = 'public', byId } = pending?.request ?? ownerIn(outcome)
    if (byId !== principal.id && !maySee(principal.handling, handling)) return { kind: 'unknown' }
    return outcome ?? { kind: 'pending', alertId, requestedAt: (pending as PendingRequest).at }
  }

  #makeActionId(principal: Principal, alertId: string, retryKey: string | null): string {
    if (retryKey !== null) return digest('action', principal.id, alertId, retryKey)
    return Buffer.from(this.#deps.random.bytes(16)).toString('hex')
  }

  #makeRecord(request: OfficersRequest, { theatre, top }: AlertEntry) {
    const envelope = {
      id: request.actionId,
      source: '/tocsin/notifier',
      time: this.#deps.nowIn(theatre),
      cause: top.last.id,
      theatre
    }
    const value = encodeRecord(envelope, makePayload(request))
    return { id: request.actionId, key: theatre, value }
  }
}

function makePayload(request: OfficersRequest) {
  if (request.action === 'respond') return { type: 'response.requested', data: request } as const
  if (request.action === 'correct') return { type: 'correction.requested', data: request } as const
  if (request.action === 'reopen') return { type: 'reopening.requested', data: request } as const
  return { type: 'operator.requested', data: request } as const
}

/**
 * Why a response can not be corrected so; null: it can be. Allowed are its recorder, and readers
 * who may read who did it and in which words: a response must be readable to be taken back.
 */
function amissIn(
  principal: Principal,
  { alertId, top }: AlertEntry,
  ask: OperatorAsk,
  id: string
): AlertAnswer | null {
  const { operator } = top.state
  const standing = findResponse(operator, alertId, id)
  if (standing === null) {
    const why = findCorrectionFault(operator, alertId, id) ?? { kind: 'unknown' as const }
    const by = why.kind === 'corrected' ? ` by ${why.by}, at ${why.at}` : ''
    return { kind: 'not-correctable', why: why.kind, detail: `${notCorrectable[why.kind]}${by}` }
  }
  const isOwn = standing.byId === principal.id
  if (!isOwn && !maySee(principal.handling, standing.handling ?? talkHandling))
    return { kind: 'not-correctable', why: 'of-others', detail: notCorrectable['of-others'] }
  const isNone = ask.withdrawn !== true && (ask.kind ?? standing.kind) === 'none'
  return isNone && !ask.text?.trim() ? { kind: 'no-reason' } : null
}

const notCorrectable = {
  unknown: 'is the id of no response',
  'of-another-alert': 'is the id of a response to another alert',
  corrected: 'was corrected before',
  withdrawn: 'was withdrawn before',
  settled: `was withdrawn before, or is older than the newest ${responsesMax}, which can be corrected`,
  'of-others': 'was recorded by somebody whose name and words your key may not read'
} as const satisfies Record<NotCorrectable['kind'] | 'of-others', string>

function isThatAsk(request: AlertRequest, ask: OperatorAsk): boolean {
  const known: Readonly<Record<string, unknown>> = { ...request }
  const asked = Object.entries(findAsked(ask))
  return asked.every(
    ([name, value]) =>
      (known[name] ?? (name === 'handling' ? talkHandling : null)) === value ||
      (name === 'at' && isRecordedAs(known.at, value))
  )
}

function notAfter(now: string, ask: OperatorAsk): OperatorAsk {
  return ask.at === undefined ? ask : { ...ask, at: doneBy(now, ask.at) }
}

/** Who did a completed action, and who may read it. */
function ownerIn(outcome: ActionOutcome | undefined): {
  readonly handling?: Handling
  readonly byId?: string | null
} {
  if (outcome?.kind === 'done') return outcome.of ?? {}
  const { actionHandling, byId } = outcome?.refusal ?? {}
  return {
    ...(actionHandling === undefined ? {} : { handling: actionHandling }),
    ...(byId === undefined ? {} : { byId })
  }
}

/** What is asked, as its record has it. */
function findAsked(ask: OperatorAsk) {
  const {
    action,
    until,
    note,
    to,
    text,
    disposition,
    kind,
    at,
    corrects,
    withdrawn = false,
    handling
  } = ask
  const done = { at: at ?? null, text: text ?? null, handling: handling ?? talkHandling }
  if (corrects !== undefined)
    return { action: 'correct' as const, corrects, withdrawn, kind: kind ?? null, ...done }
  if (action === 'reopen') return { action, note: note ?? null, handling: handling ?? talkHandling }
  if (action === 'respond') return { action, kind: kind ?? 'other', ...done }
  return {
    action,
    until: until ?? null,
    note: note ?? null,
    to: to ?? null,
    text: text ?? null,
    disposition: disposition ?? null,
    handling: handling ?? talkHandling
  }
}

function makeAnswer(
  outcome: ActionOutcome | undefined,
  entry: AlertEntry,
  actionId: string,
  appended: RecordPosition
): AlertAnswer {
  if (outcome === undefined) return { kind: 'pending', actionId, appended }
  if (outcome.kind === 'refused') return { kind: 'refused', refusal: outcome.refusal, entry }
  return { kind: 'done', entry, appended }
}
