// Sign-in by a key or a one-use link, sign-out, and who the caller is. Source: decision 0076.

import {
  instant,
  listOf,
  nullable,
  optional,
  part,
  ref,
  shape,
  text,
  words
} from '@tocsin/contracts/format/format'
import { digest } from '@tocsin/contracts/json/digest'
import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import { scopes } from '@tocsin/contracts/record/control-record'
import { encodeRecord, withAuthor } from '@tocsin/contracts/record/records'
import type { EventLog } from '@tocsin/event-log/port'
import { topics } from '@tocsin/event-log/topics'
import type { ControlState } from '@tocsin/service/control/control-state'
import type { ControlView } from '@tocsin/service/projection/control-view'
import { readPublicEpoch } from '@tocsin/service/projection/epochs'
import {
  answer,
  createRouteAdder,
  pageAnswer,
  writeProblems
} from '@tocsin/service/route/definition'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Principal } from '../access/principal.ts'
import { getPrincipal } from './authentication.ts'
import './fastify-augmentation.ts'
import {
  cookieFor,
  identityPath,
  makeSignInLink,
  readCookie,
  readMakerId,
  renewalCookie,
  sessionCookie,
  setSession,
  signInLink
} from './session.ts'
import {
  refuseFromElsewhere,
  sendLinkCut,
  sendLinkOffer,
  sendLinkOver,
  takeNoBodies
} from './sign-in-pages.ts'

export interface SignInOptions {
  readonly sessionHours: number
  readonly signInMinutes: number
  readonly control: Pick<ControlView, 'state'>
  /** Where the end of a session is recorded, for other processes and after a restart. */
  readonly log?: EventLog | undefined
}

const caller = shape('Caller', 'Who the caller is, and what it may do.', {
  id: text('Id of the key, `owner` or `oidc:<subject>`; in a session, that of its creator.'),
  name: text(),
  scopes: listOf(words(scopes)),
  theatres: ref('TheatresHeld'),
  handling: ref('Handling'),
  expiresAt: nullable(text('ISO 8601; null: never. Of a new session: when it ends.')),
  log: part('The log of this suite.', {
    epoch: text('Its identity: another one after a restore.'),
    restored: nullable(
      part('The last restore of an older copy: what came after the copy is lost.', {
        at: instant('When it was restored.'),
        takenAt: nullable(instant('When the copy was made; null: unknown.'))
      })
    )
  })
})

/** Adds /sign-in, /sign-out, /v1/me, /v1/sessions and the route for another link. */
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
        reply.setCookie(pressCookie, app.authenticator.links.newPress(), {
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
        if (mustAsk && !authenticator.links.isPressedAgain(token, press))
          return sendLinkOffer(reply, token, request.principal)
        const grant = authenticator.links.redeem(token, press)
        const begun = grant === null ? null : authenticator.beginSession(grant)
        if (begun === null) return sendLinkOver(reply, app.baseUrl(), request.principal)
        request.log.info({ by: readMakerId(begun.session.maker) }, 'signed in by a link')
        if (press !== null) reply.clearCookie(pressCookie, cookie('/sign-in'))
        return setSession(app, reply, begun).redirect('/', 303)
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

  // For every scope: whoever may do anything may know as whom.
  add({
    id: 'readCaller',
    access: scopes,
    method: 'GET',
    path: '/v1/me',
    summary: 'Read who the caller is',
    description: 'The key, token or session of the request: its name, and what it may do.',
    answers: { 200: answer('The caller.', caller) },
    handle: async request => shownTo(getPrincipal(request), options.control.state)
  })

  add({
    id: 'createSession',
    access: scopes,
    method: 'POST',
    path: '/v1/sessions',
    summary: 'Begin a session of a browser',
    description:
      'Answers with a cookie that has the permissions of the key or token of the request, until that expires or is revoked. In a session: the cookie of that session again.',
    answers: { 201: answer('The session has begun.', caller, 'set-cookie') },
    // The key comes in the header, which no other page can make a browser send: only a cookie would
    // need more protection.
    async handle(request, reply) {
      const principal = getPrincipal(request)
      const begun = app.authenticator.beginSession(app.authenticator.makeGrant(principal))
      if (begun === null)
        throw new ProblemError('not-authenticated', 'The key was revoked or has expired.')
      request.log.info({ by: principal.id }, 'signed in with a key')
      const expiresAt = new Date(begun.session.expiresAtMs).toISOString()
      return setSession(app, reply, begun)
        .code(201)
        .send({ ...shownTo(principal, options.control.state), expiresAt })
    }
  })
}

/**
 * What its holder may know of an authority: all of it but its limits, which answers state in
 * headers.
 */
function shownTo(
  { id, name, scopes: held, theatres, handling, expiresAtMs = null }: Principal,
  state: ControlState
) {
  const { at, takenAt } = state.restored ?? {}
  const restored = at === undefined ? null : { at, takenAt }
  const expiresAt = expiresAtMs === null ? null : new Date(expiresAtMs).toISOString()
  return {
    id,
    name,
    scopes: scopes.filter(scope => held.has(scope)),
    theatres,
    handling,
    expiresAt,
    log: { epoch: readPublicEpoch(state), restored }
  }
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
  const session = authenticator.sessions.open(readCookie(request, sessionCookie))
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
  const id = digest('session-ended', session.id)
  const time = new Date(nowMs).toISOString()
  const author = withAuthor(authenticator.getAuthor(session))
  const envelope = { id, source: '/tocsin/sessions', time, cause: null, ...author }
  const maker = readMakerId(session.maker)
  const data = { sessionId: session.id, maker, expiresAt: new Date(expiresAtMs).toISOString() }
  const value = encodeRecord(envelope, { type: 'session.ended', data })
  await log?.append(topics.control, [{ id, key: 'control', value }])
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
