// One look for all who ask at about the same time. A look that has begun may have missed what its asker has just done, so who comes while one is
// under way gets the next; all who wait for the next get the same one. Any number of askers cost one look at a time.

export class SharedLook<T> {
  readonly #look: () => Promise<T>
  #running: Promise<T> | null = null
  #next: Promise<T> | null = null

  constructor(look: () => Promise<T>) {
    this.#look = look
  }

  /** What a look shows that began after this call. Rejects as the look does. */
  after(): Promise<T> {
    if (this.#running === null) return this.#begin()
    this.#next ??= settled(this.#running).then(() => {
      this.#next = null
      return this.#begin()
    })
    return this.#next
  }

  #begin(): Promise<T> {
    const running = this.#look().finally(() => {
      if (this.#running === running) this.#running = null
    })
    this.#running = running
    return running
  }
}

/** Resolves when a promise is settled, whatever became of it. */
function settled(promise: Promise<unknown>): Promise<void> {
  return promise.then(
    () => undefined,
    () => undefined
  )
}
