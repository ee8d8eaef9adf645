// Probes a broker in its own protocol without a client library: an open port does not mean that the
// broker is ready.

import { connect } from 'node:net'

const metadataKey = 3
/** The newest version without flexible fields that all of Kafka 1 to 4 answer. */
const metadataVersion = 4
const correlationId = 7

/**
 * True if the broker answers a Metadata request and knows at least one broker: it is then
 * registered and serving. Never rejects.
 */
export function checkBroker(host: string, port: number, timeoutMs = 1000): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect({ host, port })
    const end = (answers: boolean) => {
      socket.destroy()
      resolve(answers)
    }
    let received = Buffer.alloc(0)
    socket.setTimeout(timeoutMs, () => end(false))
    socket.on('error', () => end(false))
    socket.on('close', () => end(false))
    socket.on('connect', () => socket.write(encodeMetadataRequest()))
    socket.on('data', chunk => {
      received = Buffer.concat([received, chunk])
      if (received.length >= 4 && received.length >= 4 + received.readInt32BE(0))
        end(checkMetadata(received))
    })
  })
}

/** Requests no topics and no auto-creation. */
function encodeMetadataRequest(): Buffer {
  const request = Buffer.alloc(19)
  request.writeInt32BE(request.length - 4, 0)
  request.writeInt16BE(metadataKey, 4)
  request.writeInt16BE(metadataVersion, 6)
  request.writeInt32BE(correlationId, 8)
  request.writeInt16BE(-1, 12)
  request.writeInt32BE(0, 14)
  request.writeUInt8(0, 18)
  return request
}

/** Answer: size, correlation id, throttle time, then the count of brokers. */
function checkMetadata(answer: Buffer): boolean {
  return (
    answer.length >= 16 && answer.readInt32BE(4) === correlationId && answer.readInt32BE(12) > 0
  )
}
