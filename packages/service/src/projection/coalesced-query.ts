// One query for all callers that ask at about the same time. A query that is already running may
// miss what its caller has just written, so a caller that arrives meanwhile gets the result of the
// next one, which all waiting callers share. At most one query runs at a time, however many callers
// there are.

export class CoalescedQuery<T> {
  readonly #query: () => Promise<T>
  #running: Promise<T> | null = null
  #next: Promise<T> | null = null

  constructor(query: () => Promise<T>) {
    this.#query = query
  }

  /** The result of a query that began after this call. Rejects as the query does. */
  fresh(): Promise<T> {
    if (this.#running === null) return this.#begin()
    this.#next ??= Promise.allSettled([this.#running]).then(() => {
      this.#next = null
      return this.#begin()
    })
    return this.#next
  }

  #begin(): Promise<T> {
    const running = this.#query().finally(() => {
      if (this.#running === running) this.#running = null
    })
    this.#running = running
    return running
  }
}
