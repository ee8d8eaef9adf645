// Days of our own downtime: the silence of a source on them means little.

export type UnheardSpans = readonly (readonly [from: number, to: number])[]

export class UnheardDays {
  spans: UnheardSpans = []

  /** Adds the days between two ticks with a gap between them. */
  add(from: number, to: number): void {
    if (from > 0 && to > from) this.spans = [...this.spans, [from, to]]
  }

  /** Counts the unheard days from one day to before another. */
  count(from: number, to: number): number {
    let days = 0
    for (const [start, end] of this.spans)
      days += Math.max(0, Math.min(end, to) - Math.max(start, from))
    return days
  }
}
