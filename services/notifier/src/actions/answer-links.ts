// Links in webhooks by which a partner answers that a human has the alert, or what was done, without
// a key. A link is not stored: it is a sealed text that names the subscription, the alert and its own
// end. A program that fetches links, such as a mail scanner or the preview of a chat program,
// changes no state: only a press of the buttons answers. Source: decision 0081.

import { FailureLimiter } from '@tocsin/auth/access/failure-limiter'
import { refuseFromElsewhere, takeNoBodies } from '@tocsin/auth/sign-in/bare-forms'
import { isOpen } from '@tocsin/contracts/alert/alert'
import { optional, record, text, type ValuesOf, words } from '@tocsin/contracts/format/format'
import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import type { SubscriptionRecord } from '@tocsin/contracts/record/control-record'
import { responseKinds } from '@tocsin/contracts/theatre/theatre-record'
import { readBody } from '@tocsin/service/http/body-reader'
import type { ControlView } from '@tocsin/service/projection/control-view'
import { SealedTokens } from '@tocsin/service/projection/sealed-token'
import { createRouteAdder, pageAnswer, writeProblems } from '@tocsin/service/route/definition'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { lastPageMs } from '../alerts/alert-calls.ts'
import { stateInView } from '../alerts/record-judging.ts'
import { isWithSubscriber, subscriberDeedsMax } from '../alerts/subscriber-calls.ts'
import { alertWithoutParts } from '../alerts/withheld-parts.ts'
import { type AnswerableEvent, isStateEvent } from '../notification/delivery.ts'
import { computeAudience } from '../webhook/delivery-planner.ts'
import {
  formBytesMax,
  type LinkedAlert,
  type PressedForm,
  pressedForm,
  sendAnswered,
  sendAnswerLinkOver,
  sendAnswerOffer,
  sendAnswerStored,
  type WhyRefused
} from './answer-pages.ts'
import {
  type AnsweringDeps,
  findHolder,
  findTold,
  recordAnswer,
  type ToldAlert
} from './answer-routes.ts'

/** How long a link can be used, from when its delivery was planned. */
const linkMs = 7 * 86_400_000
/** Longest token that is opened, characters. */
const tokenLengthMax = 512

interface AnswerLink {
  readonly subscriptionId: string
  readonly alertId: string
  /** Milliseconds since the epoch. */
  readonly expiresAtMs: number
}

export class AnswerLinks {
  readonly #sealed: SealedTokens<AnswerLink>
  readonly #publicUrl: string

  /** `publicUrl`: where partners reach the suite; empty: nowhere, and no link is made. */
  constructor(secret: Buffer, publicUrl: string) {
    this.#sealed = new SealedTokens(secret, 'ta_', tokenLengthMax)
    this.#publicUrl = publicUrl
  }

  /**
   * The link of a delivery; null if the subscription wants none, or no answer is possible. The same
   * at every attempt and replay, like the rest of the body: its end counts from when the delivery
   * was planned.
   */
  formatUrl(
    { subscriptionId, answerLinks }: SubscriptionRecord,
    delivery: AnswerableEvent
  ): string | null {
    const { alertId, verdict, closes, plannedAt } = delivery
    const isStanding = verdict === 'event' && closes !== true && isStateEvent(delivery)
    if (answerLinks !== true || this.#publicUrl === '' || !isStanding) return null
    const expiresAtMs = Date.parse(plannedAt) + linkMs
    return `${this.#publicUrl}/answer?token=${this.#sealed.seal({ subscriptionId, alertId, expiresAtMs })}`
  }

  /** The content of a token; null if it is forged or expired. */
  open(token: string, nowMs: number): AnswerLink | null {
    return this.#sealed.open(token, nowMs)
  }
}

export interface AnswerLinkRoutesDeps extends AnsweringDeps {
  readonly control: ControlView
  readonly answerLinks: AnswerLinks
}

interface Linked {
  readonly token: string
  readonly subscription: SubscriptionRecord
  readonly told: ToldAlert
  readonly alert: LinkedAlert
}

const formType = 'application/x-www-form-urlencoded'

const query = {
  token: optional(text('The token in the link.', { maxLength: tokenLengthMax })),
  // The last page of the alert as the button knew it, ms in digits.
  page: optional(
    text('Which time that people were called the button answers, as the page has it.', {
      maxLength: 16
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
  /** Links whose responses wait for the rules: one could write any number of them in parallel. */
  const waiting = new Set<string>()
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
      const linked = await readLinked(deps, failures, request)
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
      if (openLink(deps, failures, request) === null) return sendAnswerLinkOver(reply)
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
        const linked = await readLinked(deps, failures, request)
        if (linked === null) return sendAnswerLinkOver(reply)
        const { told } = linked
        const body = request.body as string | undefined
        const form = pressedForm(body ?? null, deps.nowIn(told.entry.theatre))
        const page = findLastPage(linked)
        // What came back, or escalated, since the button was shown: whoever presses has not seen
        // it.
        const { page: seen = page } = request.query
        if (seen !== page && isOpen(told.shown.state))
          return sendOffer(reply, linked, form, 'again')
        if (form.kind === 'fault') return sendOffer(reply, linked, form, form)
        if (form.kind === 'has-it') return press(deps, reply, linked, form)
        if (waiting.has(linked.token)) return sendOffer(reply, linked, form, 'enough')
        waiting.add(linked.token)
        try {
          return await press(deps, reply, linked, form)
        } finally {
          waiting.delete(linked.token)
        }
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
async function press(
  deps: AnswerLinkRoutesDeps,
  reply: FastifyReply,
  linked: Linked,
  form: Exclude<PressedForm, { kind: 'fault' }>
): Promise<FastifyReply> {
  const { token, subscription, told, alert } = linked
  const once = `${token} ${findLastPage(linked)} ${form.kind === 'done' ? form.once : ''}`
  const answered = await recordAnswer(deps, subscription, told, {
    ...{ via: 'link', by: findHolder(deps, subscription), until: null, note: null, once },
    ...(form.kind === 'done' && { response: form.deed }),
    deedsMax: subscriberDeedsMax
  })
  if (answered.kind === 'pending') return sendAnswerStored(reply, alert)
  if (answered.kind === 'done') {
    const { at, doneAt } = answered
    const done = form.kind === 'done' ? { kind: form.deed.kind, at: doneAt ?? at } : null
    return sendAnswered(reply, alert, at, done)
  }
  const { code, errors } = answered.problem
  const [fault] = errors
  if (code === 'action-refused') return sendOffer(reply, linked, form, 'over')
  if (code === 'too-many') return sendOffer(reply, linked, form, 'enough')
  if (fault?.pointer !== '/response/at') return sendAnswerLinkOver(reply)
  return sendOffer(reply, linked, form, { fault: `The time ${fault.detail}.` })
}

/** When the alert paged the subscription last, ms in digits; `0`: never. */
function findLastPage({ told, subscription }: Linked): string {
  const call = told.entry.at(subscription.handling)?.calls.calls.at(-1)
  return call === undefined ? '0' : String(lastPageMs(call))
}

/** `form`: the press that was refused; null: the page was only opened. */
function sendOffer(
  reply: FastifyReply,
  linked: Linked,
  form: PressedForm | null,
  why: WhyRefused | null = null
): FastifyReply {
  const { token, alert, told, subscription } = linked
  const page = findLastPage(linked)
  const atLevel = told.entry.at(subscription.handling)
  const isOwn = (id: string) => id === subscription.subscriptionId
  const last = atLevel?.lastAnswers.findLast(({ subscriptionId }) => isOwn(subscriptionId))
  // The end that they gave does not matter: this is what was recorded.
  const isToThis = isWithSubscriber(atLevel?.answers ?? [], isOwn, {
    sinceMs: Number(page),
    nowMs: Number.NEGATIVE_INFINITY
  })
  return sendAnswerOffer(reply, alert, {
    ...{ token, page, said: isToThis ? (last?.at ?? null) : null, done: last?.response ?? null },
    isOver: !isOpen(told.shown.state),
    why,
    typed: form === null || form.kind === 'has-it' ? null : form.fields
  })
}

/**
 * The link of a request; null if it does not open. Throws ProblemError `too-many` for an address
 * with many links that do not open; a good one is always opened.
 */
function openLink(
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

/** What a request's link leads to; null if it does not open now. Throws as `openLink`. */
async function readLinked(
  deps: AnswerLinkRoutesDeps,
  failures: FailureLimiter,
  request: LinkRequest
): Promise<Linked | null> {
  const { control, shared, projection } = deps
  const { token = '' } = request.query
  const link = openLink(deps, failures, request)
  if (link === null) return null
  await shared.learn('control')
  const subscription = control.state.subscriptions.get(link.subscriptionId)
  if (subscription === undefined || subscription.answerLinks !== true) return null
  const told = await findTold(deps, subscription, link.alertId)
  if (told === null) return null
  const state = stateInView(projection.alerts, computeAudience(subscription).view, told.shown)
  return { token, subscription, told, alert: alertWithoutParts(state, subscription.withhold) }
}
