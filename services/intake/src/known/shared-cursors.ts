// One sealed cursor for all reports that one commit of the log brings: behind the last of them, so behind each. Who reads with it sees at least what he
// wrote, and to seal one for each report took longer than to read it.

import type { LogPlace } from './known-report.ts'

export class SharedCursors {
  readonly #seal: (places: readonly LogPlace[]) => string
  /** Of each partition, what is to be sealed when those who came at the same moment have come. */
  readonly #open = new Map<number, { end: bigint; readonly sealed: Promise<string> }>()

  /** `seal`: gives the sealed cursor behind some places. */
  constructor(seal: (places: readonly LogPlace[]) => string) {
    this.#seal = seal
  }

  /**
   * The cursor behind these places, and behind those of the same partition that are asked for at the same moment. One that lies in several partitions
   * is not shared: who wrote to one partition need not wait for another.
   */
  behind(places: readonly LogPlace[]): Promise<string> {
    const [only] = places
    if (only === undefined || places.length > 1) return Promise.resolve(this.#seal(places))
    return this.#behindOne(only)
  }

  #behindOne({ partition, position }: LogPlace): Promise<string> {
    const open = this.#open.get(partition)
    if (open !== undefined) {
      if (position > open.end) open.end = position
      return open.sealed
    }
    // A microtask that is queued now comes after those of all others whose append was settled with this one.
    const sealed = Promise.resolve().then(() => {
      const { end } = this.#open.get(partition) as { readonly end: bigint }
      this.#open.delete(partition)
      return this.#seal([{ partition, position: end }])
    })
    this.#open.set(partition, { end: position, sealed })
    return sealed
  }
}
