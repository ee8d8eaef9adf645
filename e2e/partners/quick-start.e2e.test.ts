// The pages for partners do what they say: the quick start at a running suite; each receiver with
// signed, forged, old and rotated requests, and subscribed at a running suite; openssl with the
// published keys; the count of sequences.

import { createHmac, randomBytes } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { freePort } from '@tocsin/testing/process/free-port'
import { makeTempDir, removeDir } from '@tocsin/testing/process/temp-dir'
import { waitFor } from '@tocsin/testing/process/wait-for'
import { signWebhook } from '@tocsin/webhooks/signature'
import {
  createEd25519Key,
  formatPublicKey,
  formatSecret,
  getPublicBytes,
  parseSigningKey,
  type SigningKey
} from '@tocsin/webhooks/signing-keys'
import { request } from 'undici'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WholeSuite } from '../harness/whole-suite.ts'
import { goEnv, isThere, Running, run } from './outside-tools.ts'
import { readSubscribing, snippets, writeSnippets } from './snippets.ts'

type Command = readonly [string, ...string[]]

const [secret, earlier, foreign] = [1, 2, 3].map(byte => formatSecret(Buffer.alloc(32, byte))) as [
  string,
  string,
  string
]
const own = createEd25519Key(Buffer.alloc(32, 4))
const nowS = () => Math.floor(Date.now() / 1_000)

const node: Command = [process.execPath]
const hasPython = isThere('the webhook receiver in Python', [
  'python3',
  '-c',
  'import sys; sys.exit(sys.version_info < (3, 9))'
])
const hasGo = isThere('the webhook receiver in Go', ['go', 'version'])
const hasCurl = isThere('the quick start for partners', ['curl', '--version'])
const hasOpenssl = isThere(
  'verifying webhooks with openssl',
  ['openssl', 'pkeyutl', '-help'],
  ['curl', '--version'],
  ['sh', '-c', 'openssl version | grep -q "^OpenSSL [3-9]"']
)

const receivers: readonly {
  readonly file: string
  readonly command: Command
  readonly isThere: boolean
}[] = [
  { file: 'receiver.mjs', command: [...node, 'receiver.mjs'], isThere: true },
  { file: 'receiver-plain.mjs', command: [...node, 'receiver-plain.mjs'], isThere: true },
  { file: 'receiver.py', command: ['python3', 'receiver.py'], isThere: hasPython },
  { file: 'receiver.go', command: ['./receiver-in-go'], isThere: hasGo }
]
const there = receivers.filter(each => each.isThere)

let folder: string
beforeAll(async () => {
  folder = await makeTempDir()
  writeSnippets(folder)
  if (!hasGo) return
  const built = await run(['go', 'build', '-o', 'receiver-in-go', 'receiver.go'], {
    cwd: folder,
    env: goEnv()
  })
  expect(built).toEqual({ code: 0, output: '' })
}, 600_000)
afterAll(() => removeDir(folder))

interface Started {
  readonly running: Running
  readonly port: number
  readonly url: string
}

/** Starts a receiver, and waits until it answers. */
async function start(
  command: Command,
  secrets: readonly string[],
  port?: number
): Promise<Started> {
  const at = port ?? (await freePort())
  const running = new Running(command, {
    cwd: folder,
    env: { PORT: String(at), WEBHOOK_SECRETS: secrets.join(' ') }
  })
  const url = `http://127.0.0.1:${at}/alerts`
  const isUp = () => statusOf(url, Buffer.from('{}'))
  await waitFor(isUp, { what: `${command.join(' ')} to listen`, timeoutMs: 60_000 })
  return { running, port: at, url }
}

/** The status of a request; null if none came. */
async function statusOf(
  url: string,
  body: Buffer,
  headers: Readonly<Record<string, string>> = {}
): Promise<number | null> {
  try {
    const answer = await request(url, { method: 'POST', headers, body })
    await answer.body.dump()
    return answer.statusCode
  } catch {
    return null
  }
}

const eventOf = (id: string, more: object = {}) =>
  Buffer.from(
    JSON.stringify({
      specversion: '1.0',
      id,
      type: 'tocsin.alert.raised.v1',
      data: { headline: 'Ségou, 2×' },
      ...more
    })
  )

interface SentRequest {
  readonly keys: readonly SigningKey[]
  readonly timestampS?: number
  readonly body?: Buffer
  readonly headers?: Readonly<Record<string, string>>
}

const hmac = (...secrets: readonly string[]) => secrets.map(parseSigningKey)
let count = 0

describe.each(receivers)('$file', ({ command, isThere: isHere }) => {
  let receiver: Started
  beforeAll(async () => {
    if (isHere) receiver = await start(command, [earlier, secret])
  })
  afterAll(() => receiver?.running.end())

  async function post({ keys, timestampS = nowS(), body, headers = {} }: SentRequest) {
    const id = `msg_${++count}`
    const bytes = body ?? eventOf(id)
    const signed = signWebhook({ id, timestampS, body: bytes }, keys)
    const all = { 'content-type': 'application/cloudevents+json', ...signed, ...headers }
    const answer = await request(receiver.url, { method: 'POST', headers: all, body: bytes })
    const text = await answer.body.text()
    return { id, status: answer.statusCode, text }
  }
  const isKept = (id: string) =>
    waitFor(() => receiver.running.events.includes(id), {
      what: `${id} to be kept`,
      timeoutMs: 60_000
    })

  it.skipIf(!isHere)('keeps what is signed with one of its secrets', async () => {
    for (const keys of [hmac(secret), hmac(earlier)]) {
      const { id, status } = await post({ keys })
      expect(status).toBe(204)
      await isKept(id)
    }
  })
  it.skipIf(!isHere)(
    'keeps what is signed by several keys during a rotation, in any place',
    async () => {
      for (const keys of [
        [...hmac(secret, foreign), own],
        [...hmac(foreign, secret), own],
        [own, ...hmac(foreign, secret)]
      ]) {
        const { id, status } = await post({ keys })
        expect(status).toBe(204)
        await isKept(id)
      }
    }
  )
  it.skipIf(!isHere)(
    'refuses other keys, old and early times, changed bodies, and requests that lack a header',
    async () => {
      const broken = { 'webhook-signature': `v1, v1,%%% v1a,AAAA` }
      const refused: readonly SentRequest[] = [
        { keys: hmac(foreign) },
        { keys: [own] },
        { keys: hmac(secret), timestampS: nowS() - 310 },
        { keys: hmac(secret), timestampS: nowS() + 310 },
        { keys: hmac(secret), headers: { 'webhook-timestamp': String(nowS() - 1) } },
        { keys: hmac(secret), headers: { 'webhook-timestamp': `${nowS()}abc` } },
        { keys: hmac(secret), headers: { 'webhook-id': 'msg_other' } },
        { keys: hmac(secret), headers: broken },
        ...['webhook-id', 'webhook-timestamp', 'webhook-signature'].map(name => ({
          keys: hmac(secret),
          headers: { [name]: '' }
        }))
      ]
      for (const each of refused) {
        const { id, status } = await post(each)
        expect([each, status]).toEqual([each, 401])
        expect(receiver.running.events).not.toContain(id)
      }
    }
  )
  it.skipIf(!isHere)('takes no secret that is empty, by which anybody could sign', async () => {
    for (const secrets of ['whsec_', `${secret} `]) {
      const port = await freePort()
      const running = new Running(command, {
        cwd: folder,
        env: { PORT: String(port), WEBHOOK_SECRETS: secrets }
      })
      const id = `msg_${++count}`
      const [at, body] = [String(nowS()), eventOf(id)]
      const digest = createHmac('sha256', '').update(`${id}.${at}.`).update(body).digest('base64')
      const headers = {
        'webhook-id': id,
        'webhook-timestamp': at,
        'webhook-signature': `v1,${digest}`
      }
      let status: number | null = null
      // It does not begin, ends with the first request, or refuses that.
      const isOver = async () => {
        status = await statusOf(`http://127.0.0.1:${port}/`, body, headers)
        return status !== null || running.output !== ''
      }
      await waitFor(isOver, { what: 'an answer, or the end of the receiver', timeoutMs: 60_000 })
      await running.end()
      expect([secrets, status ?? 401, running.events]).toEqual([secrets, 401, []])
    }
  })
  it.skipIf(!isHere)('echoes a signed challenge, and no other', async () => {
    const challenge = randomBytes(32).toString('base64url')
    const body = eventOf('challenge_1', {
      type: 'tocsin.webhook.challenge.v1',
      data: { challenge }
    })
    expect(await post({ keys: [...hmac(secret), own], body })).toMatchObject({
      status: 200,
      text: challenge
    })
    const forged = await post({ keys: hmac(foreign), body })
    expect([forged.status, forged.text.includes(challenge)]).toEqual([401, false])
  })
  it.skipIf(!isHere)(
    'goes on after a sender that breaks off, and after a body that is too large',
    async () => {
      const socket = connect(receiver.port, '127.0.0.1')
      await new Promise(resolve =>
        socket.write('POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 1000\r\n\r\nhalf', resolve)
      )
      socket.destroy()
      // Null: it closed the connection before all of it was sent.
      expect([401, 413, null]).toContain(await statusOf(receiver.url, Buffer.alloc((1 << 20) + 1)))
      expect((await post({ keys: hmac(secret) })).status).toBe(204)
    }
  )
})

describe('the quick start', () => {
  it.skipIf(!hasCurl)(
    'subscribes, consents, and takes a sample, as it is written',
    async () => {
      const suite = await WholeSuite.start({ env: { TOCSIN_WEBHOOKS_CONSENT: 'public' } })
      const port = await freePort()
      const url = `http://127.0.0.1:${port}/alerts`
      const env = { at: suite.url, key: suite.key, url }
      const subscribed = await run(['sh', '-c', readSubscribing()], { cwd: folder, env })
      const { id, secret: given, policy } = JSON.parse(subscribed.output)
      expect(policy).toMatchObject({ groupWaitSeconds: 30 })
      const receiver = new Running([...node, 'receiver-standard.mjs'], {
        cwd: folder,
        env: { PORT: String(port), SECRET: given }
      })
      try {
        const path = `/v1/subscriptions/${id}`
        const status = async () => ((await suite.api.call('GET', path)).body as ShownStatus).status
        const what = 'the consent of the quick start'
        await waitFor(async () => (await status()) === 'active', { what, timeoutMs: 120_000 })
        const tested = await suite.api.call('POST', `${path}/test`, {
          body: { type: 'alert.raised' }
        })
        expect(tested.body).toMatchObject({ accepted: true, status: 204 })
        expect(receiver.output).toMatch(/tocsin\.alert\.raised\.v1 test_/)
        expect(await statusOf(url, eventOf('forged'))).toBe(401)
      } finally {
        await receiver.end()
        await suite.end()
      }
    },
    600_000
  )
})

interface ShownStatus {
  readonly status: string
}

describe('every receiver', () => {
  it('consents to a running suite, and keeps its tests, also after a rotation', async () => {
    const suite = await WholeSuite.start({ env: { TOCSIN_WEBHOOKS_CONSENT: 'always' } })
    const started: Started[] = []
    try {
      const keyList = (await suite.api.call('GET', '/.well-known/tocsin-keys.json')).body as {
        keys: readonly { text: string }[]
      }
      const serve = async ({ file, command }: (typeof there)[number]) => {
        const port = await freePort()
        const made = await suite.api.call('POST', '/v1/subscriptions', {
          body: { url: `http://127.0.0.1:${port}/alerts` }
        })
        const { id, secret: given } = made.body as { id: string; secret: string }
        // Ours can do with the published keys alone.
        const keys = file === 'receiver.mjs' ? keyList.keys.map(({ text }) => text) : [given]
        const receiver = await start(command, keys, port)
        started.push(receiver)
        const state = async () =>
          ((await suite.api.call('GET', `/v1/subscriptions/${id}`)).body as { status: string })
            .status
        await waitFor(async () => (await state()) === 'active', {
          what: `the consent of ${file}`,
          timeoutMs: 120_000
        })
        await suite.api.call('POST', `/v1/subscriptions/${id}/test`)
        await suite.api.call('POST', `/v1/subscriptions/${id}/rotation`, { body: {} })
        await suite.api.call('POST', `/v1/subscriptions/${id}/test`)
        await waitFor(() => receiver.running.events.length === 2, {
          what: `both tests at ${file}`,
          timeoutMs: 60_000
        })
      }
      await Promise.all(there.map(serve))
    } finally {
      for (const { running } of started) await running.end()
      await suite.end()
    }
  }, 600_000)
})

describe('openssl', () => {
  let keys: Server
  let at: string
  beforeAll(async () => {
    const next = createEd25519Key(Buffer.alloc(32, 6))
    const list = [next, own].map(key => ({
      x: getPublicBytes(key).toString('base64url'),
      text: formatPublicKey(key)
    }))
    keys = createServer((asked, response) => {
      response.statusCode = asked.url === '/.well-known/tocsin-keys.json' ? 200 : 404
      response.end(JSON.stringify({ keys: list }))
    })
    await new Promise<void>(resolve => keys.listen(0, '127.0.0.1', resolve))
    at = `http://127.0.0.1:${(keys.address() as AddressInfo).port}`
  })
  afterAll(() => keys.close())

  async function verify(
    { keys: signers, timestampS = nowS(), headers = {} }: SentRequest,
    secrets: readonly string[]
  ) {
    const body = Buffer.from('{"test": 2432232314}')
    const signed = { ...signWebhook({ id: 'msg_1', timestampS, body }, signers), ...headers }
    const env = {
      at,
      WEBHOOK_SECRETS: secrets.join(' '),
      ID: signed['webhook-id'],
      TIME: signed['webhook-timestamp'],
      SIGNATURES: signed['webhook-signature']
    }
    const shell = 'printf %s \'{"test": 2432232314}\' > body.json && sh verify.sh body.json'
    const { code, output } = await run(['sh', '-c', shell], { cwd: folder, env })
    return [code, output.trim()]
  }

  it.skipIf(!hasOpenssl)('verifies by a secret, also during a rotation', async () => {
    expect(await verify({ keys: hmac(secret) }, [secret])).toEqual([0, 'good: v1'])
    expect(await verify({ keys: [...hmac(foreign, secret), own] }, [earlier, secret])).toEqual([
      0,
      'good: v1'
    ])
  })
  it.skipIf(!hasOpenssl)('verifies by the published keys without any secret', async () => {
    const good = [0, `good: v1a by ${formatPublicKey(own)}`]
    expect(await verify({ keys: [...hmac(foreign, secret), own] }, [])).toEqual(good)
    const others = createEd25519Key(Buffer.alloc(32, 9))
    expect(await verify({ keys: [...hmac(secret), others, own] }, [])).toEqual(good)
  })
  it.skipIf(!hasOpenssl)('refuses everything else', async () => {
    const others = createEd25519Key(Buffer.alloc(32, 9))
    expect(await verify({ keys: [...hmac(foreign), others] }, [secret])).toEqual([1, 'not genuine'])
    expect(
      await verify({ keys: [...hmac(secret), own], headers: { 'webhook-id': 'msg_2' } }, [secret])
    ).toEqual([1, 'not genuine'])
    for (const timestampS of [nowS() - 310, nowS() + 310])
      expect(await verify({ keys: hmac(secret), timestampS }, [secret])).toEqual([
        1,
        'too old or too new'
      ])
    for (const broken of ['whsec_', 'whsec_%%%'])
      expect(
        await verify({ keys: [own], headers: { 'webhook-signature': 'v1, v1a,x' } }, [broken])
      ).toEqual([1, 'a secret is too short, or not base64'])
    for (const time of ['', 'hello', '0', '1614265330abc', 'a[$(touch ran)]'])
      expect(
        await verify({ keys: hmac(secret), headers: { 'webhook-timestamp': time } }, [secret])
      ).toEqual([1, 'no time'])
  })
})

interface Counted {
  readonly epoch: string
  readonly sequence: number
  readonly superseded?: { readonly from: number; readonly to: number }
}
interface Sequences {
  readonly last: number
  take(event: Counted): string
  missingAt(beat: {
    readonly epoch: string
    readonly data: {
      readonly sequence: number
      readonly pending: number
      readonly superseded: readonly object[]
    }
  }): object | null
}

describe('sequences.mjs', () => {
  const event = (sequence: number, epoch = 'a', from = sequence, to = sequence - 1) => ({
    epoch,
    sequence,
    ...(from < sequence ? { superseded: { from, to } } : {})
  })
  const beat = (sequence: number, superseded: readonly object[] = [], pending = 0) => ({
    epoch: 'a',
    data: { sequence, pending, superseded }
  })
  const counting = async (events: readonly Counted[]) => {
    const module = (await import(pathToFileURL(join(folder, 'sequences.mjs')).href)) as {
      Sequences: new () => Sequences
    }
    const sequences = new module.Sequences()
    return { sequences, taken: events.map(each => sequences.take(each)) }
  }

  it('finds nothing missing after the day of outage that the page of formats shows', async () => {
    const { sequences, taken } = await counting([
      event(1),
      event(12, 'a', 3, 9),
      event(10, 'a', 2, 2),
      event(13, 'a', 11, 11),
      event(14),
      event(3)
    ])
    expect([sequences.last, taken]).toEqual([14, ['new', 'new', 'new', 'new', 'new', 'repeat']])
    expect(sequences.missingAt(beat(14))).toBeNull()
  })
  it('names what is missing at a heartbeat, once nothing is pending', async () => {
    const { sequences, taken } = await counting([event(1), event(3), event(3)])
    expect([sequences.last, taken]).toEqual([1, ['new', 'new', 'repeat']])
    expect(sequences.missingAt(beat(3, [], 1))).toBeNull()
    expect(sequences.missingAt(beat(3))).toEqual({ from: 2, to: 3 })
    sequences.take(event(2))
    expect(sequences.missingAt(beat(3))).toBeNull()
  })
  it('takes from a heartbeat what was skipped last, so that nothing is asked for again', async () => {
    const { sequences } = await counting([event(1), event(4)])
    const skipped = [
      { from: 2, to: 3 },
      { from: 5, to: 6 }
    ]
    expect([sequences.missingAt(beat(6, skipped)), sequences.last]).toEqual([null, 6])
  })
  it('begins again in a new epoch, and leaves aside what is late of the old one', async () => {
    const { sequences } = await counting([event(1), event(2)])
    expect(sequences.missingAt({ ...beat(0), epoch: 'b' })).toBeNull()
    const taken = [event(1, 'b'), event(3)].map(each => sequences.take(each))
    expect([sequences.last, taken]).toEqual([1, ['new-epoch', 'past-epoch']])
  })
})

describe('the page', () => {
  it('has no snippet that is not run here', () => {
    const known = [
      ...receivers.map(({ file }) => file),
      'receiver-standard.mjs',
      'verify.sh',
      'sequences.mjs'
    ]
    expect([...snippets().keys()].toSorted()).toEqual(known.toSorted())
  })
})
