import type { Clock } from '@tocsin/domain/ports'

/** What `work` resolves with, or null after `ms`. Rejects as it does. */
export async function within<T>(clock: Clock, ms: number, work: Promise<T>): Promise<T | null> {
  const timeout = new AbortController()
  const late = clock.sleep(ms, timeout.signal).then(() => null)
  try {
    return await Promise.race([work, late])
  } finally {
    timeout.abort('over')
  }
}
