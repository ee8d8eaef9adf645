// A queue per key: tasks of one key run one after another, in the order of arrival; tasks of
// different keys run concurrently, up to a limit. The key is the report id, so that two writes to
// one report never interleave.

export class KeyedQueue {
  /** The last task of each key. */
  readonly #tails = new Map<string, Promise<unknown>>()
  readonly #max: number
  #running = 0
  #bytes = 0

  /** `max`: maximum number of tasks that wait or run. */
  constructor(max: number) {
    this.#max = max
  }

  get running(): number {
    return this.#running
  }

  /** Sum of the sizes given for tasks that wait or run, bytes. */
  get bytes(): number {
    return this.#bytes
  }

  get isFull(): boolean {
    return this.#running >= this.#max
  }

  /**
   * Runs the task once all earlier tasks of the key have settled, also if they failed. `bytes`:
   * memory that it uses until then.
   */
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

  /** Resolves when all tasks that run or wait now have settled. */
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
