// /v1/events on a real server: its form, positions over all transports, limits and ends.

import { connect } from 'node:net'
import { EventsClient } from '@tocsin/testing/client/events-client'
import { StreamClient } from '@tocsin/testing/client/stream-client'
import { closedAfterTest } from '@tocsin/testing/process/closed-after-test'
import { waitFor } from '@tocsin/testing/process/wait-for'
import { beforeEach, describe, expect, it } from 'vitest'
import { AlertWriter } from '../support/alert-builder.ts'
import { type ListeningNotifier, listenNotifier } from '../support/listening-notifier.ts'
import { ownerKey } from '../support/notifier-harness.ts'

let notifier: ListeningNotifier
let alerts: AlertWriter

async function open(settings: Record<string, unknown> = {}): Promise<void> {
  notifier = closedAfterTest(await listenNotifier({ closeDeadlineMs: 4000, ...settings }))
  alerts = new AlertWriter(notifier.log)
}
beforeEach(() => open())

const bearer = (key = ownerKey) => ({ authorization: `Bearer ${key}` })
async function events(
  query = '',
  headers: Record<string, string> = bearer()
): Promise<EventsClient> {
  const client = await EventsClient.open({ url: notifier.url, query, headers })
  return closedAfterTest(
    Object.assign(client, { close: async () => EventsClient.prototype.close.call(client) })
  )
}
const post = (url: string, body?: object) =>
  notifier.host.app.inject({
    method: 'POST',
    url,
    headers: bearer(),
    ...(body === undefined ? {} : { payload: body })
  })
const metrics = async () => (await notifier.host.app.inject('/metrics')).body

describe('server-sent events', () => {
  it('begin with the open alerts, and continue with every event', async () => {
    await alerts.write('raised', 'a1')
    const client = await events()
    expect(client.response.headers.get('content-type')).toBe('text/event-stream')
    expect(client.response.headers.get('cache-control')).toBe('no-store')
    expect(client.response.headers.get('x-accel-buffering')).toBe('no')
    expect(client.response.headers.get('x-content-type-options')).toBe('nosniff')
    const [subscribed] = await client.wait('subscribed')
    expect(subscribed!.data).toMatchObject({ recovered: false, snapshot: [{ alertId: 'a1' }] })
    expect(client.retryMs).toBe(2_000)
    await alerts.write('escalated', 'a1', { severity: 'severe' })
    await alerts.write('raised', 'a2')
    const told = await client.wait('alert', 2)
    expect(told.map(({ data }) => data.event.type)).toEqual([
      'tocsin.alert.escalated.v1',
      'tocsin.alert.raised.v1'
    ])
    expect(client.violations).toEqual([])
  })

  it('resume at Last-Event-ID: the header before the query, that before cursor', async () => {
    const first = await events('?cursor=earliest')
    for (const id of ['a1', 'a2', 'a3']) await alerts.write('raised', id)
    const ids = (await first.wait('alert', 3)).map(({ id }) => id!)
    const after = async (query: string, headers = {}) => {
      const client = await events(query, { ...bearer(), ...headers })
      await client.wait('subscribed')
      const count = 3 - (1 + ids.indexOf(client.listEvents('subscribed')[0]!.id!))
      await client.wait('alert', count)
      expect(client.listEvents('subscribed')[0]!.data).toEqual({ recovered: true })
      expect(client.violations).toEqual([])
      return client.listEvents('alert').map(({ data }) => data.event.subject)
    }
    expect(await after(`?cursor=${ids[0]}`)).toEqual(['a2', 'a3'])
    expect(await after(`?cursor=${ids[0]}&Last-Event-ID=${ids[1]}`)).toEqual(['a3'])
    expect(await after(`?Last-Event-ID=${ids[1]}`, { 'last-event-id': ids[0]! })).toEqual([
      'a2',
      'a3'
    ])
  })

  it('share their cursors with the stream and the feed, in every direction', async () => {
    const feed = async (cursor: string) =>
      (
        await notifier.host.app.inject({ url: `/v1/feed?cursor=${cursor}`, headers: bearer() })
      ).json()
    await alerts.write('raised', 'a1')
    const socket = await new StreamClient({
      url: notifier.url,
      key: ownerKey,
      from: 'earliest'
    }).open()
    await waitFor(() => socket.frames.length === 1, { what: 'first frame' })
    const fromSocket = socket.chain.cursor!
    await alerts.write('raised', 'a2')
    const client = await events(`?cursor=${fromSocket}`)
    const [second] = await client.wait('alert')
    expect(second!.data).toMatchObject({ event: { subject: 'a2' }, prev: fromSocket })
    await waitFor(() => socket.frames.length === 2, { what: 'second frame' })
    expect(second!.id).toBe(socket.frames[1]!.cursor)
    await alerts.write('raised', 'a3')
    const page = await feed(second!.id!)
    expect(page.items).toMatchObject([{ event: { subject: 'a3' }, prev: second!.id }])
    await alerts.write('raised', 'a4')
    const back = await events(`?cursor=${page.next}`)
    expect((await back.wait('alert'))[0]!.data).toMatchObject({
      event: { subject: 'a4' },
      prev: page.next
    })
    const last = back.listEvents('alert')[0]!.id!
    socket.close()
    await alerts.write('raised', 'a5')
    expect((await feed(last)).items).toMatchObject([{ event: { subject: 'a5' }, prev: last }])
    expect([client.violations, back.violations, socket.violations]).toEqual([[], [], []])
  })

  it('carry heartbeats with the age of what is shown, and comments', async () => {
    await notifier.close()
    await open({ 'stream.heartbeatMs': 100, 'stream.pingMs': 100 })
    const client = await events()
    const beats = await client.wait('heartbeat', 2)
    expect(beats[0]!.data.ageSeconds).toBeLessThan(10)
    await waitFor(() => client.comments.length > 0, { what: 'a comment' })
    // Comments need no answer: it is not closed for that.
    await client.wait('heartbeat', 12)
    expect([client.isEnded, client.violations]).toEqual([false, []])
  })

  it('take a one-use ticket, once', async () => {
    const { ticket } = (await post('/v1/tickets')).json()
    const statuses = []
    for (const query of [`?ticket=${ticket}`, `?ticket=${ticket}`, '?ticket=tt_wrong', ''])
      statuses.push((await events(query, {})).response.status)
    expect(statuses).toEqual([200, 401, 401, 401])
    const other = (await post('/v1/tickets')).json().ticket
    const origin = { origin: 'https://evil.example' }
    expect((await events(`?ticket=${other}`, origin)).response.status).toBe(403)
  })

  it.each([
    ['?cursor=nonsense', 400, 'cursor-invalid'],
    ['?severity=loud', 400, 'query-invalid'],
    ['?detail=brief', 400, 'query-invalid'],
    ['?unknown=1', 400, 'query-invalid']
  ])('are refused by a plain answer: %s', async (query, status, code) => {
    const { response } = await events(query)
    expect([response.status, response.headers.get('content-type')]).toEqual([
      status,
      'application/problem+json'
    ])
    expect(await response.json()).toMatchObject({ code })
  })

  it('end with a notice when the key is revoked, and when the service stops', async () => {
    const { id, secret } = (await post('/v1/keys', { name: 'k', scopes: ['alerts:read'] })).json()
    const [revoked, other] = [await events('', bearer(secret)), await events()]
    await notifier.host.app.inject({ method: 'DELETE', url: `/v1/keys/${id}`, headers: bearer() })
    expect((await revoked.wait('notice'))[0]!.data).toMatchObject({ code: 4504, reconnect: false })
    await waitFor(() => revoked.isEnded, { what: 'the end of the stream' })
    await notifier.close()
    expect((await other.wait('notice'))[0]!.data).toMatchObject({ code: 4000, reconnect: true })
    expect(other.retryMs).toBe(other.listEvents('notice')[0]!.data.retryAfterMs)
    expect([revoked.violations, other.violations]).toEqual([[], []])
  })

  it('and a feed that waits end with the key: what comes after its end is not told', async () => {
    const { id, secret } = (await post('/v1/keys', { name: 'k', scopes: ['alerts:read'] })).json()
    const waiting = fetch(`${notifier.url}/v1/feed?cursor=latest&wait=20`, {
      headers: bearer(secret)
    })
    await waitFor(async () => (await metrics()).includes('tocsin_feed_waits 1'), {
      what: 'the feed to wait'
    })
    await notifier.host.app.inject({ method: 'DELETE', url: `/v1/keys/${id}`, headers: bearer() })
    await alerts.write('raised', 'a1')
    const answer = await waiting
    expect([answer.status, (await answer.json()) as object]).toMatchObject([
      401,
      { code: 'not-authenticated' }
    ])
  })

  it('end for a client that stops reading, while others continue', async () => {
    await notifier.close()
    await open({ 'stream.queueBytesMax': 65_536, 'stream.slowMs': 1000 })
    const good = await events()
    const slow = connect(Number(new URL(notifier.url).port), '127.0.0.1')
    const { host } = new URL(notifier.url)
    slow.write(
      `GET /v1/events HTTP/1.1\r\nhost: ${host}\r\nauthorization: Bearer ${ownerKey}\r\n\r\n`
    )
    await new Promise(resolve => slow.once('data', resolve))
    slow.on('error', () => {}).pause()
    const explanation = 'x'.repeat(200_000)
    for (let i = 0; i < 60; i++)
      await alerts.write(i === 0 ? 'raised' : 'revised', 'a1', { explanation })
    await good.wait('alert', 60)
    await waitFor(
      async () =>
        (await metrics()).includes('tocsin_stream_closes_total{code="4001",by="server"} 1'),
      {
        what: '4001'
      }
    )
    await waitFor(async () => (await metrics()).includes('tocsin_stream_connections 1'), {
      what: 'its place to be free'
    })
    expect(good.violations).toEqual([])
    slow.destroy()
  })
})
