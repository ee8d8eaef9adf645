// The real network: undici with its own dispatcher. No redirects, one deadline for the whole
// attempt, a bounded answer, vetted addresses.

import { Agent, type Dispatcher, errors } from 'undici'
import { type EndpointPolicy, vetEndpoint } from './address-vetting.ts'
import type { Resolve } from './name-resolver.ts'
import {
  AddressRefusedError,
  AnswerTooLongError,
  createVettedConnector,
  ProxyError
} from './vetted-connector.ts'
import type {
  SendFailure,
  SendOutcome,
  WebhookRequest,
  WebhookTransport
} from './webhook-transport.ts'

export const transportDefaults = {
  /** Covers the whole attempt: resolving, connecting, TLS, the answer. */
  timeoutMs: 15_000,
  connectTimeoutMs: 5_000,
  /** How long the body is waited for after the status, ms. */
  bodyMs: 1_000,
  /** Limit of the answer, after which the connection is closed. */
  responseBytesMax: 16_384,
  /** Limit of all bytes of the answer, those before its body included. */
  answerBytesMax: 262_144,
  /** The part of the answer that is returned as text. */
  excerptCharsMax: 512,
  /**
   * Connections to one origin. What begins beyond them waits, and its deadline runs: begin no more
   * than that in one chunk.
   */
  connectionsPerOriginMax: 32
}

type Settings = Readonly<typeof transportDefaults> & {
  readonly policy: EndpointPolicy
  readonly resolve?: Resolve
  /** A proxy for all but the networks in the policy, `http://user:password@host:port`. */
  readonly proxy?: string | null
  readonly ca?: string
}
export type UndiciTransportOptions = Pick<Settings, 'policy'> & Partial<Settings>

const keepAliveMs = 30_000

/** A transport over undici. Its outcomes name no address and repeat no text of an error. */
export function openUndiciTransport(options: UndiciTransportOptions): WebhookTransport {
  const settings = { ...transportDefaults, ...options }
  const within = (networks?: WebhookRequest['networks']) => {
    const policy = { ...options.policy, networks }
    const proxy = networks === 'own' ? null : settings.proxy
    return { agent: createAgent({ ...settings, policy, proxy: proxy ?? null }), policy }
  }
  // A connection that some requests may use is not used by another.
  const senders = { all: within(), own: within('own'), public: within('public') }
  return {
    send: (request, signal) => send(senders[request.networks ?? 'all'], request, signal, settings),
    close: async () => {
      await Promise.all(Object.values(senders).map(({ agent }) => agent.destroy()))
    }
  }
}

function createAgent(settings: Settings): Agent {
  const { proxy, timeoutMs, connectionsPerOriginMax } = settings
  return new Agent({
    connect: createVettedConnector({ ...settings, proxy: proxy ? new URL(proxy) : null }),
    connections: connectionsPerOriginMax,
    pipelining: 1,
    keepAliveTimeout: keepAliveMs,
    keepAliveMaxTimeout: keepAliveMs,
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    maxHeaderSize: 16_384
  })
}

async function send(
  { agent, policy }: { readonly agent: Agent; readonly policy: EndpointPolicy },
  { url, method = 'POST', headers, body }: WebhookRequest,
  signal: AbortSignal,
  settings: Settings
): Promise<SendOutcome> {
  const startedMs = performance.now()
  const durationMs = () => Math.round(performance.now() - startedMs)
  // Checked at every attempt: the policy may be stricter than at subscription.
  const endpoint = vetEndpoint(url, policy)
  if (!endpoint.ok) {
    const reason =
      endpoint.reason === 'address-not-public' ? 'literal-not-public' : 'url-not-allowed'
    return { kind: 'refused', reason, durationMs: durationMs() }
  }
  const { origin, pathname, search } = endpoint.url
  const isPost = method === 'POST'
  const request = { origin, path: `${pathname}${search}`, method, headers }
  const answer = await receive(agent, { ...request, body: isPost ? body : null }, signal, settings)
  if (answer === 'cancelled' || answer === 'timeout')
    return { kind: answer, durationMs: durationMs() }
  return 'error' in answer
    ? classifyError(answer.error, durationMs())
    : readResponse(answer, isPost, durationMs())
}

interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly excerpt: string
}
type NoAnswer = 'cancelled' | 'timeout' | { readonly error: unknown }

/**
 * Resolves once: with the first of an answer, an error, the deadline, or the abort of the signal.
 * Without streams and composed signals, which cost more than the request itself.
 */
function receive(
  agent: Agent,
  request: Dispatcher.DispatchOptions,
  signal: AbortSignal,
  { timeoutMs, bodyMs, responseBytesMax, excerptCharsMax }: Settings
): Promise<Answer | NoAnswer> {
  const { promise, resolve } = Promise.withResolvers<Answer | NoAnswer>()
  let controller: Dispatcher.DispatchController | null = null
  let head: Omit<Answer, 'excerpt'> | null = null
  let late: NodeJS.Timeout | undefined
  let [bytes, isSettled] = [0, false]
  const chunks: Buffer[] = []
  // The status alone decides: a body that is long, slow or broken is cut off, so that dripping it
  // delays no one.
  const settle = (otherwise: NoAnswer) => {
    isSettled = true
    clearTimeout(deadline)
    clearTimeout(late)
    signal.removeEventListener('abort', cancel)
    resolve(head === null ? otherwise : { ...head, excerpt: readText(chunks, excerptCharsMax) })
  }
  const cutOff = (why: NoAnswer) => {
    if (isSettled) return
    settle(why)
    // Closes the connection: later bytes on it are ignored.
    controller?.abort(cutOffError)
  }
  const cancel = () => cutOff('cancelled')
  const deadline = setTimeout(cutOff, timeoutMs, 'timeout')
  signal.addEventListener('abort', cancel)
  if (signal.aborted) cancel()
  const fail = (error: unknown) => {
    if (!isSettled) settle({ error })
  }
  try {
    agent.dispatch(request, {
      onRequestStart: started => {
        controller = started
        // Meanwhile no one waits for it any more: it was queued.
        if (isSettled) started.abort(cutOffError)
      },
      onResponseStart: (_, status, headers) => {
        // 1xx: the answer is yet to come.
        if (status < 200 || isSettled) return
        head = { status, headers }
        late = setTimeout(cutOff, bodyMs, 'timeout')
      },
      onResponseData: (_, chunk) => {
        if (isSettled) return
        chunks.push(chunk)
        bytes += chunk.length
        if (bytes > responseBytesMax) cutOff('timeout')
      },
      onResponseEnd: () => {
        if (!isSettled) settle('timeout')
      },
      onResponseError: (_, error) => fail(error)
    })
  } catch (error) {
    fail(error)
  }
  return promise
}

const cutOffError = new Error('cut off')

/** The beginning of a body. */
function readText(chunks: readonly Buffer[], charsMax: number): string {
  if (chunks.length === 0) return ''
  const bytes = Buffer.concat(chunks)
  // No character takes more than four bytes.
  const start = bytes.subarray(0, charsMax * 4)
  const text = new TextDecoder().decode(start, { stream: start.length < bytes.length })
  return text.replace(controls, '\ufffd').slice(0, charsMax).toWellFormed()
}

/**
 * Characters that control a terminal. Also a return without a line end, which goes back to the
 * beginning of the line, and what turns the direction of the text.
 */
const controls =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for; tabs and line ends stay.
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]|\r(?!\n)/g

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
    if (timeoutCode.test(code)) return { kind: 'timeout', durationMs }
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

const timeoutCode = /^(?:ETIMEDOUT|UND_ERR_(?:CONNECT|HEADERS|BODY)_TIMEOUT)$/

/** The first that fits counts. `tls`: also OpenSSL's verdicts on a certificate, as Node names them. */
const failures: readonly (readonly [RegExp, SendFailure])[] = [
  [/^(?:ENOTFOUND|ENODATA)$/, 'dns-not-found'],
  [/^(?:EAI_|ESERVFAIL$|EREFUSED$)/, 'dns-unavailable'],
  [/^ECONNREFUSED$/, 'connect'],
  [/^(?:EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL)$/, 'no-route'],
  [/^ERR_TLS_CERT_ALTNAME_INVALID$/, 'tls-name'],
  [/^(?:ERR_TLS|ERR_SSL|EPROTO|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|HOSTNAME_)/, 'tls'],
  [/^UND_ERR_(?:HEADERS_OVERFLOW|RES_CONTENT_LENGTH_MISMATCH)$/, 'protocol'],
  [/^(?:ECONNRESET|EPIPE|UND_ERR_SOCKET)$/, 'connection-lost']
]

/** Why no answer came, by the code of the error; null: the code does not say. */
export function classifyCode(code: string): SendFailure | null {
  return failures.find(([pattern]) => pattern.test(code))?.[1] ?? null
}
