// The API description of routes that every process has: health, metrics, sign-in. The routes are in operational-routes.ts and
// sign-in-routes.ts.

import { ref } from '@tocsin/contracts/openapi/json-schema'
import type { ApiDocs } from '@tocsin/contracts/openapi/operation'

export const hostApi: ApiDocs = {
  'GET /livez': {
    id: 'getLiveness',
    tag: 'Operations',
    summary: 'Whether the process runs',
    answers: { 200: { description: 'It does.', schema: ref('Alive') } }
  },
  'GET /readyz': {
    id: 'getReadiness',
    tag: 'Operations',
    summary: 'Whether requests may come',
    answers: {
      200: { description: 'They may.', schema: ref('ReadyReport') },
      503: { description: 'Not now; the checks say what is missing.', schema: ref('ReadyReport') }
    }
  },
  'GET /metrics': {
    id: 'getMetrics',
    tag: 'Operations',
    summary: 'Figures for Prometheus',
    answers: {
      200: { description: 'In the text format of Prometheus.', mediaType: 'text/plain', schema: { type: 'string' } }
    }
  },
  'GET /sign-in': {
    id: 'signIn',
    tag: 'Administration',
    summary: 'Use a sign-in link',
    description: 'For browsers: sets the session cookie and leads to the console. A link works once.',
    query: { token: 'From the link.' },
    answers: {
      303: { description: 'Signed in, or signed in already.', headers: ['location', 'set-cookie'] },
      401: {
        description: 'A page that says that the link is no longer good.',
        mediaType: 'text/html',
        schema: { type: 'string' }
      }
    }
  },
  'POST /sign-out': {
    id: 'signOut',
    tag: 'Administration',
    summary: 'End the session',
    description:
      'At all instances, and for good. Where that cannot be written it is over at this instance: ask again with the same cookie.',
    problems: ['log-unavailable', 'disk-full'],
    answers: { 204: { description: 'The session is over, if there was one.', headers: ['set-cookie'] } }
  },
  'POST /v1/sign-in-links': {
    id: 'createSignInLink',
    tag: 'Administration',
    summary: 'Make a sign-in link',
    description:
      'Whoever opens it may do in their browser what the key or token that asks may do, until that ends or is revoked. Asked for in a session it opens that session.',
    answers: { 201: { description: 'A link that works once and for a limited time.', schema: ref('SignInLink') } }
  }
}
