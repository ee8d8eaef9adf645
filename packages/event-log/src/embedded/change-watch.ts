// Wakes readers that wait at the end of the log: immediately for writes of this process, by polling
// SQLite's `data_version` for those of others. Polls only while somebody waits.

/** Two intervals and a commit fit into the 5 ms latency of a tail across processes. */
const pollEveryMs = 2

export class ChangeWatch {
  readonly #look: () => void
  readonly #waiting = new Set<() => void>()
  #version = 0
  #timer: NodeJS.Timeout | null = null

  /** `look` checks for writes of other processes, and calls `changed` if there are any. */
  constructor(look: () => void) {
    this.#look = look
  }

  /**
   * Read this before reading the log, and pass it to `after`, so that no change in between is
   * missed.
   */
  get version(): number {
    return this.#version
  }

  /** Called after a write. */
  changed(): void {
    this.#version++
    const waiting = [...this.#waiting]
    this.#waiting.clear()
    for (const wake of waiting) wake()
  }

  /** Resolves on a write after `version`, or when the signal aborts. Never rejects. */
  after(version: number, signal: AbortSignal): Promise<void> {
    if (version !== this.#version || signal.aborted) return Promise.resolve()
    return new Promise(resolve => {
      const wake = () => {
        signal.removeEventListener('abort', wake)
        this.#waiting.delete(wake)
        resolve()
      }
      signal.addEventListener('abort', wake, { once: true })
      this.#waiting.add(wake)
      this.#timer ??= setTimeout(() => this.#poll(), pollEveryMs)
    })
  }

  close(): void {
    this.changed()
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
  }

  #poll(): void {
    this.#timer = null
    if (this.#waiting.size > 0) this.#look()
    if (this.#waiting.size > 0) this.#timer = setTimeout(() => this.#poll(), pollEveryMs)
  }
}
