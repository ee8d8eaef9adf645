// What a statement of an alert says of its evidence, on every way out: few pieces, and the count of
// all that the reader may see.

import type { EvidenceItem } from '@tocsin/domain/alert/alert'
import { topics } from '@tocsin/event-log/topics'
import { describe, expect, it } from 'vitest'
import { Suite } from '../support/http-suite.ts'
import { settle } from '../support/manual-clock.ts'
import { aPrincipal, Harness } from '../support/notifier-harness.ts'
import { subscribed } from '../support/subscribing.ts'

const items = (
  letter: string,
  count: number,
  role: EvidenceItem['role'],
  handling: EvidenceItem['handling'] = 'public'
) =>
  Array.from({ length: count }, (_, i) => ({
    incidentId: `${letter}${i}`,
    revision: 1,
    role,
    handling
  }))
const evidence = [
  ...items('t', 30, 'trigger'),
  ...items('s', 5, 'support'),
  ...items('h', 9, 'support', 'restricted')
]
const levels = [{ level: 1, at: '2026-02-20T00:00:00.000Z', reason: 'partial', incidentId: 't3' }]
const shownIds = [
  't3',
  ...items('t', 30, 'trigger')
    .slice(11)
    .map(({ incidentId }) => incidentId)
]

interface Stated {
  readonly evidence: readonly { readonly incidentId: string }[]
  readonly evidenceCount: object
  readonly evidenceLost?: boolean
}
const said = ({ evidence: named, evidenceCount }: Stated) => ({
  ids: named.map(({ incidentId }) => incidentId),
  evidenceCount
})

/** An alert as each way out states it to a reader. */
async function statements(suite: Suite, handling: 'partners' | 'restricted') {
  const key = await suite.key(['alerts:read'], {
    handling,
    theatres: handling === 'partners' ? ['sahel'] : '*'
  })
  const ask = async (url: string) => (await suite.ask('GET', url, { key })).body
  const { session, socket } = suite.h.connect(aPrincipal({ id: `key_${handling}`, handling }))
  const { session: again, socket: resumed } = suite.h.connect(
    aPrincipal({ id: `key_${handling}_2`, handling })
  )
  session.receive(JSON.stringify({ type: 'subscribe', id: 's', filter: {}, from: 'latest' }))
  again.receive(JSON.stringify({ type: 'subscribe', id: 's', filter: {}, from: 'earliest' }))
  await settle(30)
  const detail = await ask('/v1/alerts/a1')
  return [
    detail,
    detail.revisions.at(-1).data,
    (await ask('/v1/alerts')).items[0],
    (await ask('/v1/feed')).items.at(-1).event.data,
    socket.of('subscribed')[0]?.snapshot?.[0],
    resumed.of('alert').at(-1)?.event.data
  ] as unknown as readonly Stated[]
}

describe('a statement of an alert', () => {
  it('names twenty pieces on every way out, and counts all that the reader may see', async () => {
    const suite = await Suite.start()
    await subscribed(suite.h, { handling: 'partners', theatres: ['sahel'] })
    await settle(30)
    await suite.h.alerts.write('raised', 'a1', { evidence, levels, evidenceOmitted: 7 })
    await settle(30)
    const counts = {
      partners: { triggers: 30, support: 5 },
      restricted: { triggers: 30, support: 14 }
    }
    for (const handling of ['partners', 'restricted'] as const)
      for (const each of await statements(suite, handling))
        expect(said(each)).toEqual({ ids: shownIds, evidenceCount: counts[handling] })
    const delivered = suite.h.network.events.at(-1)?.data as unknown as Stated
    expect(said(delivered)).toEqual({ ids: shownIds, evidenceCount: counts.partners })
    await suite.close()
  })

  it('is the same from memory and from the log, after a restart too', async () => {
    const suite = await Suite.start()
    for (let i = 1; i <= 40; i++)
      await suite.h.alerts.write(i === 1 ? 'raised' : 'revised', 'a1', {
        evidence: evidence.slice(40 - i),
        levels,
        headline: `${i}`
      })
    await settle(30)
    const states = async (h: Harness) => {
      const { session, socket } = h.connect(aPrincipal({ id: 'key_p', handling: 'partners' }))
      session.receive(JSON.stringify({ type: 'subscribe', id: 's', filter: {}, from: 'earliest' }))
      await settle(60)
      return socket.of('alert').map(({ event }) => event)
    }
    const live = await states(suite.h)
    expect(live).toHaveLength(40)
    for (const recent of [0, 7]) {
      await using restarted = await new Harness({
        store: suite.h.store,
        config: { 'notifier.recentEventsMax': recent }
      }).start()
      expect(await states(restarted)).toEqual(live)
    }
    await suite.close()
  })

  it('counts without naming where the log has lost an event, and says so, until it is stated whole', async () => {
    const suite = await Suite.start()
    const { alerts, log } = suite.h
    await alerts.write('raised', 'a1', { evidence: evidence.slice(0, 30) })
    alerts.record('revised', 'a1', { evidence: evidence.slice(0, 35) })
    await alerts.write('revised', 'a1', { evidence, headline: 'later' })
    await settle(30)
    for (const handling of ['partners', 'restricted'] as const)
      for (const each of await statements(suite, handling))
        expect(each).toMatchObject({
          evidence: [],
          evidenceLost: true,
          evidenceCount: { triggers: 30, support: handling === 'partners' ? 5 : 14 }
        })
    expect((await suite.ask('GET', '/v1/alerts/a1/evidence')).body).toEqual({
      items: [],
      next: null
    })
    const [record] = alerts.record('resolved', 'a1', { status: 'resolved' })
    await log.append(topics.alerts, [record])
    await alerts.write('reopened', 'a1', { status: 'provisional' })
    await settle(30)
    expect((await suite.ask('GET', '/v1/alerts/a1')).body).toMatchObject({
      evidence: { length: 20 }
    })
    expect((await suite.ask('GET', '/v1/alerts/a1')).body.evidenceLost).toBeUndefined()
    await suite.close()
  })
})
