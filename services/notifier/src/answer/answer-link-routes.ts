// The page behind the link in a webhook. Whatever fetches links, such as a mail scanner or the preview of a chat program, changes
// nothing: only the press of its button answers. It uses no cookie: the link is all that it goes by.

import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import { isOpen } from '@tocsin/domain/alert/alert-decision'
import type { SubscriptionRecord } from '@tocsin/domain/control/control-record'
import { lastPageMs } from '@tocsin/domain/response/alert-calls'
import { isWithSubscriber } from '@tocsin/domain/response/subscriber-calls'
import { FailureLimiter } from '@tocsin/service-kit/access/failure-limiter'
import type { ServiceDeps } from '@tocsin/service-kit/service-deps'
import { refuseFromElsewhere, takeNoBodies } from '@tocsin/service-kit/sign-in/bare-forms'
import '@tocsin/service-kit/sign-in/fastify-augmentation'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { SharedKnowledge } from '../cursor/shared-knowledge.ts'
import type { Projection } from '../projection/projection.ts'
import { stateInView } from '../projection/record-judging.ts'
import { alertWithoutParts } from '../reader/withheld-parts.ts'
import { audienceOf } from '../webhook/delivery-planner.ts'
import { type AnswerLinks, answerTokenLengthMax } from './answer-links.ts'
import type { AnswerOperations, PartnersAnswer, ToldAlert } from './answer-operations.ts'
import {
  type LinkedAlert,
  sendAlertOver,
  sendAnswered,
  sendAnswerLinkOver,
  sendAnswerOffer,
  sendAnswerStored
} from './answer-pages.ts'

export interface AnswerLinkRoutesDeps extends Pick<ServiceDeps, 'clock' | 'control'> {
  readonly answers: Pick<AnswerOperations, 'answer' | 'toldOf' | 'holderOf'>
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

interface LinkQuery {
  readonly token?: string
  /** The last page of the alert as the button knew it. */
  readonly page?: string
}

/** Digits of a time in ms. */
const pageLengthMax = 16

const linkRoute = {
  config: { access: 'open' },
  schema: {
    querystring: {
      type: 'object',
      properties: {
        token: { type: 'string', maxLength: answerTokenLengthMax },
        page: { type: 'string', maxLength: pageLengthMax }
      }
    }
  }
} as const

export function addAnswerLinkRoutes(app: FastifyInstance, deps: AnswerLinkRoutesDeps): void {
  const failures = new FailureLimiter()
  const linkedIn = (request: FastifyRequest<{ Querystring: LinkQuery }>) => linkedBy(deps, failures, request)

  app.get<{ Querystring: LinkQuery }>('/answer', linkRoute, async (request, reply) => {
    const linked = await linkedIn(request)
    if (linked === null) return sendAnswerLinkOver(reply)
    if (!isOpen(linked.told.shown.outline)) return sendAlertOver(reply, linked.alert, 200)
    return sendOffer(reply, linked, false)
  })

  void app.register(async scope => {
    takeNoBodies(scope)
    scope.post<{ Querystring: LinkQuery }>('/answer', linkRoute, async (request, reply) => {
      refuseFromElsewhere(request, 'Pages of another origin may not answer an alert.')
      const linked = await linkedIn(request)
      if (linked === null) return sendAnswerLinkOver(reply)
      const { token, subscription, told, alert } = linked
      const page = lastPageOf(linked)
      // What came back, or escalated, since the button was shown: whoever presses has not seen it.
      const { page: seen = page } = request.query
      if (seen !== page && isOpen(told.shown.outline)) return sendOffer(reply, linked, true)
      const by = deps.answers.holderOf(subscription)
      // One link is one answer to one page, however often its button is pressed.
      const once = `${token} ${page}`
      const answer = await deps.answers.answer(subscription, told.entry.alertId, { via: 'link', by, once })
      return sendOutcome(reply, alert, answer)
    })
  })
}

/** When the alert paged the subscription last, ms in digits; `0`: never. */
function lastPageOf({ told, subscription }: Linked): string {
  const call = told.entry.callsAt(subscription.handling).calls.at(-1)
  return call === undefined ? '0' : String(lastPageMs(call))
}

function sendOffer(reply: FastifyReply, linked: Linked, isAgain: boolean): FastifyReply {
  const { token, alert, told, subscription } = linked
  const page = lastPageOf(linked)
  const isOwn = (id: string) => id === subscription.subscriptionId
  const { answers = [] } = told.entry.outline.operator
  const last = answers.findLast(({ subscriptionId }) => isOwn(subscriptionId))
  // Until when they said does not matter: it is what was recorded.
  const isToThis = isWithSubscriber(told.entry.answers, isOwn, { sinceMs: Number(page), nowMs: Number.NEGATIVE_INFINITY })
  return sendAnswerOffer(reply, alert, { token, page, said: isToThis ? (last?.at ?? null) : null, isAgain })
}

function sendOutcome(reply: FastifyReply, alert: LinkedAlert, answer: PartnersAnswer): FastifyReply {
  if (answer.kind === 'done') return sendAnswered(reply, alert, answer.at)
  if (answer.kind === 'pending') return sendAnswerStored(reply, alert)
  return answer.kind === 'refused' ? sendAlertOver(reply, alert, 409) : sendAnswerLinkOver(reply)
}

/**
 * What the link of a request leads to; null if it opens nothing now. Throws ProblemError `too-many` for an address with many
 * links that open nothing; a good one is always opened.
 */
async function linkedBy(
  { answers, answerLinks, clock, control, shared, projection }: AnswerLinkRoutesDeps,
  failures: FailureLimiter,
  { query, ip }: FastifyRequest<{ Querystring: LinkQuery }>
): Promise<Linked | null> {
  const { token = '' } = query
  const link = answerLinks.open(token, clock.nowMs())
  if (link === null) {
    const waitMs = failures.waitMs(ip, clock.monotonicMs())
    if (waitMs > 0)
      throw new ProblemError('too-many', 'Too many links from this address that open nothing.', {
        retryAfterS: Math.max(1, Math.ceil(waitMs / 1000))
      })
    failures.note(ip, clock.monotonicMs())
    return null
  }
  await shared.learn('control')
  const subscription = control.state.subscriptions.get(link.subscriptionId)
  if (subscription === undefined || subscription.answerLinks !== true) return null
  const told = await answers.toldOf(subscription, link.alertId)
  if (told === null) return null
  const state = stateInView(projection.alerts, audienceOf(subscription).view, told.shown)
  return { token, subscription, told, alert: alertWithoutParts(state, subscription.withhold) }
}
