// Ids of replays, so that a repeated record counts once.

import { oldestFirst } from '@tocsin/service/snapshot/snapshot-state'
import { LRUCache } from 'lru-cache'

/** Stored per subscription. */
const replaysKeptMax = 1_000

export class SeenReplays {
  readonly #ids = new LRUCache<string, true>({ maxSize: replaysKeptMax, sizeCalculation: () => 1 })

  /** True the first time. */
  take(replayId: string): boolean {
    const isNew = !this.#ids.has(replayId)
    if (isNew) this.#ids.set(replayId, true)
    return isNew
  }

  /** The oldest first. */
  capture(): readonly string[] {
    return oldestFirst(this.#ids).map(([replayId]) => replayId)
  }
}
