// The API description of routes that every process has: health, metrics, sign-in. The routes are in operational-routes.ts and
// sign-in-routes.ts.

import { ref } from '@tocsin/contracts/openapi/json-schema'
import type { ApiDocs } from '@tocsin/contracts/openapi/operation'

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
    answers: {
      200: { description: 'In the text format of Prometheus.', mediaType: 'text/plain', schema: { type: 'string' } }
    }
  },
  'GET /sign-in': {
    id: 'signIn',
    tag: 'Administration',
    summary: 'Use a sign-in link',
    description: 'For browsers: sets the session cookie and redirects to the console. A link works once.',
    query: { token: 'The token in the link.' },
    answers: {
      303: { description: 'Signed in now, or already signed in.', headers: ['location', 'set-cookie'] },
      401: {
        description: 'A page that says that the link is no longer valid.',
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
      'At all instances, permanently. If the log cannot be written, only this instance ends it: repeat the request with the same cookie.',
    problems: ['log-unavailable', 'disk-full'],
    answers: { 204: { description: 'The session has ended, if there was one.', headers: ['set-cookie'] } }
  },
  'POST /v1/sign-in-links': {
    id: 'createSignInLink',
    tag: 'Administration',
    summary: 'Create a sign-in link',
    description:
      'The browser that opens it gets the permissions of the requesting key or token, until that expires or is revoked. A link requested in a session opens that session.',
    answers: { 201: { description: 'A link that works once and for a limited time.', schema: ref('SignInLink') } }
  }
}
