// Which brokers we speak with. kafkajs looks only at a broker's newest version of each request; one that has given up ours would be found out in the
// middle of the work, so it is refused at the start.

import { EventLogError } from '../../errors.ts'
import { type ApiName, type ApiRange, apiKeys, type KafkaDriver } from '../driver/driver.ts'

/** Kafka 4.0 was the first with this version of Metadata. Source: KIP-1102. */
const metadataOfKafka4 = 13

/** Throws `format-newer` for a broker that no longer speaks a version of ours, `log-unavailable` for one that is older than Kafka 4.0. */
export function checkVersions(broker: string, driver: KafkaDriver, ranges: ReadonlyMap<number, ApiRange>): void {
  if ((ranges.get(apiKeys.Metadata)?.max ?? 0) < metadataOfKafka4)
    throw new EventLogError(
      'log-unavailable',
      `${broker} is older than Apache Kafka 4.0, which is the oldest that is spoken with`
    )
  for (const name of Object.keys(apiKeys) as ApiName[]) checkRange(broker, driver, name, ranges.get(apiKeys[name]))
}

function checkRange(broker: string, driver: KafkaDriver, name: ApiName, range: ApiRange | undefined): void {
  const ours = driver.speaks[name]
  if (range === undefined) throw new EventLogError('log-unavailable', `${broker} does not offer ${name}`)
  if (ours < range.min)
    throw new EventLogError(
      'format-newer',
      `${broker} takes ${name} from version ${range.min} on; the ${driver.name} driver speaks ${ours}: use the other driver, or an older broker`
    )
  if (ours > range.max)
    throw new EventLogError(
      'log-unavailable',
      `${broker} takes ${name} up to version ${range.max}; the ${driver.name} driver speaks ${ours}`
    )
}
