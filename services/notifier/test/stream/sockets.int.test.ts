// The notifier on real sockets: WebSocket connections through the host, webhooks through undici to
// a listening partner.

import { StreamClient } from '@tocsin/testing/client/stream-client'
import { WebhookReceiver } from '@tocsin/testing/client/webhook-receiver'
import { closedAfterTest } from '@tocsin/testing/process/closed-after-test'
import { waitFor } from '@tocsin/testing/process/wait-for'
import { beforeEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { AlertWriter } from '../support/alert-builder.ts'
import { type ListeningNotifier, listenNotifier } from '../support/listening-notifier.ts'
import { ownerKey } from '../support/notifier-harness.ts'

let notifier: ListeningNotifier
let alerts: AlertWriter

async function open(settings: Record<string, unknown> = {}): Promise<void> {
  const toHere = {
    'webhooks.allow': ['127.0.0.0/8'],
    'webhooks.allowHttp': true,
    closeDeadlineMs: 4000
  }
  notifier = closedAfterTest(await listenNotifier({ ...toHere, ...settings }))
  alerts = new AlertWriter(notifier.log)
}

beforeEach(() => open())

interface Line {
  readonly socket: WebSocket
  readonly frames: { readonly type: string; readonly code?: number }[]
  readonly closed: Promise<{ readonly code: number }>
}

function connect(options: { headers?: Record<string, string>; protocols?: string[] } = {}): Line {
  const socket = new WebSocket(
    `${notifier.url.replace('http', 'ws')}/v1/stream`,
    options.protocols ?? ['tocsin.v1'],
    {
      headers: options.headers ?? { authorization: `Bearer ${ownerKey}` }
    }
  )
  const frames: Line['frames'] = []
  socket.on('message', data => frames.push(JSON.parse(String(data))))
  socket.on('error', () => {})
  const closed = new Promise<{ code: number }>(resolve =>
    socket.on('close', code => resolve({ code }))
  )
  return { socket, frames, closed }
}

const opened = (line: Line) => new Promise<void>(resolve => line.socket.on('open', () => resolve()))

describe('a WebSocket connection', () => {
  it('speaks tocsin.v1, and handles a message that arrives with the handshake', async () => {
    const line = connect()
    await opened(line)
    expect(line.socket.protocol).toBe('tocsin.v1')
    line.socket.send('{"type":"subscribe","id":"s","from":"latest"}')
    await waitFor(() => line.frames.some(frame => frame.type === 'subscribed'), {
      what: 'subscribed frame'
    })
    line.socket.terminate()
  })
  it('is refused before the upgrade for a bad key, a bad session and a page of another origin', async () => {
    for (const headers of [
      { authorization: 'Bearer tk_wrong' },
      { cookie: 'tocsin_session=v1.x.y.z' },
      { authorization: `Bearer ${ownerKey}`, origin: 'https://evil.example' }
    ]) {
      const line = connect({ headers })
      const status = await new Promise(resolve =>
        line.socket.on('unexpected-response', (_, response) => resolve(response.statusCode))
      )
      expect(status).toBe('origin' in headers ? 403 : 401)
    }
  })
  it('may send its token in the first message', async () => {
    const line = connect({ headers: {} })
    await opened(line)
    line.socket.send(JSON.stringify({ type: 'authenticate', token: ownerKey }))
    await waitFor(() => line.frames.some(frame => frame.type === 'authenticated'), {
      what: 'authenticated frame'
    })
    line.socket.terminate()
  })
  it('is closed with 4500 for a binary message and with 1009 for one over the limit', async () => {
    const binary = connect()
    await opened(binary)
    binary.socket.send(Buffer.from('{}'))
    expect(await binary.closed).toMatchObject({ code: 4500 })
    expect(binary.frames.at(-1)).toMatchObject({ type: 'notice', code: 4500 })
    const large = connect()
    await opened(large)
    large.socket.send('x'.repeat(70_000))
    expect(await large.closed).toMatchObject({ code: 1009 })
  })
  it('is closed with 4000 when the service stops, and the service stops in time', async () => {
    const lines = [connect(), connect()]
    await Promise.all(lines.map(opened))
    await notifier.close()
    for (const line of lines) {
      expect(await line.closed).toMatchObject({ code: 4000 })
      expect(line.frames.at(-1)).toMatchObject({ type: 'notice', code: 4000 })
    }
  })
  it('is closed with 4001 when its reader stops reading, while others continue', async () => {
    await notifier.close()
    await open({ 'stream.queueBytesMax': 65_536, 'stream.slowMs': 1000 })
    const good = await new StreamClient({ url: notifier.url, key: ownerKey }).open()
    const slow = connect()
    await opened(slow)
    slow.socket.send('{"type":"subscribe","id":"s","from":"latest"}')
    await waitFor(() => slow.frames.length > 0, { what: 'subscribed frame' })
    slow.socket.pause()
    const explanation = 'x'.repeat(200_000)
    for (let i = 0; i < 60; i++)
      await alerts.write(i === 0 ? 'raised' : 'revised', 'a1', { explanation })
    await good.waitForAlert('the last event', frame => frame.event.data.revision === 60)
    expect(good.violations).toEqual([])
    await waitFor(
      async () =>
        (await notifier.host.app.inject('/metrics')).body.includes(
          'tocsin_stream_closes_total{code="4001",by="server"} 1'
        ),
      {
        what: '4001 in the metrics'
      }
    )
    // It holds nothing of the server any more; the others go on.
    expect((await notifier.host.app.inject('/metrics')).body).toMatch(
      /^tocsin_stream_connections 1$/m
    )
    await alerts.write('revised', 'a1', {})
    await good.waitForAlert('one more', frame => frame.event.data.revision === 61)
    good.close()
    slow.socket.terminate()
  })
})

describe('stream and webhook, with disconnections', () => {
  it('deliver the same events, without a gap', async () => {
    const receiver = await WebhookReceiver.listen(({ attempt }) =>
      attempt === 1 && Math.floor(performance.now()) % 3 === 0 ? 503 : 200
    )
    const made = await notifier.host.app.inject({
      method: 'POST',
      url: '/v1/subscriptions',
      headers: { authorization: `Bearer ${ownerKey}` },
      payload: { url: receiver.url, schedule: [0, 0, 0, 0, 0], policy: null }
    })
    expect(made.statusCode).toBe(201)
    receiver.useSecret(made.json().secret)
    const client = await new StreamClient({ url: notifier.url, key: ownerKey }).open()
    for (let i = 1; i <= 60; i++) {
      await alerts.write(i <= 5 ? 'raised' : 'revised', `a${i % 5}`)
      if (i % 20 === 0) client.cut()
    }
    await waitFor(() => receiver.events.length === 60, { what: 'the 60th delivery' })
    await waitFor(() => client.frames.length === 60, { what: 'the 60th frame' })
    expect(receiver.violations).toEqual([])
    expect(client.violations).toEqual([])
    expect(receiver.events.map(event => event.id)).toEqual(
      client.frames.map(frame => frame.event.id)
    )
    client.close()
    await receiver.close()
  })
})
