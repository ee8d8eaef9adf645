// Mail as a transport next to HTTP: requests to `smtp:` and `smtps:` addresses are sent by SMTP,
// with the name vetted and the vetted address dialled, as for webhooks. The reply code of the
// server is the status: 250 is accepted.

import { once } from 'node:events'
import { connect } from 'node:net'
import {
  type EndpointPolicy,
  type EndpointRefusal,
  isAllowedAddress,
  parseLiteral,
  type VettedEndpoint,
  vetEndpoint
} from '@tocsin/webhooks/address-vetting'
import { decodeText } from '@tocsin/webhooks/masked-url'
import type { Resolve } from '@tocsin/webhooks/name-resolver'
import { classifyCode } from '@tocsin/webhooks/undici-transport'
import { AddressRefusedError, createVettedLookup } from '@tocsin/webhooks/vetted-connector'
import type {
  SendOutcome,
  WebhookRequest,
  WebhookTransport
} from '@tocsin/webhooks/webhook-transport'
import { createTransport, type SendMailOptions } from 'nodemailer'

export interface MailTransportOptions {
  /** `allowHttp` also allows a server without TLS. */
  readonly policy: EndpointPolicy
  readonly resolve: Resolve
  /** PEM certificates to trust in addition to the system's. */
  readonly ca?: string
}

/** Covers the whole attempt, ms. */
const timeoutMs = 30_000
const replyCharsMax = 512

/** The given transport, which also sends mail. */
export function withMail(http: WebhookTransport, options: MailTransportOptions): WebhookTransport {
  return {
    send: (request, signal) =>
      /^smtps?:/.test(request.url)
        ? sendMail(request, signal, options)
        : http.send(request, signal),
    close: () => http.close()
  }
}

async function sendMail(
  { url, headers, body, networks }: WebhookRequest,
  signal: AbortSignal,
  { policy, resolve, ca }: MailTransportOptions
): Promise<SendOutcome> {
  const startedMs = performance.now()
  const durationMs = () => Math.round(performance.now() - startedMs)
  const deadline = AbortSignal.timeout(timeoutMs)
  const either = AbortSignal.any([signal, deadline])
  const { protocol, hostname, port, username, password } = new URL(url)
  const within = { ...policy, networks }
  const literal = parseLiteral(hostname)
  // Node makes no look-up for a literal.
  if (literal !== null && !isAllowedAddress(literal, within))
    return { kind: 'refused', reason: 'address-not-public', durationMs: durationMs() }
  const socket = connect({
    host: literal ?? hostname,
    port: Number(port),
    lookup: createVettedLookup(within, resolve)
  })
  const abort = () => socket.destroy(new Error('aborted'))
  either.addEventListener('abort', abort)
  // `once` and nodemailer report errors; between the two an unheard one would end the process.
  socket.on('error', () => {})
  try {
    either.throwIfAborted()
    await once(socket, 'connect')
    const mail = createTransport({
      host: hostname,
      getSocket: (_options, callback) => callback(null, { connection: socket }),
      secure: protocol === 'smtps:',
      requireTLS: !policy.allowHttp,
      ...(username === ''
        ? {}
        : { auth: { user: decodeText(username), pass: decodeText(password) } }),
      // Without it a server that asks for no login gets the mail all the same.
      forceAuth: username !== '',
      tls: { servername: literal === null ? hostname : '', ...(ca ? { ca } : {}) },
      disableFileAccess: true,
      disableUrlAccess: true
    })
    const { response } = await mail.sendMail(writeMail(headers, Buffer.from(body).toString()))
    return readReply(response, durationMs())
  } catch (error) {
    if (signal.aborted) return { kind: 'cancelled', durationMs: durationMs() }
    if (deadline.aborted) return { kind: 'timeout', durationMs: durationMs() }
    return classifyError(error as MailError, durationMs())
  } finally {
    either.removeEventListener('abort', abort)
    socket.destroy()
  }
}

/** Headers that nodemailer has options for; it writes all others as they are. */
function writeMail(headers: WebhookRequest['headers'], text: string): SendMailOptions {
  const { from, to, subject, 'message-id': messageId, references, ...others } = headers
  return { from, to, subject, messageId, references, headers: others, text } as SendMailOptions
}

function readReply(reply: string, durationMs: number): SendOutcome {
  const status = Number.parseInt(reply, 10)
  const excerpt = reply.slice(0, replyCharsMax).toWellFormed()
  return { kind: 'response', status, retryAfter: null, excerpt, durationMs }
}

interface MailError extends Error {
  readonly code?: string
  readonly originalCode?: string
  readonly response?: string
}

function classifyError(error: MailError, durationMs: number): SendOutcome {
  const { code = '', originalCode = code, response = '' } = error
  if (/^[245][0-9]{2}/.test(response)) return readReply(response, durationMs)
  if (error instanceof AddressRefusedError)
    return { kind: 'refused', reason: 'address-not-public', durationMs }
  if (code === 'ETIMEDOUT') return { kind: 'timeout', durationMs }
  const reason = code === 'ETLS' ? 'tls' : classifyCode(originalCode)
  return { kind: 'failed', reason: reason ?? 'connection-lost', durationMs }
}

/** Checks the address of a mail server before anything is resolved, as `vetEndpoint` does. Pure. */
export function vetMailServer(text: string, policy: EndpointPolicy): VettedEndpoint {
  const refuse = (reason: EndpointRefusal, detail: string) =>
    ({ ok: false, reason, detail }) as const
  const [, scheme = '', rest = ''] = /^(smtps?):\/\/(.*)$/.exec(text) ?? []
  if (scheme === '') return refuse('scheme-not-allowed', 'the address must be smtps:// or smtp://')
  // Parsed as https, so that its host is read as a webhook's is: only then no other form of the
  // host is left.
  const url = URL.parse(`https://${rest}`)
  if (url === null) return refuse('not-a-url', 'the address is not a URL')
  const login = url.username === '' ? '' : `${url.username}:${url.password}@`
  url.username = ''
  url.password = ''
  const vetted = vetEndpoint(url.href, policy)
  if (!vetted.ok) return vetted
  const { pathname, search, hostname, port } = vetted.url
  if (pathname !== '/' || search !== '')
    return refuse('not-a-url', 'the address of a mail server has no path')
  // 465 is TLS from the start, 587 upgrades to it.
  const dialled = port || (scheme === 'smtps' ? '465' : '587')
  return { ok: true, url: new URL(`${scheme}://${login}${hostname}:${dialled}`) }
}
