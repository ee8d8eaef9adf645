// Mail as a transport next to HTTP: requests to `smtp:` and `smtps:` addresses are sent by SMTP,
// with the name vetted and the vetted address dialled, as for webhooks. The reply code of the
// server is the status: 250 is accepted.

import { connect, type Socket } from 'node:net'
import {
  type EndpointPolicy,
  type EndpointRefusal,
  isAllowedAddress,
  isAllowedAnswer,
  parseLiteral,
  type VettedEndpoint,
  vetEndpoint
} from '@tocsin/webhooks/address-vetting'
import type { Resolve } from '@tocsin/webhooks/name-resolver'
import { classifyCode } from '@tocsin/webhooks/undici-transport'
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

const isMailAddress = (url: string): boolean => /^smtps?:/.test(url)

/** The given transport, which also sends mail. */
export function withMail(http: WebhookTransport, options: MailTransportOptions): WebhookTransport {
  return {
    send: (request, signal) =>
      isMailAddress(request.url) ? sendMail(request, signal, options) : http.send(request, signal),
    close: () => http.close()
  }
}

async function sendMail(
  request: WebhookRequest,
  signal: AbortSignal,
  options: MailTransportOptions
): Promise<SendOutcome> {
  const startedMs = performance.now()
  const durationMs = () => Math.round(performance.now() - startedMs)
  const deadline = AbortSignal.timeout(timeoutMs)
  const either = AbortSignal.any([signal, deadline])
  let socket: Socket | null = null
  try {
    const url = new URL(request.url)
    const address = await raceAbort(findAddress(url.hostname, request, options), either)
    if (address === null)
      return { kind: 'refused', reason: 'address-not-public', durationMs: durationMs() }
    socket = await openSocket(address, Number(url.port), either)
    const { response } = await raceAbort(deliver(request, url, socket, options), either)
    return readReply(response, durationMs())
  } catch (error) {
    if (signal.aborted) return { kind: 'cancelled', durationMs: durationMs() }
    if (deadline.aborted) return { kind: 'timeout', durationMs: durationMs() }
    return classifyError(error as MailError, durationMs())
  } finally {
    socket?.destroy()
  }
}

/** Checks the address of a mail server before anything is resolved, as `vetEndpoint` does. Pure. */
export function vetMailServer(text: string, policy: EndpointPolicy): VettedEndpoint {
  const [, scheme = '', rest = ''] = /^(smtps?):\/\/(.*)$/.exec(text) ?? []
  const refuse = (reason: EndpointRefusal, detail: string) =>
    ({ ok: false, reason, detail }) as const
  if (scheme === '') return refuse('scheme-not-allowed', 'the address must be smtps:// or smtp://')
  if (!canDecode(rest))
    return refuse('not-a-url', 'a percent sign in the login must be written as %25')
  // Parsed as https, so that its host is read as a webhook's is: only then no other form of the
  // host is left.
  const { username = '', password = '', ...read } = readParts(rest)
  const vetted = vetEndpoint(read.href ?? '', policy)
  if (!vetted.ok) return vetted
  if (vetted.url.pathname !== '/' || vetted.url.search !== '')
    return refuse('not-a-url', 'the address of a mail server has no path')
  const login = username === '' ? '' : `${username}:${password}@`
  // 465 is TLS from the start, 587 upgrades to it.
  const port = vetted.url.port || (scheme === 'smtps' ? '465' : '587')
  return { ok: true, url: new URL(`${scheme}://${login}${vetted.url.hostname}:${port}`) }
}

function canDecode(text: string): boolean {
  try {
    decodeURIComponent(text)
    return true
  } catch {
    // Only what is not encoded as UTF-8 throws.
    return false
  }
}

function readParts(rest: string): {
  readonly username?: string
  readonly password?: string
  readonly href?: string
} {
  const url = URL.parse(`https://${rest}`)
  if (url === null) return {}
  const { username, password } = url
  url.username = ''
  url.password = ''
  return { username, password, href: url.href }
}

/** The address to dial; null if the policy forbids one of the answer. */
async function findAddress(
  hostname: string,
  { isWithinOwnNetworks, isPublicOnly }: WebhookRequest,
  { policy, resolve }: MailTransportOptions
): Promise<string | null> {
  const within = {
    ...policy,
    ...(isWithinOwnNetworks === true ? { isWithinOwnNetworks } : {}),
    ...(isPublicOnly === true ? { allowNetworks: [] } : {})
  }
  const literal = parseLiteral(hostname)
  if (literal !== null) return isAllowedAddress(literal, within) ? literal : null
  const addresses = (await resolve(hostname)).map(each => each.address)
  return isAllowedAnswer(addresses, within) ? (addresses[0] as string) : null
}

function openSocket(host: string, port: number, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, signal })
    socket.once('error', reject)
    socket.once('connect', () => resolve(socket))
  })
}

function deliver(
  { headers, body }: WebhookRequest,
  { protocol, hostname, username, password }: URL,
  socket: Socket,
  { policy, ca }: MailTransportOptions
): Promise<{ readonly response: string }> {
  const mail = createTransport({
    host: hostname,
    getSocket: (_options, callback) => callback(null, { connection: socket }),
    secure: protocol === 'smtps:',
    requireTLS: !policy.allowHttp,
    ...(username === ''
      ? {}
      : { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
    // Without it a server that asks for no login gets the mail all the same.
    forceAuth: username !== '',
    tls: { servername: parseLiteral(hostname) === null ? hostname : '', ...(ca ? { ca } : {}) },
    disableFileAccess: true,
    disableUrlAccess: true
  })
  return mail.sendMail(writeMail(headers, Buffer.from(body).toString()))
}

/** Headers that nodemailer has options for; it writes all others as they are. */
function writeMail(headers: WebhookRequest['headers'], text: string): SendMailOptions {
  const { from, to, subject, 'message-id': messageId, references, ...others } = headers
  return { from, to, subject, messageId, references, headers: others, text } as SendMailOptions
}

async function raceAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>()
  const abort = () => reject(signal.reason)
  signal.addEventListener('abort', abort)
  try {
    return await Promise.race([work, promise])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}

interface MailError extends Error {
  readonly code?: string
  readonly originalCode?: string
  readonly response?: string
}

function readReply(reply: string, durationMs: number): SendOutcome {
  const status = Number.parseInt(reply, 10)
  const excerpt = reply.slice(0, replyCharsMax).toWellFormed()
  return { kind: 'response', status, retryAfter: null, excerpt, durationMs }
}

function classifyError(
  { code = '', originalCode = code, response }: MailError,
  durationMs: number
): SendOutcome {
  if (response !== undefined && /^[245][0-9]{2}/.test(response))
    return readReply(response, durationMs)
  if (code === 'ETIMEDOUT') return { kind: 'timeout', durationMs }
  const reason = code === 'ETLS' ? 'tls' : classifyCode(originalCode)
  return { kind: 'failed', reason: reason ?? 'connection-lost', durationMs }
}
