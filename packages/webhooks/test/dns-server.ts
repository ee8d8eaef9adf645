// A name server on loopback for tests: it returns the given answers, and counts queries.

import { createSocket } from 'node:dgram'
import { isIPv4 } from 'node:net'

/**
 * `silence`: never answers. `silence-v6`: does not answer queries for IPv6. A list may be empty;
 * null means that the name does not exist.
 */
export type DnsAnswer =
  | { readonly addresses: readonly string[]; readonly ttlS: number }
  | 'silence'
  | 'silence-v6'
  | 'failure'
  | null

export interface DnsServer {
  /** `address:port` */
  readonly address: string
  readonly questions: { readonly name: string; readonly family: 4 | 6 }[]
  close(): Promise<void>
}

const typeA = 1
const typeAaaa = 28

/** Header, then the question: labels, type, class. Source: RFC 1035, section 4. */
function questionOf(packet: Buffer): {
  readonly name: string
  readonly type: number
  readonly end: number
} {
  const labels: string[] = []
  let at = 12
  for (let length = packet[at] ?? 0; length > 0; length = packet[at] ?? 0) {
    labels.push(packet.toString('latin1', at + 1, at + 1 + length))
    at += 1 + length
  }
  return { name: labels.join('.').toLowerCase(), type: packet.readUInt16BE(at + 1), end: at + 5 }
}

function bytesOf(address: string): Buffer {
  if (isIPv4(address)) return Buffer.from(address.split('.').map(Number))
  const [front = '', back = ''] = address.split('::')
  const groups = (text: string) => text.split(':').filter(group => group !== '')
  const zeros = Array(8 - groups(front).length - groups(back).length).fill('0')
  return Buffer.from(
    [...groups(front), ...zeros, ...groups(back)].map(group => group.padStart(4, '0')).join(''),
    'hex'
  )
}

function replyTo(
  packet: Buffer,
  end: number,
  code: number,
  addresses: readonly string[],
  ttlS: number
): Buffer {
  const header = Buffer.alloc(12)
  packet.copy(header, 0, 0, 2)
  header.writeUInt16BE(0x8180 | code, 2)
  header.writeUInt16BE(1, 4)
  header.writeUInt16BE(addresses.length, 6)
  const records = addresses.map(address => {
    const data = bytesOf(address)
    const head = Buffer.alloc(12)
    head.writeUInt16BE(0xc00c, 0)
    head.writeUInt16BE(data.length === 4 ? typeA : typeAaaa, 2)
    head.writeUInt16BE(1, 4)
    head.writeUInt32BE(ttlS, 6)
    head.writeUInt16BE(data.length, 10)
    return Buffer.concat([head, data])
  })
  return Buffer.concat([header, packet.subarray(12, end), ...records])
}

/** Listens until it is closed. */
export async function openDnsServer(answerOf: (name: string) => DnsAnswer): Promise<DnsServer> {
  const socket = createSocket('udp4')
  const questions: DnsServer['questions'] = []
  socket.on('message', (packet, from) => {
    const { name, type, end } = questionOf(packet)
    const family = type === typeAaaa ? 6 : 4
    questions.push({ name, family })
    const answer = answerOf(name)
    if (answer === 'silence' || (answer === 'silence-v6' && family === 6)) return
    const held = answer === 'silence-v6' ? { addresses: ['127.0.0.1'], ttlS: 60 } : answer
    const code = held === null ? 3 : held === 'failure' ? 2 : 0
    const addresses =
      held === null || held === 'failure'
        ? []
        : held.addresses.filter(each => isIPv4(each) === (family === 4))
    const ttlS = held === null || held === 'failure' ? 0 : held.ttlS
    socket.send(replyTo(packet, end, code, addresses, ttlS), from.port, from.address)
  })
  await new Promise<void>(done => socket.bind(0, '127.0.0.1', done))
  return {
    address: `127.0.0.1:${socket.address().port}`,
    questions,
    close: () => new Promise<void>(done => socket.close(() => done()))
  }
}
