// The resolver against a test name server: two names are never answered, and all others must not be
// affected.

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseNetworks } from '../src/address-vetting.ts'
import { createResolve, type NameResolverOptions } from '../src/name-resolver.ts'
import { openUndiciTransport } from '../src/undici-transport.ts'
import { type DnsAnswer, type DnsServer, openDnsServer } from './dns-server.ts'

const answers: Record<string, DnsAnswer> = {
  'hung-1.example': 'silence',
  'hung-2.example': 'silence',
  'good.example': { addresses: ['127.0.0.1'], ttlS: 60 },
  'fleeting.example': { addresses: ['127.0.0.1'], ttlS: 0 },
  'both.example': { addresses: ['2001:db8::7', '192.0.2.7'], ttlS: 60 },
  'no-v6.example': 'silence-v6',
  'empty.example': { addresses: [], ttlS: 60 },
  'failing.example': 'failure'
}
const loopback = { allowHttp: true, allowNetworks: parseNetworks(['127.0.0.0/8']) }
const never = new AbortController().signal
let server: DnsServer
let folder: string
let hostsFile: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tocsin-names-'))
  hostsFile = join(folder, 'hosts')
  await writeFile(
    hostsFile,
    '127.0.0.1 localhost\n# 192.0.2.1 commented.example\n192.0.2.9 Partner.example partner # ours\n2001:db8::9 partner.example\n'
  )
  server = await openDnsServer(name => answers[name] ?? null)
})
afterEach(async () => {
  await server.close()
  await rm(folder, { recursive: true })
})

const open = (options: NameResolverOptions = {}) =>
  createResolve({ servers: [server.address], hostsFile, ...options })
const codeOf = (asked: Promise<unknown>) =>
  asked.then(
    () => 'answered',
    (error: NodeJS.ErrnoException) => error.code
  )
const asksFor = (name: string) => server.questions.filter(question => question.name === name).length

describe('names with unresponsive servers', () => {
  it('delay nobody: deliveries to another name are sent while many wait for them', async () => {
    const http = createServer((_, response) => response.end())
    await new Promise<void>(done => http.listen(0, '127.0.0.1', done))
    const { port } = http.address() as AddressInfo
    const sender = openUndiciTransport({ policy: loopback, resolve: open({ timeLimitMs: 2_000 }) })
    const sendTo = (name: string) =>
      sender.send({ url: `http://${name}:${port}/`, headers: {}, body: Buffer.from('{}') }, never)
    let answered = 0
    const hung = Array.from({ length: 16 }, (_, i) =>
      sendTo(`hung-${1 + (i % 2)}.example`).then(outcome => {
        answered++
        return outcome
      })
    )
    const good = await Promise.all(Array.from({ length: 20 }, () => sendTo('good.example')))
    expect(good.map(outcome => outcome.kind === 'response' && outcome.status)).toEqual(
      Array(20).fill(200)
    )
    expect(answered).toBe(0)
    const outcomes = await Promise.all(hung)
    expect(
      new Set(outcomes.map(outcome => (outcome.kind === 'failed' ? outcome.reason : outcome.kind)))
    ).toEqual(new Set(['dns-unavailable']))
    await sender.close()
    http.close()
  })
  it('are limited in number: a further one is refused for now', async () => {
    const resolve = open({ timeLimitMs: 300, lookupsMax: 2 })
    const hung = [codeOf(resolve('hung-1.example')), codeOf(resolve('hung-2.example'))]
    expect(await codeOf(resolve('good.example'))).toBe('EAI_AGAIN')
    await Promise.all(hung)
    expect(await codeOf(resolve('good.example'))).toBe('answered')
  })
})

describe('an answer', () => {
  it('has the addresses of both families, IPv4 first', async () => {
    expect(await open()('Both.Example.')).toEqual([
      { address: '192.0.2.7', family: 4 },
      { address: '2001:db8::7', family: 6 }
    ])
  })
  it('is cached for its TTL, at most for the limit, and not at all with a TTL of 0', async () => {
    let nowMs = 1_000
    const resolve = open({ nowMs: () => nowMs, keptMsMax: 30_000 })
    for (let i = 0; i < 3; i++) await resolve('good.example')
    expect(asksFor('good.example')).toBe(2)
    nowMs += 30_001
    await resolve('good.example')
    expect(asksFor('good.example')).toBe(4)
    for (let i = 0; i < 3; i++) await resolve('fleeting.example')
    expect(asksFor('fleeting.example')).toBe(6)
  })
  it('without addresses is distinguished from none at all', async () => {
    const resolve = open()
    expect(await codeOf(resolve('nobody.example'))).toBe('ENOTFOUND')
    expect(await codeOf(resolve('empty.example'))).toBe('ENOTFOUND')
    expect(await codeOf(resolve('failing.example'))).toBe('EAI_AGAIN')
    const unreachable = open({ servers: ['127.0.0.1:1'], timeLimitMs: 500 })
    expect(await codeOf(unreachable('good.example'))).toBe('EAI_AGAIN')
  })
})

describe('names known to this machine', () => {
  it('are those of its hosts file, whatever servers answer, and localhost', async () => {
    const resolve = open()
    expect(await resolve('partner.example')).toEqual([
      { address: '192.0.2.9', family: 4 },
      { address: '2001:db8::9', family: 6 }
    ])
    expect(await resolve('PARTNER')).toEqual([{ address: '192.0.2.9', family: 4 }])
    expect(await resolve('localhost')).toEqual([{ address: '127.0.0.1', family: 4 }])
    expect((await resolve('deep.localhost')).map(({ address }) => address)).toEqual([
      '127.0.0.1',
      '::1'
    ])
    expect(await codeOf(resolve('commented.example'))).toBe('ENOTFOUND')
    expect(server.questions.filter(({ name }) => name !== 'commented.example')).toEqual([])
  })
})
