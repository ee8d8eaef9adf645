// Wakes those who wait at the end of the log: at once for what this process wrote, by polling SQLite's `data_version` for other processes.
// The poll runs only while somebody waits.

/** Two of them and a commit fit into the 5 ms that a tail may take across processes. */
export const pollEveryMs = 2

export class ChangeWatch {
  readonly #look: () => void
  readonly #waiting = new Set<() => void>()
  #version = 0
  #timer: NodeJS.Timeout | null = null

  /** `look` looks for writes of other processes, and calls `changed` when there are any. */
  constructor(look: () => void) {
    this.#look = look
  }

  /** To be read before looking at the log, and given to `after`: so no change falls between looking and waiting. */
  get version(): number {
    return this.#version
  }

  /** Something was written. */
  changed(): void {
    this.#version++
    const waiting = [...this.#waiting]
    this.#waiting.clear()
    for (const wake of waiting) wake()
  }

  /** Resolves when something was written after `version`, or the signal aborts. Never rejects. */
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
