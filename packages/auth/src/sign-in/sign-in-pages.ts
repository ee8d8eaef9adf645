// Pages that people see when they sign in: the offer of a link, and why nobody was signed in.

import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import { formatText, sendPlainPage } from '@tocsin/service/http/plain-page'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Principal } from '../access/principal.ts'

/** The same for every token: it does not tell whether the link is still good. */
export function sendLinkOffer(
  reply: FastifyReply,
  token: string,
  signedIn: Principal | null
): FastifyReply {
  const action = `/sign-in?token=${encodeURIComponent(token)}`
  const form = (to: string, button: string) =>
    `<form method="post" action="${to}"><p>${button}</p></form>`
  if (signedIn === null) {
    const what =
      '<p>The button uses this link up, which works once, and opens the console in this browser.</p>'
    const warning =
      '<p>If you do not know who sent it, close this page: nothing has happened yet.</p>'
    return sendPlainPage(
      reply,
      200,
      'Sign in',
      what + form(action, '<button autofocus>Sign in</button>') + warning
    )
  }
  const who = `<p>In this browser ${formatText(signedIn.name)} is signed in. The link signs in as whoever made it.</p>`
  const instead = form(`${action}&amp;instead=yes`, '<button>Sign in by the link instead</button>')
  return sendPlainPage(reply, 200, 'Sign in', who + goOn(signedIn) + instead)
}

/** `baseUrl`: where another can be asked for. */
export function sendLinkOver(
  reply: FastifyReply,
  baseUrl: string,
  signedIn: Principal | null
): FastifyReply {
  const why =
    '<p>A sign-in link works once and for a limited time. Nobody was signed in by it now.</p>'
  const command = `npm run -s tocsin -- keys link owner --url ${baseUrl} --data DATA_FOLDER`
  const another =
    '<p>An administrator can make another at the console, under “Keys”. ' +
    `The owner can make one where Tocsin runs:</p><pre><code>${formatText(command)}</code></pre>`
  const onward =
    signedIn === null
      ? '<p><a href="/">To the console</a>, where a key signs in as well.</p>'
      : goOn(signedIn)
  reply.header('www-authenticate', 'Bearer realm="tocsin"')
  return sendPlainPage(reply, 401, 'This link was used, or has ended', why + another + onward)
}

export function sendLinkCut(reply: FastifyReply): FastifyReply {
  const why =
    '<p>Something is missing at its end. Copy it whole, from <code>http</code> to its last letter, and open it again.</p>'
  return sendPlainPage(reply, 400, 'This link is not whole', why)
}

function goOn({ name }: Principal): string {
  return `<p><a href="/">Go on as ${formatText(name)}</a></p>`
}

/** Why the identity provider signed nobody in. A closed set: it is also a label of a metric. */
const identityFaults = {
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

export type IdentityFault = keyof typeof identityFaults

export function sendIdentityFault(
  reply: FastifyReply,
  fault: IdentityFault,
  retryAfterS = 30
): FastifyReply {
  const [status, title, what] = identityFaults[fault]
  if (status === 503 || status === 429) reply.header('retry-after', String(retryAfterS))
  const ways = '<p><a href="/sign-in/identity">Begin again</a> · <a href="/">Back</a></p>'
  return sendPlainPage(reply, status, title, `<p>${what}</p>${ways}`)
}

/** Bodies are not read, and their connections are closed: the routes are open and need none. */
export function takeNoBodies(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers()
  scope.addContentTypeParser('*', (_request: FastifyRequest, _payload: unknown, done) =>
    done(null, undefined)
  )
  scope.addHook('onSend', (request, reply, payload, done) => {
    const { 'content-length': length, 'transfer-encoding': encoding } = request.headers
    if (encoding !== undefined || Number(length ?? 0) > 0) reply.header('connection', 'close')
    done(null, payload)
  })
}

/**
 * Throws ProblemError `origin-refused` for pages of origins that may call the suite: the guard lets
 * them pass.
 */
export function refuseFromElsewhere({ headers }: FastifyRequest, detail: string): void {
  const site = headers['sec-fetch-site']
  if (site !== undefined && site !== 'same-origin' && site !== 'none')
    throw new ProblemError('origin-refused', detail)
}
