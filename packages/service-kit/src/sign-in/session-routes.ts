// Who the caller is, and a session of a browser for who holds a key or a token. A session by link
// is in sign-in-routes.ts.

import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import { scopes } from '@tocsin/contracts/record/control-record'
import type { FastifyInstance } from 'fastify'
import type { Principal } from '../access/principal.ts'
import type { ControlState } from '../control/control-state.ts'
import type { ControlView } from '../projection/control-view.ts'
import { readPublicEpoch } from '../projection/short-epoch.ts'
import { principalOf } from './authentication.ts'
import './fastify-augmentation.ts'
import { sessionCookie } from './session.ts'

export interface SessionRoutesDeps {
  /** The public address; known once the process listens. */
  readonly baseUrl: () => string
  readonly nowMs: () => number
  readonly control: Pick<ControlView, 'state'>
}

/** Adds /v1/me and /v1/sessions, for every scope: whoever may do anything may know as whom. */
export function addSessionRoutes(
  app: FastifyInstance,
  { baseUrl, nowMs, control }: SessionRoutesDeps
): void {
  app.get('/v1/me', { config: { access: scopes } }, async request =>
    shownTo(principalOf(request), control.state)
  )

  // The key comes in the header, which no other page can make a browser send: only a cookie would
  // need more protection.
  app.post('/v1/sessions', { config: { access: scopes } }, async (request, reply) => {
    const principal = principalOf(request)
    // Its end will be a record.
    app.keptRecords.take(principal, 'acts')
    const begun = app.authenticator.beginSession(app.authenticator.grantOf(principal))
    if (begun === null)
      throw new ProblemError('not-authenticated', 'The key was revoked or has expired.')
    const { expiresAtMs } = begun.session
    request.log.info({ by: principal.id }, 'signed in with a key')
    reply.setCookie(sessionCookie, begun.cookie, {
      path: '/',
      httpOnly: true,
      sameSite: 'strict',
      secure: baseUrl().startsWith('https:'),
      maxAge: Math.floor((expiresAtMs - nowMs()) / 1000)
    })
    return reply.code(201).send({
      ...shownTo(principal, control.state),
      expiresAt: new Date(expiresAtMs).toISOString()
    })
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
