// One-use tickets on real sockets: who gets one, what it opens, once, and that it ends with its key
// and is never logged.

import { MemoryLog, MemoryStore } from '@tocsin/event-log/memory-log'
import { closedAfterTest } from '@tocsin/testing/process/closed-after-test'
import { beforeEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { type ListeningNotifier, listenNotifier } from '../support/listening-notifier.ts'
import { ownerKey } from '../support/notifier-harness.ts'

let notifier: ListeningNotifier
beforeEach(async () => {
  notifier = closedAfterTest(await listenNotifier())
})

async function post(url: string, key = ownerKey, body?: object) {
  return notifier.host.app.inject({
    method: 'POST',
    url,
    headers: { authorization: `Bearer ${key}` },
    ...(body === undefined ? {} : { payload: body })
  })
}
const ticketOf = async (key = ownerKey): Promise<string> =>
  (await post('/v1/tickets', key)).json().ticket
const keyWith = async (scopes: readonly string[]): Promise<{ id: string; secret: string }> =>
  (await post('/v1/keys', ownerKey, { name: 'a page', scopes })).json()

/**
 * How a connection with this ticket ends: 0 once it has subscribed, else the close code or the
 * status of its refusal.
 */
async function open(ticket: string, { at = notifier, headers = {} } = {}) {
  const socket = new WebSocket(
    `${at.url.replace('http', 'ws')}/v1/stream?ticket=${ticket}`,
    ['tocsin.v1'],
    { headers }
  )
  const ended = Promise.withResolvers<number>()
  const closed = new Promise<number>(resolve => socket.on('close', resolve))
  socket.on('message', data => JSON.parse(String(data)).type === 'subscribed' && ended.resolve(0))
  socket.on('open', () => socket.send('{"type":"subscribe","id":"s","from":"latest"}'))
  socket.on('unexpected-response', (_request, response) => ended.resolve(response.statusCode ?? 0))
  socket.on('error', () => {})
  void closed.then(code => ended.resolve(code))
  return { socket, closed, end: await ended.promise }
}

describe('a ticket', () => {
  it('opens the stream once, and then closes it with 4501', async () => {
    const made = await post('/v1/tickets')
    expect([made.statusCode, made.headers['cache-control']]).toEqual([201, 'no-store'])
    const { ticket } = made.json()
    const first = await open(ticket)
    expect([first.end, (await open(ticket)).end, (await open('tt_wrong')).end]).toEqual([
      0, 4501, 4501
    ])
    first.socket.terminate()
  })

  it('of a revoked key is worthless, and revoking ends what it opened', async () => {
    const { id, secret } = await keyWith(['alerts:read'])
    const [used, unused] = [await ticketOf(secret), await ticketOf(secret)]
    const line = await open(used)
    expect(line.end).toBe(0)
    await notifier.host.app.inject({
      method: 'DELETE',
      url: `/v1/keys/${id}`,
      headers: { authorization: `Bearer ${ownerKey}` }
    })
    expect(await line.closed).toBe(4504)
    expect((await open(unused)).end).toBe(4501)
  })

  it('opens at every instance on the same log, also with a key that is new there, once at each', async () => {
    const store = new MemoryStore({ partitions: 1 })
    const one = closedAfterTest(await listenNotifier({}, new MemoryLog({ like: 'kafka' }, store)))
    const other = closedAfterTest(await listenNotifier({}, new MemoryLog({ like: 'kafka' }, store)))
    notifier = one
    const ticket = await ticketOf((await keyWith(['alerts:read'])).secret)
    const there = await open(ticket, { at: other })
    const here = await open(ticket)
    expect([
      there.end,
      here.end,
      (await open(ticket)).end,
      (await open(ticket, { at: other })).end
    ]).toEqual([0, 0, 4501, 4501])
    for (const { socket } of [there, here]) socket.terminate()
  })
})
