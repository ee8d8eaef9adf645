// What officers and partners ask for: a request in the incidents log, decided by the rules, and
// answered with its outcome. What is refused is a value: the problem that the asker is answered.

import { instant, listOf, nullable, shape, text, words } from '@tocsin/contracts/format/format'
import { digest } from '@tocsin/contracts/json/digest'
import { bodyInvalid, type ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import { encodeRecord } from '@tocsin/contracts/record/records'
import type { TheatrePayload } from '@tocsin/contracts/theatre/theatre-record'
import type { Clock, Random } from '@tocsin/domain/ports'
import type { EventLog, RecordPosition } from '@tocsin/event-log/port'
import { retry } from '@tocsin/event-log/retry'
import { topics } from '@tocsin/event-log/topics'
import { positionHeader, type ReadPositions } from '@tocsin/service/projection/read-positions'
import { answer } from '@tocsin/service/route/definition'
import type { FastifyReply } from 'fastify'
import type { Projection } from '../alerts/projection.ts'
import type { SharedKnowledge } from '../alerts/shared-knowledge.ts'

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
    'alertId',
    'incidentId',
    'incidents',
    'requestedAt',
    'at',
    'reason',
    'by',
    'byId',
    'since',
    'operatorRevision'
  ]
)

/** How long a request waits for its outcome, ms. Source: interface.md#alerts-and-incidents. */
export const outcomeWaitMs = 2_000

export interface ActingDeps {
  readonly log: EventLog
  readonly clock: Clock
  readonly random: Random
  readonly projection: Projection
  readonly shared: SharedKnowledge
  /** The current time of a theatre, ISO 8601: its last tick in a replay, else the wall clock. */
  readonly nowIn: (theatre: string) => string
}

export interface Refused {
  readonly kind: 'refused'
  readonly problem: ProblemError
}

export interface Pending {
  readonly kind: 'pending'
  readonly actionId: string
  readonly appended: RecordPosition
}

export type Outcome<Done> = Refused | Pending | (Done & { readonly kind: 'done' })

export function refuse(problem: ProblemError): Refused {
  return { kind: 'refused', problem }
}

/** `pointer`: the member of the body that cannot be asked for. */
export function refuseMember(pointer: string, detail: string): Refused {
  return refuse(bodyInvalid(pointer, detail))
}

/** Repeats of one request under one retry key have one id; `parts`: all that distinguishes it. */
export function makeActionId(
  { random }: ActingDeps,
  retryKey: string | null,
  ...parts: readonly string[]
): string {
  return retryKey === null
    ? Buffer.from(random.bytes(16)).toString('hex')
    : digest(retryKey, ...parts)
}

/** Rejects with an EventLogError. */
export async function appendRequest(
  { log, clock, nowIn }: ActingDeps,
  request: { readonly id: string; readonly theatre: string; readonly cause: string | null },
  payload: TheatrePayload
): Promise<RecordPosition> {
  const { id, theatre, cause } = request
  const envelope = { id, source: '/tocsin/notifier', time: nowIn(theatre), cause, theatre }
  const value = encodeRecord(envelope, payload)
  const records = [{ id, key: theatre, value }]
  const [appended] = await retry(() => log.append(topics.incidents, records), {
    ...{ clock, withinMs: outcomeWaitMs }
  })
  return appended as RecordPosition
}

export const pendingAnswer = (description: string) =>
  answer(description, actionPendingSchema, 'location', 'tocsin-cursor')

export async function sendPending(
  reply: FastifyReply,
  positions: ReadPositions,
  { actionId, appended }: Pending
): Promise<FastifyReply> {
  return reply
    .code(202)
    .header('location', `/v1/actions/${actionId}`)
    .header(positionHeader, await positions.behind(topics.incidents, appended))
    .send({ actionId, state: 'pending' })
}
