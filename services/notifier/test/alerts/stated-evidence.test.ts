// What a statement of an alert says of its evidence, on every way out: few pieces, and the count of
// all that the reader may see.

import type { EvidenceItem } from '@tocsin/contracts/alert/alert'
import { describe, expect, it } from 'vitest'
import { Suite } from '../support/http-suite.ts'
import { settle } from '../support/manual-clock.ts'
import { aPrincipal } from '../support/notifier-harness.ts'
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
      partners: { triggers: 37, support: 5 },
      restricted: { triggers: 37, support: 14 }
    }
    for (const handling of ['partners', 'restricted'] as const)
      for (const each of await statements(suite, handling))
        expect(said(each)).toEqual({ ids: shownIds, evidenceCount: counts[handling] })
    const delivered = suite.h.network.events.at(-1)?.data as unknown as Stated
    expect(said(delivered)).toEqual({ ids: shownIds, evidenceCount: counts.partners })
    await suite.close()
  })
})
