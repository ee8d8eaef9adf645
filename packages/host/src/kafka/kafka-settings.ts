// Settings of a Kafka log: brokers, topic prefix, security, timeouts.

import {
  ConfigError,
  type ConfigOf,
  choice,
  constant,
  flag,
  integer,
  list,
  secretText,
  text
} from '@tocsin/service/settings/settings'

const minuteMs = 60_000

const port =
  '(?:[1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])'
/** host:port with a valid port. */
export const brokerPattern = `^(?:[A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+\\]):${port}$`
export const prefixPattern = '^[A-Za-z0-9._-]{0,100}$'

export const kafkaSettings = {
  brokers: list({
    default: [],
    pattern: brokerPattern,
    example: '127.0.0.1:9092',
    doc: 'Bootstrap brokers of a Kafka log, host:port, separated by commas. The others are discovered.'
  }),
  kafka: {
    prefix: text({
      default: '',
      pattern: prefixPattern,
      example: 'test.',
      doc: 'Prefix of the names of topics and groups, so that several suites can share a cluster.'
    }),
    /** Quotas of brokers are by user. */
    clientId: constant('tocsin'),
    createTopics: flag({
      default: true,
      doc: 'Whether missing topics are created; if not, the start names them and waits for them.'
    }),
    replication: integer({
      default: 0,
      min: 0,
      max: 32,
      doc: 'Replication factor of created topics. 0 = three, or the number of brokers if there are fewer.'
    }),
    flushEach: flag({
      default: false,
      doc: 'Whether created topics flush to disk before an append is acknowledged. For a single broker whose machine may lose power; slow.'
    }),
    ssl: flag({ default: false, doc: 'Whether to connect to brokers by TLS.' }),
    caFile: text({
      default: '',
      doc: 'PEM file of the certificate authorities for brokers; empty = those of the system.'
    }),
    certFile: text({ default: '', doc: 'PEM file of the client certificate; empty = none.' }),
    keyFile: text({ default: '', doc: 'PEM file of the key of that certificate.' }),
    sasl: choice(['none', 'plain', 'scram-sha-256', 'scram-sha-512', 'oauthbearer'], {
      default: 'none',
      doc: 'Authentication mechanism.'
    }),
    username: text({ default: '', doc: 'Name for SASL; not for oauthbearer.' }),
    password: secretText({ doc: 'Password for SASL; not for oauthbearer.' }),
    tokenCommand: text({
      default: '',
      example: '/usr/local/bin/kafka-token --audience kafka',
      doc: 'Command that prints a token for oauthbearer: a program and its arguments, separated by spaces, without a shell. It prints the token, or JSON with access_token and expires_in (s) or expires_at.'
    }),
    sessionMs: integer({
      default: 10_000,
      min: 6_000,
      max: 30 * minuteMs,
      doc: 'Session timeout: how long an instance may be silent before others take over its partitions, ms. Brokers allow 6000 to 1800000 by default.'
    }),
    /** A broker that does not answer for so long loses its connection; the append is retried with the same ids, ms. */
    answerMs: constant(5_000),
    /** As long as a reporter waits for an answer, ms. */
    appendMs: constant(5_000),
    startWaitMs: integer({
      default: 10 * minuteMs,
      min: 0,
      max: 24 * 60 * minuteMs,
      doc: 'How long a starting process waits for its brokers before it exits, ms. Meanwhile it listens and shows in /readyz what it waits for.'
    })
  }
}
export type KafkaConfig = ConfigOf<typeof kafkaSettings>

/** Throws ConfigError for settings that are valid alone but contradict each other. */
export function checkKafkaConfig({ brokers, kafka }: KafkaConfig): void {
  const problems: { key: string; detail: string }[] = []
  if (brokers.length === 0)
    problems.push({
      key: 'brokers',
      detail: 'is empty: a Kafka log needs at least one, such as --brokers 127.0.0.1:9092'
    })
  const needed = findMissing(kafka)
  if (needed !== null) problems.push({ key: 'kafka.sasl', detail: `${kafka.sasl} needs ${needed}` })
  if ((kafka.certFile === '') !== (kafka.keyFile === ''))
    problems.push({ key: 'kafka.certFile', detail: 'and kafka.keyFile must be set together' })
  if (!kafka.ssl && (kafka.caFile !== '' || kafka.certFile !== ''))
    problems.push({ key: 'kafka.ssl', detail: 'is off, but files for TLS are set' })
  if (problems.length > 0)
    throw new ConfigError(problems.map(problem => ({ ...problem, origin: 'configuration' })))
}

/** The settings that the mechanism needs and that are not set; null if none is missing. */
function findMissing({ sasl, username, password, tokenCommand }: KafkaConfig['kafka']) {
  if (sasl === 'none') return null
  if (sasl === 'oauthbearer') return tokenCommand.trim() === '' ? 'kafka.tokenCommand' : null
  return username === '' || password === null ? 'kafka.username and kafka.password' : null
}
