// Pages about a sign-in by the identity provider that did not succeed: people see them.

import { sendPlainPage } from '@tocsin/service/http/plain-page'
import type { FastifyReply } from 'fastify'

/** Why nobody was signed in. A closed set: it is also a label of a metric. */
const texts = {
  'not-begun': [
    400,
    'This sign-in was not begun in this browser, or too long ago',
    'Begin again here. Cookies of this site must be allowed.'
  ],
  refused: [
    401,
    'The identity provider did not sign you in',
    'You may have ended it there. Begin again, or ask who runs the provider.'
  ],
  'not-accepted': [
    403,
    'This suite does not accept what the identity provider says of you',
    'Its access token is not one for this suite. Who runs the suite finds the settings in <code>oidc.md</code>.'
  ],
  'nothing-granted': [
    403,
    'You may do nothing here yet',
    'The identity provider knows you, but gives you no role in this suite. Ask who runs it.'
  ],
  unavailable: [
    503,
    'The identity provider does not answer',
    'Try again in a moment. Sign-in links and keys work without it.'
  ],
  throttled: [429, 'Too many attempts from this address', 'Try again in a minute.']
} as const satisfies Record<string, readonly [number, string, string]>

export type IdentityFault = keyof typeof texts

export function sendIdentityFault(
  reply: FastifyReply,
  fault: IdentityFault,
  retryAfterS = 30
): FastifyReply {
  const [status, title, what] = texts[fault]
  if (status === 503 || status === 429) reply.header('retry-after', String(retryAfterS))
  const ways = '<p><a href="/sign-in/identity">Begin again</a> · <a href="/">Back</a></p>'
  return sendPlainPage(reply, status, title, `<p>${what}</p>${ways}`)
}
