// The page behind the link in a webhook. A program that fetches links, such as a mail scanner or
// the preview of a chat program, changes no state: only a press of the buttons answers. The page
// uses no cookie: the link is its only input. Source: decision 0081.

import { FailureLimiter } from '@tocsin/auth/access/failure-limiter'
import { refuseFromElsewhere, takeNoBodies } from '@tocsin/auth/sign-in/bare-forms'
import { isOpen } from '@tocsin/contracts/alert/alert'
import { optional, record, text, type ValuesOf, words } from '@tocsin/contracts/format/format'
import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import type { SubscriptionRecord } from '@tocsin/contracts/record/control-record'
import { responseKinds } from '@tocsin/contracts/theatre/theatre-record'
import { readBody } from '@tocsin/service/http/body-reader'
import { createRouteAdder, pageAnswer, writeProblems } from '@tocsin/service/route/definition'
import type { ServiceDeps } from '@tocsin/service/service-deps'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { lastPageMs } from '../alerts/alert-calls.ts'
import type { Projection } from '../alerts/projection.ts'
import { stateInView } from '../alerts/record-judging.ts'
import type { SharedKnowledge } from '../alerts/shared-knowledge.ts'
import { isWithSubscriber } from '../alerts/subscriber-calls.ts'
import { alertWithoutParts } from '../alerts/withheld-parts.ts'
import { computeAudience } from '../webhook/delivery-planner.ts'
import { type AnswerLink, type AnswerLinks, answerTokenLengthMax } from './answer-links.ts'
import type { AnswerAsk, AnswerOperations, PartnersAnswer, ToldAlert } from './answer-operations.ts'
import {
  formBytesMax,
  type LinkedAlert,
  type PressedForm,
  pressedForm,
  type Refused,
  sendAnswered,
  sendAnswerLinkOver,
  sendAnswerOffer,
  sendAnswerStored
} from './answer-pages.ts'

export interface AnswerLinkRoutesDeps extends Pick<ServiceDeps, 'clock' | 'control'> {
  readonly answers: AnswerOperations
  readonly answerLinks: AnswerLinks
  readonly shared: SharedKnowledge
  readonly projection: Projection
}

interface Linked {
  readonly token: string
  readonly subscription: SubscriptionRecord
  readonly told: ToldAlert
  readonly alert: LinkedAlert
}

const formType = 'application/x-www-form-urlencoded'

/** Digits of a time in ms. */
const pageLengthMax = 16

const query = {
  token: optional(text('The token in the link.', { maxLength: answerTokenLengthMax })),
  // The last page of the alert as the button knew it.
  page: optional(
    text('Which time that people were called the button answers, as the page has it.', {
      maxLength: pageLengthMax
    })
  )
}
type LinkRequest = FastifyRequest<{ Querystring: ValuesOf<typeof query> }>
const linkRoute = {
  path: '/answer',
  query,
  ignoresOtherQuery: true,
  config: {
    // An answer that was recorded, but not seen to be, is the same one when it is pressed again.
    page: 'Open the link again in a minute and press again, or call the operations centre.'
  }
} as const
const opensNothing = pageAnswer(
  'A page that says that the link opens nothing, whatever the reason.'
)

export function addAnswerLinkRoutes(app: FastifyInstance, deps: AnswerLinkRoutesDeps): void {
  const failures = new FailureLimiter()
  const linkedIn = (request: LinkRequest) => linkedBy(deps, failures, request)
  const family = { tag: 'Subscriptions', access: 'open' } as const

  createRouteAdder(
    app,
    family
  )({
    ...linkRoute,
    id: 'openAnswerLink',
    method: 'GET',
    summary: 'Open the link in a webhook',
    description:
      'For browsers: the alert as the subscription may see it now, a button, and a form for what was done. It changes nothing.',
    answers: { 200: pageAnswer('The alert.'), 404: opensNothing },
    problems: ['log-unavailable'],
    async handle(request, reply) {
      const linked = await linkedIn(request)
      return linked === null ? sendAnswerLinkOver(reply) : sendOffer(reply, linked, null)
    }
  })

  void app.register(async scope => {
    takeNoBodies(scope)
    scope.addContentTypeParser(formType, (request, payload, done) =>
      readBody(request, payload, (error, bytes) => done(error, bytes?.toString()))
    )
    // Without a valid link the body is not read: it does not count among the bodies in the
    // process's memory.
    const onRequest = async (request: FastifyRequest, reply: FastifyReply) => {
      refuseFromElsewhere(request, 'Pages of another origin may not answer an alert.')
      if (openedIn(deps, failures, request) === null) return sendAnswerLinkOver(reply)
      refuseOtherBody(request)
    }
    createRouteAdder(
      scope,
      family
    )({
      ...linkRoute,
      id: 'answerByLink',
      method: 'POST',
      summary: 'Say by the link in a webhook that a human has the alert, or what was done',
      description:
        'For browsers: what the button of the page sends, or its form. One link is one answer to each time that people were paged, however often it is pressed, and takes 20 responses.',
      reads: {
        required: false,
        content: {
          [formType]: {
            schema: record({
              kind: words(responseKinds, 'What was done.'),
              hours: optional(text('How long ago, with `minutes`. Left out: 0.')),
              minutes: optional(text()),
              text: optional(text('In words. `none` needs them.'))
            })
          }
        }
      },
      answers: {
        200: pageAnswer('It is recorded.'),
        202: pageAnswer('It is stored, and not decided yet.'),
        404: opensNothing,
        409: pageAnswer(
          'The alert is over; it paged again since the button was shown, which is shown again; or the link takes no more. What was typed is kept.'
        ),
        422: pageAnswer('What was typed cannot be recorded: the page says why, and keeps it.')
      },
      problems: writeProblems,
      options: { bodyLimit: formBytesMax, onRequest },
      async handle(request, reply) {
        const linked = await linkedIn(request)
        if (linked === null) return sendAnswerLinkOver(reply)
        const { subscription, told } = linked
        const body = request.body as string | undefined
        const form = pressedForm(body ?? null, deps.answers.findNow(told.entry))
        const page = findLastPage(linked)
        // What came back, or escalated, since the button was shown: whoever presses has not seen
        // it.
        const { page: seen = page } = request.query
        if (seen !== page && isOpen(told.shown.state))
          return sendOffer(reply, linked, { why: 'again', fields: readFields(form) })
        if (form.kind === 'fault')
          return sendOffer(reply, linked, { why: form, fields: form.fields })
        const ask = readAsk(form, linked, deps.answers.findHolder(subscription))
        const answered = await deps.answers.answer(subscription, told.entry.alertId, ask)
        return sendOutcome(reply, linked, form, answered)
      }
    })
  })
}

/**
 * Throws ProblemError for a body that is no form: unread, it would be taken for a press of the
 * button.
 */
function refuseOtherBody({ headers }: FastifyRequest): void {
  const {
    'content-length': length,
    'transfer-encoding': encoding,
    'content-type': type = ''
  } = headers
  if (encoding === undefined && Number(length ?? 0) === 0) return
  if (type.split(';', 1)[0]?.trim().toLowerCase() === formType) return
  throw new ProblemError(
    'content-type-unsupported',
    `The button sends no body, and the form ${formType}.`
  )
}

/**
 * One link is one answer to one page, however often its button is pressed; and one response of the
 * same words and time.
 */
function readAsk(
  form: Exclude<PressedForm, { kind: 'fault' }>,
  linked: Linked,
  by: string
): AnswerAsk {
  const once = `${linked.token} ${findLastPage(linked)}`
  if (form.kind === 'has-it') return { via: 'link', by, once }
  return { via: 'link', by, response: form.deed, once: `${once} ${form.once}` }
}

function readFields(form: PressedForm) {
  return form.kind === 'has-it' ? null : form.fields
}

/** When the alert paged the subscription last, ms in digits; `0`: never. */
function findLastPage({ told, subscription }: Linked): string {
  const call = told.entry.at(subscription.handling)?.calls.calls.at(-1)
  return call === undefined ? '0' : String(lastPageMs(call))
}

function sendOffer(reply: FastifyReply, linked: Linked, refused: Refused | null): FastifyReply {
  const { token, alert, told, subscription } = linked
  const page = findLastPage(linked)
  const isOwn = (id: string) => id === subscription.subscriptionId
  const last = told.entry
    .at(subscription.handling)
    ?.lastAnswers.findLast(({ subscriptionId }) => isOwn(subscriptionId))
  // The end that they gave does not matter: this is what was recorded.
  const isToThis = isWithSubscriber(told.entry.at(subscription.handling)?.answers ?? [], isOwn, {
    sinceMs: Number(page),
    nowMs: Number.NEGATIVE_INFINITY
  })
  const said = isToThis ? (last?.at ?? null) : null
  const isOver = !isOpen(told.shown.state)
  return sendAnswerOffer(reply, alert, {
    token,
    page,
    said,
    done: last?.response ?? null,
    isOver,
    refused
  })
}

function sendOutcome(
  reply: FastifyReply,
  linked: Linked,
  form: PressedForm,
  answer: PartnersAnswer
): FastifyReply {
  const { alert } = linked
  const fields = readFields(form)
  if (answer.kind === 'pending') return sendAnswerStored(reply, alert)
  if (answer.kind === 'done') {
    const { at, doneAt } = answer
    const done = form.kind === 'done' ? { kind: form.deed.kind, at: doneAt ?? at } : null
    return sendAnswered(reply, alert, at, done)
  }
  const { code, errors } = answer.problem
  const [fault] = errors
  if (code === 'action-refused') return sendOffer(reply, linked, { why: 'over', fields })
  if (code === 'too-many') return sendOffer(reply, linked, { why: 'enough', fields })
  if (fault?.pointer !== '/response/at') return sendAnswerLinkOver(reply)
  return sendOffer(reply, linked, { why: { fault: `The time ${fault.detail}.` }, fields })
}

/**
 * The link of a request; null if it does not open. Throws ProblemError `too-many` for an address
 * with many links that do not open; a good one is always opened.
 */
function openedIn(
  { answerLinks, clock }: AnswerLinkRoutesDeps,
  failures: FailureLimiter,
  { query, ip }: FastifyRequest
): AnswerLink | null {
  // Before the query is validated one that is repeated is a list.
  const { token } = query as Readonly<Record<string, unknown>>
  const link = typeof token === 'string' ? answerLinks.open(token, clock.nowMs()) : null
  if (link !== null) return link
  const waitMs = failures.waitMs(ip, clock.monotonicMs())
  if (waitMs > 0)
    throw new ProblemError('too-many', 'Too many links from this address that open nothing.', {
      retryAfterS: Math.max(1, Math.ceil(waitMs / 1000))
    })
  failures.note(ip, clock.monotonicMs())
  return null
}

/** The target of a request's link; null if it does not open now. Throws as `openedIn`. */
async function linkedBy(
  deps: AnswerLinkRoutesDeps,
  failures: FailureLimiter,
  request: LinkRequest
): Promise<Linked | null> {
  const { answers, control, shared, projection } = deps
  const { token = '' } = request.query
  const link = openedIn(deps, failures, request)
  if (link === null) return null
  await shared.learn('control')
  const subscription = control.state.subscriptions.get(link.subscriptionId)
  if (subscription === undefined || subscription.answerLinks !== true) return null
  const told = await answers.findTold(subscription, link.alertId)
  if (told === null) return null
  const state = stateInView(projection.alerts, computeAudience(subscription).view, told.shown)
  return { token, subscription, told, alert: alertWithoutParts(state, subscription.withhold) }
}
