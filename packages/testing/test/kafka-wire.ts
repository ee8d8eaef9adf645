// Two requests in Kafka's own protocol, for tests of brokers alone, without a client library.

import { connect } from 'node:net'

/** Creates a topic of one partition. Returns the broker's error code, 0 for success. */
export async function createTopic(port: number, name: string): Promise<number> {
  const topic = [int32(1), text(name), int32(1), int16(1), int32(0), int32(0)]
  const answer = await ask(port, 19, 3, [...topic, int32(10_000), Buffer.from([0])])
  // Throttle time, number of topics, the name, then its error.
  return answer.readInt16BE(4 + 4 + 2 + Buffer.byteLength(name))
}

/** True if the broker knows the topic. */
export async function hasTopic(port: number, name: string): Promise<boolean> {
  const answer = await ask(port, 3, 4, [int32(1), text(name), Buffer.from([0])])
  // The error of a topic precedes its name; 3 is an unknown topic.
  const at = answer.indexOf(text(name))
  return answer.readInt16BE(at - 2) === 0
}

function ask(port: number, key: number, version: number, body: readonly Buffer[]): Promise<Buffer> {
  const request = Buffer.concat([int16(key), int16(version), int32(1), int16(-1), ...body])
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port })
    let received = Buffer.alloc(0)
    socket.on('error', reject)
    socket.on('close', () => reject(new Error('the broker closed the connection')))
    socket.on('connect', () => socket.write(Buffer.concat([int32(request.length), request])))
    socket.on('data', chunk => {
      received = Buffer.concat([received, chunk])
      if (received.length < 4 || received.length < 4 + received.readInt32BE(0)) return
      resolve(received.subarray(8))
      socket.destroy()
    })
  })
}

function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2)
  bytes.writeInt16BE(value)
  return bytes
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}

function text(value: string): Buffer {
  return Buffer.concat([int16(Buffer.byteLength(value)), Buffer.from(value)])
}
