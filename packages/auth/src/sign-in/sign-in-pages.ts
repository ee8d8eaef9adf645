// What a person sees who opens a sign-in link: the offer, and why a link opens nothing.

import { formatText, sendPlainPage } from '@tocsin/service/http/plain-page'
import type { FastifyReply } from 'fastify'
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
