// A cheap client: bare sockets, requests as bytes, answers read only for status and length. A
// server's limit is visible only if the client is not the bottleneck.

import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { type Quantiles, quantilesOf } from './quantiles.ts'

export interface LoadOptions {
  readonly port: number
  readonly key: string
  readonly connections: number
  readonly seconds: number
  /** Warm-up, not counted, s. */
  readonly warmUpSeconds: number
  /** The body of the report with this number; numbers are never repeated. */
  readonly body: (number: number) => string
  readonly firstNumber: number
}

export interface LoadFigure {
  readonly perSecond: number
  readonly latency: Quantiles
  /** The number after the last one used. */
  readonly nextNumber: number
}

/**
 * Posts one report after the other on each connection for `seconds`. Rejects if one is not answered
 * with 202.
 */
export async function postOneByOne(options: LoadOptions): Promise<LoadFigure> {
  const { connections, seconds, warmUpSeconds } = options
  const beganMs = performance.now()
  const state: LoadState = {
    ...options,
    number: options.firstNumber,
    countsFromMs: beganMs + warmUpSeconds * 1000,
    endsAtMs: beganMs + (warmUpSeconds + seconds) * 1000,
    samplesMs: []
  }
  await Promise.all(Array.from({ length: connections }, () => drive(state)))
  return {
    perSecond: state.samplesMs.length / seconds,
    latency: quantilesOf(state.samplesMs),
    nextNumber: state.number
  }
}

interface LoadState extends LoadOptions {
  number: number
  readonly countsFromMs: number
  readonly endsAtMs: number
  readonly samplesMs: number[]
}

async function drive(state: LoadState): Promise<void> {
  const socket = connect({ port: state.port, host: '127.0.0.1', noDelay: true })
  await once(socket, 'connect')
  let sentMs = 0
  let text = ''
  const send = () => {
    sentMs = performance.now()
    socket.write(requestOf(state, state.body(state.number++)))
  }
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject)
    socket.once('close', () => reject(new Error('the server closed the connection')))
    socket.on('data', chunk => {
      text += chunk.toString('latin1')
      const length = answerLength(text)
      if (length === null) return
      if (!text.startsWith('HTTP/1.1 202')) return reject(new Error(text.slice(0, 1000)))
      text = text.slice(length)
      const nowMs = performance.now()
      if (nowMs >= state.countsFromMs && nowMs < state.endsAtMs)
        state.samplesMs.push(nowMs - sentMs)
      if (nowMs < state.endsAtMs) send()
      else resolve()
    })
    send()
  }).finally(() => end(socket))
}

function end(socket: Socket): void {
  socket.removeAllListeners()
  socket.destroy()
}

function requestOf({ key }: LoadState, body: string): string {
  return (
    `POST /v1/reports HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer ${key}\r\ncontent-type: application/json\r\n` +
    `content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
  )
}

/** Length of the first answer in characters; null while it is incomplete. */
function answerLength(text: string): number | null {
  const head = text.indexOf('\r\n\r\n')
  if (head < 0) return null
  const stated = /content-length: (\d+)/i.exec(text.slice(0, head))?.[1]
  const length = head + 4 + Number(stated ?? 0)
  return text.length < length ? null : length
}
