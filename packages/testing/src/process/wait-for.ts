// Waits for a condition instead of sleeping.

export interface WaitOptions {
  /** Named in the error of a timeout. */
  readonly what: string
  readonly timeoutMs?: number
  readonly intervalMs?: number
}

/**
 * Resolves with the first value of `probe` that is not null, undefined or false. Rejects after `timeoutMs` and names `what`: by
 * default 60 s, since a busy machine is no failure.
 */
export async function waitFor<T>(
  probe: () => T | null | undefined | false | Promise<T | null | undefined | false>,
  { what, timeoutMs = 60_000, intervalMs = 10 }: WaitOptions
): Promise<T> {
  const deadline = performance.now() + timeoutMs
  for (;;) {
    const value = await probe()
    if (value !== null && value !== undefined && value !== false) return value
    if (performance.now() >= deadline) throw new Error(`timed out after ${timeoutMs} ms waiting for: ${what}`)
    await new Promise(resolve => setTimeout(resolve, intervalMs))
  }
}
