// What a hostile or broken client sends, byte by byte, and the code it is closed with. Others do
// not notice, and nothing is kept.

import { request } from 'node:http'
import type { Duplex } from 'node:stream'
import { StreamClient } from '@tocsin/testing/client/stream-client'
import { waitFor } from '@tocsin/testing/process/wait-for'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AlertWriter } from '../support/alert-builder.ts'
import { type ListeningNotifier, listenNotifier } from '../support/listening-notifier.ts'
import { ownerKey } from '../support/notifier-harness.ts'

let notifier: ListeningNotifier
/** One that soon misses a pong. */
let impatient: ListeningNotifier
let witness: StreamClient
beforeAll(async () => {
  notifier = await listenNotifier()
  impatient = await listenNotifier({
    'stream.pingMs': 300,
    'stream.pongMs': 300,
    'stream.heartbeatMs': 100
  })
  witness = await new StreamClient({ url: notifier.url, key: ownerKey }).open()
})
afterAll(async () => {
  witness.close()
  await Promise.all([notifier.close(), impatient.close()])
})

const opcodes = {
  continuation: 0,
  text: 1,
  binary: 2,
  unknown: 3,
  close: 8,
  ping: 9,
  pong: 10
} as const

interface FrameParts {
  readonly opcode?: keyof typeof opcodes
  readonly payload?: string | Buffer
  readonly fin?: boolean
  readonly reserved?: number
  readonly masked?: boolean
  /** The length it claims, if another. */
  readonly claimed?: bigint
}

/** A frame as a client sends it. Source: RFC 6455, section 5.2. */
function frame({
  opcode = 'text',
  payload = '',
  fin = true,
  reserved = 0,
  masked = true,
  claimed
}: FrameParts): Buffer {
  const bytes = Buffer.from(payload)
  const first = (fin ? 0x80 : 0) | (reserved << 4) | opcodes[opcode]
  const length = claimed ?? BigInt(bytes.length)
  const mark = masked ? 0x80 : 0
  const size = length < 126n ? 0 : length < 65_536n ? 2 : 8
  const head = Buffer.alloc(2 + size)
  head.set([first, mark | (size === 0 ? Number(length) : size === 2 ? 126 : 127)])
  if (size === 2) head.writeUInt16BE(Number(length), 2)
  if (size === 8) head.writeBigUInt64BE(length, 2)
  // A mask of zeros leaves the payload as it is.
  return Buffer.concat([head, Buffer.alloc(masked ? 4 : 0), bytes])
}

const said = (message: object) => frame({ payload: JSON.stringify(message) })

/** The close code of the server's answer, and the headers of its handshake. */
async function closeCodeAfter(
  sent: readonly Buffer[],
  at = notifier,
  key: string | null = ownerKey
): Promise<number> {
  const { wire, head } = await upgraded({}, at, key)
  const closed = Promise.withResolvers<number>()
  let got = head
  const look = () => {
    const code = closeCodeIn(got)
    if (code !== null) closed.resolve(code)
  }
  wire.on('data', bytes => {
    got = Buffer.concat([got, bytes])
    look()
  })
  wire.on('close', () => closed.resolve(closeCodeIn(got) ?? 1006))
  wire.on('error', () => {})
  for (const bytes of sent) wire.write(bytes)
  const code = await closed.promise
  wire.destroy()
  return code
}

async function upgraded(
  headers: Record<string, string>,
  at = notifier,
  key: string | null = ownerKey
) {
  const { hostname, port, host } = new URL(at.url)
  const asked = request({
    hostname,
    port,
    path: '/v1/stream',
    headers: {
      host,
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': Buffer.alloc(16, 1).toString('base64'),
      ...(key === null ? {} : { authorization: `Bearer ${key}` }),
      ...headers
    }
  })
  asked.end()
  return new Promise<{ wire: Duplex; head: Buffer; headers: NodeJS.Dict<string | string[]> }>(
    (resolve, reject) => {
      asked.on('upgrade', (response, wire, head) =>
        resolve({ wire, head, headers: response.headers })
      )
      asked.on('response', response => reject(new Error(`answered ${response.statusCode}`)))
      asked.on('error', reject)
    }
  )
}

/** The code in the first close frame of the server's bytes; null if there is none yet. */
function closeCodeIn(bytes: Buffer): number | null {
  for (let at = 0; at + 2 <= bytes.length; ) {
    const opcode = bytes[at]! & 0x0f
    const short = bytes[at + 1]! & 0x7f
    const size = short < 126 ? 0 : short === 126 ? 2 : 8
    if (at + 2 + size > bytes.length) return null
    const length =
      size === 0
        ? short
        : size === 2
          ? bytes.readUInt16BE(at + 2)
          : Number(bytes.readBigUInt64BE(at + 2))
    const from = at + 2 + size
    if (from + length > bytes.length) return null
    if (opcode === opcodes.close) return bytes.readUInt16BE(from)
    at = from + length
  }
  return null
}

const ours: Readonly<Record<string, readonly [code: number, ...sent: Buffer[]]>> = {
  'text that is no JSON': [4500, frame({ payload: 'hello' })],
  'JSON that is no object': [4500, frame({ payload: '[1]' })],
  'an unknown type': [4500, said({ type: 'publish' })],
  'a subscription without an id': [4500, said({ type: 'subscribe' })],
  'an id that is too long': [4500, said({ type: 'subscribe', id: 'x'.repeat(65) })],
  'an unknown filter': [4500, said({ type: 'subscribe', id: 's', filter: { colour: 'red' } })],
  'a misspelt member': [4500, said({ type: 'subscribe', id: 's', form: 'earliest' })],
  'a member of many bytes': [4500, said({ type: 'unsubscribe', id: 's', ['字'.repeat(90)]: 1 })],
  'a wrong polygon': [
    4500,
    said({ type: 'subscribe', id: 's', filter: { polygon: { type: 'Polygon', coordinates: [] } } })
  ],
  'an unknown detail': [4500, said({ type: 'subscribe', id: 's', detail: 'brief' })],
  'a cursor that is none': [4500, said({ type: 'subscribe', id: 's', from: 'nonsense' })],
  'a forged cursor': [
    4500,
    said({ type: 'subscribe', id: 's', from: Buffer.alloc(33, 2).toString('base64url') })
  ],
  'the same id twice': [
    4500,
    said({ type: 'subscribe', id: 's' }),
    said({ type: 'subscribe', id: 's' })
  ],
  'an unknown filter of many bytes': [
    4500,
    said({ type: 'subscribe', id: 's', filter: { ['字'.repeat(90)]: 'x' } })
  ],
  'the same id twice, of many bytes': [
    4500,
    said({ type: 'subscribe', id: '字'.repeat(60) }),
    said({ type: 'subscribe', id: '字'.repeat(60) })
  ],
  'a second authentication': [4500, said({ type: 'authenticate', token: ownerKey })],
  'a binary message': [4500, frame({ opcode: 'binary', payload: '{}' })],
  'pings without end': [
    4029,
    Buffer.concat(Array.from({ length: 10_000 }, () => frame({ opcode: 'ping' })))
  ],
  'pongs without end that nobody asked for': [
    4029,
    Buffer.concat(Array.from({ length: 10_000 }, () => frame({ opcode: 'pong' })))
  ]
}

const unfinished: Readonly<Record<string, Buffer>> = {
  'half a frame, and then nothing': frame({ payload: '{"type":', claimed: 100n }),
  'half a message, and then nothing': frame({ payload: '{"type":', fin: false })
}

const ofTheProtocol: Readonly<Record<string, readonly [code: number, ...sent: Buffer[]]>> = {
  'text that is not UTF-8': [1007, frame({ payload: Buffer.from([0x7b, 0xff, 0xfe, 0x7d]) })],
  'half a character': [1007, frame({ payload: Buffer.from([0x22, 0xe2, 0x82]) })],
  'a lone surrogate': [1007, frame({ payload: Buffer.from([0xed, 0xa0, 0x80]) })],
  'a message over 64 KiB': [1009, frame({ payload: Buffer.alloc(65_537, 0x20) })],
  'a frame that claims to be huge': [1009, frame({ claimed: 2n ** 40n })],
  'a frame longer than any number': [1009, frame({ claimed: 2n ** 63n })],
  'fragments over 64 KiB': [
    1009,
    frame({ payload: Buffer.alloc(40_000, 0x20), fin: false }),
    frame({ opcode: 'continuation', payload: Buffer.alloc(40_000, 0x20) })
  ],
  'too many fragments': [
    1008,
    frame({ payload: ' ', fin: false }),
    ...Array.from({ length: 100 }, () =>
      frame({ opcode: 'continuation', payload: ' ', fin: false })
    )
  ],
  'a frame without a mask': [1002, frame({ payload: '{}', masked: false })],
  'a reserved bit': [1002, frame({ payload: '{}', reserved: 1 })],
  'compressed data, which was not agreed': [1002, frame({ payload: '{}', reserved: 4 })],
  'an unknown opcode': [1002, frame({ opcode: 'unknown' })],
  'a continuation of nothing': [1002, frame({ opcode: 'continuation', payload: '{}' })],
  'a second message inside the first': [
    1002,
    frame({ payload: '{', fin: false }),
    frame({ payload: '{}' })
  ],
  'a ping in fragments': [1002, frame({ opcode: 'ping', fin: false })],
  'a ping of more than 125 bytes': [1002, frame({ opcode: 'ping', payload: Buffer.alloc(126) })],
  'a close code that nobody may send': [
    1002,
    frame({ opcode: 'close', payload: Buffer.from([0x03, 0xed]) })
  ],
  'bytes that are no frame': [1002, Buffer.from('GET / HTTP/1.1\r\n\r\n')]
}

describe('a client that sends', () => {
  it.each(Object.entries(ours))(
    '%s is closed with a code of the stream',
    async (_, [code, ...sent]) => {
      expect(await closeCodeAfter(sent)).toBe(code)
    }
  )

  it.each(Object.entries(ours).filter(([name]) => name.includes('filter')))(
    '%s, as a stranger, is closed with 4500',
    async (_, [, ...sent]) => {
      expect(await closeCodeAfter(sent, notifier, null)).toBe(4500)
    }
  )

  it.each(Object.entries(ofTheProtocol))(
    '%s is closed with a code of the protocol',
    async (_, [code, ...sent]) => {
      expect(await closeCodeAfter(sent)).toBe(code)
    }
  )

  it.each(Object.entries(unfinished))('%s is closed with 4002: no pong comes', async (_, sent) => {
    expect(await closeCodeAfter([sent], impatient)).toBe(4002)
  })

  it('any of these leaves no connection behind and does not disturb others', async () => {
    await waitFor(
      async () =>
        (await notifier.host.app.inject('/metrics')).body.includes('tocsin_stream_connections 1'),
      {
        what: 'the witness alone'
      }
    )
    await new AlertWriter(notifier.log).write('raised', 'a1')
    await witness.waitForAlert('the event', () => true)
    expect([witness.subscriptions, witness.violations]).toEqual([1, []])
  })
})

describe('the handshake', () => {
  it('agrees to no compression, and names the subprotocol', async () => {
    const { wire, headers } = await upgraded({
      'sec-websocket-extensions': 'permessage-deflate; client_max_window_bits',
      'sec-websocket-protocol': 'other, tocsin.v1'
    })
    expect([headers['sec-websocket-extensions'], headers['sec-websocket-protocol']]).toEqual([
      undefined,
      'tocsin.v1'
    ])
    wire.destroy()
  })
})
