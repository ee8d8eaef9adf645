// The API description of routes that every process has: health, metrics, sign-in. The routes are in
// operational-routes.ts and sign-in-routes.ts.

import { ref } from '@tocsin/contracts/openapi/json-schema'
import type { ApiDocs } from '@tocsin/contracts/openapi/operation'

const page = (description: string) =>
  ({ description, mediaType: 'text/html', schema: { type: 'string' } }) as const
const linkQuery = {
  token: 'The token in the link.',
  instead: 'With `yes`, in the place of who is signed in in this browser.'
} as const

export const hostApi: ApiDocs = {
  'GET /livez': {
    id: 'getLiveness',
    tag: 'Operations',
    summary: 'Liveness of the process',
    answers: { 200: { description: 'The process is running.', schema: ref('Alive') } }
  },
  'GET /readyz': {
    id: 'getReadiness',
    tag: 'Operations',
    summary: 'Readiness for requests',
    answers: {
      200: { description: 'The process is ready.', schema: ref('ReadyReport') },
      503: { description: 'Not ready; the checks say what is missing.', schema: ref('ReadyReport') }
    }
  },
  'GET /metrics': {
    id: 'getMetrics',
    tag: 'Operations',
    summary: 'Metrics for Prometheus',
    description:
      'A key needs the scope `metrics:read`, all theatres and handling `restricted`, unless metrics are open.',
    answers: {
      200: {
        description: 'In the text format of Prometheus.',
        mediaType: 'text/plain',
        schema: { type: 'string' }
      }
    }
  },
  'GET /sign-in': {
    id: 'openSignInLink',
    tag: 'Administration',
    summary: 'Open a sign-in link',
    description:
      'For browsers: a page with a button that sends the link by POST. It changes nothing.',
    query: linkQuery,
    answers: {
      200: page('A page with a button.'),
      400: page('A page that says that the link is not whole.')
    }
  },
  'POST /sign-in': {
    id: 'signIn',
    tag: 'Administration',
    summary: 'Use a sign-in link',
    description:
      'For browsers: sets the session cookie and redirects to the console. A link works once; for a minute the same browser gets the session again.',
    query: linkQuery,
    problems: ['origin-refused'],
    answers: {
      200: page('A page that asks, where somebody is signed in already.'),
      303: { description: 'Signed in.', headers: ['location', 'set-cookie'] },
      400: page('A page that says that the link is not whole.'),
      401: page('A page that says that the link was used or has ended.')
    }
  },
  'GET /sign-in/ways': {
    id: 'listSignInWays',
    tag: 'Administration',
    summary: 'List the ways to sign in',
    answers: { 200: { description: 'Besides links and keys.', schema: ref('SignInWays') } }
  },
  'GET /sign-in/identity': {
    id: 'beginIdentitySignIn',
    tag: 'Administration',
    summary: 'Sign in by the identity provider',
    description:
      'For browsers: sends them to the provider, which sends them back to `/sign-in/identity/answer`.',
    problems: ['not-found'],
    query: { to: 'The page to return to: `/`, with its query, which is the default.' },
    answers: {
      303: { description: 'To the provider.', headers: ['location', 'set-cookie'] },
      503: {
        description: 'A page that says that the provider does not answer.',
        mediaType: 'text/html',
        schema: { type: 'string' }
      }
    }
  },
  'GET /sign-in/identity/answer': {
    id: 'finishIdentitySignIn',
    tag: 'Administration',
    summary: 'Return from the identity provider',
    description: 'From the provider. Valid once, in the browser that began, for ten minutes.',
    problems: ['not-found'],
    answers: {
      303: { description: 'Signed in.', headers: ['location', 'set-cookie'] },
      ...Object.fromEntries(
        [
          [400, 'It was not begun in this browser, or too long ago.'],
          [401, 'The provider refused.'],
          [403, 'Its token gives nothing here.'],
          [429, 'Too many wrong answers from this address.'],
          [503, 'The provider does not answer.']
        ].map(([status, what]) => [
          status,
          {
            description: `A page: ${String(what).toLowerCase()}`,
            mediaType: 'text/html',
            schema: { type: 'string' }
          }
        ])
      )
    }
  },
  'POST /sign-in/identity/renewal': {
    id: 'renewIdentitySession',
    tag: 'Administration',
    summary: 'Continue a session of the identity provider',
    description:
      'Asks the provider for a new token and answers with a new cookie of the same session, which lives no longer than `sessionHours`.',
    problems: ['not-found', 'not-authenticated', 'identity-unavailable'],
    answers: {
      200: { description: 'Continued.', schema: ref('SessionRenewed'), headers: ['set-cookie'] }
    }
  },
  'POST /sign-out': {
    id: 'signOut',
    tag: 'Administration',
    summary: 'End the session',
    description:
      'At all instances, permanently. If the log cannot be written, only this instance ends it: repeat the request.',
    problems: ['log-unavailable', 'disk-full'],
    answers: {
      204: { description: 'The session has ended, if there was one.', headers: ['set-cookie'] }
    }
  },
  'GET /v1/me': {
    id: 'readCaller',
    tag: 'Administration',
    summary: 'Read who the caller is',
    description: 'The key, token or session of the request: its name, and what it may do.',
    answers: { 200: { description: 'The caller.', schema: ref('Caller') } }
  },
  'POST /v1/sessions': {
    id: 'createSession',
    tag: 'Administration',
    summary: 'Begin a session of a browser',
    description:
      'Answers with a cookie that has the permissions of the key or token of the request, until that expires or is revoked. In a session: the cookie of that session again.',
    answers: {
      201: { description: 'The session has begun.', schema: ref('Caller'), headers: ['set-cookie'] }
    }
  },
  'POST /v1/sign-in-links': {
    id: 'createSignInLink',
    tag: 'Administration',
    summary: 'Create a sign-in link',
    description:
      'The browser that opens it gets the permissions of the requesting key or token, until that expires or is revoked.',
    answers: {
      201: {
        description: 'A link that works once and for a limited time.',
        schema: ref('SignInLink')
      }
    }
  }
}
