// What every caller of the retry loop may rely on, whatever its options.

import { afterEach, describe, expect, it } from 'vitest'
import { EventLogError } from '../src/errors.ts'
import {
  type AbortableRetryOptions,
  type Attempt,
  computeBackoffMs,
  type RetryOptions,
  retry,
  retryUntilAborted
} from '../src/retry.ts'

const away = new EventLogError('log-unavailable', 'nobody listens')
const damaged = new EventLogError('record-corrupt', 'a checksum is wrong')

/** A clock that advances at once by each sleep. `onSleep` is called at the start of each sleep. */
function swiftClock(onSleep: (ms: number) => void = () => {}) {
  let nowMs = 0
  const slept: number[] = []
  return {
    slept,
    nowMs: () => nowMs,
    monotonicMs: () => nowMs,
    async sleep(ms: number, signal?: AbortSignal) {
      slept.push(ms)
      onSleep(ms)
      if (!signal?.aborted) nowMs += ms
    }
  }
}

/** An operation that fails with the given errors, then returns 'done'. */
function failing(...errors: readonly Error[]) {
  const tries: number[] = []
  const work = async ({ attempt }: Attempt) => {
    tries.push(attempt)
    const error = errors[tries.length - 1]
    if (error !== undefined) throw error
    return 'done'
  }
  return { tries, work }
}

const often = (error: Error, times: number): readonly Error[] =>
  Array.from({ length: times }, () => error)

type Trying = (
  work: (attempt: Attempt) => Promise<string>,
  options: AbortableRetryOptions
) => Promise<string | null>
const forms: readonly (readonly [string, Trying])[] = [
  ['retry', retry],
  ['retryUntilAborted', retryUntilAborted]
]

describe.each(forms)('%s', (_, form) => {
  const stop = { now: new AbortController() }
  afterEach(() => {
    stop.now = new AbortController()
  })
  const trying = (work: (attempt: Attempt) => Promise<string>, options: RetryOptions) =>
    form(work, { signal: stop.now.signal, ...options })

  it('starts before it returns, and resolves with the first success', async () => {
    const { work, tries } = failing()
    const clock = swiftClock()
    const outcome = trying(work, { clock })
    expect(tries).toEqual([0])
    expect(await outcome).toBe('done')
    expect(clock.slept).toEqual([])
  })

  it('waits 10 ms, then doubles up to 5 s, and reports each failure before the wait', async () => {
    const { work, tries } = failing(...often(away, 12))
    const clock = swiftClock()
    const told: unknown[] = []
    expect(
      await trying(work, {
        clock,
        onRetry: (error, attempt, waitMs) => told.push([error, attempt, waitMs])
      })
    ).toBe('done')
    const waits = [10, 20, 40, 80, 160, 320, 640, 1280, 2560, 5000, 5000, 5000]
    expect(clock.slept).toEqual(waits)
    expect(told).toEqual(waits.map((ms, attempt) => [away, attempt, ms]))
    expect(tries).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
  })

  it('resets to the shortest wait after progress', async () => {
    const clock = swiftClock()
    let tries = 0
    const work = async ({ progressed }: Attempt) => {
      if (++tries === 4) progressed()
      if (tries < 7) throw away
      return 'done'
    }
    expect(await trying(work, { clock })).toBe('done')
    expect(clock.slept).toEqual([10, 20, 40, 10, 20, 40])
  })

  it.each([damaged, new EventLogError('closed', 'closed'), new TypeError('a defect')])(
    'rejects at once after a permanent failure: %s',
    async error => {
      const { work, tries } = failing(away, error)
      await expect(trying(work, { clock: swiftClock() })).rejects.toBe(error)
      expect(tries).toHaveLength(2)
    }
  )

  it('uses the caller’s isTransient', async () => {
    const { work, tries } = failing(damaged, damaged)
    expect(
      await trying(work, { clock: swiftClock(), isTransient: error => error === damaged })
    ).toBe('done')
    expect(tries).toHaveLength(3)
    await expect(
      trying(failing(away).work, { clock: swiftClock(), isTransient: () => false })
    ).rejects.toBe(away)
  })

  it('uses the caller’s waits', async () => {
    const clock = swiftClock()
    await trying(failing(...often(away, 3)).work, { clock, waitMs: attempt => 100 + attempt })
    expect(clock.slept).toEqual([100, 101, 102])
  })

  it('does not start a wait that would end after the time limit, and rejects with the last failure', async () => {
    const last = new EventLogError('append-unknown', 'the last one')
    const { work } = failing(away, away, last)
    const clock = swiftClock()
    await expect(trying(work, { clock, withinMs: 69 })).rejects.toBe(last)
    expect(clock.slept).toEqual([10, 20])
    expect(
      await trying(failing(...often(away, 3)).work, { clock: swiftClock(), withinMs: 70 })
    ).toBe('done')
    expect(
      await trying(failing(...often(away, 30)).work, { clock: swiftClock(), withinMs: null })
    ).toBe('done')
  })

  it('may wait beyond the deadline, and rejects with the first failure after it', async () => {
    const clock = swiftClock()
    const { work, tries } = failing(...often(away, 30))
    await expect(trying(work, { clock, untilMs: 70 })).rejects.toBe(away)
    expect(clock.slept).toEqual([10, 20, 40])
    expect(tries).toHaveLength(4)
    const late = swiftClock()
    await expect(
      trying(failing(...often(away, 30)).work, { clock: late, untilMs: 71 })
    ).rejects.toBe(away)
    expect(late.slept).toEqual([10, 20, 40, 80])
  })

  it('ends after the maximum number of attempts', async () => {
    const { work, tries } = failing(...often(away, 30))
    await expect(trying(work, { clock: swiftClock(), attemptsMax: 5 })).rejects.toBe(away)
    expect(tries).toHaveLength(5)
  })
})

describe('an abort', () => {
  it('ends the wait, and no attempt starts after it', async () => {
    const stop = new AbortController()
    const clock = swiftClock(() => stop.abort())
    const { work, tries } = failing(...often(away, 5))
    const options = { clock, signal: stop.signal }
    await expect(retry(work, options)).rejects.toBe(away)
    expect(tries).toEqual([0])
    const again = new AbortController()
    const second = failing(...often(away, 5))
    expect(
      await retryUntilAborted(second.work, {
        clock: swiftClock(() => again.abort()),
        signal: again.signal
      })
    ).toBeNull()
    expect(second.tries).toEqual([0])
  })

  it('before the first attempt allows one attempt of retry, and none of retryUntilAborted', async () => {
    const options = { clock: swiftClock(), signal: AbortSignal.abort() }
    const first = failing(away)
    await expect(retry(first.work, options)).rejects.toBe(away)
    expect(first.tries).toEqual([0])
    expect(await retry(failing().work, options)).toBe('done')
    const second = failing()
    expect(await retryUntilAborted(second.work, options)).toBeNull()
    expect(second.tries).toEqual([])
  })

  it('during an attempt keeps its success, and a failure without a further attempt is not reported', async () => {
    const stop = new AbortController()
    const told: unknown[] = []
    const options = {
      clock: swiftClock(),
      signal: stop.signal,
      onRetry: (error: Error) => told.push(error)
    }
    const aborting = (end: () => string) => async () => {
      stop.abort()
      return end()
    }
    expect(
      await retryUntilAborted(
        aborting(() => 'done'),
        options
      )
    ).toBe('done')
    const fails = (error: Error) =>
      aborting(() => {
        throw error
      })
    await expect(retry(fails(away), options)).rejects.toBe(away)
    expect(told).toEqual([])
  })

  it.each([
    ['rejects', damaged],
    ['is-ignored', null]
  ] as const)('and a permanent failure: it %s', async (failureAfterAbort, expected) => {
    const stop = new AbortController()
    const work = async () => {
      stop.abort()
      throw damaged
    }
    const outcome = retryUntilAborted(work, {
      clock: swiftClock(),
      signal: stop.signal,
      failureAfterAbort
    })
    expect(await outcome.catch(error => error)).toBe(expected)
  })
})

describe('waits between attempts', () => {
  it('double, up to a limit', () => {
    expect([0, 1, 2, 3, 8, 9, 100, 1e9].map(computeBackoffMs)).toEqual([
      10, 20, 40, 80, 2560, 5000, 5000, 5000
    ])
  })
})
