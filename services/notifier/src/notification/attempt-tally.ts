// Recent attempts of a subscription: counts over an hour and a day, the newest durations, the last
// of each kind. Folded from the log, so that the numbers survive a restart and are the same on all
// instances. Memory is bounded: 36 buckets, 100 durations.

/** How an attempt ended that was not accepted. */
interface FailedAttempt {
  readonly atMs: number
  readonly reason: string
  readonly status: number | null
}

export interface Tallied {
  readonly accepted: number
  readonly failed: number
}

export interface AttemptTallyRow {
  readonly acceptedMs: number | null
  readonly failure: FailedAttempt | null
  readonly hour: readonly Bucket[]
  readonly day: readonly Bucket[]
  /** Oldest first. */
  readonly durationsMs: readonly number[]
}

type Bucket = readonly [index: number, accepted: number, failed: number]

/** Number of attempt durations stored: the newest. */
export const durationsKeptMax = 100
const minuteMs = 60_000

/**
 * Counts over the last `bucketMs` × `count`, exact to one bucket. A clock that goes back counts in
 * the newest bucket.
 */
class RecentCounts {
  readonly #bucketMs: number
  readonly #count: number
  #buckets: Bucket[] = []

  constructor(bucketMs: number, count: number) {
    this.#bucketMs = bucketMs
    this.#count = count
  }

  note(atMs: number, isAccepted: boolean): void {
    const last = this.#buckets.at(-1)
    const index = Math.max(Math.floor(atMs / this.#bucketMs), last?.[0] ?? Number.NEGATIVE_INFINITY)
    const [, accepted, failed] = last?.[0] === index ? last : [index, 0, 0]
    if (last?.[0] === index) this.#buckets.pop()
    this.#buckets.push([index, accepted + (isAccepted ? 1 : 0), failed + (isAccepted ? 0 : 1)])
    while ((this.#buckets[0]?.[0] ?? index) <= index - this.#count) this.#buckets.shift()
  }

  in(nowMs: number): Tallied {
    const after = Math.floor(nowMs / this.#bucketMs) - this.#count
    const recent = this.#buckets.filter(([index]) => index > after)
    return { accepted: computeSum(recent, 1), failed: computeSum(recent, 2) }
  }

  capture(): readonly Bucket[] {
    return [...this.#buckets]
  }

  restore(buckets: readonly Bucket[]): void {
    this.#buckets = [...buckets]
  }
}

export class AttemptTally {
  #acceptedMs: number | null = null
  #failure: FailedAttempt | null = null
  readonly #hour = new RecentCounts(5 * minuteMs, 12)
  readonly #day = new RecentCounts(60 * minuteMs, 24)
  #durationsMs: number[] = []

  /** When an attempt was last accepted, ms. */
  get acceptedMs(): number | null {
    return this.#acceptedMs
  }

  get failure(): FailedAttempt | null {
    return this.#failure
  }

  /** `failure`: null for an attempt that was accepted. */
  note(atMs: number, durationMs: number, failure: Omit<FailedAttempt, 'atMs'> | null): void {
    if (failure === null) this.#acceptedMs = atMs
    else this.#failure = { atMs, reason: failure.reason, status: failure.status }
    for (const counts of [this.#hour, this.#day]) counts.note(atMs, failure === null)
    this.#durationsMs.push(durationMs)
    if (this.#durationsMs.length > durationsKeptMax) this.#durationsMs.shift()
  }

  inHour(nowMs: number): Tallied {
    return this.#hour.in(nowMs)
  }

  inDay(nowMs: number): Tallied {
    return this.#day.in(nowMs)
  }

  /** Of the newest attempts, by nearest rank, ms; null before the first. */
  durationMs(share: number): number | null {
    const ascending = this.#durationsMs.toSorted((a, b) => a - b)
    return ascending[Math.max(0, Math.ceil(share * ascending.length) - 1)] ?? null
  }

  get durationCount(): number {
    return this.#durationsMs.length
  }

  capture(): AttemptTallyRow {
    const counts = { hour: this.#hour.capture(), day: this.#day.capture() }
    return {
      acceptedMs: this.#acceptedMs,
      failure: this.#failure,
      ...counts,
      durationsMs: [...this.#durationsMs]
    }
  }

  restore({ acceptedMs, failure, hour, day, durationsMs }: AttemptTallyRow): void {
    this.#acceptedMs = acceptedMs
    this.#failure = failure
    this.#hour.restore(hour)
    this.#day.restore(day)
    this.#durationsMs = [...durationsMs]
  }
}

/** Accepted of all; null without attempts. Pure. */
export function computeShare({ accepted, failed }: Tallied): number | null {
  const all = accepted + failed
  return all === 0 ? null : accepted / all
}

function computeSum(buckets: readonly Bucket[], at: 1 | 2): number {
  return buckets.reduce((sum, bucket) => sum + bucket[at], 0)
}
