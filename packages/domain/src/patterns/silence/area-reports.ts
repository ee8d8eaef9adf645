// The reports of one area in order of the fold, with when they begin and end in lists of numbers:
// for a late report, months of them are looked through.

import { placeOf } from '../../fold/sorted.ts'
import type { Incident } from '../../incident/incident.ts'
import { compareSpans, type Span } from '../../space-time/event-time.ts'

export class AreaReports {
  readonly incidents: Incident[] = []
  readonly fromMs: number[] = []
  readonly toMs: number[] = []
  /** The longest interval of one. */
  #longestMs = 0

  get length(): number {
    return this.incidents.length
  }

  insert(at: number, incident: Incident): void {
    const { fromMs, toMs } = incident
    if (toMs - fromMs > this.#longestMs) this.#longestMs = toMs - fromMs
    if (at === this.incidents.length) {
      this.incidents.push(incident)
      this.fromMs.push(fromMs)
      this.toMs.push(toMs)
    } else {
      this.incidents.splice(at, 0, incident)
      this.fromMs.splice(at, 0, fromMs)
      this.toMs.splice(at, 0, toMs)
    }
  }

  /** Takes out those from an index up to another. */
  remove(from: number, to: number): Incident[] {
    this.fromMs.splice(from, to - from)
    this.toMs.splice(from, to - from)
    return this.incidents.splice(from, to - from)
  }

  /** Its index; -1 if it is not here. */
  indexOf(incident: Incident): number {
    return this.incidents.indexOf(incident, this.firstOf(incident))
  }

  /** Index of the first one that is not before a moment. */
  firstOf({ fromMs, toMs }: Span): number {
    let [low, high] = [0, this.incidents.length]
    while (low < high) {
      const middle = (low + high) >> 1
      const beginMs = this.fromMs[middle] as number
      if (beginMs < fromMs || (beginMs === fromMs && (this.toMs[middle] as number) < toMs))
        low = middle + 1
      else high = middle
    }
    return low
  }

  /** Where one belongs: within a moment the order is that of the rows. */
  placeFor(incident: Incident, rows: readonly Incident[]): number {
    if (rows.at(-1) === incident) return this.incidents.length
    let at = this.firstOf(incident)
    if (this.fromMs[at] !== incident.fromMs || this.toMs[at] !== incident.toMs) return at
    for (let row = firstRowOf(rows, incident); rows[row] !== incident; row++)
      if (this.incidents[at] === rows[row]) at += 1
    return at
  }

  /** When one and all before it have ended at the latest. */
  endsBy(at: number): number {
    return (this.fromMs[at] as number) + this.#longestMs
  }

  /** Of the first so many, at least one, the one that ends last; of equals the later. */
  latestBefore(count: number): Incident {
    let latest = count - 1
    for (let at = latest - 1; at >= 0; at--) {
      if (this.endsBy(at) <= (this.toMs[latest] as number)) break
      if ((this.toMs[at] as number) > (this.toMs[latest] as number)) latest = at
    }
    return this.incidents[latest] as Incident
  }
}

/** Index of the first row of an incident's moment. */
export function firstRowOf(rows: readonly Incident[], moment: Span): number {
  return placeOf(rows, moment, compareSpans)
}
