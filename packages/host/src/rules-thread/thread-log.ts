// The log as a thread of folds opens it: a separate handle, of either kind.

import { openEmbeddedLog } from '@tocsin/event-log/embedded/embedded-log'
import type { FixedShare } from '@tocsin/event-log/fixed-membership'
import type { ServiceDeps } from '@tocsin/service/service-deps'
import type { AwaitedKafka } from '../kafka/kafka-log-by-settings.ts'
import type { ThreadConfig } from './messages.ts'

/** An embedded one is open immediately, and has no statistics. */
export type ThreadLog = AwaitedKafka

export interface ThreadLogOptions extends Pick<ServiceDeps, 'clock' | 'logger'> {
  readonly config: ThreadConfig
  /**
   * Of the partitions of an embedded log. On Kafka the thread is a member of its group like another
   * instance.
   */
  readonly share: FixedShare
}

/** Opens it, or starts to: brokers may be away again by now. Rejects if the log is unusable. */
export async function openThreadLog({
  config,
  share,
  clock,
  logger
}: ThreadLogOptions): Promise<ThreadLog> {
  if (config.log === 'kafka') {
    const { beginKafka } = await import('../kafka/kafka-log-by-settings.ts')
    return beginKafka({ config, clock, logger, warns: false })
  }
  const log = await openEmbeddedLog({
    dataDir: config.data,
    ...(config.partitions === 0 ? {} : { partitions: config.partitions }),
    share,
    clock,
    onBackgroundFailure: detail => logger.error({ detail }, 'the log')
  })
  return { log, opened: Promise.resolve(), stats: () => null }
}
