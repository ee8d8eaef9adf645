// Acts of officers on alerts over HTTP: written as requests to the incidents log, decided by the
// single writer of alerts, answered with the resulting event. Two officers cannot both win.

import type { Principal } from '@tocsin/auth/access/principal'
import { makeView } from '@tocsin/auth/access/reader-view'
import { admitActs } from '@tocsin/auth/access/usage-limits'
import { getPrincipal } from '@tocsin/auth/sign-in/authentication'
import { responsesMax } from '@tocsin/contracts/alert/alert'
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
import { toCanonicalJson } from '@tocsin/contracts/json/canonical-json'
import { bodyInvalid, ProblemError, problems } from '@tocsin/contracts/problem/problem-catalogue'
import { maySee, talkHandling } from '@tocsin/contracts/theatre/handling'
import {
  dispositions,
  type OfficersRequest,
  type OperatorRequest,
  responseKinds,
  type TheatrePayload
} from '@tocsin/contracts/theatre/theatre-record'
import { linePattern } from '@tocsin/contracts/theatre/written-text'
import type { RecordPosition } from '@tocsin/event-log/port'
import { topics } from '@tocsin/event-log/topics'
import { makeProblem, problemBody } from '@tocsin/service/http/http-problems'
import { positionHeader } from '@tocsin/service/projection/read-positions'
import { answer, idText, writeProblems } from '@tocsin/service/route/definition'
import type { FastifyInstance } from 'fastify'
import { instantOrNullIn } from '../admin/control-operations.ts'
import { findCorrectionFault, findResponse } from '../alerts/alert-calls.ts'
import type { AlertEntry } from '../alerts/alert-entry.ts'
import { refusalInView } from '../alerts/officers-talk.ts'
import { makeReadingRoutes } from '../alerts/position-headers.ts'
import { findShown, shownTo } from '../alerts/record-judging.ts'
import { findRetryKey, readIfMatch } from '../alerts/request-headers.ts'
import { refusedProblem, sendAlert, shownState, staleProblem } from '../alerts/shown-alert.ts'
import {
  type ActingDeps,
  actionStatusSchema,
  checkDoneAt,
  checkReason,
  checkUntil,
  doneBy,
  makeActionId,
  noAlert,
  type Outcome,
  pendingAnswer,
  requestOutcome,
  sendOutcome,
  talkMember,
  written
} from './acts.ts'
import { findIncidentAction } from './incident-acts.ts'

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

/** Alerts of a request. */
const bulkMax = 100

/** What is asked, as its record has it. */
export type Asked = OfficersRequest extends infer Request
  ? Request extends OfficersRequest
    ? Omit<Request, 'actionId' | 'alertId' | 'ifMatch' | 'by' | 'byId' | 'clearance'>
    : never
  : never

interface Act<Body extends Members> {
  readonly id: string
  readonly summary: string
  readonly description: string
  readonly body: Body
  readonly example: object
  readonly isBodyOptional?: true
  /** Throws a ProblemError that names the member. */
  readonly read: (body: ValuesOf<Body>) => Asked
}

function defineAct<const Body extends Members>(act: Act<Body>): Act<Body> {
  return act
}

const said = {
  until: optional(
    orNull(text('An instant with its UTC offset, later than now.', { maxLength: 40 }))
  ),
  note: optional(orNull(text('Shown in the history of the alert.', { ...written }))),
  handling: talkMember(
    'Who may read your name and the text. Left out: `internal`. Others see that an officer acted.'
  )
}
const { note, handling } = said

const responseBody = {
  kind: optional(
    words(
      responseKinds,
      'Required, unless `corrects` is given. People were warned, people were moved, somebody was sent, something else; `none`: it was decided not to act.'
    )
  ),
  at: optional(
    orNull(
      text("When it was done; now if left out. At most 30 days before the alert's first event.", {
        maxLength: 40
      })
    )
  ),
  text: optional(orNull(text('What was done, in words. Required with `none`.', { ...written }))),
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
}

/** By the last part of their address. */
const actions = {
  acknowledgement: defineAct({
    id: 'acknowledgeAlert',
    summary: 'Acknowledge an alert',
    description:
      'Marks the alert as being handled. Lapses at `until`, or when the alert escalates.',
    body: said,
    example: { note: 'Calling the field office.' },
    isBodyOptional: true,
    read: ({ until, note, handling }) =>
      operate('acknowledge', { until: instantOrNullIn('/until', until), note, handling })
  }),
  assignment: defineAct({
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
          pattern: linePattern
        })
      ),
      ...{ note, handling }
    },
    example: { to: 'night desk' },
    read: asked => operate('assign', asked)
  }),
  comment: defineAct({
    id: 'commentAlert',
    summary: 'Comment on an alert',
    description: 'Adds a comment to its history.',
    body: { text: text({ minLength: 1, ...written }), handling },
    example: { text: 'Road confirmed closed by two drivers.' },
    read: asked => operate('comment', asked)
  }),
  response: defineAct({
    id: 'respondToAlert',
    summary: 'Record what was done about an alert',
    description:
      'Several can be recorded, of a closed alert too. With `corrects` it replaces one of them, and with `withdrawn` that one is taken back: by who recorded it, or whoever may read who did. Everyone who sees the alert sees what was done, and when; only readers of `handling` see who recorded it, and the text.',
    body: responseBody,
    example: {
      kind: 'warned',
      at: '2025-06-02T09:40:00Z',
      text: 'Called the three village heads.'
    },
    read: readResponse
  }),
  resolution: defineAct({
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
    example: { disposition: 'true', note: 'Handed to the regional office.' },
    read: ({ disposition, ...asked }) =>
      operate('resolve', { ...asked, disposition: disposition === true ? 'true' : disposition })
  }),
  reopening: defineAct({
    id: 'reopenAlert',
    summary: 'Reopen an alert that an officer resolved',
    description:
      'Takes its disposition back, while its situation goes on. One whose situation has ended is reopened by a report alone: `action-refused` with the reason `invalid`.',
    body: { note, handling },
    example: { note: 'Resolved by mistake: the road is still closed.' },
    isBodyOptional: true,
    read: ({ note, handling = talkHandling }) => ({
      action: 'reopen',
      note: note || null,
      handling
    })
  })
}

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

const allActs = Object.entries(actions) as unknown as readonly [string, Act<Members>][]

export function addActionRoutes(app: FastifyInstance, deps: ActingDeps): void {
  const add = makeReadingRoutes(app, deps, { tag: 'Alerts', access: ['alerts:operate'] })
  for (const [path, { body, description, isBodyOptional, read, ...words }] of allActs)
    add({
      ...words,
      method: 'POST',
      path: `/v1/alerts/:id/${path}`,
      description: `${description} Of two concurrent actions the first succeeds; the answer to the other names who came first, or by \`change\` what became of the alert.`,
      params: { id: idText('The `alertId`.') },
      headers: ['if-match', 'idempotency-key of an act'],
      body: strict<Members>(body),
      reads: { required: isBodyOptional !== true },
      answers: {
        200: answer('The alert after the action.', ref('Alert'), 'etag', 'tocsin-cursor'),
        202: pendingAnswer('Stored, but not decided within two seconds: query `Location`.')
      },
      problems: ['precondition-required', 'action-refused', ...writeProblems],
      options: {
        preValidation: async request => {
          if (request.body === undefined) request.body = {}
        }
      },
      async handle(request, reply) {
        const principal = getPrincipal(request)
        const answered = await askAboutAlert(deps, principal, {
          alertId: request.params.id,
          ifMatch: readIfMatch(request.headers['if-match']),
          asked: read(request.body),
          retryKey: findRetryKey(request)
        })
        return sendOutcome(deps, reply, answered, ({ entry }) =>
          sendAlert(reply, shownState(deps.projection, makeView(principal), entry))
        )
      }
    })

  // Each is asked as by its single route: no decision covers all together.
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
      const asked = readNamed(said)
      checkOnce(alerts)
      // Before anything is asked: an invalid body is refused whole.
      admitActs(request, reply, alerts.length, '/alerts')
      const [principal, retryKey] = [getPrincipal(request), findRetryKey(request)]
      const appended: RecordPosition[] = []
      // A refusal of one, or a full disk, does not affect the others.
      const askOne = async ({ alertId, operatorRevision: ifMatch }: (typeof alerts)[number]) => {
        try {
          const answered = await askAboutAlert(deps, principal, {
            alertId,
            ifMatch,
            asked,
            retryKey
          })
          if (answered.appended !== null) appended.push(answered.appended)
          if (answered.kind === 'pending')
            return { alertId, status: 202, actionId: answered.actionId }
          const alert = shownState(deps.projection, makeView(principal), answered.entry)
          return { alertId, status: 200, operatorRevision: alert.operatorRevision }
        } catch (error) {
          const problem = makeProblem(error)
          if (problem.code === 'internal') throw error
          const { status } = problems[problem.code]
          return { alertId, status, problem: problemBody(problem, request.id) }
        }
      }
      const items = await Promise.all(alerts.map(askOne))
      if (appended.length > 0)
        reply.header(positionHeader, await deps.positions.behind(topics.incidents, ...appended))
      return reply.send({ items })
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
      const [principal, actionId] = [getPrincipal(request), request.params.id]
      const found =
        (await deps.shared.find(['incidents', 'alerts'], () =>
          findAction(deps, principal, actionId)
        )) ?? (await findIncidentAction(deps, principal, actionId))
      if (found === null) throw new ProblemError('not-found', 'There is no such action.')
      return { actionId, ...found }
    }
  })
}

export function operate(
  action: OperatorRequest['action'],
  asked: { readonly [Name in keyof OperatorRequest]?: OperatorRequest[Name] | undefined }
): Asked {
  const { until = null, note, to, text, disposition = null, handling = talkHandling } = asked
  const words = { note: note || null, to: to || null, text: text || null }
  return { action, until, ...words, disposition, handling }
}

/**
 * The body must state what was done, unless it corrects an earlier response; a withdrawal has no
 * replacement.
 */
function readResponse(body: ValuesOf<typeof responseBody>): Asked {
  const { kind = null, corrects, withdrawn, handling = talkHandling } = body
  if (corrects === undefined && kind === null)
    throw bodyInvalid('/kind', 'is required: what was done')
  if (corrects === undefined && withdrawn !== undefined)
    throw bodyInvalid('/corrects', 'is required: which response is withdrawn')
  if (withdrawn && (kind !== null || body.at != null))
    throw bodyInvalid(
      kind === null ? '/at' : '/kind',
      'must be left out: what is withdrawn was not done'
    )
  checkReason(kind, body.text)
  const said = { at: instantOrNullIn('/at', body.at), text: body.text || null, handling }
  return corrects === undefined
    ? { action: 'respond', kind: kind ?? 'other', ...said }
    : { action: 'correct', corrects, withdrawn: withdrawn === true, kind, ...said }
}

/** The one act of a request for several alerts. */
function readNamed(said: object): Asked {
  const [[name, body] = ['', {}]] = Object.entries(said)
  try {
    return (actions[name as keyof typeof actions] as unknown as Act<Members>).read(body)
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

interface AlertAsk {
  readonly alertId: string
  /** The `operatorRevision` that was seen. */
  readonly ifMatch: number
  readonly asked: Asked
  readonly retryKey: string | null
}

/**
 * Asks for an act on an alert and waits up to two seconds for the outcome. Throws the ProblemError of a
 * refusal. Rejects with an EventLogError if the request could not be written, with
 * `projection-behind` if other instances' writes are not folded here in time.
 */
export async function askAboutAlert(
  deps: ActingDeps,
  principal: Principal,
  { alertId, ifMatch, asked, retryKey }: AlertAsk
): Promise<Outcome<{ readonly entry: AlertEntry }>> {
  const { alerts, clocks, views } = deps.projection
  // What the officer saw at another instance may not be folded here yet, nor a tick that gives the
  // request its time.
  await deps.shared.learn('control', 'incidents', 'alerts')
  const view = makeView(principal)
  const entry = alerts.get(alertId)
  const shown = entry === undefined ? null : shownTo(view, entry)
  if (entry === undefined || shown === null) throw noAlert()
  const said = ['action', principal.id, alertId, toCanonicalJson(asked)]
  const actionId = makeActionId(deps, retryKey, ...said)
  const now = deps.nowIn(entry.theatre)
  // An officer whose connection broke asks again: a completed action must not be refused.
  if (clocks.request(actionId) === undefined) {
    const { firstTime, state } = shown
    const { operatorRevision } = state
    if ('at' in asked) checkDoneAt('/at', asked.at, now, firstTime)
    if ('until' in asked) checkUntil(asked.until, now)
    if (ifMatch !== operatorRevision) throw staleProblem({ entry, operatorRevision }, view.level)
    if (asked.action === 'correct') checkCorrection(principal, entry, asked)
  }
  const payload = {
    type: requestTypes[asked.action],
    data: {
      ...asked,
      ...('at' in asked ? { at: doneBy(now, asked.at) } : {}),
      ...{ actionId, alertId, ifMatch, by: principal.name, byId: principal.id },
      clearance: principal.handling
    }
  } as TheatrePayload
  const { appended, outcome } = await requestOutcome(
    deps,
    { id: actionId, theatre: entry.theatre, cause: entry.top.last.id },
    payload,
    views.alerts,
    () => alerts.findOutcome(actionId)
  )
  if (outcome === undefined) return { kind: 'pending', actionId, appended }
  if (outcome.kind === 'done') return { kind: 'done', entry, appended }
  throw refusedProblem(refusalInView(view.level, outcome.refusal), entry, view.level)
}

const requestTypes = {
  acknowledge: 'operator.requested',
  assign: 'operator.requested',
  comment: 'operator.requested',
  resolve: 'operator.requested',
  respond: 'response.requested',
  correct: 'correction.requested',
  reopen: 'reopening.requested'
} as const satisfies Record<OfficersRequest['action'], TheatrePayload['type']>

/**
 * Throws if a response cannot be corrected so. Allowed are its recorder, and readers who may read
 * who did it and in which words.
 */
function checkCorrection(
  principal: Principal,
  { alertId, top }: AlertEntry,
  { corrects, withdrawn, kind, text }: Extract<Asked, { action: 'correct' }>
): void {
  const { operator } = top.state
  const standing = findResponse(operator, alertId, corrects)
  if (standing === null) {
    const why = findCorrectionFault(operator, alertId, corrects) ?? { kind: 'unknown' as const }
    const by = why.kind === 'corrected' ? ` by ${why.by}, at ${why.at}` : ''
    throw bodyInvalid('/corrects', `${notCorrectable[why.kind]}${by}`)
  }
  const { byId, handling = talkHandling } = standing
  if (byId !== principal.id && !maySee(principal.handling, handling))
    throw bodyInvalid(
      '/corrects',
      'was recorded by somebody whose name and words your key may not read'
    )
  if (!withdrawn) checkReason(kind ?? standing.kind, text)
}

const notCorrectable = {
  unknown: 'is the id of no response',
  'of-another-alert': 'is the id of a response to another alert',
  corrected: 'was corrected before',
  withdrawn: 'was withdrawn before',
  settled: `was withdrawn before, or is older than the newest ${responsesMax}, which can be corrected`
} as const

/** The state of an act, for a reader who may see its alert and its words; undefined: none. */
function findAction(
  { projection: { alerts, clocks } }: ActingDeps,
  principal: Principal,
  actionId: string
) {
  const outcome = alerts.findOutcome(actionId)
  const pending = clocks.request(actionId)
  const alertId = outcome?.alertId ?? pending?.request.alertId ?? ''
  if (findShown(alerts, makeView(principal), alertId) === null) return undefined
  const author =
    outcome?.kind === 'refused'
      ? { handling: outcome.refusal.actionHandling, byId: outcome.refusal.byId }
      : outcome?.of
  const { handling = 'public', byId: authorId } = pending?.request ?? author ?? {}
  if (authorId !== principal.id && !maySee(principal.handling, handling)) return undefined
  if (outcome === undefined)
    return pending && { state: 'pending', alertId, requestedAt: pending.at }
  const { kind: state, at } = outcome
  if (outcome.kind === 'done') return { state, alertId, at }
  const refusal = refusalInView(principal.handling, outcome.refusal)
  const { reason, operatorRevision, standingBy: by, standingById, standingAt: since } = refusal
  const byId = standingById ?? null
  return { state, alertId, at, reason, operatorRevision, by, byId, since }
}
