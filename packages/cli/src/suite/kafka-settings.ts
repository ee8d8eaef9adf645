// Settings of a Kafka log: brokers, topic prefix, security, timeouts.

import { ConfigError } from '@tocsin/service-kit/settings/config'
import { type ConfigOf, flag, integer, list, oneOf, secretText, text } from '@tocsin/service-kit/settings/settings'

const minuteMs = 60_000

const port = '(?:[1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])'
/** host:port with a valid port. */
export const brokerPattern = `^(?:[A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+\\]):${port}$`
export const prefixPattern = '^[A-Za-z0-9._-]{0,100}$'

export const kafkaSettings = {
  brokers: list({
    default: [],
    pattern: brokerPattern,
    example: '127.0.0.1:9092',
    doc: 'Brokers of a Kafka log to ask first, host:port, separated by commas. The others are found through them.'
  }),
  kafka: {
    prefix: text({
      default: '',
      pattern: prefixPattern,
      example: 'test.',
      doc: 'What stands before the names of topics and groups, so that several suites can share a cluster.'
    }),
    driver: oneOf(['kafkajs', 'platformatic'], { default: 'kafkajs', doc: 'Which client library speaks to the brokers.' }),
    clientId: text({ default: 'tocsin', pattern: '^[\\x21-\\x7e]{1,100}$', doc: 'Name under which brokers see this process.' }),
    createTopics: flag({
      default: true,
      doc: 'Whether topics that are missing are made; else they are named and nothing starts.'
    }),
    replication: integer({
      default: 0,
      min: 0,
      max: 32,
      doc: 'Copies of each topic that is made. 0 = three, or as many as there are brokers when they are fewer.'
    }),
    flushEach: flag({
      default: false,
      doc: 'Whether topics that are made are on the disk before an append is acknowledged. For a single broker, whose machine may lose power; slow.'
    }),
    ssl: flag({ default: false, doc: 'Whether brokers are reached by TLS.' }),
    caFile: text({ default: '', doc: 'File of the authorities that brokers are trusted by, PEM; empty = those of the system.' }),
    certFile: text({ default: '', doc: 'File of the certificate that this process shows, PEM; empty = none.' }),
    keyFile: text({ default: '', doc: 'File of the key of that certificate, PEM.' }),
    sasl: oneOf(['none', 'plain', 'scram-sha-256', 'scram-sha-512'], {
      default: 'none',
      doc: 'How this process says who it is.'
    }),
    username: text({ default: '', doc: 'Name for SASL.' }),
    password: secretText({ doc: 'Password for SASL.' }),
    sessionMs: integer({
      default: 10_000,
      min: 6_000,
      max: 30 * minuteMs,
      doc: 'How long an instance may be silent before others take over its part of the work, ms. Brokers allow 6000 to 1800000 unless told otherwise.'
    }),
    answerMs: integer({
      default: 5_000,
      min: 100,
      max: 10 * minuteMs,
      doc: 'How long a broker may take for an answer before its connection is given up, ms. An append is then in doubt, and made again with the same ids.'
    }),
    appendMs: integer({
      default: 5_000,
      min: 100,
      max: 10 * minuteMs,
      doc: 'How long an append may wait for a broker that takes it, ms.'
    }),
    startWaitMs: integer({
      default: 10 * minuteMs,
      min: 0,
      max: 24 * 60 * minuteMs,
      doc: 'How long a process that starts waits for its brokers before it ends, ms. Meanwhile it listens and says in /readyz what it waits for.'
    })
  }
}
export type KafkaConfig = ConfigOf<typeof kafkaSettings>

/** Throws ConfigError for settings that are valid alone but contradict each other. */
export function checkKafkaConfig({ brokers, kafka }: KafkaConfig): void {
  const problems: { key: string; detail: string }[] = []
  if (brokers.length === 0)
    problems.push({ key: 'brokers', detail: 'names none: a Kafka log needs one at least, such as --brokers 127.0.0.1:9092' })
  if (kafka.sasl !== 'none' && (kafka.username === '' || kafka.password === null))
    problems.push({ key: 'kafka.sasl', detail: `${kafka.sasl} needs kafka.username and kafka.password` })
  if ((kafka.certFile === '') !== (kafka.keyFile === ''))
    problems.push({ key: 'kafka.certFile', detail: 'and kafka.keyFile come together' })
  if (!kafka.ssl && (kafka.caFile !== '' || kafka.certFile !== ''))
    problems.push({ key: 'kafka.ssl', detail: 'is off, and files for TLS are given' })
  if (problems.length > 0) throw new ConfigError(problems.map(problem => ({ ...problem, origin: 'configuration' })))
}
