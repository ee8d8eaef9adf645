// Waits for a log that is opened in the background, unless the process or thread is told to stop.

import type { FailingLog } from '@tocsin/event-log/awaited-log'

/**
 * Resolves when the log answers. If it is told to stop before, the log is closed, and it rejects.
 */
export async function openedUnless(
  stopping: AbortSignal | undefined,
  { log, opened }: { readonly log: FailingLog; readonly opened: Promise<void> }
): Promise<void> {
  const giveUp = () => void log.close()
  stopping?.addEventListener('abort', giveUp, { once: true })
  if (stopping?.aborted) giveUp()
  try {
    await opened
  } finally {
    stopping?.removeEventListener('abort', giveUp)
  }
}
