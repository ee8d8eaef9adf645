// Work on one report happens one at a time, in the order of arrival; work on different reports goes side by side, up to a limit.

export class OneAtATime {
  /** The last work of each key. */
  readonly #tails = new Map<string, Promise<unknown>>()
  readonly #max: number
  #running = 0
  #bytes = 0

  /** `max`: most pieces of work that wait or run at once. */
  constructor(max: number) {
    this.#max = max
  }

  get running(): number {
    return this.#running
  }

  /** What the work that waits or runs was said to weigh, bytes. */
  get bytes(): number {
    return this.#bytes
  }

  get isFull(): boolean {
    return this.#running >= this.#max
  }

  /** Runs the work when all earlier work of the key is over, whatever became of it. `bytes`: what it holds in memory until then. */
  run<T>(key: string, work: () => Promise<T>, bytes = 0): Promise<T> {
    this.#running++
    this.#bytes += bytes
    const before = this.#tails.get(key)
    const result = before === undefined ? begun(work) : before.then(work, work)
    this.#tails.set(key, result)
    const over = () => {
      this.#running--
      this.#bytes -= bytes
      if (this.#tails.get(key) === result) this.#tails.delete(key)
    }
    result.then(over, over)
    return result
  }

  /** Resolves when all work that runs or waits now is over. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#tails.values())
  }
}

function begun<T>(work: () => Promise<T>): Promise<T> {
  try {
    return work()
  } catch (error) {
    return Promise.reject(error)
  }
}
