// Which broker coordinates a group. Looked up once and cached until a request shows that it has
// moved.

import { type BrokerConnection, KafkaDriverError } from '../driver/driver.ts'
import type { KafkaCluster } from './kafka-cluster.ts'

/** Number of groups cached; a suite uses a handful. */
const groupsMax = 1_000
/**
 * Codes after which the coordinator is looked up again: it is loading, not available, or has moved.
 */
const moved: ReadonlySet<number> = new Set([14, 15, 16])

export class Coordinators {
  readonly #cluster: KafkaCluster
  readonly #known = new Map<string, number>()

  constructor(cluster: KafkaCluster) {
    this.#cluster = cluster
  }

  /** One request to the group's coordinator. Rejects with the driver's errors. */
  async request<T>(
    group: string,
    purpose: string,
    what: string,
    ask: (connection: BrokerConnection) => Promise<T>,
    deadlineMs?: number
  ): Promise<T> {
    const node = await this.#get(group)
    try {
      return await this.#cluster.request(node, purpose, what, ask, deadlineMs)
    } catch (error) {
      this.noticed(group, error)
      throw error
    }
  }

  /** Drops the cached coordinator if the error reports that it has moved or cannot be reached. */
  noticed(group: string, error: unknown): void {
    if (
      error instanceof KafkaDriverError &&
      (error.kind !== 'broker' || moved.has(error.kafkaCode))
    )
      this.#known.delete(group)
  }

  async #get(group: string): Promise<number> {
    const known = this.#known.get(group)
    if (known !== undefined) return known
    const { controller } = this.#cluster
    const found = await this.#cluster.request(controller, 'groups', `coordinator of ${group}`, c =>
      c.findCoordinator(group)
    )
    if (this.#known.size >= groupsMax) this.#known.clear()
    this.#known.set(group, found.nodeId)
    return found.nodeId
  }
}
