// Which addresses a webhook may reach. Subscribers choose the address, so it is untrusted until
// checked: as text, as an IP literal, and in every DNS answer. Source: published cases of
// server-side request forgery; see the table in the tests.

import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'

/** What the operator allows beyond public https. */
export interface EndpointPolicy {
  readonly allowHttp: boolean
  /** Networks that may be reached although they are not public. */
  readonly allowNetworks: readonly Network[]
  /** `own`: these networks alone; `public`: none of them. Left out: both. */
  readonly networks?: 'own' | 'public' | undefined
}

export type Network = readonly [ipaddr.IPv4 | ipaddr.IPv6, number]

export type EndpointRefusal =
  | 'not-a-url'
  | 'too-long'
  | 'scheme-not-allowed'
  | 'credentials-in-url'
  | 'fragment-in-url'
  | 'address-not-public'

export type VettedEndpoint =
  | { readonly ok: true; readonly url: URL }
  | { readonly ok: false; readonly reason: EndpointRefusal; readonly detail: string }

export const urlLengthMax = 2048

/**
 * Reads networks in CIDR (`10.0.0.0/8`, `fd00::/8`). Throws TypeError that names the first that is
 * not one.
 */
export function parseNetworks(texts: readonly string[]): readonly Network[] {
  return texts.map(text => {
    if (!ipaddr.isValidCIDR(text)) throw new TypeError(`not a network in CIDR: ${text}`)
    return ipaddr.parseCIDR(text)
  })
}

/**
 * Checks an endpoint's URL before anything is resolved. Pure. A name passes here: its addresses are
 * checked on connect. The detail is for the subscriber and reveals no internal address.
 */
export function vetEndpoint(text: string, policy: EndpointPolicy): VettedEndpoint {
  if (text.length > urlLengthMax)
    return refuseEndpoint('too-long', `the address is longer than ${urlLengthMax} characters`)
  const url = URL.parse(text)
  if (url === null || url.hostname === '')
    return refuseEndpoint('not-a-url', 'the address is not a URL')
  if (url.protocol !== 'https:' && !(policy.allowHttp && url.protocol === 'http:')) {
    return refuseEndpoint(
      'scheme-not-allowed',
      `the address must be ${policy.allowHttp ? 'http or https' : 'https'}`
    )
  }
  if (url.username !== '' || url.password !== '')
    return refuseEndpoint('credentials-in-url', 'the address must not hold a user or password')
  if (url.hash !== '')
    return refuseEndpoint('fragment-in-url', 'the address must not have a fragment')
  const literal = parseLiteral(url.hostname)
  if (literal !== null && !isAllowedAddress(literal, policy)) {
    return refuseEndpoint('address-not-public', 'the address is not a public one')
  }
  return { ok: true, url }
}

function refuseEndpoint(reason: EndpointRefusal, detail: string): VettedEndpoint {
  return { ok: false, reason, detail }
}

/**
 * The IP literal in a host name, without brackets; null for a name. A literal involves no DNS, so
 * it is checked directly. By the test by which Node's sockets decide whether to resolve.
 */
export function parseLiteral(hostname: string): string | null {
  const bare = hostname.replace(/^\[(.*)\]$/, '$1')
  return isIP(bare) === 0 ? null : bare
}

/** A public address that one large cloud routes to the host itself. */
const hostServices = new Set(['168.63.129.16'])
const globalUnicastV6 = ipaddr.IPv6.parseCIDR('2000::/3')
/**
 * The prefix by which hosts without IPv4 reach IPv4 (RFC 6052). 64:ff9b:1::/48 is for local use
 * (RFC 8215), so refused.
 */
const translated = ipaddr.IPv6.parseCIDR('64:ff9b::/96')

/**
 * True for a public unicast address, or one in a network that the operator allows. Unparsable
 * addresses are refused. In networks with IPv6 alone every answer for a public IPv4 endpoint is a
 * translated address: it is judged by the IPv4 address in it, which must be public regardless of
 * the operator allows, because the translator's private networks are others.
 */
export function isAllowedAddress(address: string, policy: EndpointPolicy): boolean {
  if (!ipaddr.isValid(address) || address.includes('%')) return false
  // `process` turns a mapped ::ffff:127.0.0.1 into the 127.0.0.1 that would be dialled. Before it
  // the library takes ::8.8.8.8 for a mapped address too, though what would be dialled is
  // ::808:808; written as 0::8.8.8.8 it does not.
  const ip = ipaddr.process(address.replace(/^::(?=[0-9]+\.)/, '0::'))
  const isOwn = policy.allowNetworks.some(
    ([network, bits]) => network.kind() === ip.kind() && ip.match(network, bits)
  )
  if (isOwn && policy.networks !== 'public') return true
  return policy.networks !== 'own' && isPublic(ip)
}

function isPublic(ip: ipaddr.IPv4 | ipaddr.IPv6): boolean {
  if (ip.kind() === 'ipv6' && ip.match(translated[0], translated[1]))
    return isPublic(new ipaddr.IPv4(ip.toByteArray().slice(-4)))
  if (ip.range() !== 'unicast' || hostServices.has(ip.toString())) return false
  return ip.kind() === 'ipv4' || ip.match(globalUnicastV6[0], globalUnicastV6[1])
}

/**
 * A DNS answer is accepted if it is not empty and all of its addresses are allowed: a mixed answer
 * is an attack, and is refused as a whole.
 */
export function isAllowedAnswer(addresses: readonly string[], policy: EndpointPolicy): boolean {
  return addresses.length > 0 && addresses.every(address => isAllowedAddress(address, policy))
}
