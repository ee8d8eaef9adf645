// The real network: undici with its own dispatcher. No redirects, one deadline for the whole attempt, a bounded answer, vetted
// addresses.

import { Agent, type Dispatcher, errors, request } from 'undici'
import { type EndpointPolicy, vetEndpoint } from './address-vetting.ts'
import type { Resolve } from './name-resolver.ts'
import { AddressRefusedError, vettedConnector } from './vetted-connector.ts'
import type { SendFailure, SendOutcome, WebhookRequest, WebhookTransport } from './webhook-transport.ts'

export interface UndiciTransportOptions {
  readonly policy: EndpointPolicy
  /** Covers the whole attempt: resolving, connecting, TLS, the answer. */
  readonly timeoutMs?: number
  readonly connectTimeoutMs?: number
  /** Limit of the answer, after which the connection is closed. */
  readonly responseBytesMax?: number
  /** The part of it that is returned as text. */
  readonly excerptCharsMax?: number
  readonly resolve?: Resolve
  readonly ca?: string
}

export const transportDefaults = {
  timeoutMs: 15_000,
  connectTimeoutMs: 5_000,
  responseBytesMax: 16_384,
  excerptCharsMax: 512
} as const

const connectionsPerOriginMax = 8
const keepAliveMs = 30_000

/** A transport over undici. Its outcomes name no address and repeat no text of an error. */
export function openUndiciTransport(options: UndiciTransportOptions): WebhookTransport {
  const settings = { ...transportDefaults, ...options }
  const agent = new Agent({
    connect: vettedConnector({
      policy: settings.policy,
      connectTimeoutMs: settings.connectTimeoutMs,
      ...(options.resolve ? { resolve: options.resolve } : {}),
      ...(options.ca ? { ca: options.ca } : {})
    }),
    connections: connectionsPerOriginMax,
    pipelining: 1,
    keepAliveTimeout: keepAliveMs,
    keepAliveMaxTimeout: keepAliveMs,
    headersTimeout: settings.timeoutMs,
    bodyTimeout: settings.timeoutMs,
    maxHeaderSize: 16_384
  })
  return {
    send: (message, signal) => send(agent, message, signal, settings),
    close: () => agent.destroy()
  }
}

type Settings = Pick<UndiciTransportOptions, 'policy'> & Readonly<Record<keyof typeof transportDefaults, number>>

async function send(agent: Agent, message: WebhookRequest, signal: AbortSignal, settings: Settings): Promise<SendOutcome> {
  const startedMs = performance.now()
  const durationMs = () => Math.round(performance.now() - startedMs)
  // Checked at every attempt: the policy may be stricter than at subscription.
  const endpoint = vetEndpoint(message.url, settings.policy)
  if (!endpoint.ok) {
    const reason = endpoint.reason === 'address-not-public' ? 'address-not-public' : 'url-not-allowed'
    return { kind: 'refused', reason, durationMs: durationMs() }
  }
  const deadline = AbortSignal.timeout(settings.timeoutMs)
  const either = AbortSignal.any([deadline, signal])
  try {
    const response = await request(endpoint.url, {
      method: 'POST',
      dispatcher: agent,
      headers: { ...message.headers },
      body: message.body,
      signal: either
    })
    const excerpt = await excerptOf(response.body, settings)
    const header = response.headers['retry-after']
    const retryAfter = typeof header === 'string' ? header : null
    return { kind: 'response', status: response.statusCode, retryAfter, excerpt, durationMs: durationMs() }
  } catch (error) {
    if (signal.aborted) return { kind: 'cancelled', durationMs: durationMs() }
    if (deadline.aborted) return { kind: 'timeout', durationMs: durationMs() }
    return outcomeOf(error, durationMs())
  }
}

/** The status alone decides: a body that is long, slow or broken is discarded. */
async function excerptOf(body: Dispatcher.ResponseData['body'], settings: Settings): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      chunks.push(chunk)
      bytes += chunk.length
      if (bytes > settings.responseBytesMax) break
    }
  } catch {
    // The connection is gone; what came of the body stands.
  }
  return Buffer.concat(chunks).toString('utf8').slice(0, settings.excerptCharsMax)
}

function outcomeOf(error: unknown, durationMs: number): SendOutcome {
  for (const cause of causesOf(error)) {
    if (cause instanceof AddressRefusedError) return { kind: 'refused', reason: 'address-not-public', durationMs }
    if (cause instanceof errors.HTTPParserError) return { kind: 'failed', reason: 'protocol', durationMs }
    const code = String((cause as NodeJS.ErrnoException).code ?? '')
    if (timeoutCodes.has(code)) return { kind: 'timeout', durationMs }
    const reason = failureOf(code)
    if (reason !== null) return { kind: 'failed', reason, durationMs }
  }
  return { kind: 'failed', reason: 'connection-lost', durationMs }
}

/** An error, those it gathers (one per dialled address) and its causes. */
function causesOf(error: unknown, depth = 0): readonly unknown[] {
  if (!(error instanceof Error) || depth > 4) return []
  const gathered = error instanceof AggregateError ? error.errors.flatMap(each => causesOf(each, depth + 1)) : []
  return [error, ...gathered, ...causesOf(error.cause, depth + 1)]
}

const timeoutCodes = new Set(['UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT', 'ETIMEDOUT'])

function failureOf(code: string): SendFailure | null {
  if (code === 'ENOTFOUND' || code === 'ENODATA') return 'dns-not-found'
  if (code.startsWith('EAI_') || code === 'ESERVFAIL' || code === 'EREFUSED') return 'dns-unavailable'
  if (code === 'ECONNREFUSED' || code === 'EHOSTUNREACH' || code === 'ENETUNREACH' || code === 'EADDRNOTAVAIL') return 'connect'
  if (code.startsWith('ERR_TLS') || code.startsWith('ERR_SSL') || tlsCodes.has(code)) return 'tls'
  if (code === 'UND_ERR_HEADERS_OVERFLOW' || code === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH') return 'protocol'
  if (code === 'ECONNRESET' || code === 'EPIPE' || code === 'UND_ERR_SOCKET') return 'connection-lost'
  return null
}

/** OpenSSL's verdicts on a certificate, as Node names them. */
const tlsCodes = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'CERT_REVOKED',
  'CERT_UNTRUSTED',
  'CERT_REJECTED',
  'HOSTNAME_MISMATCH',
  'EPROTO'
])
