// Operators' requests: written to the incidents log, decided by the single writer of alerts,
// answered with the resulting event. Two officers cannot both win. HTTP is in action-routes.ts.

import type { Principal } from '@tocsin/auth/access/principal'
import { makeView } from '@tocsin/auth/access/reader-view'
import { responsesMax } from '@tocsin/contracts/alert/alert'
import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import { type Handling, maySee, talkHandling } from '@tocsin/contracts/theatre/handling'
import type {
  AlertRequest,
  Disposition,
  OfficersRequest,
  OperatorAction,
  ResponseKind
} from '@tocsin/contracts/theatre/theatre-record'
import type { RecordPosition } from '@tocsin/event-log/port'
import type { PendingRequest } from '@tocsin/read-model/theatres/theatre-clocks'
import { refusedProblem, staleProblem } from '../alerts/action-refusals.ts'
import type { AlertEntry } from '../alerts/alert-entry.ts'
import type { ActionOutcome } from '../alerts/alert-index.ts'
import {
  findCorrectionFault,
  findResponse,
  type NotCorrectable
} from '../alerts/alert-responses.ts'
import { refusalInView } from '../alerts/officers-talk.ts'
import { findShown, shownTo } from '../alerts/record-judging.ts'
import {
  type ActingDeps,
  appendRequest,
  makeActionId,
  type Outcome,
  outcomeWaitMs,
  type Refused,
  unasked,
  unfit,
  usedKey
} from './asked.ts'
import { doneBy, isRecordedAs, reasonWords, whyNotThen, whyNotUntil } from './deeds.ts'

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

export type AlertAnswer = Outcome<{
  readonly entry: AlertEntry
  readonly appended: RecordPosition
}>

export type ActionStatus =
  | { readonly kind: 'pending'; readonly alertId: string; readonly requestedAt: string }
  | ActionOutcome
  | { readonly kind: 'unknown' }

export class AlertOperations {
  readonly #deps: ActingDeps

  constructor(deps: ActingDeps) {
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
    const { projection, shared } = this.#deps
    const { alerts, clocks, views } = projection
    // What the officer saw at another instance may not be folded here yet, nor a tick that gives
    // the request its time.
    await shared.learn('control', 'incidents', 'alerts')
    const view = makeView(principal)
    const entry = alerts.get(alertId)
    const shown = entry === undefined ? null : shownTo(view, entry)
    if (entry === undefined || shown === null)
      return unasked(new ProblemError('not-found', 'There is no such alert.'))
    const { operatorRevision } = shown.state
    const actionId = makeActionId(this.#deps, retryKey, 'action', principal.id, alertId)
    const earlier = clocks.request(actionId)?.request
    if (earlier !== undefined && !isThatAsk(earlier, ask)) return keyUsed(earlier)
    const now = this.#deps.nowIn(entry.theatre)
    if (earlier === undefined) {
      const { firstTime } = shown
      const unfitting = whyNotThen('/at', ask.at, { now, firstTime }) ?? whyNotUntil(ask.until, now)
      if (unfitting !== null) return unfitting
      if (ifMatch !== operatorRevision)
        return unasked(staleProblem({ entry, operatorRevision }, view.level))
      const amiss = ask.corrects === undefined ? null : amissIn(principal, entry, ask, ask.corrects)
      if (amiss !== null) return amiss
    }
    const request = {
      ...findAsked(notAfter(now, ask)),
      actionId,
      alertId,
      ifMatch,
      by: principal.name,
      byId: principal.id,
      clearance: principal.handling
    }
    // An officer whose connection broke asks again: a completed action must not be refused.
    const appended = await appendRequest(
      this.#deps,
      { id: actionId, theatre: entry.theatre, cause: entry.top.last.id },
      makePayload(request)
    )
    await views.alerts.until(() => alerts.findOutcome(actionId) !== undefined, waitMs)
    // The key may have been used at another instance concurrently: the first request in the log is
    // the action.
    const taken = clocks.request(actionId)?.request
    if (taken !== undefined && !isThatAsk(taken, ask)) return keyUsed(taken)
    const outcome = alerts.findOutcome(actionId)
    if (outcome === undefined) return { kind: 'pending', actionId, appended }
    if (outcome.kind === 'done') return { kind: 'done', entry, appended }
    const refusal = refusalInView(view.level, outcome.refusal)
    return { kind: 'refused', problem: refusedProblem(refusal, entry, view.level) }
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
    if (findShown(alerts, makeView(principal), alertId) === null) return { kind: 'unknown' }
    if (outcome === undefined && pending === undefined) return { kind: 'unknown' }
    const { handling = 'public', byId } = pending?.request ?? ownerIn(outcome)
    if (byId !== principal.id && !maySee(principal.handling, handling)) return { kind: 'unknown' }
    return outcome ?? { kind: 'pending', alertId, requestedAt: (pending as PendingRequest).at }
  }
}

function keyUsed({ action }: AlertRequest): Refused {
  return usedKey(`was used to ${action} this alert with a different body`, 'action')
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
): Refused | null {
  const { operator } = top.state
  const standing = findResponse(operator, alertId, id)
  if (standing === null) {
    const why = findCorrectionFault(operator, alertId, id) ?? { kind: 'unknown' as const }
    const by = why.kind === 'corrected' ? ` by ${why.by}, at ${why.at}` : ''
    return unfit('/corrects', `${notCorrectable[why.kind]}${by}`)
  }
  const isOwn = standing.byId === principal.id
  if (!isOwn && !maySee(principal.handling, standing.handling ?? talkHandling))
    return unfit('/corrects', notCorrectable['of-others'])
  const isNone = ask.withdrawn !== true && (ask.kind ?? standing.kind) === 'none'
  return isNone && !ask.text?.trim() ? unfit('/text', reasonWords) : null
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
