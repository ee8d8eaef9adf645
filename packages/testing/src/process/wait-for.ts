// Waits for a condition instead of sleeping.

export interface WaitOptions {
  /** Named in the error of a timeout. */
  readonly what: string
  readonly timeoutMs?: number
  /**
   * Default: 10 ms at first, and longer the longer it lasts: a look costs time of the machine that
   * is waited for.
   */
  readonly intervalMs?: number
}

const intervalMinMs = 10
const intervalMaxMs = 50

/**
 * Resolves with the first value of `probe` that is not null, undefined or false. Rejects after
 * `timeoutMs` and names `what`: by default 60 s, since a busy machine is no failure.
 */
export async function waitFor<T>(
  probe: () => T | null | undefined | false | Promise<T | null | undefined | false>,
  { what, timeoutMs = 60_000, intervalMs }: WaitOptions
): Promise<T> {
  const deadline = performance.now() + timeoutMs
  let nextMs = intervalMinMs
  for (;;) {
    const value = await probe()
    if (value !== null && value !== undefined && value !== false) return value
    if (performance.now() >= deadline)
      throw new Error(`timed out after ${timeoutMs} ms waiting for: ${what}`)
    await new Promise(resolve => setTimeout(resolve, intervalMs ?? nextMs))
    nextMs = Math.min(intervalMaxMs, nextMs * 1.2)
  }
}
