// A notifier with its endpoints, for a part of a bench: what the part leaves behind disturbs no
// other.

import { openEmbeddedLog } from '@tocsin/event-log/embedded/embedded-log'
import { freePort } from '@tocsin/testing/process/free-port'
import { ownerKeyOf, type SuiteProcess, spawnSuite } from '@tocsin/testing/process/suite-process'
import { withTempDir } from '@tocsin/testing/process/temp-dir'
import { AlertSource } from './alert-source.ts'
import { Receivers } from './receiver-process.ts'

export type Order = 'strict' | 'newest-state'

export interface Endpoints {
  readonly count: number
  /** Of these, those that never answer. */
  readonly hung?: number
  readonly order: Order
}

export interface OneDispatcher {
  readonly notifier: SuiteProcess
  readonly receivers: Receivers
  readonly alerts: AlertSource
}

/**
 * Loopback is allowed by name. The other limits are those of the product; of one process no host is
 * to be spared.
 */
export const onLoopback = {
  TOCSIN_LOG_LEVEL: 'error',
  TOCSIN_WEBHOOKS_ALLOW: '127.0.0.0/8',
  TOCSIN_WEBHOOKS_ALLOW_HTTP: 'true',
  TOCSIN_NOTIFIER_ATTEMPTS_PER_HOST_PER_SECOND_MAX: '1000000'
}

export function withDispatcher<T>(
  endpoints: Endpoints,
  use: (one: OneDispatcher) => Promise<T>
): Promise<T> {
  return withTempDir(async dataDir => {
    const notifier = await spawnSuite({
      role: 'notifier',
      dataDir,
      port: await freePort(),
      env: onLoopback
    })
    const log = await openEmbeddedLog({ dataDir })
    const receivers = await Receivers.start(endpoints.count, endpoints.hung)
    try {
      await subscribe(notifier.url, await ownerKeyOf(dataDir), receivers.urls, endpoints.order)
      return await use({ notifier, receivers, alerts: new AlertSource(log) })
    } finally {
      receivers.end()
      await log.close()
      await notifier.stop()
    }
  })
}

/** A subscription for each endpoint. */
export async function subscribe(
  suite: string,
  key: string,
  urls: readonly string[],
  order: Order
): Promise<void> {
  for (const url of urls) {
    const answer = await fetch(`${suite}/v1/subscriptions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ url, order })
    })
    const text = await answer.text()
    if (answer.status !== 201)
      throw new Error(`a subscription was refused: ${answer.status} ${text}`)
  }
}
