// What officers and partners ask for: a request in the incidents log, decided by the rules, and
// answered with its outcome. A refusal is thrown as the problem that the asker is answered.

import {
  instant,
  listOf,
  nullable,
  optional,
  shape,
  text,
  words
} from '@tocsin/contracts/format/format'
import { digest } from '@tocsin/contracts/json/digest'
import { bodyInvalid, ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import { encodeRecord } from '@tocsin/contracts/record/records'
import { handlings } from '@tocsin/contracts/theatre/handling'
import type { TheatrePayload } from '@tocsin/contracts/theatre/theatre-record'
import { textPattern } from '@tocsin/contracts/theatre/written-text'
import { dayMs } from '@tocsin/domain/space-time/event-time'
import type { RecordPosition } from '@tocsin/event-log/port'
import { retry } from '@tocsin/event-log/retry'
import { topics } from '@tocsin/event-log/topics'
import { answer } from '@tocsin/service/route/definition'
import type { FastifyReply } from 'fastify'
import type { AdminDeps } from '../admin/control-operations.ts'
import { tellPosition } from '../alerts/position-headers.ts'
import type { Dispatcher } from '../webhook/dispatcher.ts'
import type { SubscriptionOperations } from '../webhook/subscription-operations.ts'

/** What acts and what is beside them use of the notifier. */
export interface ActingDeps extends AdminDeps {
  readonly dispatcher: Dispatcher
  readonly subscriptionOperations: SubscriptionOperations
}

const actionPendingSchema = shape('ActionPending', 'The action is stored but not decided yet.', {
  actionId: text(),
  state: words(['pending'])
})

export const actionStatusSchema = shape(
  'ActionStatus',
  'The outcome of an action.',
  {
    actionId: text(),
    state: words(['pending', 'done', 'refused']),
    alertId: text('For an action on an alert.'),
    incidentId: text('For a split or a merge.'),
    incidents: listOf(
      text(),
      'For a completed split or merge: the incidents that hold its reports.'
    ),
    requestedAt: instant('Present while it is pending.'),
    at: instant('When it was decided.'),
    reason: words(
      [
        'unknown-alert',
        'stale-revision',
        'alert-closed',
        'invalid',
        'another-came-first',
        'too-many-declared'
      ],
      'Why it was refused.'
    ),
    by: nullable(text('Who came first: the name of the key.')),
    byId: nullable(text('The unique id of that key.')),
    since: nullable(text('When.')),
    operatorRevision: { description: 'The current revision.', type: ['integer', 'null'] }
  },
  [
    ...['alertId', 'incidentId', 'incidents', 'requestedAt', 'at', 'reason'],
    ...['by', 'byId', 'since', 'operatorRevision']
  ]
)

/** How long a request waits for its outcome, ms. Source: interface.md#alerts-and-incidents. */
export const outcomeWaitMs = 2_000

/** `pending`: not decided in time. `appended` null: it was decided before. */
export type Outcome<Done> =
  | { readonly kind: 'pending'; readonly actionId: string; readonly appended: RecordPosition }
  | (Done & { readonly kind: 'done'; readonly appended: RecordPosition | null })

/** Repeats of a request under one retry key have one id; `parts`: all that distinguishes it. */
export function makeActionId(
  { random }: ActingDeps,
  retryKey: string | null,
  ...parts: readonly string[]
): string {
  return retryKey === null
    ? Buffer.from(random.bytes(16)).toString('hex')
    : digest(retryKey, ...parts)
}

/**
 * Appends a request to the incidents log and waits until `find` has its outcome, up to two seconds;
 * undefined: not in time. Rejects with an EventLogError.
 */
export async function requestOutcome<T>(
  { log, clock, nowIn }: ActingDeps,
  asked: { readonly id: string; readonly theatre: string; readonly cause: string | null },
  payload: TheatrePayload,
  view: { until(isThere: () => boolean, timeoutMs: number): Promise<boolean> },
  find: () => T | undefined
): Promise<{ readonly appended: RecordPosition; readonly outcome: T | undefined }> {
  const { id, theatre, cause } = asked
  const envelope = { id, source: '/tocsin/notifier', time: nowIn(theatre), cause, theatre }
  const records = [{ id, key: theatre, value: encodeRecord(envelope, payload) }]
  const [appended] = await retry(() => log.append(topics.incidents, records), {
    ...{ clock, withinMs: outcomeWaitMs }
  })
  await view.until(() => find() !== undefined, outcomeWaitMs)
  return { appended: appended as RecordPosition, outcome: find() }
}

export const pendingAnswer = (description: string) =>
  answer(description, actionPendingSchema, 'location', 'tocsin-cursor')

/** Answers with the position of the request, and 202 or what was done. */
export async function sendOutcome<Done extends object>(
  { positions }: ActingDeps,
  reply: FastifyReply,
  outcome: Outcome<Done>,
  send: (done: Done) => FastifyReply | Promise<FastifyReply>
): Promise<FastifyReply> {
  await tellPosition(reply, positions, outcome.appended, topics.incidents)
  if (outcome.kind === 'done') return send(outcome)
  const { actionId } = outcome
  return reply
    .code(202)
    .header('location', `/v1/actions/${actionId}`)
    .send({ actionId, state: 'pending' })
}

export function noAlert(): ProblemError {
  return new ProblemError('not-found', 'There is no such alert.')
}

/** What people write who act: 4,000 characters are two pages. */
export const written = { maxLength: 4000, pattern: textPattern } as const

export const talkMember = (description: string) => optional(words(handlings, description))

/** Throws if it is recorded that nobody acted, without the reason. */
export function checkReason(
  kind: string | null | undefined,
  said: string | null | undefined,
  pointer = '/text'
): void {
  if (lacksReason(kind, said))
    throw bodyInvalid(pointer, 'is required where the response is `none`: say why nothing is done')
}

export function lacksReason(
  kind: string | null | undefined,
  said: string | null | undefined
): boolean {
  return kind === 'none' && !said?.trim()
}

/** Word of the danger may have come before the alert: something may have been done so long before. */
const doneBeforeDaysMax = 30
/** How far the clock of who records it may be ahead of the suite's, ms: it was done now. */
const aheadMsMax = 60_000
/**
 * How far ahead an acknowledgement may lapse. One without `until` is visibly valid until the alert
 * escalates; one for years looks like a term that somebody has weighed.
 */
const untilDaysMax = 30

/**
 * Throws if something cannot have been done at a time. `firstTime`: of the alert, as shown to the
 * asker. ISO 8601.
 */
export function checkDoneAt(
  pointer: string,
  at: string | null,
  now: string,
  firstTime: string
): void {
  if (at === null) return
  if (Date.parse(at) - Date.parse(now) > aheadMsMax)
    throw bodyInvalid(pointer, `must not be later than now, which is ${now} in this theatre`)
  const earliestMs = Date.parse(firstTime) - doneBeforeDaysMax * dayMs
  if (Date.parse(at) < earliestMs)
    throw bodyInvalid(
      pointer,
      `must be ${new Date(earliestMs).toISOString()} or later: ${doneBeforeDaysMax} days before the alert's first event`
    )
}

/** The time that is recorded: what was done by a clock that is a little ahead was done now. */
export function doneBy<At extends string | null>(now: string, at: At): At | string {
  return at !== null && Date.parse(at) > Date.parse(now) ? now : at
}

/** Throws if nobody can have an alert until then, by the time of the theatre. */
export function checkUntil(until: string | null, now: string): void {
  if (until === null) return
  const aheadMs = Date.parse(until) - Date.parse(now)
  if (aheadMs > 0 && aheadMs <= untilDaysMax * dayMs) return
  const bound = aheadMs <= 0 ? 'later than now' : `at most ${untilDaysMax} days after now`
  throw bodyInvalid('/until', `must be ${bound}, which is ${now} in this theatre`)
}
