// When what was sent has arrived, on the monotonic clock that all processes of a machine share.

import type { Receivers } from './receiver-process.ts'

export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6
}

/** Times from a moment until what it is named by arrived at each endpoint. */
export class Arrivals {
  readonly #atMs = new Map<string, number[]>()
  readonly #endpoints: number
  #count = 0
  #awaited: { readonly names: readonly string[]; readonly done: () => void } | null = null

  /** Only what arrives at so many endpoints, the last ones, is looked at. */
  constructor(receivers: Receivers, endpoints: number) {
    this.#endpoints = endpoints
    const first = receivers.urls.length - endpoints
    receivers.onArrival(({ endpoint, name, atMs }) => {
      if (endpoint < first) return
      this.#count++
      const known = this.#atMs.get(name)
      if (known === undefined) this.#atMs.set(name, [atMs])
      else known.push(atMs)
      this.#look()
    })
  }

  /** Resolves when each of the names is at each endpoint. Rejects after `timeoutMs`. */
  async all(names: readonly string[], timeoutMs: number): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const missing = () => names.filter(name => !this.#isEverywhere(name)).length
    const timer = setTimeout(
      () => reject(new Error(`${missing()} of ${names.length} have not arrived everywhere`)),
      timeoutMs
    )
    this.#awaited = { names, done: resolve }
    this.#look()
    await promise.finally(() => clearTimeout(timer))
  }

  /** Of all names, at all endpoints that are looked at. */
  get count(): number {
    return this.#count
  }

  /** Of a name, one for each endpoint. */
  delaysMs(name: string, sinceMs: number): readonly number[] {
    return (this.#atMs.get(name) ?? [])
      .slice(0, this.#endpoints)
      .map(atMs => Math.max(0, atMs - sinceMs))
  }

  #look(): void {
    if (this.#awaited?.names.every(name => this.#isEverywhere(name))) this.#awaited.done()
  }

  #isEverywhere(name: string): boolean {
    return (this.#atMs.get(name)?.length ?? 0) >= this.#endpoints
  }
}
