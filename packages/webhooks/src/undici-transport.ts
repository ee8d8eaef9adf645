// The real network: undici with its own dispatcher. No redirects, one deadline for the whole
// attempt, a bounded answer, vetted addresses.

import { LRUCache } from 'lru-cache'
import { Agent, errors } from 'undici'
import { type EndpointPolicy, type VettedEndpoint, vetEndpoint } from './address-vetting.ts'
import { type Answer, AttemptAnswer } from './attempt-answer.ts'
import type { Resolve } from './name-resolver.ts'
import { ProxyError } from './proxy-tunnel.ts'
import {
  AddressRefusedError,
  AnswerTooLongError,
  createVettedConnector
} from './vetted-connector.ts'
import type {
  SendFailure,
  SendOutcome,
  WebhookRequest,
  WebhookTransport
} from './webhook-transport.ts'

export interface UndiciTransportOptions {
  readonly policy: EndpointPolicy
  /** Covers the whole attempt: resolving, connecting, TLS, the answer. */
  readonly timeoutMs?: number
  readonly connectTimeoutMs?: number
  /** Limit of the answer, after which the connection is closed. */
  readonly responseBytesMax?: number
  /** Limit of all bytes of the answer, those before its body included. */
  readonly answerBytesMax?: number
  /** How long the body is waited for after the status, ms. */
  readonly bodyMs?: number
  /** The part of the answer that is returned as text. */
  readonly excerptCharsMax?: number
  /**
   * Connections to one origin. What begins beyond them waits, and its deadline runs: begin no more
   * than that in one chunk.
   */
  readonly connectionsPerOriginMax?: number
  readonly resolve?: Resolve
  /** A proxy for all but the networks in the policy, `http://user:password@host:port`. */
  readonly proxy?: string | null
  readonly ca?: string
}

export const transportDefaults = {
  timeoutMs: 15_000,
  connectTimeoutMs: 5_000,
  bodyMs: 1_000,
  responseBytesMax: 16_384,
  answerBytesMax: 262_144,
  excerptCharsMax: 512,
  connectionsPerOriginMax: 32
} as const

const keepAliveMs = 30_000

/** Verdicts cached by policy: an address and a policy always give the same. */
const verdictsMax = 2_000

/** A transport over undici. Its outcomes name no address and repeat no text of an error. */
export function openUndiciTransport(options: UndiciTransportOptions): WebhookTransport {
  const settings = { ...transportDefaults, ...options, verdicts: createVerdictCache() }
  const own = {
    ...settings,
    policy: { ...settings.policy, isWithinOwnNetworks: true },
    verdicts: createVerdictCache()
  }
  const outside = {
    ...settings,
    policy: { ...settings.policy, allowNetworks: [] },
    verdicts: createVerdictCache()
  }
  // One agent per reach: a connection that one reach allows is not used by another.
  const agents = {
    all: createAgent(settings),
    own: createAgent({ ...own, proxy: null }),
    outside: createAgent(outside)
  }
  return {
    send: (message, signal) => {
      if (message.isWithinOwnNetworks === true) return send(agents.own, message, signal, own)
      if (message.isPublicOnly === true) return send(agents.outside, message, signal, outside)
      return send(agents.all, message, signal, settings)
    },
    close: async () => {
      await Promise.all(Object.values(agents).map(agent => agent.destroy()))
    }
  }
}

function createAgent(
  settings: Settings & Pick<UndiciTransportOptions, 'resolve' | 'ca' | 'proxy'>
): Agent {
  return new Agent({
    connect: createVettedConnector({
      policy: settings.policy,
      connectTimeoutMs: settings.connectTimeoutMs,
      answerBytesMax: settings.answerBytesMax,
      ...(settings.proxy ? { proxy: new URL(settings.proxy) } : {}),
      ...(settings.resolve ? { resolve: settings.resolve } : {}),
      ...(settings.ca ? { ca: settings.ca } : {})
    }),
    connections: settings.connectionsPerOriginMax,
    pipelining: 1,
    keepAliveTimeout: keepAliveMs,
    keepAliveMaxTimeout: keepAliveMs,
    headersTimeout: settings.timeoutMs,
    bodyTimeout: settings.timeoutMs,
    maxHeaderSize: 16_384
  })
}

type Settings = Pick<UndiciTransportOptions, 'policy'> &
  Readonly<Record<keyof typeof transportDefaults, number>> & {
    readonly verdicts: LRUCache<string, VettedEndpoint>
  }

function createVerdictCache(): LRUCache<string, VettedEndpoint> {
  return new LRUCache({ maxSize: verdictsMax, sizeCalculation: () => 1 })
}

function getVerdict(url: string, { policy, verdicts }: Settings): VettedEndpoint {
  const known = verdicts.get(url)
  if (known !== undefined) return known
  const verdict = vetEndpoint(url, policy)
  verdicts.set(url, verdict)
  return verdict
}

async function send(
  agent: Agent,
  message: WebhookRequest,
  signal: AbortSignal,
  settings: Settings
): Promise<SendOutcome> {
  const startedMs = performance.now()
  const durationMs = () => Math.round(performance.now() - startedMs)
  // Checked at every attempt: the policy may be stricter than at subscription.
  const endpoint = getVerdict(message.url, settings)
  if (!endpoint.ok) {
    const reason =
      endpoint.reason === 'address-not-public' ? 'literal-not-public' : 'url-not-allowed'
    return { kind: 'refused', reason, durationMs: durationMs() }
  }
  const answer = new AttemptAnswer(settings, signal)
  const { origin, pathname, search } = endpoint.url
  const isPost = message.method !== 'OPTIONS'
  try {
    agent.dispatch(
      {
        origin,
        path: `${pathname}${search}`,
        method: message.method ?? 'POST',
        headers: message.headers,
        body: isPost ? message.body : null
      },
      answer
    )
  } catch (error) {
    answer.fail(error)
  }
  const settled = await answer.settled
  if ('status' in settled) return readResponse(settled, isPost, durationMs())
  if (settled.by === 'signal') return { kind: 'cancelled', durationMs: durationMs() }
  return settled.by === 'deadline'
    ? { kind: 'timeout', durationMs: durationMs() }
    : classifyError(settled.error, durationMs())
}

function readResponse(
  { status, headers, excerpt }: Answer,
  isPost: boolean,
  durationMs: number
): SendOutcome {
  const retryAfter = readHeader(headers['retry-after'])
  const outcome = { kind: 'response', status, retryAfter, excerpt, durationMs } as const
  if (isPost) return outcome
  const allowedOrigin = readHeader(headers['webhook-allowed-origin'])
  return { ...outcome, allowedOrigin, allowedRate: readHeader(headers['webhook-allowed-rate']) }
}

/** Null without the header, or where it is repeated. */
function readHeader(header: string | string[] | undefined): string | null {
  return typeof header === 'string' ? header : null
}

function classifyError(error: unknown, durationMs: number): SendOutcome {
  for (const cause of listCauses(error)) {
    if (cause instanceof AddressRefusedError)
      return { kind: 'refused', reason: 'address-not-public', durationMs }
    if (cause instanceof errors.HTTPParserError || cause instanceof AnswerTooLongError)
      return { kind: 'failed', reason: 'protocol', durationMs }
    if (cause instanceof ProxyError) return { kind: 'failed', reason: 'proxy', durationMs }
    const code = String((cause as NodeJS.ErrnoException).code ?? '')
    if (timeoutCodes.has(code)) return { kind: 'timeout', durationMs }
    const reason = classifyCode(code)
    if (reason !== null) return { kind: 'failed', reason, durationMs }
  }
  return { kind: 'failed', reason: 'connection-lost', durationMs }
}

/** An error, those it gathers (one per dialled address) and its causes. */
function listCauses(error: unknown, depth = 0): readonly unknown[] {
  if (!(error instanceof Error) || depth > 4) return []
  const gathered =
    error instanceof AggregateError ? error.errors.flatMap(each => listCauses(each, depth + 1)) : []
  return [error, ...gathered, ...listCauses(error.cause, depth + 1)]
}

const timeoutCodes = new Set([
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  'ETIMEDOUT'
])

/** Why no answer came, by the code of the error; null: the code does not say. */
export function classifyCode(code: string): SendFailure | null {
  if (code === 'ENOTFOUND' || code === 'ENODATA') return 'dns-not-found'
  if (code.startsWith('EAI_') || code === 'ESERVFAIL' || code === 'EREFUSED')
    return 'dns-unavailable'
  if (code === 'ECONNREFUSED') return 'connect'
  if (code === 'EHOSTUNREACH' || code === 'ENETUNREACH' || code === 'EADDRNOTAVAIL')
    return 'no-route'
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return 'tls-name'
  if (code.startsWith('ERR_TLS') || code.startsWith('ERR_SSL') || tlsCodes.has(code)) return 'tls'
  if (code === 'UND_ERR_HEADERS_OVERFLOW' || code === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH')
    return 'protocol'
  if (code === 'ECONNRESET' || code === 'EPIPE' || code === 'UND_ERR_SOCKET')
    return 'connection-lost'
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
