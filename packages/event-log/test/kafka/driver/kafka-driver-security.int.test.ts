// TLS and SASL of the driver, on a broker with both.

import { type KafkaBroker, startKafkaBroker } from '@tocsin/testing/kafka/kafka-broker'
import { makeCertificates } from '@tocsin/testing/kafka/kafka-certificates'
import { ownBrokers } from '@tocsin/testing/kafka/kafka-for-tests'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type BrokerAddress,
  type DriverOptions,
  KafkaDriverError,
  type PasswordSasl
} from '../../../src/kafka/driver/driver.ts'
import { createKafkaJsDriver } from '../../../src/kafka/kafkajs-driver/kafkajs-driver.ts'

const mechanisms: readonly PasswordSasl['mechanism'][] = ['plain', 'scram-sha-256', 'scram-sha-512']
const username = 'tocsin'
const password = 'correct-horse'
const deadlineMs = 10_000
/** Lifetime of a session at the broker. kafkajs re-authenticates 10 s before its end. */
const signInMs = 12_000
const certificates = makeCertificates()
const stranger = makeCertificates()
const { authority, client } = certificates
const mutual = { ca: authority, cert: client.certificate, key: client.key }

const kafka = await ownBrokers()
let broker: KafkaBroker

beforeAll(async () => {
  if (kafka.skipped) return
  const security = { certificates, username, password, clientCertificates: true }
  broker = await startKafkaBroker({
    security,
    properties: { 'connections.max.reauth.ms': String(signInMs) }
  })
})
afterAll(() => broker?.dispose())

function at(list: readonly string[] | undefined, host = '127.0.0.1'): BrokerAddress {
  return { host, port: Number(list![0]!.split(':')[1]) }
}

describe.skipIf(kafka.skipped)('the driver', () => {
  /** The number of brokers it sees, or the kind of its failure. */
  async function outcome(
    options: Omit<DriverOptions, 'clientId'>,
    address: BrokerAddress
  ): Promise<number | string> {
    try {
      const connection = await createKafkaJsDriver({ clientId: 'security', ...options }).connect(
        address,
        deadlineMs
      )
      const { brokers } = await connection.metadata([])
      connection.destroy()
      return brokers.length
    } catch (error) {
      expect(error, String(error)).toBeInstanceOf(KafkaDriverError)
      expect((error as Error).message).not.toContain(password)
      return (error as KafkaDriverError).kind
    }
  }

  it('accepts a broker with a trusted certificate, by address and by name', async () => {
    expect(await outcome({ tls: mutual }, at(broker.secured.ssl))).toBe(1)
    expect(await outcome({ tls: mutual }, at(broker.secured.ssl, 'localhost'))).toBe(1)
  })

  it('refuses a broker with an unknown certificate authority', async () => {
    expect(await outcome({ tls: { ca: stranger.authority } }, at(broker.secured.saslSsl))).toBe(
      'connect-failed'
    )
    expect(await outcome({ tls: {} }, at(broker.secured.saslSsl))).toBe('connect-failed')
  })

  it('is refused without a client certificate where one is required', async () => {
    // TLS 1.3: the client considers itself connected before the broker has checked its certificate.
    expect(['connect-failed', 'disconnected', 'not-sent']).toContain(
      await outcome({ tls: { ca: authority } }, at(broker.secured.ssl))
    )
  })

  it('does not accept plain text for TLS, nor TLS for plain text', async () => {
    expect(await outcome({ tls: { ca: authority } }, at(broker.brokers))).toBe('connect-failed')
    expect(['protocol', 'disconnected']).toContain(await outcome({}, at(broker.secured.ssl)))
  })

  it.each(mechanisms)('authenticates with %s, over TLS and without', async mechanism => {
    const sasl = { mechanism, username, password }
    expect(await outcome({ sasl, tls: { ca: authority } }, at(broker.secured.saslSsl))).toBe(1)
    expect(await outcome({ sasl }, at(broker.secured.saslPlain))).toBe(1)
  })

  it.each(mechanisms)('reports wrong credentials as auth-failed with %s', async mechanism => {
    const wrong = { mechanism, username, password: `not ${password}` }
    expect(await outcome({ sasl: wrong }, at(broker.secured.saslPlain))).toBe('auth-failed')
    expect(
      await outcome({ sasl: { ...wrong, username: 'nobody' } }, at(broker.secured.saslPlain))
    ).toBe('auth-failed')
  })

  /** Tokens for `tocsin` that end after some seconds, or have ended, and how many were asked for. */
  function makeTokens(lifeS: number) {
    const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url')
    const refused: string[] = []
    let asked = 0
    const get = async () => {
      asked++
      const nowS = Date.now() / 1000
      const claims = { sub: username, iat: nowS - 60, exp: nowS + lifeS }
      return `${encode({ alg: 'none' })}.${encode(claims)}.`
    }
    return { get, forget: (token: string) => refused.push(token), refused, asked: () => asked }
  }

  it('authenticates with a token, again with a new one before the session ends', async () => {
    const tokens = makeTokens(30)
    const sasl = { mechanism: 'oauthbearer', tokens } as const
    expect(await outcome({ sasl, tls: { ca: authority } }, at(broker.secured.saslSsl))).toBe(1)
    const connection = await createKafkaJsDriver({ clientId: 'security', sasl }).connect(
      at(broker.secured.saslPlain),
      deadlineMs
    )
    const first = tokens.asked()
    while (tokens.asked() === first) expect((await connection.metadata([])).brokers).toHaveLength(1)
    expect((await connection.metadata([])).brokers).toHaveLength(1)
    connection.destroy()
    expect(tokens.refused).toEqual([])
  })

  it('reports a token that has ended as auth-failed, and gives it back', async () => {
    const tokens = makeTokens(-120)
    const sasl = { mechanism: 'oauthbearer', tokens } as const
    expect(await outcome({ sasl }, at(broker.secured.saslPlain))).toBe('auth-failed')
    expect(tokens.refused).toHaveLength(tokens.asked())
  })

  it('survives the end of a session under constant requests', async () => {
    const sasl = { mechanism: 'scram-sha-256', username, password } as const
    const connection = await createKafkaJsDriver({ clientId: 'security', sasl }).connect(
      at(broker.secured.saslPlain),
      deadlineMs
    )
    const began = performance.now()
    const ask = async () => {
      while (performance.now() - began < signInMs + 1_000)
        expect((await connection.metadata([])).brokers.length).toBe(1)
    }
    await Promise.all([ask(), ask(), ask()])
    connection.destroy()
  })
})
