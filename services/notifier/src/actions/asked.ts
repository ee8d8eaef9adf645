// What officers and partners ask for: a request in the incidents log, decided by the rules, and
// answered with its outcome. What is refused is a value: the problem that the asker is answered.

import { instant, listOf, nullable, shape, text, words } from '@tocsin/contracts/format/format'
import { digest } from '@tocsin/contracts/json/digest'
import {
  bodyInvalid,
  type ProblemError,
  problems
} from '@tocsin/contracts/problem/problem-catalogue'
import { encodeRecord } from '@tocsin/contracts/record/records'
import type { TheatrePayload } from '@tocsin/contracts/theatre/theatre-record'
import type { Clock, Random } from '@tocsin/domain/ports'
import type { EventLog, RecordPosition } from '@tocsin/event-log/port'
import { retry } from '@tocsin/event-log/retry'
import { topics } from '@tocsin/event-log/topics'
import { makeProblem, problemBody } from '@tocsin/service/http/http-problems'
import { positionHeader, type ReadPositions } from '@tocsin/service/projection/read-positions'
import { answer } from '@tocsin/service/route/definition'
import type { FastifyReply } from 'fastify'
import type { Projection } from '../alerts/projection.ts'
import { keyTaken } from '../alerts/request-headers.ts'
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

/** `unasked`: before anything was written; `refused`: by the rules, or for what the rules decided. */
export interface Refused {
  readonly kind: 'unasked' | 'refused'
  readonly problem: ProblemError
}

export interface Pending {
  readonly kind: 'pending'
  readonly actionId: string
  readonly appended: RecordPosition
}

export type Outcome<Done> = Refused | Pending | (Done & { readonly kind: 'done' })

export function unasked(problem: ProblemError): Refused {
  return { kind: 'unasked', problem }
}

/** `pointer`: the member of the body that cannot be asked for. */
export function unfit(pointer: string, detail: string): Refused {
  return unasked(bodyInvalid(pointer, detail))
}

/** The idempotency key was used before: for what, as the end of a sentence, and what it names. */
export function usedKey(was: string, noun: string): Refused {
  return unasked(keyTaken(`${was}: use a new key for another ${noun}`))
}

/** Repeats with the same retry key are one request; the parts begin with what kind it is. */
export function makeActionId(
  { random }: ActingDeps,
  retryKey: string | null,
  ...parts: readonly string[]
): string {
  return retryKey === null
    ? Buffer.from(random.bytes(16)).toString('hex')
    : digest(...(parts as [string]), retryKey)
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

/** Alerts per request. Source: interface.md#alerts-and-incidents. */
export const bulkMax = 100
/** Maximum number of them in parallel. */
const atOnce = 20

/**
 * Asks for each alert, and answers with what became of each, in their order: a failure for one,
 * such as a full disk, does not affect the others. `ask` gets how long it may wait for the rules: if
 * they did not decide one in time, the others do not wait for them again. `show`: of one that is
 * done.
 */
export async function sendEach<Each extends { readonly alertId: string }, Done extends object>(
  reply: FastifyReply,
  positions: ReadPositions,
  all: readonly Each[],
  ask: (each: Each, waitMs: number) => Promise<Outcome<Done>>,
  show: (done: Done) => object
): Promise<FastifyReply> {
  const items: object[] = new Array(all.length)
  const appended: RecordPosition[] = []
  const queue = all.entries()
  let isDecided = true
  const refuse = (problem: ProblemError) => ({
    status: problems[problem.code].status,
    problem: problemBody(problem, reply.request.id)
  })
  const askOne = async (each: Each) => {
    try {
      const outcome = await ask(each, isDecided ? outcomeWaitMs : 0)
      if ('problem' in outcome) return refuse(outcome.problem)
      if ('appended' in outcome && outcome.appended !== null)
        appended.push(outcome.appended as RecordPosition)
      if (outcome.kind === 'done') return { status: 200, ...show(outcome) }
      isDecided = false
      return { status: 202, actionId: (outcome as Pending).actionId }
    } catch (error) {
      const problem = makeProblem(error)
      if (problem.code === 'internal') throw error
      return refuse(problem)
    }
  }
  const work = async () => {
    for (const [i, each] of queue) items[i] = { alertId: each.alertId, ...(await askOne(each)) }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  const position = await positions.behindAll(topics.incidents, appended)
  if (position !== null) reply.header(positionHeader, position)
  return reply.send({ items })
}
