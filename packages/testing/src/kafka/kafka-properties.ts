// Broker settings, single or clustered, small enough to run with the tests. Pure: ports and
// folders in, file text out.

import type { KafkaCertificates } from './kafka-certificates.ts'

/** The port of each kind of listener; unset kinds have none. */
export interface KafkaPorts {
  readonly plain: number
  readonly controller: number
  readonly ssl?: number
  readonly saslPlain?: number
  readonly saslSsl?: number
}

/**
 * Additional listeners: TLS with certificates from these files, one user for PLAIN and both SCRAM
 * mechanisms, and any user for OAUTHBEARER with a token that is not signed.
 */
export interface KafkaSecurity {
  readonly certificates: KafkaCertificates
  readonly username: string
  readonly password: string
  /**
   * Clients of the TLS listener must present a certificate of the same authority. Default false.
   */
  readonly clientCertificates?: boolean
  /**
   * Access lists: users of SASL may do only what they were granted, clients of the other listeners
   * everything. Default false.
   */
  readonly accessLists?: boolean
}

/** One node of several, each a broker and a controller. */
export interface KafkaMember {
  readonly nodeId: number
  readonly clusterId: string
  /** The port of each node's controller, by node id. */
  readonly controllers: ReadonlyMap<number, number>
}

export type Properties = Readonly<Record<string, string>>

const host = '127.0.0.1'
/** Listener names are their protocols. */
const listenerNames = {
  plain: 'PLAINTEXT',
  ssl: 'SSL',
  saslPlain: 'SASL_PLAINTEXT',
  saslSsl: 'SASL_SSL'
} as const
const scramMechanisms = ['SCRAM-SHA-256', 'SCRAM-SHA-512'] as const

/** All settings of the broker; `own` overrides. */
export function buildBrokerProperties(
  dataDir: string,
  ports: KafkaPorts,
  security: KafkaSecurity | null,
  own: Properties,
  member: KafkaMember | null = null
): Properties {
  return {
    ...buildNodeProperties(dataDir, ports),
    ...buildQuorumProperties(ports, member),
    ...smallness,
    ...(security ? buildSecurityProperties(security) : {}),
    ...own
  }
}

/** Arguments of the format tool that create the SCRAM user; the PLAIN user is in the settings. */
export function buildScramArguments({ username, password }: KafkaSecurity): readonly string[] {
  return scramMechanisms.flatMap(mechanism => [
    '--add-scram',
    `${mechanism}=[name=${username},password=${password}]`
  ])
}

/** The text of a Java properties file. Backslashes and line ends are escaped. */
export function formatProperties(properties: Properties): string {
  return Object.entries(properties)
    .map(([name, value]) => `${name}=${value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}\n`)
    .join('')
}

function buildNodeProperties(dataDir: string, ports: KafkaPorts): Properties {
  const clients = Object.entries(listenerNames).flatMap(([kind, name]) => {
    const port = ports[kind as keyof typeof listenerNames]
    return port === undefined ? [] : [`${name}://${host}:${port}`]
  })
  return {
    'process.roles': 'broker,controller',
    'controller.listener.names': 'CONTROLLER',
    listeners: [...clients, `CONTROLLER://${host}:${ports.controller}`].join(','),
    'advertised.listeners': [...clients, `CONTROLLER://${host}:${ports.controller}`].join(','),
    'listener.security.protocol.map': [
      'CONTROLLER:PLAINTEXT',
      ...Object.values(listenerNames).map(name => `${name}:${name}`)
    ].join(','),
    'log.dirs': dataDir,
    'auto.create.topics.enable': 'false',
    'group.initial.rebalance.delay.ms': '0',
    // A killed broker can register again only after its old session expired: Kafka's default of 9 s
    // is long for a test, and a much shorter one would expel a broker that is merely slow on a busy
    // machine.
    'broker.heartbeat.interval.ms': '500',
    'broker.session.timeout.ms': '4000'
  }
}

/** The controller quorum: the node alone, or all nodes of a static cluster. */
function buildQuorumProperties(ports: KafkaPorts, member: KafkaMember | null): Properties {
  if (member === null)
    return { 'node.id': '1', 'controller.quorum.bootstrap.servers': `${host}:${ports.controller}` }
  const voters = [...member.controllers].map(([nodeId, port]) => `${nodeId}@${host}:${port}`)
  return { 'node.id': String(member.nodeId), 'controller.quorum.voters': voters.join(',') }
}

/**
 * One replica of internal topics, few threads, a small compaction buffer (Kafka's default is 128
 * MiB).
 */
const smallness: Properties = {
  'offsets.topic.replication.factor': '1',
  'offsets.topic.num.partitions': '4',
  'transaction.state.log.replication.factor': '1',
  'transaction.state.log.min.isr': '1',
  'transaction.state.log.num.partitions': '4',
  'share.coordinator.state.topic.replication.factor': '1',
  'share.coordinator.state.topic.min.isr': '1',
  'num.network.threads': '2',
  'num.io.threads': '4',
  'background.threads': '2',
  'log.cleaner.dedupe.buffer.size': '16777216'
}

function buildSecurityProperties({
  certificates,
  username,
  password,
  clientCertificates = false,
  accessLists = false
}: KafkaSecurity): Properties {
  const jaas = 'org.apache.kafka.common.security'
  const plain = `${jaas}.plain.PlainLoginModule required user_${username}="${password}";`
  const scram = `${jaas}.scram.ScramLoginModule required;`
  const bearer = `${jaas}.oauthbearer.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub="broker";`
  const unsigned = `${jaas}.oauthbearer.internals.unsecured.OAuthBearerUnsecuredValidatorCallbackHandler`
  const mechanisms = ['sasl_plaintext', 'sasl_ssl'].flatMap(listener => [
    [`listener.name.${listener}.plain.sasl.jaas.config`, plain],
    [`listener.name.${listener}.oauthbearer.sasl.jaas.config`, bearer],
    [`listener.name.${listener}.oauthbearer.sasl.server.callback.handler.class`, unsigned],
    ...scramMechanisms.map(mechanism => [
      `listener.name.${listener}.${mechanism.toLowerCase()}.sasl.jaas.config`,
      scram
    ])
  ])
  return {
    'ssl.keystore.type': 'PEM',
    'ssl.keystore.certificate.chain': certificates.server.certificate,
    'ssl.keystore.key': certificates.server.key,
    'ssl.truststore.type': 'PEM',
    'ssl.truststore.certificates': certificates.authority,
    'listener.name.ssl.ssl.client.auth': clientCertificates ? 'required' : 'none',
    'sasl.enabled.mechanisms': ['PLAIN', 'OAUTHBEARER', ...scramMechanisms].join(','),
    ...(accessLists
      ? {
          'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
          'super.users': 'User:ANONYMOUS'
        }
      : {}),
    ...Object.fromEntries(mechanisms)
  }
}
