// Checks the protocol versions of brokers. kafkajs looks only at the newest version that a broker
// offers for each request; a broker that has dropped our version would fail in the middle of the
// work, so it is refused when connecting.

import { EventLogError } from '../../errors.ts'
import { type ApiName, type ApiRange, apiKeys, type KafkaDriver } from '../driver/driver.ts'

/** Kafka 4.0 introduced this version of Metadata. Source: KIP-1102. */
const metadataOfKafka4 = 13

/**
 * Throws `format-newer` for a broker that has dropped one of our versions, `log-unavailable` for
 * one older than Kafka 4.0.
 */
export function checkVersions(
  broker: string,
  driver: KafkaDriver,
  ranges: ReadonlyMap<number, ApiRange>
): void {
  if ((ranges.get(apiKeys.Metadata)?.max ?? 0) < metadataOfKafka4)
    throw new EventLogError(
      'log-unavailable',
      `${broker} is older than Apache Kafka 4.0, the oldest supported version`
    )
  for (const name of Object.keys(apiKeys) as ApiName[])
    checkRange(broker, driver, name, ranges.get(apiKeys[name]))
}

function checkRange(
  broker: string,
  driver: KafkaDriver,
  name: ApiName,
  range: ApiRange | undefined
): void {
  const ours = driver.speaks[name]
  if (range === undefined)
    throw new EventLogError('log-unavailable', `${broker} does not offer ${name}`)
  if (ours < range.min)
    throw new EventLogError(
      'format-newer',
      `${broker} accepts ${name} from version ${range.min}; the driver sends ${ours}: use an older broker`
    )
  if (ours > range.max)
    throw new EventLogError(
      'log-unavailable',
      `${broker} accepts ${name} up to version ${range.max}; the driver sends ${ours}`
    )
}
