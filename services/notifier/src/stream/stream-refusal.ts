// Admission to the stream. Unauthenticated connections have a small budget of their own and take no
// place from authenticated ones; no key and no address can take all places. Connections are
// compared by identity only; stream-session.ts defines them.

import { networkOf } from '@tocsin/service-kit/access/failure-limiter'
import type { NotifierConfig } from '../settings/config.ts'

/** Why a connection was refused, or closed in favour of others. Labels of a metric. */
const streamRefusals = [
  'connections',
  'connections-of-key',
  'connections-of-address',
  'strangers',
  'strangers-of-address',
  'subscriptions',
  'filters-of-key',
  'messages-waiting',
  'messages-a-minute'
] as const
export type StreamRefusal = (typeof streamRefusals)[number]

/** For the client's developer. */
export const refusalWords: Readonly<Record<StreamRefusal, string>> = {
  connections: 'too many connections',
  'connections-of-key': 'too many connections of this key or session',
  'connections-of-address': 'too many connections from this address',
  strangers: 'too many connections that have not authenticated',
  'strangers-of-address': 'too many connections from this address that have not authenticated',
  subscriptions: 'too many subscriptions on this connection',
  'filters-of-key':
    'the filters of all subscriptions of this key or session cost too much: use simpler ones',
  'messages-waiting': 'too many messages at once',
  'messages-a-minute': 'too many messages per minute'
}

/** A connection as far as admission is concerned. */
export interface Guest {
  /** Called when it loses its place. It closes itself. */
  crowdOut(reason: StreamRefusal): void
}

interface Holder {
  readonly key: string
  readonly network: string
}

export class StreamAdmission {
  readonly #settings: NotifierConfig['stream']
  /** Unauthenticated connections by network, oldest first. */
  readonly #strangers = new Map<string, Set<Guest>>()
  readonly #networkOfStranger = new Map<Guest, string>()
  readonly #holders = new Map<Guest, Holder>()
  /** Connections of a key, oldest first. */
  readonly #byKey = new Map<string, Set<Guest>>()
  readonly #byNetwork = new Map<string, Set<Guest>>()

  constructor(settings: NotifierConfig['stream']) {
    this.#settings = settings
  }

  get strangerCount(): number {
    return this.#networkOfStranger.size
  }

  get holderCount(): number {
    return this.#holders.size
  }

  /**
   * Admits a new unauthenticated connection. It is always admitted; if the budget is full, the
   * oldest from its address is closed, or from the address with the most. Legitimate clients
   * authenticate within one exchange; idle connections displace each other.
   */
  arrive(guest: Guest, address: string): void {
    const network = networkOf(address)
    add(this.#strangers, network, guest)
    this.#networkOfStranger.set(guest, network)
    const own = this.#strangers.get(network) as Set<Guest>
    if (own.size > this.#settings.strangersPerAddressMax)
      oldest(own).crowdOut('strangers-of-address')
    else if (this.strangerCount > this.#settings.strangersMax)
      oldest(largest(this.#strangers)).crowdOut('strangers')
  }

  /**
   * Called on authentication: null if it got a place, otherwise the reason. If all places are
   * taken, the key with the most connections gives one to a key with fewer.
   */
  signIn(guest: Guest, key: string, address: string): StreamRefusal | null {
    this.leave(guest)
    const { connectionsMax, connectionsPerKeyMax, connectionsPerAddressMax } = this.#settings
    const network = networkOf(address)
    const own = this.#byKey.get(key)?.size ?? 0
    if (own >= connectionsPerKeyMax) return 'connections-of-key'
    if ((this.#byNetwork.get(network)?.size ?? 0) >= connectionsPerAddressMax)
      return 'connections-of-address'
    if (this.holderCount >= connectionsMax) {
      const greediest = largest(this.#byKey)
      if (greediest.size <= own + 1) return 'connections'
      newest(greediest).crowdOut('connections')
    }
    this.#holders.set(guest, { key, network })
    add(this.#byKey, key, guest)
    add(this.#byNetwork, network, guest)
    return null
  }

  /** Connections of the same key, with this one. */
  connectionsBeside(guest: Guest): number {
    return this.#byKey.get(this.#holders.get(guest)?.key ?? '')?.size ?? 1
  }

  /** Releases its place. Idempotent. */
  leave(guest: Guest): void {
    const strangersNetwork = this.#networkOfStranger.get(guest)
    if (strangersNetwork !== undefined) remove(this.#strangers, strangersNetwork, guest)
    this.#networkOfStranger.delete(guest)
    const holder = this.#holders.get(guest)
    if (holder === undefined) return
    this.#holders.delete(guest)
    remove(this.#byKey, holder.key, guest)
    remove(this.#byNetwork, holder.network, guest)
  }
}

type Groups = Map<string, Set<Guest>>

function add(groups: Groups, name: string, guest: Guest): void {
  const group = groups.get(name) ?? new Set()
  group.add(guest)
  groups.set(name, group)
}

function remove(groups: Groups, name: string, guest: Guest): void {
  const group = groups.get(name)
  group?.delete(guest)
  if (group?.size === 0) groups.delete(name)
}

/** The oldest of equals. Requires at least one. */
function largest(groups: Groups): Set<Guest> {
  let found: Set<Guest> | null = null
  for (const group of groups.values()) if (found === null || group.size > found.size) found = group
  return found as Set<Guest>
}

function oldest(group: Set<Guest>): Guest {
  return group.values().next().value as Guest
}

function newest(group: Set<Guest>): Guest {
  return [...group].at(-1) as Guest
}
