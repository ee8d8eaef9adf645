// An alert that comes to a reader's filter by a correction: to them it is the first news of it, and
// pages on every transport.

import { describe, expect, it } from 'vitest'
import { Suite } from '../support/http-suite.ts'
import { settle } from '../support/manual-clock.ts'
import { Harness } from '../support/notifier-harness.ts'
import { subscribe } from '../support/streaming.ts'
import { subscribed } from '../support/subscribing.ts'

const inCountry = (country: string, admin1: string) => ({
  country: [country],
  admin1: [admin1],
  circle: null,
  settlement: null
})
const there = { area: inCountry('CM', 'CM-EN'), certainty: 'possible', notify: 'page' } as const
const here = { area: inCountry('CF', 'CF-BGF'), certainty: 'likely', notify: 'update' } as const

const filters = [
  ['by country', { country: ['CF'] }],
  ['by area', { admin1: ['CF-BGF'] }],
  ['by certainty', { certainty: ['likely', 'observed'] }]
] as const

/**
 * An alert is raised elsewhere, and corrected twice: the first time it comes to those who filter.
 */
async function corrected(
  h: Harness,
  more: Parameters<Harness['alerts']['write']>[2] = {}
): Promise<void> {
  await h.alerts.write('raised', 'moved', there)
  await settle()
  await h.alerts.write('revised', 'moved', { ...here, ...more })
  await settle()
  await h.alerts.write('revised', 'moved', { ...here, severity: 'extreme' })
  await settle(30)
}

describe.each(filters)('an alert that comes to a filter %s', (_name, filter) => {
  it('pages on the stream, live and to who catches up, and then is an update', async () => {
    await using h = await new Harness().start()
    const live = h.connect()
    live.session.receive(subscribe('latest', filter, 'filtered'))
    live.session.receive(subscribe('latest', {}, 'all'))
    await settle()
    await corrected(h)
    const later = h.connect()
    later.session.receive(subscribe('earliest', filter, 'filtered'))
    await settle()
    const told = (socket: typeof live.socket, id: string) =>
      socket.of('alert', id).map(frame => frame.event.data.notify)
    expect(told(live.socket, 'filtered')).toEqual(['page', 'update'])
    expect(told(later.socket, 'filtered')).toEqual(['page', 'update'])
    expect(told(live.socket, 'all')).toEqual(['page', 'update', 'update'])
  })

  it('pages by webhook, and no webhook that knew of it', async () => {
    await using h = await new Harness().start()
    await subscribed(h, { filter })
    await subscribed(h, { subscriptionId: 'sub_2', url: 'https://partner.example/all', filter: {} })
    await corrected(h)
    const told = (path: string) =>
      h.network.requests
        .filter(({ url }) => String(url).endsWith(path))
        .map(({ body }) => JSON.parse(Buffer.from(body).toString()).data.notify)
    expect(told('/hook')).toEqual(['page', 'update'])
    expect(told('/all')).toEqual(['page', 'update', 'update'])
  })

  it('pages in the feed', async () => {
    const suite = await Suite.start()
    await corrected(suite.h)
    const query = new URLSearchParams(
      Object.entries(filter).map(([name, values]) => [name, values.join(',')])
    )
    const { items } = (await suite.ask('GET', `/v1/feed?${query}`)).body
    expect(
      items.map(({ event }: { event: { data: { notify: string } } }) => event.data.notify)
    ).toEqual(['page', 'update'])
  })

  it.each([
    ['is quiet', { notify: 'quiet' }],
    ['is over', { status: 'resolved' }],
    [
      'is of a pattern that pages from severe upwards',
      { pattern: 'new-actor', severity: 'moderate' }
    ],
    ['is a drill', { drill: true }]
  ] as const)('pages nobody where it %s', async (_why, more) => {
    await using h = await new Harness().start()
    const { socket, session } = h.connect()
    session.receive(subscribe('latest', filter))
    await settle()
    await corrected(h, more)
    expect(socket.of('alert')[0]?.event.data.notify).not.toBe('page')
  })
})
