// Sign-in in a browser by the identity provider, and how such a session continues while the
// provider still knows its holder. Source: decision 0076.

import { createHash } from 'node:crypto'
import { nullable, optional, shape, text } from '@tocsin/contracts/format/format'
import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import { answer, createRouteAdder, pageAnswer } from '@tocsin/service/route/definition'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { LRUCache } from 'lru-cache'
import { type Principal, tokenHolderId } from '../access/principal.ts'
import {
  type CodeFlow,
  CodeFlowError,
  type GrantedTokens,
  type PendingSignIn
} from '../oidc/code-flow.ts'
import type { TokenJudge } from '../oidc/oidc-tokens.ts'
import './fastify-augmentation.ts'
import type { SealedTokens } from '@tocsin/service/projection/sealed-cursor'
import {
  cookieBytesMax,
  cookieFor,
  identityPath,
  readCookie,
  renewalCookie,
  setSession
} from './session.ts'
import { type IdentityFault, sendIdentityFault } from './sign-in-pages.ts'

const pendingCookie = 'tocsin_sign_in'
/** Time for a person to sign in at the provider, ms. */
const pendingLifeMs = 600_000

/** What a browser keeps of a sign-in, sealed: any instance opens it. */
export type KeptCookie =
  /** Until the browser comes back: the words that bind the provider's answer to this browser. */
  | (PendingSignIn & {
      readonly kind: 'pending'
      /** Where the browser goes then: a page of this suite. */
      readonly to: string
      readonly expiresAtMs: number
    })
  /** The refresh token, by which a session goes on longer than one token. */
  | {
      readonly kind: 'renewal'
      readonly refreshToken: string
      readonly sessionId: string
      /** The holder's id: another person's token does not continue a session. */
      readonly holderId: string
      /** The session cannot be continued beyond it, ms since the epoch. */
      readonly expiresAtMs: number
    }

export interface IdentityRoutesDeps {
  /** Null: this sign-in is off, and the routes report it. */
  readonly provider: { readonly flow: CodeFlow; readonly judge: TokenJudge } | null
  readonly cookies: SealedTokens<KeptCookie>
  readonly sessionHours: number
  readonly onOutcome: (outcome: 'signed-in' | 'renewed' | 'not-renewed' | IdentityFault) => void
  readonly warn: (detail: string) => void
}

/**
 * Answers to renewals that are repeated for simultaneous tabs of a browser: a refresh token may
 * work only once.
 */
const renewalsKept = 500
const renewalsKeptMs = 20_000
const answerPath = `${identityPath}/answer`

const ways = shape('SignInWays', 'Ways to sign in in a browser besides links and keys.', {
  identityProvider: nullable(
    text('Host of the identity provider by which a browser can sign in; null: none.')
  )
})
const renewed = shape('SessionRenewed', 'A session that goes on.', {
  expiresAt: text('ISO 8601: when it ends if it is not continued again.')
})

export function addIdentityRoutes(app: FastifyInstance, deps: IdentityRoutesDeps): void {
  const { cookies, sessionHours, onOutcome, warn } = deps
  const { authenticator } = app
  const { clock, failures } = authenticator
  const renewals = new LRUCache<string, Promise<Continued>>({
    max: renewalsKept,
    ttl: renewalsKeptMs
  })
  const add = createRouteAdder(app, { tag: 'Administration', access: 'open' })

  const findProvider = () => {
    if (deps.provider !== null) return deps.provider
    throw new ProblemError(
      'not-found',
      'This suite has no sign-in by an identity provider (oidc.clientId).'
    )
  }
  /** Lax: the browser comes back by a link of the provider. */
  const pendingOptions = () => cookieFor(app, identityPath, 'lax')
  const refuse = (reply: FastifyReply, fault: IdentityFault, retryAfterS?: number) => {
    onOutcome(fault)
    return sendIdentityFault(reply, fault, retryAfterS)
  }
  const refuseAfter = (reply: FastifyReply, error: unknown) => {
    if (!(error instanceof CodeFlowError)) throw error
    warn(error.message)
    return refuse(reply, error.fault)
  }
  const end = (detail: string) => {
    onOutcome('not-renewed')
    return new ProblemError('not-authenticated', detail)
  }

  /** Whom a token is of; or why it opens no session. */
  const judge = async ({ accessToken }: GrantedTokens): Promise<Principal | IdentityFault> => {
    const verdict = await findProvider().judge.judge(accessToken)
    if (verdict.kind === 'unavailable') return 'unavailable'
    if (verdict.kind === 'refused') return 'not-accepted'
    return verdict.principal.scopes.size === 0 ? 'nothing-granted' : verdict.principal
  }

  const renew = async (kept: Extract<KeptCookie, { kind: 'renewal' }>): Promise<Continued> => {
    const granted = await findProvider().flow.renew(kept.refreshToken)
    const judged = await judge(granted)
    if (judged === 'unavailable') throw new CodeFlowError('unavailable', 'its keys are unavailable')
    if (typeof judged === 'string' || judged.id !== kept.holderId)
      throw new CodeFlowError('refused', 'its new token is not accepted')
    const begun = continueSession(app, deps, judged, granted, kept.sessionId, kept.expiresAtMs)
    if (begun === null) throw end('The session has ended.')
    return begun
  }

  const setCookies = (reply: FastifyReply, begun: Continued) => {
    setSession(app, reply, begun)
    const maxAge = Math.max(0, Math.floor((begun.longestMs - clock.nowMs()) / 1000))
    const options = { ...cookieFor(app, identityPath), maxAge }
    if (begun.renewal !== null) reply.setCookie(renewalCookie, begun.renewal, options)
  }

  add({
    id: 'listSignInWays',
    method: 'GET',
    path: '/sign-in/ways',
    summary: 'List the ways to sign in',
    answers: { 200: answer('Besides links and keys.', ways) },
    handle: () => ({ identityProvider: deps.provider?.flow.providerHost ?? null })
  })
  add({
    id: 'beginIdentitySignIn',
    method: 'GET',
    path: identityPath,
    summary: 'Sign in by the identity provider',
    description:
      'For browsers: sends them to the provider, which sends them back to `/sign-in/identity/answer`.',
    query: {
      // Pages of this suite alone: an address of elsewhere would make the sign-in a stepping stone.
      to: optional(
        text('The page to return to: `/`, with its query, which is the default.', {
          maxLength: 1000,
          pattern: '^/(console/|report)?(\\?[A-Za-z0-9_.~%&=:+,*@!$()/-]*)?$'
        })
      )
    },
    ignoresOtherQuery: true,
    answers: {
      303: answer('To the provider.', undefined, 'location', 'set-cookie'),
      503: pageAnswer('A page that says that the provider does not answer.')
    },
    options: { exposeHeadRoute: false },
    async handle({ query: { to = '/' } }, reply) {
      const { flow } = findProvider()
      try {
        const { url, pending } = await flow.begin(`${app.baseUrl()}${answerPath}`)
        const expiresAtMs = clock.nowMs() + pendingLifeMs
        const sealed = cookies.seal({ kind: 'pending', ...pending, to, expiresAtMs })
        if (sealed.length > cookieBytesMax)
          throw new Error('what is kept of a sign-in is longer than a cookie')
        const options = { ...pendingOptions(), maxAge: pendingLifeMs / 1000 }
        return reply.setCookie(pendingCookie, sealed, options).redirect(url.href, 303)
      } catch (error) {
        return refuseAfter(reply, error)
      }
    }
  })
  add({
    id: 'finishIdentitySignIn',
    method: 'GET',
    path: answerPath,
    summary: 'Return from the identity provider',
    description: 'From the provider. Valid once, in the browser that began, for ten minutes.',
    answers: {
      303: answer('Signed in.', undefined, 'location', 'set-cookie'),
      400: pageAnswer('A page: it was not begun in this browser, or too long ago.'),
      401: pageAnswer('A page: the provider refused.'),
      403: pageAnswer('A page: its token gives nothing here.'),
      429: pageAnswer('A page: too many wrong answers from this address.'),
      503: pageAnswer('A page: the provider does not answer.')
    },
    options: { exposeHeadRoute: false },
    async handle(request, reply) {
      const { flow } = findProvider()
      const noteFailure = () => failures.note(request.ip, clock.monotonicMs())
      const waitMs = failures.waitMs(request.ip, clock.monotonicMs())
      if (waitMs > 0) return refuse(reply, 'throttled', Math.ceil(waitMs / 1000))
      const pending = cookies.open(readCookie(request, pendingCookie), clock.nowMs())
      reply.clearCookie(pendingCookie, pendingOptions())
      if (pending?.kind !== 'pending') return refuse(reply, 'not-begun')
      try {
        const granted = await flow.finish(new URL(`${app.baseUrl()}${request.url}`), pending)
        const judged = await judge(granted)
        if (typeof judged === 'string') {
          noteFailure()
          return refuse(reply, judged)
        }
        // Both tokens in an answer belong to the same person.
        if (judged.id !== tokenHolderId(granted.subject)) return refuse(reply, 'not-accepted')
        const longestMs = clock.nowMs() + sessionHours * 3_600_000
        const begun = continueSession(app, deps, judged, granted, null, longestMs)
        if (begun === null) return refuse(reply, 'refused')
        setCookies(reply, begun)
        onOutcome('signed-in')
        request.log.info({ by: judged.id }, 'signed in by the identity provider')
        return reply.redirect(pending.to, 303)
      } catch (error) {
        if (error instanceof CodeFlowError && error.fault === 'refused') noteFailure()
        return refuseAfter(reply, error)
      }
    }
  })
  add({
    id: 'renewIdentitySession',
    method: 'POST',
    path: `${identityPath}/renewal`,
    summary: 'Continue a session of the identity provider',
    description:
      'Asks the provider for a new token and answers with a new cookie of the same session, which lives no longer than `sessionHours`.',
    answers: { 200: answer('Continued.', renewed, 'set-cookie') },
    async handle(request, reply) {
      findProvider()
      const sealed = readCookie(request, renewalCookie)
      const kept = cookies.open(sealed, clock.nowMs())
      if (sealed === undefined || kept?.kind !== 'renewal')
        throw end('There is nothing to continue. Sign in again.')
      const name = createHash('sha256').update(sealed).digest('base64')
      const renewal = renewals.get(name) ?? renew(kept)
      renewals.set(name, renewal)
      try {
        const begun = await renewal
        // Who has signed out in the meantime stays signed out.
        if (clock.nowMs() >= begun.session.expiresAtMs || authenticator.isEnded(begun.session))
          throw end('The session has ended.')
        setCookies(reply, begun)
        onOutcome('renewed')
        return reply.send({ expiresAt: new Date(begun.session.expiresAtMs).toISOString() })
      } catch (error) {
        renewals.delete(name)
        if (!(error instanceof CodeFlowError)) throw error
        warn(error.message)
        if (error.fault === 'refused')
          throw end('The identity provider does not continue the session. Sign in again.')
        throw new ProblemError(
          'identity-unavailable',
          'The identity provider does not answer. The session goes on until it expires.',
          { retryAfterS: 10 }
        )
      }
    }
  })
}

type Continued = NonNullable<ReturnType<typeof continueSession>>

/**
 * The session that this token opens or continues, with its cookie; null if it has ended. Without a
 * `renewal` it ends with its token.
 */
function continueSession(
  { authenticator }: FastifyInstance,
  { cookies }: IdentityRoutesDeps,
  holder: Principal,
  { refreshToken }: GrantedTokens,
  sessionId: string | null,
  longestMs: number
) {
  const grant = authenticator.makeGrant(holder)
  const untilMs = Math.min(grant.untilMs ?? longestMs, longestMs)
  const begun = authenticator.beginSession({ ...grant, untilMs, sessionId })
  if (begun === null) return null
  const kept = { sessionId: begun.session.id, holderId: holder.id, expiresAtMs: longestMs }
  const sealed = refreshToken && cookies.seal({ kind: 'renewal', refreshToken, ...kept })
  const renewal = sealed && sealed.length <= cookieBytesMax ? sealed : null
  return { ...begun, renewal, longestMs }
}
