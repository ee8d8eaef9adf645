// Names and addresses in Host and Origin headers: which are loopback, which are ours. Pure.

import { isIP, isIPv6 } from 'node:net'

/** True for names and addresses that only this machine can reach. */
export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, '').toLowerCase()
  return bare === 'localhost' || bare === '::1' || /^127\.(?:[0-9]{1,3}\.){2}[0-9]{1,3}$/.test(bare)
}

const hostPattern = /^(\[[0-9a-f:.]+\]|[^\s:/?#@\\[\]]+)(?::([0-9]{1,5}))?$/

/** Host and port of a Host header, the name in lower case; null if it is malformed. */
export function parseHost(header: string): { readonly name: string; readonly port: string } | null {
  const match = hostPattern.exec(header.toLowerCase())
  return match?.[1] === undefined ? null : { name: match[1], port: match[2] ?? '' }
}

export interface ServedNames {
  /** Address that the suite listens on. */
  readonly host: string
  readonly publicUrl: string
  readonly allowedHosts: readonly string[]
  readonly allowedOrigins: readonly string[]
}

/**
 * True if a Host header is one of ours. After DNS rebinding, a foreign page sends its own name
 * here. If the suite listens beyond loopback, any literal address is accepted, since no name can be
 * rebound to it.
 */
export function servesHost(names: ServedNames, header: string | undefined): boolean {
  const host = header === undefined ? null : parseHost(header)
  if (host === null) return false
  if (isLoopback(host.name)) return true
  if (names.allowedHosts.some(allowed => allowed.toLowerCase() === host.name)) return true
  if (names.publicUrl !== '' && new URL(names.publicUrl).hostname === host.name) return true
  return (
    !isLoopback(names.host) &&
    (isIP(host.name.replace(/^\[|\]$/g, '')) !== 0 || names.host.toLowerCase() === host.name)
  )
}

export type OriginVerdict = 'none' | 'own' | 'allowed' | 'refused'

/**
 * The origin of a request's page. `own`: the requested host itself; `allowed`: named in the
 * configuration.
 */
export function judgeOrigin(
  names: ServedNames,
  origin: string | undefined,
  hostHeader: string | undefined
): OriginVerdict {
  if (origin === undefined) return 'none'
  const asked = hostHeader?.toLowerCase()
  const url = URL.canParse(origin) ? new URL(origin) : null
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) return 'refused'
  if (
    asked !== undefined &&
    (url.host === asked || `${url.host}:${url.protocol === 'https:' ? 443 : 80}` === asked)
  )
    return 'own'
  if (names.publicUrl !== '' && new URL(names.publicUrl).origin === url.origin) return 'own'
  return names.allowedOrigins.some(allowed => new URL(allowed).origin === url.origin)
    ? 'allowed'
    : 'refused'
}

/**
 * The client, as far as an address identifies it: an IPv6 host has at least a /64, so its first
 * four groups are used.
 */
export function computeNetwork(address: string): string {
  if (!isIPv6(address) || address.includes('.')) return address
  const [head = '', tail] = address.split('::')
  const front = head === '' ? [] : head.split(':')
  const back = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros =
    tail === undefined ? [] : Array.from({ length: 8 - front.length - back.length }, () => '0')
  return [...front, ...zeros, ...back].slice(0, 4).join(':')
}
