// The sender's connector dials exactly what was checked. It resolves names, checks the whole answer
// and passes those addresses to the socket, so that DNS rebinding between check and connect has no
// effect.

import type { LookupFunction, Socket } from 'node:net'
import { buildConnector, Client } from 'undici'
import {
  type EndpointPolicy,
  isAllowedAddress,
  isAllowedAnswer,
  parseLiteral
} from './address-vetting.ts'
import { createResolve, type Resolve } from './name-resolver.ts'

/** The address is not allowed. The message names neither the address nor the network. */
export class AddressRefusedError extends Error {
  override readonly message = 'the endpoint does not resolve to public addresses only'
}

/** The receiver sends more than any answer has, such as an endless reason phrase. */
export class AnswerTooLongError extends Error {
  override readonly message = 'the answer has no end'
}

/** The proxy is away, or refuses the target. The message does not name it. */
export class ProxyError extends Error {}

export interface ConnectorOptions {
  readonly policy: EndpointPolicy
  /**
   * Limit of all bytes of one answer, those before its body included, after which the connection is
   * closed.
   */
  readonly answerBytesMax: number
  readonly connectTimeoutMs: number
  readonly resolve?: Resolve
  /** Every connection goes through it; null: none. */
  readonly proxy: URL | null
  /** PEM certificates to trust in addition to the system's. */
  readonly ca?: string
}

/**
 * A connector for an undici Agent that only reaches vetted addresses. TLS names are checked against
 * the host in the URL, not the address.
 */
export function createVettedConnector(options: ConnectorOptions): buildConnector.connector {
  const { policy, resolve = createResolve(), proxy, connectTimeoutMs, answerBytesMax } = options
  const connect = buildConnector({
    timeout: connectTimeoutMs,
    allowH2: false,
    lookup: createVettedLookup(policy, resolve),
    ...(options.ca === undefined ? {} : { ca: options.ca })
  })
  /** A connection through the proxy; null: to the networks in the policy there is none. */
  const findTunnel = async (by: URL, target: buildConnector.Options): Promise<Socket | null> => {
    const addresses = await lookUp(target.hostname, resolve)
    if (addresses !== null && isAllowedAnswer(addresses, { ...policy, networks: 'own' }))
      return null
    // The proxy resolves the name again: what it must refuse is on the page of operations.
    if (addresses !== null && !isAllowedAnswer(addresses, policy)) throw new AddressRefusedError()
    return openTunnel(by, target, connectTimeoutMs)
  }
  return (target, callback) => {
    const finish: buildConnector.Callback = (...[error, socket]) => {
      if (error !== null) return callback(error, null)
      limitAnswers(socket, answerBytesMax)
      callback(null, socket)
    }
    // Node makes no look-up for a literal, so it must be checked here.
    const literal = parseLiteral(target.hostname)
    if (literal !== null && !isAllowedAddress(literal, policy))
      return callback(new AddressRefusedError(), null)
    if (proxy === null) return connect(target, finish)
    findTunnel(proxy, target).then(
      socket => {
        if (socket === null) connect(target, finish)
        else if (target.protocol === 'https:') connect({ ...target, httpSocket: socket }, finish)
        else finish(null, socket)
      },
      (error: Error) => callback(error, null)
    )
  }
}

/**
 * Opens a connection to the target through the proxy by CONNECT. TLS is spoken with the endpoint
 * itself, so that the proxy reads only its name. Rejects with a ProxyError.
 */
async function openTunnel(
  proxy: URL,
  { hostname, protocol, port }: buildConnector.Options,
  timeoutMs: number
): Promise<Socket> {
  const authority = `${hostname}:${port || (protocol === 'https:' ? 443 : 80)}`
  const answer = await new Client(proxy.origin)
    .connect({
      ...{ path: authority, headers: { host: authority, ...writeCredentials(proxy) } },
      signal: AbortSignal.timeout(timeoutMs)
    })
    .catch(() => null)
  if (answer === null) throw new ProxyError('the proxy does not answer')
  const { statusCode, socket } = answer
  if (statusCode >= 200 && statusCode < 300) return socket as Socket
  socket.on('error', () => {}).destroy()
  throw new ProxyError(`the proxy answered ${statusCode}`)
}

function writeCredentials({ username, password }: URL): Readonly<Record<string, string>> {
  if (username === '') return {}
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  return { 'proxy-authorization': `Basic ${Buffer.from(pair).toString('base64')}` }
}

/**
 * Counts what comes on a connection since something was last sent on it. The parser limits headers,
 * and the sender bodies; neither limits reason phrases, extensions of chunks and answers before the
 * answer.
 */
function limitAnswers(socket: Socket, bytesMax: number): void {
  let [written, before, last] = [0, 0, 0]
  socket.on('readable', () => {
    if (socket.bytesWritten !== written) {
      written = socket.bytesWritten
      before = last
    }
    last = socket.bytesRead
    if (last - before > bytesMax) socket.destroy(new AnswerTooLongError())
  })
}

/** For Node's sockets: gives the addresses of a name, or an AddressRefusedError. */
export function createVettedLookup(policy: EndpointPolicy, resolve: Resolve): LookupFunction {
  return (hostname, lookupOptions, callback) => {
    resolve(hostname).then(
      answer => {
        const first = answer[0]
        const addresses = answer.map(each => each.address)
        if (first === undefined || !isAllowedAnswer(addresses, policy))
          callback(new AddressRefusedError(), '', 0)
        else if (lookupOptions.all === true) callback(null, [...answer])
        else callback(null, first.address, first.family)
      },
      (error: NodeJS.ErrnoException) => callback(error, '', 0)
    )
  }
}

/** How long a name is looked up beforehand, ms. */
const firstLookMs = 2_000

/** The addresses of a host; null: not known in time. Never rejects. */
async function lookUp(hostname: string, resolve: Resolve): Promise<readonly string[] | null> {
  const literal = parseLiteral(hostname)
  if (literal !== null) return [literal]
  const late = new Promise<null>(done => setTimeout(done, firstLookMs, null).unref())
  const answer = await Promise.race([resolve(hostname).catch(() => null), late])
  return answer?.map(({ address }) => address) ?? null
}

/**
 * A preliminary check of a name, at subscription. `unresolved` may become either later: the check
 * on connect decides. Never rejects.
 */
export async function checkName(
  hostname: string,
  policy: EndpointPolicy,
  resolve: Resolve
): Promise<'allowed' | 'refused' | 'unresolved'> {
  const addresses = await lookUp(hostname, resolve)
  if (addresses === null) return 'unresolved'
  return isAllowedAnswer(addresses, policy) ? 'allowed' : 'refused'
}
