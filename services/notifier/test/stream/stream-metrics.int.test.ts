// Every end of a connection is counted once, by its code and by whom; and every byte of a frame, by
// its transport.

import { closedAfterTest } from '@tocsin/testing/process/closed-after-test'
import { waitFor } from '@tocsin/testing/process/wait-for'
import { beforeEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { type ListeningNotifier, listenNotifier } from '../support/listening-notifier.ts'
import { ownerKey } from '../support/notifier-harness.ts'

const authorization = `Bearer ${ownerKey}`

let notifier: ListeningNotifier
beforeEach(async () => {
  notifier = closedAfterTest(await listenNotifier())
})

/** The samples of a counter, as `labels value`. */
async function samples(name: string): Promise<readonly string[]> {
  const lines = (await notifier.host.app.inject('/metrics')).body.split('\n')
  return lines.filter(line => line.startsWith(`${name}{`)).map(line => line.slice(name.length))
}

async function opened(): Promise<WebSocket> {
  const socket = new WebSocket(`${notifier.url.replace('http', 'ws')}/v1/stream`, ['tocsin.v1'], {
    headers: { authorization }
  })
  socket.on('error', () => {})
  await new Promise(resolve => socket.once('open', resolve))
  return socket
}

const ends: Readonly<Record<string, readonly [labels: string, act: (socket: WebSocket) => void]>> =
  {
    'a wrong message': ['{code="4500",by="server"}', socket => socket.send('no JSON')],
    'a close of its own': ['{code="1000",by="client"}', socket => socket.close(1000)],
    'a close without a code': ['{code="1005",by="client"}', socket => socket.close()],
    'a close with a code that it made up': [
      '{code="other",by="client"}',
      socket => socket.close(3210)
    ],
    'a break': ['{code="1006",by="network"}', socket => socket.terminate()],
    'bytes that are no frame': [
      '{code="1002",by="protocol"}',
      socket =>
        (socket as unknown as { _socket: { write(text: string): void } })._socket.write('GET /')
    ],
    'text that is not UTF-8': [
      '{code="1007",by="protocol"}',
      socket => socket.send(Buffer.from([0xff]), { binary: false })
    ],
    'a message in too many fragments': [
      '{code="1008",by="protocol"}',
      socket => {
        for (let i = 0; i < 100; i++) socket.send('x', { fin: false })
      }
    ],
    'a message that is too large': [
      '{code="1009",by="protocol"}',
      socket => socket.send('x'.repeat(70_000))
    ]
  }

describe('the end of a connection', () => {
  it.each(Object.entries(ends))('by %s is counted once', async (_, [labels, act]) => {
    const socket = await opened()
    act(socket)
    const counted = () => samples('tocsin_stream_closes_total')
    await waitFor(async () => (await counted()).length > 0, { what: 'the count' })
    await waitFor(() => socket.readyState === socket.CLOSED, { what: 'the end' })
    expect(await counted()).toEqual([`${labels} 1`])
  })

  it('of a stream of events is one without a close frame', async () => {
    const abort = new AbortController()
    await fetch(`${notifier.url}/v1/events`, { headers: { authorization }, signal: abort.signal })
    abort.abort()
    await waitFor(async () => (await samples('tocsin_stream_closes_total')).length > 0, {
      what: 'the count'
    })
    expect(await samples('tocsin_stream_closes_total')).toEqual(['{code="1006",by="network"} 1'])
  })
})

it('the bytes of all frames are counted by transport', async () => {
  const socket = await opened()
  let got = 0
  socket.on('message', (data: Buffer) => {
    // With the head of a message of this size.
    got += data.length + (data.length > 125 ? 4 : 2)
  })
  socket.send('{"type":"subscribe","id":"s"}')
  const response = await fetch(`${notifier.url}/v1/events`, { headers: { authorization } })
  const first = await response.body!.getReader().read()
  await waitFor(() => got > 0, { what: 'a frame' })
  expect((await samples('tocsin_stream_bytes_total')).toSorted()).toEqual([
    `{transport="events"} ${first.value!.length}`,
    `{transport="websocket"} ${got}`
  ])
  socket.terminate()
})
