// An instance that cannot tell the end of the alerts log: it must not look live, must say since
// when, and must lose nothing for its clients.

import { EventLogError } from '@tocsin/event-log/errors'
import { expect, it } from 'vitest'
import { Suite } from '../support/http-suite.ts'
import { settle } from '../support/manual-clock.ts'
import type { Harness } from '../support/notifier-harness.ts'

let suite: Suite

const never = () => new Promise<never>(() => {})
/** Ways in which the log becomes unavailable. */
const troubles: Readonly<Record<string, (h: Harness) => void>> = {
  'reports itself unhealthy': h => {
    h.log.health = () => ({ ok: false, detail: 'for 1 s: no broker' })
  },
  'refuses to give its end': h => {
    h.log.cursorAt = async () => {
      throw new EventLogError('log-unavailable', 'no broker answers')
    }
  },
  'never answers': h => {
    h.log.cursorAt = never
  }
}
function mend({ log }: Harness): void {
  // Removes the overrides of the class's methods, which restores the log.
  for (const name of ['health', 'cursorAt'] as const)
    delete (log as unknown as Record<string, unknown>)[name]
}

const subscribe = (from: string) => JSON.stringify({ type: 'subscribe', id: 's', from })

async function startWatched() {
  suite = await Suite.start({ 'stream.heartbeatMs': 2_000, 'stream.staleAfterMs': 10_000 })
  await suite.h.alerts.write('raised', 'a1', {})
  const { socket, session } = suite.h.connect()
  session.receive(subscribe('latest'))
  await settle()
  await suite.h.clock.advance(4_000)
  expect(socket.of('heartbeat').length).toBeGreaterThan(0)
  return socket
}

it.each(Object.keys(troubles))(
  'is not live when the log %s, says since when, and continues without a gap afterwards',
  async name => {
    const socket = await startWatched()
    const awayAtMs = suite.h.clock.nowMs()
    troubles[name]!(suite.h)
    await suite.h.clock.advance(8_000)
    expect(socket.closed).toBeNull()
    await suite.h.clock.advance(3_000)
    expect(socket.closed?.code).toBe(4000)
    const [notice] = socket.of('notice') as unknown as {
      detail: string
      reconnect: boolean
      staleSince: string
    }[]
    expect(notice).toMatchObject({ code: 4000, reconnect: true })
    expect(notice!.detail).toContain(`not live since ${notice!.staleSince}`)
    // At most one query interval before the failure.
    expect(awayAtMs - Date.parse(notice!.staleSince)).toBeLessThanOrEqual(2_500)
    const beats = socket.of('heartbeat').length
    await suite.h.clock.advance(60_000)
    expect(socket.of('heartbeat')).toHaveLength(beats)

    const refused = suite.h.connect()
    refused.session.receive(subscribe('latest'))
    await settle()
    expect(refused.socket.of('subscribed')).toEqual([])
    expect(refused.socket.of('notice')[0]).toMatchObject({
      code: 4000,
      reconnect: true,
      staleSince: notice!.staleSince
    })
    expect(refused.socket.closed?.code).toBe(4000)
    expect(suite.h.notifier.readiness()).toMatchObject({ ready: false })
    expect(suite.h.notifier.readiness().checks.stream).toContain(notice!.staleSince)

    mend(suite.h)
    await suite.h.alerts.write('revised', 'a1', {})
    await suite.h.clock.advance(15_000)
    expect(suite.h.notifier.readiness()).toMatchObject({ ready: true })
    const cursor = [
      ...socket.of('alert'),
      ...socket.of('subscribed'),
      ...socket.of('heartbeat')
    ].at(-1)!.cursor
    const back = suite.h.connect()
    back.session.receive(subscribe(cursor))
    await settle()
    expect(back.socket.of('subscribed')[0]?.recovered).toBe(true)
    expect(back.socket.of('alert').map(({ event }) => event.type)).toEqual([
      'tocsin.alert.revised.v1'
    ])
  }
)

it('is not live when the log has more records but does not return them', async () => {
  const gate = Promise.withResolvers<void>()
  suite = await Suite.on({
    config: { 'stream.heartbeatMs': 2_000, 'stream.staleAfterMs': 10_000 },
    hooks: {
      beforeDelivery: page =>
        page.records[0]?.topic === 'tocsin.alerts.v1' ? gate.promise : undefined
    }
  })
  const { socket, session } = suite.h.connect()
  session.receive(subscribe('latest'))
  await suite.h.clock.advance(10_000)
  expect(socket.closed).toBeNull()
  await suite.h.alerts.write('raised', 'a1', {})
  await suite.h.clock.advance(13_000)
  expect(socket.closed?.code).toBe(4000)
  expect(socket.of('notice')[0]).toMatchObject({
    detail: expect.stringContaining('cannot be read')
  })
  gate.resolve()
})

it('answers with its last known state, marked, and refuses the feed, whose empty page would claim that nothing is new', async () => {
  await startWatched()
  expect((await suite.ask('GET', '/v1/alerts')).headers).not.toHaveProperty('tocsin-stale-since')
  const { body } = await suite.ask('GET', '/v1/feed')
  troubles['reports itself unhealthy']!(suite.h)
  await suite.h.clock.advance(12_000)
  const list = await suite.ask('GET', '/v1/alerts')
  expect(list).toMatchObject({ status: 200, body: { items: [{ alertId: 'a1' }] } })
  const staleSince = list.headers['tocsin-stale-since']
  expect(Date.parse(staleSince!)).toBeLessThan(suite.h.clock.nowMs() - 10_000)
  expect((await suite.ask('GET', '/v1/alerts/a1')).headers).toMatchObject({
    'tocsin-stale-since': staleSince
  })
  const feed = await suite.ask('GET', `/v1/feed?cursor=${body.next}`)
  expect(feed).toMatchObject({ status: 503, body: { code: 'projection-behind', staleSince } })
  expect(Number(feed.headers['retry-after'])).toBeGreaterThan(0)
  mend(suite.h)
  await suite.h.clock.advance(5_000)
  expect((await suite.ask('GET', '/v1/alerts')).headers).not.toHaveProperty('tocsin-stale-since')
  expect((await suite.ask('GET', `/v1/feed?cursor=${body.next}`)).status).toBe(200)
})
