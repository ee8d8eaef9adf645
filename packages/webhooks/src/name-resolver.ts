// Resolves names by querying the system's name servers directly. The system's own call
// (getaddrinfo) blocks one of the process's few threads until it is answered: two names with
// unresponsive servers would delay every other name, and file access too. address-vetting.ts checks
// each answer.

import type { LookupAddress, RecordWithTtl } from 'node:dns'
import { Resolver } from 'node:dns/promises'
import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { LRUCache } from 'lru-cache'

/** Resolves a name to all its addresses. Rejects with Node's DNS codes. */
export type Resolve = (hostname: string) => Promise<readonly LookupAddress[]>

const resolverDefaults = {
  /** Timeout of all queries for one name together, ms. */
  timeLimitMs: 4_000,
  /** Look-ups in flight at most; a further one is refused as if no server had answered. */
  lookupsMax: 512,
  /** Cached answers at most; beyond that the oldest is dropped. */
  keptMax: 2_000,
  /** Longest time that an answer is cached, regardless of its TTL, ms. */
  keptMsMax: 30_000,
  hostsFile: '/etc/hosts',
  /** Monotonic time, ms. */
  nowMs: () => performance.now()
}

interface ResolverSettings extends Readonly<typeof resolverDefaults> {
  /** `address:port` of the name servers; default: those of the system at the time of each query. */
  readonly servers?: readonly string[]
}
export type NameResolverOptions = Partial<ResolverSettings>

/**
 * The name has no addresses (`ENOTFOUND`), or no server answered in time (`EAI_AGAIN`). The message
 * names neither server nor address.
 */
function makeUnresolved(code: 'ENOTFOUND' | 'EAI_AGAIN'): Error {
  const message =
    code === 'ENOTFOUND' ? 'the name has no addresses' : 'no name server answered in time'
  return Object.assign(new Error(message), { code })
}

const triesPerServer = 2
/**
 * How long the addresses of one family wait for those of the other, ms. Servers that drop queries
 * for IPv6 are common.
 */
const otherFamilyMs = 250
/** How long an answer of the hosts file is cached, ms. */
const hostsKeptMs = 5_000

/**
 * A resolver that runs one look-up per name at a time, shared by concurrent callers, and caches
 * answers for their TTL, within limits. The hosts file takes precedence; a name in `.localhost` is
 * this machine. Search domains are not tried.
 */
export function createResolve(options: NameResolverOptions = {}): Resolve {
  const settings = { ...resolverDefaults, ...options }
  const { keptMax, keptMsMax, lookupsMax, hostsFile, nowMs } = settings
  const asked = new Map<string, Promise<readonly LookupAddress[]>>()
  const kept = new LRUCache<string, readonly LookupAddress[]>({
    ...{ maxSize: keptMax, sizeCalculation: () => 1 },
    ...{ ttl: keptMsMax, ttlResolution: 0, perf: { now: nowMs } }
  })

  const lookUp = async (name: string): Promise<readonly LookupAddress[]> => {
    const local = readHosts(hostsFile).get(name) ?? (isLocalhost(name) ? thisMachine : null)
    const answer = local === null ? await queryServers(name, settings) : null
    const ttl = Math.min(answer === null ? hostsKeptMs : answer.ttlS * 1000, keptMsMax)
    const addresses = local ?? answer?.addresses ?? []
    if (ttl > 0) kept.set(name, addresses, { ttl })
    return addresses
  }

  return async hostname => {
    const name = hostname.toLowerCase().replace(/\.$/, '')
    const known = kept.get(name) ?? asked.get(name)
    if (known !== undefined) return known
    if (asked.size >= lookupsMax) throw makeUnresolved('EAI_AGAIN')
    const asking = lookUp(name).finally(() => asked.delete(name))
    asked.set(name, asking)
    return asking
  }
}

interface Answer {
  readonly addresses: readonly LookupAddress[]
  /** The shortest of them, seconds. */
  readonly ttlS: number
}

/**
 * Queries both families together, IPv4 first. Once one is answered, the other gets a short grace
 * period: only addresses that were returned and checked are dialled.
 */
async function queryServers(
  name: string,
  { servers, timeLimitMs }: ResolverSettings
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
    throw makeUnresolved(isKnownEmpty ? 'ENOTFOUND' : 'EAI_AGAIN')
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

/** Names and addresses in the hosts file; a missing or unreadable one names nothing. */
function readHosts(file: string): ReadonlyMap<string, readonly LookupAddress[]> {
  const hosts = new Map<string, LookupAddress[]>()
  for (const line of readLines(file)) {
    const [address = '', ...names] = line.replace(/#.*/, '').trim().split(/\s+/)
    const family = isIP(address)
    if (family === 0) continue
    for (const name of names.map(each => each.toLowerCase()))
      hosts.set(name, [...(hosts.get(name) ?? []), { address, family }])
  }
  return hosts
}

/** Not by one of the system's few threads, so that blocked ones do not delay names either. */
function readLines(file: string): readonly string[] {
  try {
    return readFileSync(file, 'utf8').split('\n')
  } catch {
    // As if it were empty: the servers are queried.
    return []
  }
}
