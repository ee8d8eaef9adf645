// A notifier of its own for a part of a bench: what the part leaves behind disturbs no other.

import { openEmbeddedLog } from '@tocsin/event-log/embedded/embedded-log'
import type { EventLog } from '@tocsin/event-log/port'
import { freePort } from '@tocsin/testing/process/free-port'
import { ownerKeyOf, type SuiteProcess, spawnSuite } from '@tocsin/testing/process/suite-process'
import { withTempDir } from '@tocsin/testing/process/temp-dir'
import { Publisher } from './publisher.ts'

export interface OneNotifier {
  readonly notifier: SuiteProcess
  /** `http://127.0.0.1:8080` */
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly publisher: Publisher
  readonly log: EventLog
}

const many = '25000'
/** No limit on connections stands in the way of one process with all clients. */
export const wideOpen = {
  TOCSIN_LOG_LEVEL: 'warn',
  TOCSIN_CONNECTIONS_MAX: many,
  TOCSIN_CONNECTIONS_PER_ADDRESS_MAX: many,
  TOCSIN_STREAM_CONNECTIONS_MAX: many,
  TOCSIN_STREAM_CONNECTIONS_PER_KEY_MAX: many,
  TOCSIN_STREAM_CONNECTIONS_PER_ADDRESS_MAX: many
}

export function withNotifier<T>(
  use: (one: OneNotifier) => Promise<T>,
  settings: Readonly<Record<string, string>> = {}
): Promise<T> {
  return withTempDir(async dataDir => {
    const port = await freePort()
    const notifier = await spawnSuite({
      role: 'notifier',
      dataDir,
      port,
      env: { ...wideOpen, ...settings }
    })
    const log = await openEmbeddedLog({ dataDir })
    try {
      const headers = { authorization: `Bearer ${await ownerKeyOf(dataDir)}` }
      return await use({
        notifier,
        url: `http://127.0.0.1:${port}`,
        headers,
        publisher: new Publisher(log),
        log
      })
    } finally {
      await log.close()
      await notifier.stop()
    }
  })
}
