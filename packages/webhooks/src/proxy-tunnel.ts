// Connects to an endpoint through an HTTP proxy by CONNECT. TLS is spoken with the endpoint itself,
// so that the proxy reads only its name.

import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import type { Socket } from 'node:net'

/** The proxy is away, or refuses the target. The message does not name it. */
export class ProxyError extends Error {
  override readonly name = 'ProxyError'
  readonly code = 'proxy'

  constructor(detail: string) {
    super(`the proxy ${detail}`)
  }
}

export interface TunnelTarget {
  readonly hostname: string
  readonly protocol: string
  /** Empty: that of the protocol. */
  readonly port: string
}

/** Opens a connection to the target through the proxy. Rejects with a ProxyError. */
export function openTunnel(
  proxy: URL,
  { hostname, protocol, port }: TunnelTarget,
  timeoutMs: number
): Promise<Socket> {
  const authority = `${hostname}:${port === '' ? defaultPorts[protocol] : port}`
  const request = (proxy.protocol === 'https:' ? requestHttps : requestHttp)({
    host: proxy.hostname.replace(/^\[|\]$/g, ''),
    port: proxy.port === '' ? defaultPorts[proxy.protocol] : proxy.port,
    method: 'CONNECT',
    path: authority,
    headers: { host: authority, ...writeCredentials(proxy) },
    agent: false
  })
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => request.destroy(), timeoutMs)
    const fail = (detail: string) => {
      clearTimeout(timer)
      reject(new ProxyError(detail))
    }
    request.once('error', () => fail('does not answer'))
    request.once('close', () => fail('does not answer'))
    request.once('connect', ({ statusCode = 0 }, socket) => {
      if (statusCode < 200 || statusCode > 299) {
        socket.destroy()
        return fail(`answered ${statusCode}`)
      }
      clearTimeout(timer)
      resolve(socket)
    })
    request.end()
  })
}

const defaultPorts: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' }

function writeCredentials({ username, password }: URL): Readonly<Record<string, string>> {
  if (username === '') return {}
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  return { 'proxy-authorization': `Basic ${Buffer.from(pair).toString('base64')}` }
}
