// Waits for a log that is opened in the background, unless the process or thread is asked to stop.

import type { FailingLog } from '@tocsin/event-log/awaited-log'

/**
 * Resolves when the log answers. If it is asked to stop before, it closes the log and rejects.
 */
export async function waitUntilOpened(
  stopping: AbortSignal | undefined,
  { log, opened }: { readonly log: FailingLog; readonly opened: Promise<void> }
): Promise<void> {
  const closeLog = () => void log.close()
  stopping?.addEventListener('abort', closeLog, { once: true })
  if (stopping?.aborted) closeLog()
  try {
    await opened
  } finally {
    stopping?.removeEventListener('abort', closeLog)
  }
}
