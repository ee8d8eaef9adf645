// Recent attempts of a subscription: counts over an hour and a day, the newest durations, the last
// of each kind. Folded from the log, so that the numbers survive a restart and are the same on all
// instances. Bounded: 36 buckets, 100 durations. Pure.

export interface Tallied {
  readonly accepted: number
  readonly failed: number
}

export interface AttemptTally {
  readonly acceptedMs: number | null
  /** How the last attempt ended that was not accepted. */
  readonly failure: {
    readonly atMs: number
    readonly reason: string
    readonly status: number | null
  } | null
  readonly hour: readonly Bucket[]
  readonly day: readonly Bucket[]
  /** Oldest first. */
  readonly durationsMs: readonly number[]
}

type Bucket = readonly [index: number, accepted: number, failed: number]

export const noAttempts: AttemptTally = {
  ...{ acceptedMs: null, failure: null, hour: [], day: [], durationsMs: [] }
}

/** Number of attempt durations stored: the newest. */
const durationsKeptMax = 100
const minuteMs = 60_000
/** Counts are exact to one bucket. */
const spans = {
  hour: { bucketMs: 5 * minuteMs, count: 12 },
  day: { bucketMs: 60 * minuteMs, count: 24 }
} as const

export interface Attempt {
  readonly atMs: number
  readonly durationMs: number
}

/** `failure`: null for an attempt that was accepted. */
export function noteAttempt(
  tally: AttemptTally,
  { atMs, durationMs }: Attempt,
  failure: { readonly reason: string; readonly status: number | null } | null
): AttemptTally {
  return {
    acceptedMs: failure === null ? atMs : tally.acceptedMs,
    failure:
      failure === null ? tally.failure : { atMs, reason: failure.reason, status: failure.status },
    hour: count(tally.hour, spans.hour, atMs, failure === null),
    day: count(tally.day, spans.day, atMs, failure === null),
    durationsMs: [...tally.durationsMs, durationMs].slice(-durationsKeptMax)
  }
}

/** A clock that goes back counts in the newest bucket. */
function count(
  buckets: readonly Bucket[],
  span: (typeof spans)[keyof typeof spans],
  atMs: number,
  isAccepted: boolean
): readonly Bucket[] {
  const last = buckets.at(-1)
  const index = Math.max(Math.floor(atMs / span.bucketMs), last?.[0] ?? Number.NEGATIVE_INFINITY)
  const [, accepted, failed] = last?.[0] === index ? last : [index, 0, 0]
  const now: Bucket = [index, accepted + (isAccepted ? 1 : 0), failed + (isAccepted ? 0 : 1)]
  return [...buckets.filter(([each]) => each !== index && each > index - span.count), now]
}

/** Attempts in the last hour, or day. */
export function countAttempts(
  tally: AttemptTally,
  span: keyof typeof spans,
  nowMs: number
): Tallied {
  const after = Math.floor(nowMs / spans[span].bucketMs) - spans[span].count
  const recent = tally[span].filter(([index]) => index > after)
  const sum = (at: 1 | 2) => recent.reduce((all, bucket) => all + bucket[at], 0)
  return { accepted: sum(1), failed: sum(2) }
}

/** Of the newest attempts, by nearest rank, ms; null before the first. */
export function findDurationMs({ durationsMs }: AttemptTally, share: number): number | null {
  const ascending = durationsMs.toSorted((a, b) => a - b)
  return ascending[Math.max(0, Math.ceil(share * ascending.length) - 1)] ?? null
}

/** Accepted of all; null without attempts. */
export function computeShare({ accepted, failed }: Tallied): number | null {
  const all = accepted + failed
  return all === 0 ? null : accepted / all
}
