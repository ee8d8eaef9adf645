// The location of a log as commands name it: `embedded:DIR`, or `kafka:HOST:PORT,…/PREFIX`.
// Connection details (TLS, SASL) come from settings.

import { brokerPattern, prefixPattern } from '@tocsin/host/kafka/kafka-settings'
import { UsageError } from '../terminal/output.ts'

export type LogLocation =
  | { readonly kind: 'embedded'; readonly dataDir: string }
  | { readonly kind: 'kafka'; readonly brokers: readonly string[]; readonly prefix: string }

/** Parses a location. Throws UsageError that shows the syntax. */
export function parseLogLocation(text: string): LogLocation {
  const at = text.indexOf(':')
  const [kind, rest] = [text.slice(0, at), text.slice(at + 1)]
  if (kind === 'embedded' && rest !== '') return { kind, dataDir: rest }
  if (kind === 'kafka') {
    const slash = rest.indexOf('/')
    return slash < 0
      ? kafkaLocation(rest, '')
      : kafkaLocation(rest.slice(0, slash), rest.slice(slash + 1))
  }
  throw new UsageError(
    `a log must be given as embedded:DIR or kafka:HOST:PORT[,HOST:PORT][/PREFIX], not "${text}"`
  )
}

/**
 * Brokers separated by commas, and the topic prefix. Throws UsageError that names the faulty one.
 */
export function kafkaLocation(list: string, prefix: string): LogLocation {
  const brokers = list
    .split(',')
    .map(broker => broker.trim())
    .filter(broker => broker !== '')
  const wrong = brokers.find(broker => !new RegExp(brokerPattern).test(broker))
  if (brokers.length === 0 || wrong !== undefined)
    throw new UsageError(
      `a broker must be given as HOST:PORT with a port from 1 to 65535, such as 127.0.0.1:9092, not "${wrong ?? list}"`
    )
  if (!new RegExp(prefixPattern).test(prefix))
    throw new UsageError(
      `a prefix may contain letters, digits, ".", "_" and "-", such as "test.", not "${prefix}"`
    )
  return { kind: 'kafka', brokers, prefix }
}

export function locationText(location: LogLocation): string {
  if (location.kind === 'embedded') return `embedded:${location.dataDir}`
  return `kafka:${location.brokers.join(',')}${location.prefix === '' ? '' : `/${location.prefix}`}`
}
