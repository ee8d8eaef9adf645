// Connections to the brokers of a cluster: the known brokers, a connection per broker and purpose,
// a deadline for every request, and the health shown by the latest answers. topic-registry.ts knows
// which broker leads a partition.

import { EventLogError } from '../../errors.ts'
import type { Health } from '../../port.ts'
import {
  type BrokerAddress,
  type BrokerConnection,
  type ClusterMetadata,
  type KafkaDriver,
  KafkaDriverError
} from '../driver/driver.ts'
import { checkVersions } from './broker-versions.ts'
import { within } from './deadline.ts'
import { isPassing } from './kafka-codes.ts'
import type { KafkaLimits } from './kafka-limits.ts'

/**
 * After a failed connection, further ones to that broker are refused for this time, ms: first and
 * longest delay.
 */
const firstRestMs = 50
const longestRestMs = 1_000

interface Rest {
  readonly untilMs: number
  readonly ms: number
  readonly error: unknown
}

export interface ConnectionStats {
  readonly opened: number
  /** Connections closed because an answer was overdue. */
  readonly timedOut: number
}

export class KafkaCluster {
  readonly #driver: KafkaDriver
  readonly #bootstrap: readonly BrokerAddress[]
  readonly #limits: KafkaLimits
  readonly #connections = new Map<string, Promise<BrokerConnection>>()
  readonly #open = new Set<BrokerConnection>()
  readonly #rests = new Map<string, Rest>()
  #brokers: ReadonlyMap<number, BrokerAddress> = new Map()
  #controller = -1
  #trouble: { readonly sinceMs: number; detail: string } | null = null
  #stats = { opened: 0, timedOut: 0 }
  #isClosed = false

  constructor(driver: KafkaDriver, bootstrap: readonly BrokerAddress[], limits: KafkaLimits) {
    this.#driver = driver
    this.#bootstrap = bootstrap
    this.#limits = limits
  }

  /** Number of brokers in the latest metadata. */
  get size(): number {
    return this.#brokers.size
  }

  /** The broker that administers topics; every broker forwards such requests. */
  get controller(): number {
    return this.#brokers.has(this.#controller)
      ? this.#controller
      : ([...this.#brokers.keys()][0] ?? -1)
  }

  health(): Health {
    if (this.#isClosed) return { ok: false, detail: 'the log is closed' }
    const trouble = this.#trouble
    if (trouble === null) return { ok: true, detail: `${this.#brokers.size} brokers known` }
    return {
      ok: false,
      isAway: true,
      detail: `for ${Math.round((performance.now() - trouble.sinceMs) / 1000)} s: ${trouble.detail}`
    }
  }

  /**
   * Time since when no broker has answered, or all have refused our credentials, ms; 0 if the last
   * one asked did answer.
   */
  get silentMs(): number {
    return this.#trouble === null ? 0 : performance.now() - this.#trouble.sinceMs
  }

  stats(): ConnectionStats {
    return { ...this.#stats }
  }

  /**
   * Requests the ids and leaders of topics from any broker, known ones first. Rejects with the last
   * error if none answers.
   */
  async metadata(topics: readonly string[]): Promise<ClusterMetadata> {
    let failure: unknown = new KafkaDriverError('connect-failed', 'no broker is known')
    for (const address of this.#addresses()) {
      try {
        const asked = await this.#ask(address, 'metadata', 'metadata', connection =>
          connection.metadata(topics)
        )
        this.#learn(asked)
        return asked
      } catch (error) {
        // Another broker may accept credentials that this one refuses: changes reach brokers one by
        // one.
        const isRefused = isAuthFailure(error)
        if (isRefused || !isAuthFailure(failure)) failure = error
        if (!isRefused && !isPassing(error)) break
      }
    }
    this.#troubled(failure)
    throw failure
  }

  /**
   * Known brokers, then the configured ones; each once, because one that does not answer costs a
   * whole deadline.
   */
  #addresses(): Iterable<BrokerAddress> {
    const all = [...this.#brokers.values(), ...this.#bootstrap]
    return new Map(all.map(address => [`${address.host}:${address.port}`, address])).values()
  }

  /**
   * One request to one broker with a deadline. `purpose` names the connection: requests on one
   * connection are answered in order.
   */
  async request<T>(
    node: number,
    purpose: string,
    what: string,
    ask: (connection: BrokerConnection) => Promise<T>,
    deadlineMs = this.#limits.answerMsMax
  ): Promise<T> {
    return this.#ask(this.#findAddress(node), purpose, what, ask, deadlineMs)
  }

  /** The open connection to a broker; connects if there is none. */
  async connection(node: number, purpose: string): Promise<BrokerConnection> {
    return this.#connect(this.#findAddress(node), purpose)
  }

  /** Waits for an answer; closes the connection if it is overdue. */
  async answer<T>(
    connection: BrokerConnection,
    what: string,
    answer: Promise<T>,
    deadlineMs = this.#limits.answerMsMax
  ): Promise<T> {
    const given = await this.#inTime(connection, what, answer, deadlineMs)
    // Any answer shows that the broker is responsive again.
    this.#trouble = null
    return given
  }

  async #inTime<T>(
    connection: BrokerConnection,
    what: string,
    answer: Promise<T>,
    deadlineMs: number
  ): Promise<T> {
    const { host, port } = connection.address
    const late = () =>
      new KafkaDriverError(
        'disconnected',
        `${host}:${port}: no answer to ${what} within ${deadlineMs} ms`
      )
    try {
      return await within(answer, deadlineMs, () => {
        this.#stats.timedOut++
        return late()
      })
    } catch (error) {
      if (error instanceof KafkaDriverError && error.kind !== 'broker') connection.destroy()
      throw error
    }
  }

  /** Closes all connections for a purpose. */
  drop(purpose: string): void {
    for (const [name, opening] of this.#connections) {
      if (!name.endsWith(`/${purpose}`)) continue
      this.#connections.delete(name)
      void opening.then(
        connection => connection.destroy(),
        () => {}
      )
    }
  }

  close(): void {
    this.#isClosed = true
    for (const connection of this.#open) connection.destroy()
    this.#connections.clear()
  }

  async #ask<T>(
    address: BrokerAddress,
    purpose: string,
    what: string,
    ask: (connection: BrokerConnection) => Promise<T>,
    deadlineMs?: number
  ): Promise<T> {
    const connection = await this.#connect(address, purpose)
    return this.answer(connection, what, ask(connection), deadlineMs)
  }

  #findAddress(node: number): BrokerAddress {
    const address = this.#brokers.get(node)
    if (address === undefined)
      throw new KafkaDriverError('connect-failed', `broker ${node} is not known`)
    return address
  }

  #connect(address: BrokerAddress, purpose: string): Promise<BrokerConnection> {
    if (this.#isClosed) return Promise.reject(new KafkaDriverError('not-sent', 'the log is closed'))
    const name = `${address.host}:${address.port}/${purpose}`
    const held = this.#connections.get(name)
    if (held !== undefined) return held
    const rest = this.#rests.get(`${address.host}:${address.port}`)
    if (rest !== undefined && performance.now() < rest.untilMs) return Promise.reject(rest.error)
    const opening = this.#opening(address)
    this.#connections.set(name, opening)
    const forget = () => {
      if (this.#connections.get(name) === opening) this.#connections.delete(name)
    }
    opening.then(connection => connection.closed.then(forget), forget)
    return opening
  }

  async #opening(address: BrokerAddress): Promise<BrokerConnection> {
    const name = `${address.host}:${address.port}`
    let connection: BrokerConnection | null = null
    try {
      connection = await this.#driver.connect(address, this.#limits.connectMsMax)
      this.#opened(connection)
      const ranges = this.#inTime(
        connection,
        'version ranges',
        connection.apiVersions(),
        this.#limits.answerMsMax
      )
      // Not yet a sign of health: the broker may still be refused for its versions.
      checkVersions(name, this.#driver, await ranges)
      this.#rests.delete(name)
      return connection
    } catch (error) {
      // Otherwise the connection to a broker refused for its versions would stay open.
      connection?.destroy()
      const ms = Math.min((this.#rests.get(name)?.ms ?? firstRestMs / 2) * 2, longestRestMs)
      this.#rests.set(name, { untilMs: performance.now() + ms, ms, error })
      throw error
    }
  }

  #opened(connection: BrokerConnection): void {
    this.#stats.opened++
    this.#open.add(connection)
    void connection.closed.then(() => this.#open.delete(connection))
    if (this.#isClosed) connection.destroy()
  }

  #learn({ brokers, controllerId }: ClusterMetadata): void {
    this.#trouble = null
    // A broker that has just started may not know any broker yet.
    if (brokers.length === 0) return
    this.#brokers = new Map(brokers.map(({ nodeId, host, port }) => [nodeId, { host, port }]))
    this.#controller = controllerId
    for (const name of this.#rests.keys()) if (!this.#isKnown(name)) this.#rests.delete(name)
  }

  #isKnown(name: string): boolean {
    return [...this.#brokers.values(), ...this.#bootstrap].some(
      ({ host, port }) => `${host}:${port}` === name
    )
  }

  #troubled(error: unknown): void {
    const { message } = error as Error
    const detail = isAuthFailure(error) ? `the brokers refuse our credentials: ${message}` : message
    if (this.#trouble === null) this.#trouble = { sinceMs: performance.now(), detail }
    else this.#trouble.detail = detail
  }
}

function isAuthFailure(error: unknown): boolean {
  return error instanceof KafkaDriverError && error.kind === 'auth-failed'
}

/**
 * Parses `host:port`, for IPv6 `[host]:port`. Throws `config-invalid` for anything else, which
 * could never be reached.
 */
export function parseBroker(text: string): BrokerAddress {
  const match = /^(?:\[([^\]]+)\]|([^:[\]\s]+)):(\d{1,5})$/.exec(text.trim())
  const port = Number(match?.[3])
  if (match === null || port < 1 || port > 65_535)
    throw new EventLogError(
      'config-invalid',
      `"${text}" is not a broker address: write host:port, such as 127.0.0.1:9092, with a port from 1 to 65535`
    )
  return { host: (match[1] ?? match[2])!, port }
}
