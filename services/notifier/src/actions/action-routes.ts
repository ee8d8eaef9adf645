// Officers' actions over HTTP: acknowledge, assign, comment, respond, resolve, reopen, each with the
// revision that the officer has seen, on one alert or on many. The outcome is decided by the single
// writer of alerts, not here.

import { makeView } from '@tocsin/auth/access/reader-view'
import { getPrincipal } from '@tocsin/auth/sign-in/authentication'
import { admitActs } from '@tocsin/auth/sign-in/usage-guard'
import {
  integer,
  listOf,
  type Members,
  makeFormat,
  optional,
  orNull,
  ref,
  shape,
  strict,
  text,
  truth,
  type ValuesOf,
  words
} from '@tocsin/contracts/format/format'
import { withoutKeywords } from '@tocsin/contracts/format/setting'
import { bodyInvalid, ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import { saidLinePattern } from '@tocsin/contracts/report/posted-text'
import { handlings } from '@tocsin/contracts/theatre/handling'
import { dispositions, responseKinds } from '@tocsin/contracts/theatre/theatre-record'
import { topics } from '@tocsin/event-log/topics'
import { positionHeader, type ReadPositions } from '@tocsin/service/projection/read-positions'
import { answer, idText, writeProblems } from '@tocsin/service/route/definition'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { instantOrNullIn } from '../admin/control-operations.ts'
import { firstInView, refusalInView } from '../alerts/officers-talk.ts'
import { makeReadingRoutes } from '../alerts/position-headers.ts'
import type { Projection } from '../alerts/projection.ts'
import { findRetryKey, readIfMatch } from '../alerts/request-headers.ts'
import { sendAlert, shownState } from '../alerts/shown-alert.ts'
import type { AlertOperations, OperatorAsk } from './alert-operations.ts'
import { actionStatusSchema, bulkMax, pendingAnswer, sendEach, sendPending } from './asked.ts'
import { lacksReason, reasonWords, written } from './deeds.ts'
import type { IncidentOperations } from './incident-operations.ts'

const alertActionResultSchema = shape(
  'AlertActionResult',
  'What became of it on one alert.',
  {
    alertId: text(),
    status: {
      description: 'As the route of one alert: 200 done, 202 stored.',
      type: 'integer'
    },
    operatorRevision: { description: 'Of 200: the revision after it.', type: 'integer' },
    actionId: text('Of 202: query `/v1/actions/:id`.'),
    problem: ref('Problem')
  },
  ['operatorRevision', 'actionId', 'problem']
)

const alertActionResultsSchema = shape(
  'AlertActionResults',
  'What became of an act on several alerts.',
  {
    items: listOf(alertActionResultSchema, 'In the order of the request.')
  }
)

export interface ActionRoutesDeps {
  readonly alertOperations: AlertOperations
  readonly incidentOperations: IncidentOperations
  readonly projection: Projection
  readonly positions: ReadPositions
}

const said = {
  until: optional(
    orNull(text('An instant with its UTC offset, later than now.', { maxLength: 40 }))
  ),
  note: optional(orNull(text('Shown in the history of the alert.', { ...written }))),
  handling: optional(
    words(
      handlings,
      'Who may read your name and the text. Left out: `internal`. Others see that an officer acted.'
    )
  )
}
const { note, handling } = said

/** By the last part of their address. */
const actions = {
  acknowledgement: {
    action: 'acknowledge',
    id: 'acknowledgeAlert',
    summary: 'Acknowledge an alert',
    description:
      'Marks the alert as being handled. Lapses at `until`, or when the alert escalates.',
    body: said,
    example: { note: 'Calling the field office.' }
  },
  assignment: {
    action: 'assign',
    id: 'assignAlert',
    summary: 'Assign an alert, or give it back',
    description:
      'Names who works on it. With `to: null` it is given back: from then on nobody has it, and an acknowledgement ends.',
    // Null releases the alert. It must be explicit, so that a body with a misspelt member releases
    // none.
    body: {
      to: orNull(
        text('A person or a desk; null: nobody.', {
          minLength: 1,
          maxLength: 200,
          pattern: saidLinePattern
        })
      ),
      ...{ note, handling }
    },
    example: { to: 'night desk' }
  },
  comment: {
    action: 'comment',
    id: 'commentAlert',
    summary: 'Comment on an alert',
    description: 'Adds a comment to its history.',
    body: { text: text({ minLength: 1, ...written }), handling },
    example: { text: 'Road confirmed closed by two drivers.' }
  },
  response: {
    action: 'respond',
    id: 'respondToAlert',
    summary: 'Record what was done about an alert',
    description:
      'Several can be recorded, of a closed alert too. With `corrects` it replaces one of them, and with `withdrawn` that one is taken back: by who recorded it, or whoever may read who did. Everyone who sees the alert is told what was done, and when; who recorded it, and the text, are for readers of `handling` alone.',
    body: {
      kind: optional(
        words(
          responseKinds,
          'Required, unless `corrects` is given. People were warned, people were moved, somebody was sent, something else; `none`: it was decided not to act.'
        )
      ),
      at: optional(
        orNull(
          text(
            "When it was done; now if left out. At most 30 days before the alert's first event.",
            { maxLength: 40 }
          )
        )
      ),
      text: optional(
        orNull(text('What was done, in words. Required with `none`.', { ...written }))
      ),
      corrects: optional(
        text(
          'Id of a response of `recent`, which this one replaces: `kind` and `at` stay if left out.',
          { minLength: 1, maxLength: 128 }
        )
      ),
      withdrawn: optional(
        truth('With `corrects`: nothing takes its place. `kind` and `at` are left out.')
      ),
      handling
    },
    example: {
      kind: 'warned',
      at: '2025-06-02T09:40:00Z',
      text: 'Called the three village heads.'
    }
  },
  resolution: {
    action: 'resolve',
    id: 'resolveAlert',
    summary: 'Resolve an alert',
    description: 'Closes it with a disposition.',
    body: {
      // The disposition `true` is a string; the JSON literal true is accepted as well.
      disposition: makeFormat<(typeof dispositions)[number] | true>(
        { enum: [...dispositions, true] },
        'What the alert turned out to be.'
      ),
      ...{ note, handling }
    },
    example: { disposition: 'true', note: 'Handed to the regional office.' }
  },
  reopening: {
    action: 'reopen',
    id: 'reopenAlert',
    summary: 'Reopen an alert that an officer resolved',
    description:
      'Takes its disposition back, while its situation goes on. One whose situation has ended is reopened by a report alone: `action-refused` with the reason `invalid`.',
    body: { note, handling },
    example: { note: 'Resolved by mistake: the road is still closed.' }
  }
} as const

type Actions = typeof actions
type Said<Name extends keyof Actions> = ValuesOf<Actions[Name]['body']>
/** The members of all actions. */
type ActionBody = Partial<
  Said<'acknowledgement'> & Said<'assignment'> & Omit<Said<'response'>, 'text'> & Said<'resolution'>
> &
  Pick<Said<'response'>, 'text'>

const seen = strict({
  alertId: text({ minLength: 1, maxLength: 128 }),
  operatorRevision: integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })
})

/**
 * The bodies of the single routes under their names, which document them. A correction of a
 * response is about one alert.
 */
const acts = Object.fromEntries(
  Object.entries(actions).map(([name, { body }]) => {
    const { corrects: _one, withdrawn: _its, ...members }: Members = body
    return [name, optional(strict(withoutKeywords(members, ['description'])))]
  })
)

export function addActionRoutes(app: FastifyInstance, deps: ActionRoutesDeps): void {
  const add = makeReadingRoutes(app, deps, { tag: 'Alerts', access: ['alerts:operate'] })
  for (const [path, { action, body, description, ...words }] of Object.entries(actions))
    add({
      ...words,
      method: 'POST',
      path: `/v1/alerts/:id/${path}`,
      description: `${description} Of two concurrent actions the first succeeds; the other is told who came first, or by \`change\` what became of the alert.`,
      params: { id: idText('The `alertId`.') },
      headers: ['if-match', 'idempotency-key'],
      body: strict<Members>(body),
      reads: { required: !['acknowledge', 'reopen'].includes(action) },
      answers: {
        200: answer('The alert after the action.', ref('Alert'), 'etag', 'tocsin-cursor'),
        202: pendingAnswer('Stored, but not decided within two seconds: query `Location`.')
      },
      problems: ['precondition-required', 'action-refused', ...writeProblems],
      options: {
        // The body is optional: an acknowledgement needs no text.
        preValidation: async request => {
          if (request.body === undefined) request.body = {}
        }
      },
      async handle(request, reply) {
        const principal = getPrincipal(request)
        const ifMatch = readIfMatch(request.headers['if-match'])
        const answered = await deps.alertOperations.ask(
          principal,
          request.params.id,
          ifMatch,
          readAsk(action, request.body as ActionBody),
          findRetryKey(request)
        )
        if ('problem' in answered) throw answered.problem
        if (answered.kind === 'pending') return sendPending(reply, deps.positions, answered)
        const position = await deps.positions.behind(topics.incidents, answered.appended)
        reply.header(positionHeader, position)
        return sendAlert(reply, shownState(deps.projection, makeView(principal), answered.entry))
      }
    })

  // Each runs the operation of the single routes: no decision covers all together.
  add({
    id: 'actOnAlerts',
    method: 'POST',
    path: '/v1/alerts/actions',
    summary: 'Act on up to 100 alerts',
    description:
      'One act on each alert that is named with the `operatorRevision` that was seen: with the body of the route of that name. Each is decided for itself, as that route would.',
    headers: ['idempotency-key'],
    body: strict(
      { alerts: listOf(seen, { minItems: 1, maxItems: bulkMax }), ...acts },
      // The alerts, and one act.
      { minProperties: 2, maxProperties: 2 }
    ),
    example: {
      alerts: [{ alertId: 'alr_5f3a91c2', operatorRevision: 2 }],
      resolution: { disposition: 'drill' }
    },
    answers: {
      200: answer(
        'What became of each, in the order of the request.',
        alertActionResultsSchema,
        'tocsin-cursor'
      )
    },
    problems: ['log-unavailable'],
    async handle(request, reply) {
      const { alerts, ...said } = request.body
      const principal = getPrincipal(request)
      const ask = askedIn(said)
      const retryKey = findRetryKey(request)
      checkOnce(alerts)
      // Runs before any operation: an invalid body is refused whole.
      admitActs(request, reply, alerts.length, '/alerts')
      return sendEach(
        reply,
        deps.positions,
        alerts,
        ({ alertId, operatorRevision }, waitMs) =>
          deps.alertOperations.ask(principal, alertId, operatorRevision, ask, retryKey, waitMs),
        ({ entry }) => {
          const shown = shownState(deps.projection, makeView(principal), entry)
          return { operatorRevision: shown.operatorRevision }
        }
      )
    }
  })

  add({
    id: 'getAction',
    method: 'GET',
    path: '/v1/actions/:id',
    access: ['alerts:operate', 'alerts:read'],
    summary: 'Read the outcome of an action',
    params: { id: idText('The `actionId`.') },
    answers: { 200: answer('Pending, done, or refused with a reason.', actionStatusSchema) },
    problems: ['log-unavailable'],
    async handle(request) {
      const { id: actionId } = request.params
      const status = await deps.alertOperations.status(getPrincipal(request), actionId)
      if (status.kind === 'unknown') return makeIncidentAction(deps, request)
      const { alertId, kind: state } = status
      if (status.kind === 'pending')
        return { actionId, state, alertId, requestedAt: status.requestedAt }
      if (status.kind === 'done') return { actionId, state, alertId, at: status.at }
      const shown = refusalInView(getPrincipal(request).handling, status.refusal)
      const { reason, standingBy: by, standingById, standingAt, operatorRevision } = shown
      return {
        ...{ actionId, state, alertId, at: status.at, reason, by },
        ...{ byId: standingById ?? null, since: standingAt, operatorRevision }
      }
    }
  })
}

async function makeIncidentAction(
  { incidentOperations }: ActionRoutesDeps,
  request: FastifyRequest<{ Params: { id: string } }>
): Promise<unknown> {
  const { id } = request.params
  const status = await incidentOperations.status(getPrincipal(request), id)
  if (status.kind === 'unknown') throw new ProblemError('not-found', 'There is no such action.')
  if (status.kind !== 'refused') {
    const { kind: state, ...rest } = status
    return { actionId: id, state, ...rest }
  }
  const { kind: state, incidentId, at, reason } = status
  const first = firstInView(getPrincipal(request).handling, status.first)
  const [by, byId, since] = [first?.by ?? null, first?.byId ?? null, first?.at ?? null]
  return { actionId: id, state, incidentId, at, reason, by, byId, since }
}

/** Throws a ProblemError that names the field. */
function readAsk(action: OperatorAsk['action'], body: ActionBody): OperatorAsk {
  const { until, note, to, text, disposition, kind, at, corrects, withdrawn, handling } = body
  if (action === 'respond') refuseUnclear(body)
  if (lacksReason({ kind, text })) throw bodyInvalid('/text', reasonWords)
  const [ends, doneAt] = [instantOrNullIn('/until', until), instantOrNullIn('/at', at)]
  return {
    action,
    ...(ends === null ? {} : { until: ends }),
    ...(note ? { note } : {}),
    ...(to ? { to } : {}),
    ...(text ? { text } : {}),
    ...(kind === undefined ? {} : { kind }),
    ...(doneAt === null ? {} : { at: doneAt }),
    ...(corrects === undefined ? {} : { corrects }),
    ...(withdrawn === undefined ? {} : { withdrawn }),
    ...(disposition === undefined
      ? {}
      : { disposition: disposition === true ? ('true' as const) : disposition }),
    ...(handling === undefined ? {} : { handling })
  }
}

/**
 * The body must state what was done, unless it corrects an earlier response; a withdrawal has no
 * replacement.
 */
function refuseUnclear({ kind, at, corrects, withdrawn }: ActionBody): void {
  if (corrects === undefined && kind === undefined)
    throw bodyInvalid('/kind', 'is required: what was done')
  if (corrects === undefined && withdrawn !== undefined)
    throw bodyInvalid('/corrects', 'is required: which response is withdrawn')
  if (withdrawn !== true) return
  const more = kind === undefined ? (at == null ? null : '/at') : '/kind'
  if (more !== null) throw bodyInvalid(more, 'must be left out: what is withdrawn was not done')
}

function askedIn(said: object): OperatorAsk {
  const [name, body] = Object.entries(said)[0] as [keyof Actions, ActionBody]
  try {
    return readAsk(actions[name].action, body)
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error
    const errors = error.errors.map(({ pointer, detail }) => ({
      pointer: `/${name}${pointer}`,
      detail
    }))
    throw new ProblemError(error.code, error.message, { errors, cause: error })
  }
}

/** Of two acts on one alert the second would have seen an older revision. */
function checkOnce(alerts: readonly { readonly alertId: string }[]): void {
  const ids = alerts.map(({ alertId }) => alertId)
  const again = ids.findIndex((id, i) => ids.indexOf(id) < i)
  if (again >= 0)
    throw bodyInvalid(`/alerts/${again}/alertId`, 'is there before: each alert is named once')
}
