// Show 2 of the streams: consoles beside clients that stopped reading, and the memory that those
// cost until they are closed.

import { waitFor } from '@tocsin/testing/process/wait-for'
import { WebSocket } from 'ws'
import { quantilesOf } from '../measure/quantiles.ts'
import { Clients } from './client-process.ts'
import { type OneNotifier, withNotifier } from './one-notifier.ts'
import { alertsPerSecond } from './publisher.ts'

export interface StuckFigure {
  readonly consoles: number
  readonly stuck: number
  /** Append to frame at the consoles without and beside the stuck ones, in turns, ms. */
  readonly aloneP99Ms: number
  readonly besideP99Ms: number
  readonly ratio: number
  /**
   * Held by the notifier (its heap and buffers): before, at the most with all queues full, and
   * after they were closed.
   */
  readonly beforeMiB: number
  readonly fullMiB: number
  readonly afterMiB: number
  /** How many of them were closed with 4001. */
  readonly closed: number
}

const consoles = 200
const stuckCount = 20
const turns = 4
/** A client that reads nothing this long is closed. */
const slowMs = 5_000

/** `seconds` for each turn. */
export function benchStuck(seconds: number): Promise<StuckFigure> {
  return withNotifier(one => measured(one, seconds), { TOCSIN_STREAM_SLOW_MS: String(slowMs) })
}

async function measured(one: OneNotifier, seconds: number): Promise<StuckFigure> {
  const clients = await Clients.start()
  const stream = `${one.url.replace(/^http/, 'ws')}/v1/stream`
  try {
    await clients.connect({ url: stream, headers: one.headers, count: consoles, detail: 'full' })
    const alone: number[] = []
    const beside: number[] = []
    await window(one, clients, 1)
    const beforeMiB = (await stateOf(one)).heldMiB
    let [fullMiB, closed] = [0, 0]
    for (let turn = 0; turn < turns; turn++) {
      alone.push(...(await window(one, clients, seconds)))
      const stuck = await stuckClients(stream, one.headers)
      await fill(one, clients)
      beside.push(...(await window(one, clients, seconds)))
      fullMiB = Math.max(fullMiB, (await stateOf(one)).heldMiB)
      closed = await closedOf(one, (turn + 1) * stuckCount)
      for (const each of stuck) each.terminate()
    }
    await window(one, clients, seconds)
    const afterMiB = (await stateOf(one)).heldMiB
    const [aloneP99Ms, besideP99Ms] = [quantilesOf(alone).p99Ms, quantilesOf(beside).p99Ms]
    const memory = { beforeMiB, fullMiB, afterMiB }
    return {
      consoles,
      stuck: stuckCount,
      aloneP99Ms,
      besideP99Ms,
      ratio: besideP99Ms / aloneP99Ms,
      ...memory,
      closed
    }
  } finally {
    clients.end()
  }
}

/** The delays of alerts for some seconds. */
async function window(
  { publisher }: OneNotifier,
  clients: Clients,
  seconds: number
): Promise<readonly number[]> {
  const received = clients.received(Math.ceil(seconds * alertsPerSecond))
  await publisher.publishFor(seconds)
  return (await received).delaysMs
}

/** Alerts until what the systems between buffer and the queue of each stuck client are full. */
async function fill({ publisher }: OneNotifier, clients: Clients): Promise<void> {
  for (let i = 0; i < 80; i++) {
    const received = clients.received(50)
    await publisher.publish(50)
    await received
  }
}

/** They subscribe, and stop reading at once. */
async function stuckClients(
  url: string,
  headers: Readonly<Record<string, string>>
): Promise<readonly WebSocket[]> {
  const opening = Array.from({ length: stuckCount }, async () => {
    const socket = new WebSocket(url, 'tocsin.v1', {
      headers: { ...headers },
      perMessageDeflate: false
    })
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
    socket.on('error', () => {})
    socket.send('{"type":"subscribe","id":"a","from":"latest","detail":"full"}')
    await new Promise(resolve => socket.once('message', resolve))
    socket.pause()
    return socket
  })
  return Promise.all(opening)
}

/**
 * Resolves when so many connections were closed with 4001; a bench says how many were, if some are
 * not.
 */
async function closedOf(one: OneNotifier, count: number): Promise<number> {
  let closed = 0
  const look = async () => {
    closed = (await stateOf(one)).closed
    return closed >= count
  }
  await waitFor(look, { what: 'the end of the stuck clients', timeoutMs: 20_000 }).catch(() => {})
  return closed
}

/** What the notifier says of itself. */
async function stateOf({
  url,
  headers
}: OneNotifier): Promise<{ readonly closed: number; readonly heldMiB: number }> {
  const text = await (await fetch(`${url}/metrics`, { headers })).text()
  const readingOf = (name: string) =>
    text
      .split('\n')
      .flatMap(line =>
        line.startsWith(`${name} `) ? [Number(line.slice(name.length + 1))] : []
      )[0] ?? 0
  const heldBytes =
    readingOf('nodejs_heap_size_used_bytes') + readingOf('nodejs_external_memory_bytes')
  return {
    closed: readingOf('tocsin_stream_closes_total{code="4001",by="server"}'),
    heldMiB: heldBytes / 1_048_576
  }
}
