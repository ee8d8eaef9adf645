// Days on which nobody listened: the silence of a source on them says nothing.

export class UnheardDays {
  #spans: (readonly [from: number, to: number])[] = []

  /** Adds the days between two ticks with a gap between them. */
  add(from: number, to: number): void {
    if (from > 0 && to > from) this.#spans.push([from, to])
  }

  /** Counts the unheard days from one day to before another. */
  count(from: number, to: number): number {
    let days = 0
    for (const [start, end] of this.#spans)
      days += Math.max(0, Math.min(end, to) - Math.max(start, from))
    return days
  }

  exportState(): readonly (readonly [from: number, to: number])[] {
    return this.#spans
  }

  restore(spans: readonly (readonly [from: number, to: number])[]): void {
    this.#spans = [...spans]
  }
}
