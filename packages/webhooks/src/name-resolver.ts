// Resolves names by querying the system's name servers directly. The system's own call
// (getaddrinfo) blocks one of the process's few threads until it is answered: two names with
// unresponsive servers would delay every other name, and file access too. address-vetting.ts checks
// each answer.

import type { LookupAddress, RecordWithTtl } from 'node:dns'
import { Resolver } from 'node:dns/promises'
import { readFileSync, statSync } from 'node:fs'
import { isIP } from 'node:net'
import { LRUCache } from 'lru-cache'

/** Resolves a name to all its addresses. Rejects with Node's DNS codes. */
export type Resolve = (hostname: string) => Promise<readonly LookupAddress[]>

/** A resolver that reports its use of limits. */
export interface CountingResolve extends Resolve {
  /** Number of look-ups in flight, and of cached answers. */
  readonly counts: () => { readonly underWay: number; readonly kept: number }
}

export interface NameResolverOptions {
  /** `address:port` of the name servers; default: those of the system at the time of each query. */
  readonly servers?: readonly string[]
  /** Timeout of all queries for one name together, ms. */
  readonly timeLimitMs?: number
  /** Look-ups in flight at most; a further one is refused as if no server had answered. */
  readonly lookupsMax?: number
  /** Cached answers at most; beyond that the oldest is dropped. */
  readonly keptMax?: number
  /** Longest time that an answer is cached, regardless of its TTL, ms. */
  readonly keptMsMax?: number
  readonly hostsFile?: string
  /** Monotonic time, ms. */
  readonly nowMs?: () => number
}

export const nameResolverDefaults = {
  timeLimitMs: 4_000,
  lookupsMax: 512,
  keptMax: 2_000,
  keptMsMax: 30_000,
  hostsFile: '/etc/hosts'
} as const

/**
 * The name has no addresses (`ENOTFOUND`), or no server answered in time (`EAI_AGAIN`). The message
 * names neither server nor address.
 */
export class NameUnresolvedError extends Error {
  override readonly name = 'NameUnresolvedError'
  readonly code: 'ENOTFOUND' | 'EAI_AGAIN'

  constructor(code: NameUnresolvedError['code']) {
    super(code === 'ENOTFOUND' ? 'the name has no addresses' : 'no name server answered in time')
    this.code = code
  }
}

const triesPerServer = 2
/**
 * How long the addresses of one family wait for those of the other, ms. Servers that drop queries
 * for IPv6 are common.
 */
const otherFamilyMs = 250
/** How long the hosts file is assumed to be unchanged, ms. */
const hostsKeptMs = 5_000

interface Kept {
  readonly addresses: readonly LookupAddress[]
  readonly untilMs: number
}

/**
 * A resolver that runs one look-up per name at a time, shared by concurrent callers, and caches
 * answers for their TTL, within limits. The hosts file takes precedence; a name in `.localhost` is
 * this machine. Search domains are not tried.
 */
export function createResolve(options: NameResolverOptions = {}): CountingResolve {
  const settings = { ...nameResolverDefaults, nowMs: () => performance.now(), ...options }
  const asked = new Map<string, Promise<readonly LookupAddress[]>>()
  const kept = new LRUCache<string, Kept>({ maxSize: settings.keptMax, sizeCalculation: () => 1 })
  const hosts = createHostsReader(settings)

  const cacheAnswer = (name: string, { addresses, ttlS }: Answer) => {
    const forMs = Math.min(ttlS * 1000, settings.keptMsMax)
    if (forMs <= 0) kept.delete(name)
    else kept.set(name, { addresses, untilMs: settings.nowMs() + forMs })
  }

  const lookupName = async (name: string): Promise<readonly LookupAddress[]> => {
    const local = hosts().get(name) ?? (isLocalhost(name) ? thisMachine : null)
    if (local !== null) return local
    const answer = await queryServers(name, settings)
    cacheAnswer(name, answer)
    return answer.addresses
  }

  const resolve: Resolve = async hostname => {
    const name = hostname.toLowerCase().replace(/\.$/, '')
    const known = kept.peek(name)
    if (known !== undefined && settings.nowMs() < known.untilMs) return known.addresses
    const underWay = asked.get(name)
    if (underWay !== undefined) return underWay
    if (asked.size >= settings.lookupsMax) throw new NameUnresolvedError('EAI_AGAIN')
    const asking = lookupName(name).finally(() => asked.delete(name))
    asked.set(name, asking)
    return asking
  }
  return Object.assign(resolve, { counts: () => ({ underWay: asked.size, kept: kept.size }) })
}

/**
 * Look-ups of names that are only to be checked: a quarter, so that who gives addresses leaves room
 * for who sends.
 */
export const vettingLookupsMax = nameResolverDefaults.lookupsMax / 4

/**
 * The same, with so many calls under way at most: a further one is refused as if no server had
 * answered.
 */
export function withLookupsMax(resolve: Resolve, lookupsMax: number): Resolve {
  let underWay = 0
  return async hostname => {
    if (underWay >= lookupsMax) throw new NameUnresolvedError('EAI_AGAIN')
    underWay++
    try {
      return await resolve(hostname)
    } finally {
      underWay--
    }
  }
}

interface Answer {
  readonly addresses: readonly LookupAddress[]
  /** The shortest of them, seconds. */
  readonly ttlS: number
}

type ServerSettings = Pick<NameResolverOptions, 'servers'> & { readonly timeLimitMs: number }

/**
 * Queries both families together, IPv4 first. Once one is answered, the other gets a short grace
 * period: only addresses that were returned and checked are dialled.
 */
async function queryServers(
  name: string,
  { servers, timeLimitMs }: ServerSettings
): Promise<Answer> {
  // A separate resolver for each name: it uses the current servers of the system, and can be
  // cancelled without affecting others.
  const resolver = new Resolver({
    timeout: Math.ceil(timeLimitMs / triesPerServer),
    tries: triesPerServer
  })
  if (servers !== undefined) resolver.setServers(servers)
  const cancel = () => resolver.cancel()
  const limits = [setTimeout(cancel, timeLimitMs)]
  const limitWait = (records: readonly RecordWithTtl[]) => {
    if (records.length > 0) limits.push(setTimeout(cancel, otherFamilyMs))
    return records
  }
  try {
    const answers = await Promise.allSettled([
      resolver.resolve4(name, { ttl: true }).then(limitWait),
      resolver.resolve6(name, { ttl: true }).then(limitWait)
    ])
    const records = answers.flatMap(answer => (answer.status === 'fulfilled' ? answer.value : []))
    if (records.length > 0) {
      const addresses = records.map(({ address }) => ({ address, family: isIP(address) }))
      return { addresses, ttlS: Math.min(...records.map(({ ttl }) => ttl)) }
    }
    const isKnownEmpty = answers.every(
      answer => answer.status === 'fulfilled' || isNameAbsent(answer.reason)
    )
    throw new NameUnresolvedError(isKnownEmpty ? 'ENOTFOUND' : 'EAI_AGAIN')
  } finally {
    for (const limit of limits) clearTimeout(limit)
  }
}

function isNameAbsent(error: NodeJS.ErrnoException): boolean {
  return error.code === 'ENOTFOUND' || error.code === 'ENODATA' || error.code === 'EBADNAME'
}

const thisMachine: readonly LookupAddress[] = [
  { address: '127.0.0.1', family: 4 },
  { address: '::1', family: 6 }
]

/** Source: RFC 6761, section 6.3. */
function isLocalhost(name: string): boolean {
  return name === 'localhost' || name.endsWith('.localhost')
}

type Hosts = ReadonlyMap<string, readonly LookupAddress[]>

/**
 * Reads the hosts file, again after a change. A missing or unreadable file names nothing. It is
 * read synchronously, not by one of the system's few threads, so that blocked threads do not delay
 * names either.
 */
function createHostsReader({
  hostsFile,
  nowMs
}: {
  readonly hostsFile: string
  readonly nowMs: () => number
}): () => Hosts {
  let seen: {
    readonly hosts: Hosts
    readonly version: string | null
    readonly untilMs: number
  } | null = null
  return () => {
    if (seen !== null && nowMs() < seen.untilMs) return seen.hosts
    const version = readVersion(hostsFile)
    const hosts = seen !== null && seen.version === version ? seen.hosts : readHosts(hostsFile)
    seen = { hosts, version, untilMs: nowMs() + hostsKeptMs }
    return hosts
  }
}

/** Null if the file is missing or unreadable. */
function readVersion(hostsFile: string): string | null {
  try {
    const { mtimeMs, size, ino } = statSync(hostsFile)
    return `${mtimeMs} ${size} ${ino}`
  } catch {
    return null
  }
}

function readHosts(hostsFile: string): Hosts {
  try {
    return parseHosts(readFileSync(hostsFile, 'utf8'))
  } catch {
    // As if it were empty: the servers are queried.
    return new Map()
  }
}

function parseHosts(text: string): Hosts {
  const hosts = new Map<string, LookupAddress[]>()
  for (const line of text.split('\n')) {
    const [address = '', ...names] = line.replace(/#.*/, '').trim().split(/\s+/)
    const family = isIP(address)
    if (family === 0) continue
    for (const name of names.map(each => each.toLowerCase()))
      hosts.set(name, [...(hosts.get(name) ?? []), { address, family }])
  }
  return hosts
}
