// Processes of a suite on the test's own Kafka: started before it, losing it, and secured.

import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { KafkaBroker } from '@tocsin/testing/kafka/kafka-broker'
import { makeCertificates } from '@tocsin/testing/kafka/kafka-certificates'
import { kafkaPrefix, ownBrokers } from '@tocsin/testing/kafka/kafka-for-tests'
import { freePort, freePorts } from '@tocsin/testing/process/free-port'
import { SuiteProcess, type SuiteProcessOptions } from '@tocsin/testing/process/suite-process'
import { makeTempDir, removeDir } from '@tocsin/testing/process/temp-dir'
import { waitFor } from '@tocsin/testing/process/wait-for'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'

const kafka = await ownBrokers()
const patientMs = 60_000
const certificates = makeCertificates()
const [username, password] = ['tocsin', 'correct-horse']

let broker: KafkaBroker
let dataDir: string
const running: SuiteProcess[] = []

beforeAll(async () => {
  if (kafka.start)
    broker = await kafka.start({
      security: { certificates, username, password, clientCertificates: true }
    })
}, 120_000)
afterAll(() => broker?.dispose())
beforeEach(async () => {
  dataDir = await makeTempDir()
})
afterEach(async () => {
  await Promise.all(running.splice(0).map(suite => suite.kill9()))
  await removeDir(dataDir)
})

async function start(
  brokers: readonly string[],
  env: Readonly<Record<string, string>> = {},
  more: Partial<SuiteProcessOptions> = {}
): Promise<SuiteProcess> {
  const args = ['--log', 'kafka', '--brokers', brokers.join(',')]
  const suite = new SuiteProcess({
    role: 'intake',
    dataDir,
    port: await freePort(),
    args,
    env,
    ...more
  })
  running.push(suite)
  return suite
}

async function get(
  suite: SuiteProcess,
  path: string
): Promise<{ status: number; body: Record<string, unknown> }> {
  const answer = await fetch(`${suite.url}${path}`, { signal: AbortSignal.timeout(5_000) })
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
}

/** Resolves with the state of the log in /readyz once it passes. */
function logIs(
  suite: SuiteProcess,
  isAsWanted: (text: string) => boolean,
  what: string
): Promise<string> {
  return waitFor(
    async () => {
      const { body } = await get(suite, '/readyz').catch(() => ({ body: { log: '' } }))
      return isAsWanted(String(body.log)) ? String(body.log) : null
    },
    { what, timeoutMs: patientMs, intervalMs: 50 }
  )
}

describe.skipIf(kafka.skipped)('a process on Kafka', () => {
  it('waits for unavailable brokers: it listens, is alive, is not ready and says why; then it serves', async () => {
    const [plain, controller] = await freePorts(2)
    const suite = await start([`127.0.0.1:${plain}`])
    const said = await logIs(suite, text => text.startsWith('not reached since'), 'word of the log')
    expect(said).toMatch(/^not reached since \d{4}-\d\d-\d\dT[\d:.]+Z: ./)
    expect((await get(suite, '/livez')).status).toBe(200)
    expect(await get(suite, '/readyz')).toMatchObject({
      status: 503,
      body: { ready: false, phase: 'starting' }
    })
    expect((await get(suite, '/v1/reports/x')).status).toBe(503)
    const late = await kafka.start!({ ports: { plain: plain!, controller: controller! } })
    try {
      await suite.ready(patientMs)
      expect((await get(suite, '/readyz')).body.log).toBe('ok')
      // No busy loop: attempts are at least a quarter of a second apart.
      expect(suite.output.split('the log does not answer yet').length).toBeLessThan(100)
    } finally {
      await late.dispose()
    }
  }, 180_000)

  it('exits if they stay away, and at once on request', async () => {
    const nobody = [`127.0.0.1:${await freePort()}`]
    const patient = await start(nobody)
    await logIs(patient, text => text.startsWith('not reached since'), 'word of the log')
    expect(await patient.stop()).toEqual({ code: 0, signal: null })
    const hasty = await start(nobody, { TOCSIN_KAFKA_START_WAIT_MS: '1000' })
    expect(await hasty.exited).toEqual({ code: 1, signal: null })
    expect(hasty.output).toContain('it could not start: ')
  }, 120_000)

  it('exits after some seconds if the brokers refuse its password, and names the settings to check', async () => {
    const tls = { TOCSIN_KAFKA_SSL: 'true', TOCSIN_KAFKA_CA_FILE: join(dataDir, 'ca.pem') }
    await writeFile(join(dataDir, 'ca.pem'), certificates.authority)
    const sasl = {
      TOCSIN_KAFKA_SASL: 'scram-sha-512',
      TOCSIN_KAFKA_USERNAME: username,
      TOCSIN_KAFKA_PASSWORD: 'wrong'
    }
    const suite = await start(broker.secured.saslSsl, { ...tls, ...sasl })
    expect(await suite.exited).toEqual({ code: 1, signal: null })
    expect(suite.output).toContain(
      'it could not start: the brokers refuse our credentials: check kafka.sasl'
    )
  }, 120_000)

  it('connects to brokers by TLS with a client certificate, and by SASL over TLS, one process a data folder', async () => {
    const file = async (name: string, content: string) => {
      await writeFile(join(dataDir, name), content, { mode: 0o600 })
      return join(dataDir, name)
    }
    const tls = {
      TOCSIN_KAFKA_SSL: 'true',
      TOCSIN_KAFKA_CA_FILE: await file('ca.pem', certificates.authority)
    }
    const own = {
      TOCSIN_KAFKA_CERT_FILE: await file('cert.pem', certificates.client.certificate),
      TOCSIN_KAFKA_KEY_FILE: await file('key.pem', certificates.client.key)
    }
    const sasl = {
      TOCSIN_KAFKA_SASL: 'scram-sha-512',
      TOCSIN_KAFKA_USERNAME: username,
      TOCSIN_KAFKA_PASSWORD: password
    }
    const prefix = { TOCSIN_KAFKA_PREFIX: kafkaPrefix('secure') }
    const byCertificate = await start(broker.secured.ssl, { ...prefix, ...tls, ...own })
    await byCertificate.ready(patientMs)
    const beside = await start(broker.secured.ssl, { ...prefix, ...tls, ...own })
    expect(await beside.exited).toEqual({ code: 1, signal: null })
    expect(beside.output).toContain('give this one a data folder of its own')
    await byCertificate.stop()
    const byPassword = await start(broker.secured.saslSsl, {
      ...prefix,
      ...tls,
      ...sasl
    })
    await byPassword.ready(patientMs)
    expect(byPassword.output).not.toContain(password)
  }, 120_000)
})
