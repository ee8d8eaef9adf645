// Who the caller is, and a session of a browser for who holds a key or a token. A session by link
// is in sign-in-routes.ts.

import {
  instant,
  listOf,
  nullable,
  part,
  ref,
  shape,
  text,
  words
} from '@tocsin/contracts/format/format'
import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import { scopes } from '@tocsin/contracts/record/control-record'
import type { ControlState } from '@tocsin/service/control/control-state'
import type { ControlView } from '@tocsin/service/projection/control-view'
import { readPublicEpoch } from '@tocsin/service/projection/short-epoch'
import { answer, createRouteAdder } from '@tocsin/service/route/definition'
import type { FastifyInstance } from 'fastify'
import type { Principal } from '../access/principal.ts'
import { getPrincipal } from './authentication.ts'
import { cookieFor } from './cookies.ts'
import './fastify-augmentation.ts'
import { sessionCookie } from './session.ts'

export interface SessionRoutesDeps {
  readonly control: Pick<ControlView, 'state'>
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

/** Adds /v1/me and /v1/sessions, for every scope: whoever may do anything may know as whom. */
export function addSessionRoutes(app: FastifyInstance, { control }: SessionRoutesDeps): void {
  const add = createRouteAdder(app, { tag: 'Administration', access: scopes })
  add({
    id: 'readCaller',
    method: 'GET',
    path: '/v1/me',
    summary: 'Read who the caller is',
    description: 'The key, token or session of the request: its name, and what it may do.',
    answers: { 200: answer('The caller.', caller) },
    handle: async request => shownTo(getPrincipal(request), control.state)
  })

  add({
    id: 'createSession',
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
      const { expiresAtMs } = begun.session
      request.log.info({ by: principal.id }, 'signed in with a key')
      const maxAge = Math.floor((expiresAtMs - app.authenticator.clock.nowMs()) / 1000)
      reply.setCookie(sessionCookie, begun.cookie, { ...cookieFor(app), maxAge })
      return reply.code(201).send({
        ...shownTo(principal, control.state),
        expiresAt: new Date(expiresAtMs).toISOString()
      })
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
