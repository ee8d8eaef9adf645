// When a row of ACLED became known. Its `timestamp` is when the row was last changed, often months
// later: it only orders revisions. ACLED publishes a week, Saturday to Friday, on the next Tuesday.

const [dayMs, minuteMs] = [86_400_000, 60_000]
/** From the Saturday that begins a week to the Tuesday of its release, days. */
const releaseAfterDays = 10
/** Time of day of a release, UTC, for rows without a timestamp. */
const releaseHourMs = 12 * 3_600_000

/**
 * The report time of a row: the weekly release, or the last change if that was earlier. Within the
 * day of the release a later change is later, so that the last revision wins. Null if the release
 * lies ahead. Pure.
 */
export function deriveReportedAt(
  day: string,
  changedMs: number | null,
  nowMs: number
): string | null {
  const releasedMs = findReleaseMs(day)
  if (changedMs !== null && changedMs >= Date.parse(day) && changedMs < releasedMs)
    return new Date(changedMs).toISOString()
  if (releasedMs > nowMs) return null
  // Minutes since 1970 as milliseconds: eight hours in 2025, and below twelve until 2052.
  const orderMs = changedMs === null || changedMs < 0 ? 0 : Math.floor(changedMs / minuteMs)
  return new Date(releasedMs + Math.min(orderMs, releaseHourMs - 1)).toISOString()
}

function findReleaseMs(day: string): number {
  const startMs = Date.parse(day)
  const sinceSaturday = (new Date(startMs).getUTCDay() + 1) % 7
  return startMs + (releaseAfterDays - sinceSaturday) * dayMs + releaseHourMs
}

/** Counts the days from events to their timestamps and to their report times. */
export class KnownDelays {
  readonly #changed = new Map<number, number>()
  readonly #known = new Map<number, number>()

  #usesTimestamp = false

  /** `usesTimestamp` if the user asked for it as the report time. */
  add(
    day: string,
    row: {
      readonly changedMs: number | null
      readonly reportedAt: string | null
      readonly usesTimestamp: boolean
    }
  ): void {
    this.#usesTimestamp = row.usesTimestamp
    if (row.changedMs !== null) addDays(this.#changed, Date.parse(day), row.changedMs)
    if (row.reportedAt !== null) addDays(this.#known, Date.parse(day), Date.parse(row.reportedAt))
  }

  /** Sentences for the summary of a file. */
  describe(): readonly string[] {
    const changed = describeDelays(this.#changed)
    const says =
      changed === null
        ? []
        : [
            `timestamp is when ACLED last changed a row, not when it became known: ${changed.median} days after the event in the median, and over 30 days after it in ${changed.latePercent} % of rows`
          ]
    const known = describeDelays(this.#known)
    if (this.#usesTimestamp) return [...says, 'it counts as the report time, as --known-at states']
    if (known === null) return says
    return [
      ...says,
      `report times are those of ACLED's weekly release, the Tuesday after the event's week: ${known.median} days after the event in the median${changed === null ? '' : '. timestamp only decides which revision is the later one'}`
    ]
  }
}

function addDays(counts: Map<number, number>, fromMs: number, toMs: number): void {
  const days = Math.floor((toMs - fromMs) / dayMs)
  counts.set(days, (counts.get(days) ?? 0) + 1)
}

function describeDelays(
  counts: ReadonlyMap<number, number>
): { readonly median: number; readonly latePercent: number } | null {
  const sorted = [...counts].sort(([a], [b]) => a - b)
  const total = sorted.reduce((sum, [, count]) => sum + count, 0)
  if (total === 0) return null
  const late = sorted.reduce((sum, [days, count]) => sum + (days > 30 ? count : 0), 0)
  let before = 0
  const median = sorted.find(([, count]) => {
    before += count
    return before * 2 >= total
  }) as readonly [number, number]
  return { median: median[0], latePercent: Math.round((late / total) * 100) }
}
