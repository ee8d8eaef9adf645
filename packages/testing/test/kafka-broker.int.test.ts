import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { type ConnectionOptions, connect } from 'node:tls'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import type { KafkaBroker, KafkaBrokerOptions } from '../src/kafka/kafka-broker.ts'
import { makeCertificates } from '../src/kafka/kafka-certificates.ts'
import { ownBrokers } from '../src/kafka/kafka-for-tests.ts'
import { checkBroker } from '../src/kafka/kafka-probe.ts'
import { withTempDir } from '../src/process/temp-dir.ts'
import { waitFor } from '../src/process/wait-for.ts'
import { createTopic, hasTopic } from './kafka-wire.ts'

const own = await ownBrokers()
const started: KafkaBroker[] = []
const broker = async (options?: KafkaBrokerOptions) => {
  const one = await own.start!(options)
  started.push(one)
  return one
}
const answers = (one: KafkaBroker, timeoutMs?: number) =>
  checkBroker('127.0.0.1', one.ports.plain, timeoutMs)
afterAll(() => Promise.all(started.map(one => one.dispose())))

describe.skipIf(own.skipped)('a broker of a test', { timeout: 120_000 }, () => {
  it('restarts with its data on the same port after kill -9 and after an orderly stop', async () => {
    const one = await broker()
    expect(await createTopic(one.ports.plain, 'kept')).toBe(0)
    await one.kill()
    expect(one.running).toBe(false)
    expect(await answers(one)).toBe(false)
    await one.start()
    expect(await hasTopic(one.ports.plain, 'kept')).toBe(true)
    await one.stop()
    expect(await one.exited).not.toBe(137)
    await one.start()
    expect(await hasTopic(one.ports.plain, 'kept')).toBe(true)
    expect(await hasTopic(one.ports.plain, 'made-by-asking')).toBe(false)
    await one.dispose()
    expect(existsSync(one.dataDir)).toBe(false)
  })

  it('runs beside another one, and does not answer while it is paused', async () => {
    const [one, other] = await Promise.all([broker(), broker()])
    expect(await createTopic(one.ports.plain, 'mine')).toBe(0)
    expect(await hasTopic(other.ports.plain, 'mine')).toBe(false)
    one.pause()
    // The signal takes effect after this returns: for a moment the broker may still answer.
    await waitFor(async () => !(await answers(one, 300)), {
      what: 'silence of a paused broker',
      timeoutMs: 60_000
    })
    await waitFor(() => answers(other), { what: 'answer of the other one', timeoutMs: 60_000 })
    expect(await answers(one, 300)).toBe(false)
    one.resume()
    await waitFor(() => answers(one), { what: 'answer after the pause', timeoutMs: 60_000 })
    await Promise.all([one.dispose(), other.dispose()])
  })

  it('listens with TLS, and requires a certificate of its authority if configured', async () => {
    const certificates = makeCertificates()
    const stranger = makeCertificates()
    const security = {
      certificates,
      username: 'tocsin',
      password: 'a-secret',
      clientCertificates: true
    }
    const one = await broker({ security })
    const { authority: ca, client } = certificates
    const handshake = (options: ConnectionOptions) =>
      tlsAnswers({ host: '127.0.0.1', port: one.ports.ssl!, ca, ...options })
    // The listeners of a broker open one after the other.
    await expect
      .poll(() => handshake({ cert: client.certificate, key: client.key }), { timeout: 10_000 })
      .toBe(true)
    expect(await handshake({})).toBe(false)
    expect(await handshake({ cert: stranger.client.certificate, key: stranger.client.key })).toBe(
      false
    )
    expect(
      await handshake({ ca: stranger.authority, cert: client.certificate, key: client.key })
    ).toBe(false)
    expect(one.secured.saslSsl).toHaveLength(1)
    await one.dispose()
  })

  it('fails to start with an invalid setting, naming it', async () => {
    await expect(broker({ properties: { 'log.segment.bytes': 'many' } })).rejects.toThrow(
      /log\.segment\.bytes/
    )
  })

  it('ends with a test process that is killed', () =>
    withTempDir(async dir => {
      const source = fileURLToPath(new URL('../src/kafka/kafka-broker.ts', import.meta.url))
      const starting = `
        const { startKafkaBroker } = await import(${JSON.stringify(source)})
        const broker = await startKafkaBroker()
        console.log(broker.ports.plain)`
      // The killed process cannot remove its temporary folder, so that it is placed inside ours.
      const env = { ...process.env, TMPDIR: dir }
      const parent = spawn(process.execPath, ['--input-type=module', '-e', starting], {
        env,
        stdio: ['ignore', 'pipe', 'inherit']
      })
      const port = Number(await new Promise<Buffer>(resolve => parent.stdout.once('data', resolve)))
      expect(await checkBroker('127.0.0.1', port)).toBe(true)
      parent.kill('SIGKILL')
      await waitFor(async () => !(await checkBroker('127.0.0.1', port)), {
        what: 'end of the broker'
      })
    }))
})

/**
 * True if the broker keeps the connection after the handshake: with TLS 1.3 a refused certificate
 * closes it only then.
 */
function tlsAnswers(options: ConnectionOptions): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(options, () =>
      socket.write(Buffer.from('0000000f0003000400000007ffff0000000000', 'hex'))
    )
    const end = (kept: boolean) => {
      socket.destroy()
      resolve(kept)
    }
    socket.on('data', () => end(true))
    socket.on('error', () => end(false))
    socket.on('close', () => end(false))
  })
}
