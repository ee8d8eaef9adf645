// Whom the stream lets in. Those who have not signed in have a small budget of their own, so that they take no place of those who have; no key and no
// address takes all places. Connections are told apart by identity alone: what they are is stream-session.ts's.

import { networkOf } from '@tocsin/service-kit/access/failure-limiter'

export interface AdmissionSettings {
  readonly connectionsMax: number
  readonly connectionsPerKeyMax: number
  readonly connectionsPerAddressMax: number
  readonly strangersMax: number
  readonly strangersPerAddressMax: number
}

/** Why a connection was not let in, or was ended for the sake of others. Labels of a metric. */
export const streamRefusals = [
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

/** For the client's engineer. */
export const refusalWords: Readonly<Record<StreamRefusal, string>> = {
  connections: 'too many connections',
  'connections-of-key': 'too many connections of this key or session',
  'connections-of-address': 'too many connections from this address',
  strangers: 'too many connections that have not authenticated',
  'strangers-of-address': 'too many connections from this address that have not authenticated',
  subscriptions: 'too many subscriptions on this connection',
  'filters-of-key': 'the filters of all subscriptions of this key or session cost too much: use simpler ones',
  'messages-waiting': 'too many messages at once',
  'messages-a-minute': 'too many messages in a minute'
}

/** A connection, as far as places go. */
export interface Guest {
  /** It loses its place. It leaves by itself. */
  crowdOut(reason: StreamRefusal): void
}

interface Holder {
  readonly key: string
  readonly network: string
}

export class StreamAdmission {
  readonly #settings: AdmissionSettings
  /** By network, those who have not signed in, the oldest first. */
  readonly #strangers = new Map<string, Set<Guest>>()
  readonly #networkOfStranger = new Map<Guest, string>()
  readonly #holders = new Map<Guest, Holder>()
  /** The connections of a key, the oldest first. */
  readonly #byKey = new Map<string, Set<Guest>>()
  readonly #byNetwork = new Map<string, Set<Guest>>()

  constructor(settings: AdmissionSettings) {
    this.#settings = settings
  }

  get strangerCount(): number {
    return this.#networkOfStranger.size
  }

  get holderCount(): number {
    return this.#holders.size
  }

  /**
   * A connection came that has not signed in. It is always let in: where there is no room, the oldest of those from its own address goes, or of the
   * address that has most. Whoever means it signs in within one exchange; those who only hold places lose them to each other.
   */
  arrive(guest: Guest, address: string): void {
    const network = networkOf(address)
    add(this.#strangers, network, guest)
    this.#networkOfStranger.set(guest, network)
    const own = this.#strangers.get(network) as Set<Guest>
    if (own.size > this.#settings.strangersPerAddressMax) oldest(own).crowdOut('strangers-of-address')
    else if (this.strangerCount > this.#settings.strangersMax) oldest(largest(this.#strangers)).crowdOut('strangers')
  }

  /** It has signed in: null when it has a place now, else why not. Where all places are taken, the key that has most gives one to a key that has less. */
  signIn(guest: Guest, key: string, address: string): StreamRefusal | null {
    this.leave(guest)
    const { connectionsMax, connectionsPerKeyMax, connectionsPerAddressMax } = this.#settings
    const network = networkOf(address)
    const own = this.#byKey.get(key)?.size ?? 0
    if (own >= connectionsPerKeyMax) return 'connections-of-key'
    if ((this.#byNetwork.get(network)?.size ?? 0) >= connectionsPerAddressMax) return 'connections-of-address'
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

  /** Its place is free. Idempotent. */
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

/** Of equals the one that is there longest. Only where there is one. */
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
