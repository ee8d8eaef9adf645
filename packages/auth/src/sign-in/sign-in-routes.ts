// Sign-in by one-use link, and sign-out. Source: decision 0076.

import { optional, text, words } from '@tocsin/contracts/format/format'
import type { EventLog } from '@tocsin/event-log/port'
import {
  answer,
  createRouteAdder,
  pageAnswer,
  writeProblems
} from '@tocsin/service/route/definition'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { getPrincipal } from './authentication.ts'
import { refuseFromElsewhere, takeNoBodies } from './bare-forms.ts'
import './fastify-augmentation.ts'
import { cookieFor, readCookie } from './cookies.ts'
import { identityPath, renewalCookie } from './identity-session.ts'
import { readMakerId, sessionCookie } from './session.ts'
import { endForAllIn } from './session-end.ts'
import { makeSignInLink, signInLink } from './sign-in-link.ts'
import { sendLinkCut, sendLinkOffer, sendLinkOver } from './sign-in-pages.ts'

export interface SignInOptions {
  readonly sessionHours: number
  readonly signInMinutes: number
  /** Where the end of a session is recorded, for other processes and after a restart. */
  readonly log?: EventLog | undefined
}

/** Adds /sign-in, /sign-out and the route by which an administrator asks for another link. */
export function addSignInRoutes(app: FastifyInstance, options: SignInOptions): void {
  const cookie = (path?: string) => cookieFor(app, path)

  const add = createRouteAdder(app, family)
  add({
    ...linkRoute,
    id: 'openSignInLink',
    method: 'GET',
    summary: 'Open a sign-in link',
    description:
      'For browsers: a page with a button that sends the link by POST. It changes nothing.',
    answers: {
      200: pageAnswer('A page with a button.'),
      400: pageAnswer('A page that says that the link is not whole.')
    },
    // Programs that fetch links, such as the preview of a chat program or a mail scanner, cause no
    // change: a link is used by a press.
    async handle(request, reply) {
      const token = wholeToken(request.query)
      if (token === null) return sendLinkCut(reply)
      if (readCookie(request, pressCookie) === undefined) {
        const maxAge = options.signInMinutes * 60
        reply.setCookie(pressCookie, app.authenticator.newPress(), {
          ...cookie('/sign-in'),
          maxAge
        })
      }
      return sendLinkOffer(reply, token, request.principal)
    }
  })

  void app.register(async scope => {
    takeNoBodies(scope)
    const addBare = createRouteAdder(scope, family)
    addBare({
      ...linkRoute,
      id: 'signIn',
      method: 'POST',
      summary: 'Use a sign-in link',
      description:
        'For browsers: sets the session cookie and redirects to the console. A link works once; for a minute the same browser gets the session again.',
      answers: {
        200: pageAnswer('A page that asks, where somebody is signed in already.'),
        303: answer('Signed in.', undefined, 'location', 'set-cookie'),
        400: pageAnswer('A page that says that the link is not whole.'),
        401: pageAnswer('A page that says that the link was used or has ended.')
      },
      async handle(request, reply) {
        refuseFromElsewhere(request, 'Pages of another origin may not sign in here.')
        const token = wholeToken(request.query)
        if (token === null) return sendLinkCut(reply)
        const { authenticator } = app
        const press = readCookie(request, pressCookie) ?? null
        // A page that somebody else sent must not make an officer act under another name without a
        // word.
        const mustAsk = request.principal !== null && request.query.instead === undefined
        if (mustAsk && !authenticator.isPressedAgain(token, press))
          return sendLinkOffer(reply, token, request.principal)
        const grant = authenticator.redeemLink(token, press)
        const begun = grant === null ? null : authenticator.beginSession(grant)
        if (begun === null) return sendLinkOver(reply, app.baseUrl(), request.principal)
        request.log.info({ by: readMakerId(begun.session.maker) }, 'signed in by a link')
        const maxAge = Math.floor((begun.session.expiresAtMs - authenticator.clock.nowMs()) / 1000)
        if (press !== null) reply.clearCookie(pressCookie, cookie('/sign-in'))
        return reply
          .setCookie(sessionCookie, begun.cookie, { ...cookie(), maxAge })
          .redirect('/', 303)
      }
    })

    addBare({
      id: 'signOut',
      method: 'POST',
      path: '/sign-out',
      summary: 'End the session',
      description:
        'At all instances, permanently. If the log cannot be written, only this instance ends it: repeat the request.',
      answers: { 204: answer('The session has ended, if there was one.', undefined, 'set-cookie') },
      problems: writeProblems,
      async handle(request, reply) {
        await endSession(app, request, options)
        return reply
          .clearCookie(sessionCookie, cookie())
          .clearCookie(renewalCookie, cookie(identityPath))
          .code(204)
          .send()
      }
    })
  })

  add({
    id: 'createSignInLink',
    method: 'POST',
    path: '/v1/sign-in-links',
    access: ['admin'],
    summary: 'Create a sign-in link',
    description:
      'The browser that opens it gets the permissions of the requesting key or token, until that expires or is revoked.',
    answers: {
      201: answer('A link that works once and for a limited time.', signInLink)
    },
    async handle(request, reply) {
      const grant = app.authenticator.makeGrant(getPrincipal(request))
      return reply.code(201).send(makeSignInLink(app, grant))
    }
  })
}

/**
 * Ends the session of the cookie, regardless of other credentials in the request. It ends here
 * immediately; if the log cannot be written, the caller gets an error and may repeat the request
 * with the same cookie, since a restart would restore the session.
 */
async function endSession(
  { authenticator }: FastifyInstance,
  request: FastifyRequest,
  { log, sessionHours }: SignInOptions
) {
  const presented = readCookie(request, sessionCookie)
  const session = presented === undefined ? null : authenticator.sessionIn(presented)
  if (session === null || authenticator.isEndedForAll(session)) return
  // A page of another origin may not use the cookie: it counts as absent.
  if (request.principal === null && !authenticator.sessions.isEndedHere(session)) return
  authenticator.sessions.endHere(session)
  // The session of a token's holder can be continued for as long: the record has to be remembered
  // until then.
  const nowMs = authenticator.clock.nowMs()
  const longestMs = nowMs + sessionHours * 3_600_000
  const expiresAtMs =
    session.maker.kind === 'token' ? Math.max(session.expiresAtMs, longestMs) : session.expiresAtMs
  const ended = { ...session, expiresAtMs }
  if (log !== undefined) await endForAllIn(log, ended, authenticator.getAuthor(session), nowMs)
}

/** Stored by the browser that was shown a link, and sent only to these routes. */
const pressCookie = 'tocsin_press'

const family = { tag: 'Administration', access: 'open' } as const
const linkRoute = {
  path: '/sign-in',
  query: {
    token: optional(text('The token in the link.', { maxLength: 128 })),
    instead: optional(
      words(['yes'], 'With `yes`, in the place of who is signed in in this browser.')
    )
  },
  ignoresOtherQuery: true,
  config: { page: 'Open the link again in a minute.' }
} as const

/**
 * Null if it cannot be one: programs that send links may cut them. Does not check whether one is
 * good.
 */
function wholeToken({ token = '' }: { readonly token?: string }): string | null {
  return /^[A-Za-z0-9_-]+$/.test(token) ? token : null
}
