// Where in a partition the records lie of which other engines told last. Needed only where engines
// took turns on a theatre.

import type { StoredRecord } from '@tocsin/event-log/port'
import { readUpTo } from '@tocsin/event-log/read-up-to'
import { topics } from '@tocsin/event-log/topics'
import type { PublishedFacts } from '../theatre/published-alerts.ts'
import { TheatreOwner } from '../theatre/theatre-owner.ts'
import type { PartitionScope } from './partition-scope.ts'

export class OthersAhead {
  readonly #scope: PartitionScope
  #places: ReadonlyMap<string, bigint> | null = null

  constructor(scope: PartitionScope) {
    this.#scope = scope
  }

  /**
   * Those of the records that lie behind a position. The first time it reads the partition to its
   * end, for all theatres, from what the furthest behind of them has not folded: they take turns.
   * Null if the scope stops meanwhile.
   */
  async behind(position: bigint, sought: ReadonlySet<string>): Promise<ReadonlySet<string> | null> {
    const places = this.#places ?? (await this.#find())
    if (places === null) return null
    this.#places = places
    return new Set([...sought].filter(id => (places.get(id) ?? position) > position))
  }

  async #find(): Promise<Map<string, bigint> | null> {
    const { options, partition, position: from, theatres, unmet, signal } = this.#scope
    const held = [...theatres.values()].flatMap(({ owner }) =>
      owner instanceof TheatreOwner ? [...owner.awaited] : []
    )
    const awaited = new Set([
      ...held,
      ...[...unmet.values()].flatMap(facts =>
        Object.values((facts as PublishedFacts).others.causes)
      )
    ])
    const places = new Map<string, bigint>()
    const note = ({ id, position }: StoredRecord) => {
      if (awaited.has(id) && !places.has(id)) places.set(id, position)
    }
    await this.#scope.untilDone(() =>
      readUpTo(options.log, { topic: topics.incidents, partition, from, to: null }, note, signal)
    )
    return this.#scope.isStopping ? null : places
  }
}
