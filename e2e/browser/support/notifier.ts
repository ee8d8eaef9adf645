// A notifier of a single test, in this process, over a log in memory that the test writes.

import { MemoryLog } from '@tocsin/event-log/memory-log'
import { onTestFinished } from 'vitest'
import { AlertWriter } from '../../../services/notifier/test/support/alert-builder.ts'
import {
  type ListeningNotifier,
  listenNotifier
} from '../../../services/notifier/test/support/listening-notifier.ts'
import { ownerKey } from '../../../services/notifier/test/support/notifier-harness.ts'

export interface TestNotifier {
  readonly url: string
  readonly key: string
  readonly log: MemoryLog
  readonly alerts: AlertWriter
  close(): Promise<void>
}

/** Starts it once `fill` has written its first alerts. It ends with the test. */
export async function startNotifier(
  fill: (alerts: AlertWriter, log: MemoryLog) => Promise<unknown>
): Promise<TestNotifier> {
  const log = new MemoryLog()
  const alerts = new AlertWriter(log)
  await fill(alerts, log)
  const notifier: ListeningNotifier = await listenNotifier({}, log)
  let isClosed = false
  const close = async () => {
    if (!isClosed) await notifier.close()
    isClosed = true
  }
  onTestFinished(close)
  return { url: notifier.url, key: ownerKey, log, alerts, close }
}
