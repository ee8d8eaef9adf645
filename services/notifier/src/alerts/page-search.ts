// How far one request looks for rows of a page in a log. A page that is empty although more follows
// reveals to its reader how much is hidden, and wastes a request: the search continues until it
// finds a row or its time is over.

import type { Clock } from '@tocsin/domain/ports'

/** Records after which a page with something on it ends; the next request continues. */
export const scannedMax = 5_000
/** How long an empty page is searched on, other requests served meanwhile, ms. */
export const emptySearchMs = 2_000

export class PageSearch {
  readonly #clock: Pick<Clock, 'monotonicMs'>
  readonly #startedMs: number
  /** Records looked at. */
  looked = 0

  constructor(clock: Pick<Clock, 'monotonicMs'>) {
    this.#clock = clock
    this.#startedMs = clock.monotonicMs()
  }

  /** Whether to look at further records, with this many rows found. */
  goesOn(found: number): boolean {
    if (this.looked < scannedMax) return true
    return found === 0 && this.#clock.monotonicMs() - this.#startedMs < emptySearchMs
  }
}
