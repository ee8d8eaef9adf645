// Work on one report happens one at a time, in the order of arrival; work on different reports goes side by side, up to a limit.

export class OneAtATime {
  readonly #tails = new Map<string, Promise<void>>()
  readonly #max: number
  #running = 0

  /** `max`: most pieces of work that wait or run at once. */
  constructor(max: number) {
    this.#max = max
  }

  get running(): number {
    return this.#running
  }

  get isFull(): boolean {
    return this.#running >= this.#max
  }

  /** Runs the work when all earlier work of the key is over, whatever became of it. */
  async run<T>(key: string, work: () => Promise<T>): Promise<T> {
    this.#running++
    const before = this.#tails.get(key)
    const result = before === undefined ? work() : before.then(work)
    const tail = result.then(
      () => undefined,
      () => undefined
    )
    this.#tails.set(key, tail)
    try {
      return await result
    } finally {
      this.#running--
      if (this.#tails.get(key) === tail) this.#tails.delete(key)
    }
  }

  /** Resolves when all work that runs or waits now is over. */
  async settled(): Promise<void> {
    await Promise.all(this.#tails.values())
  }
}
