// A log of nothing but alert events of the first version, as engine 0.3.0 recorded them: evidence
// whole, names without keys, levels without incidents, comments and refusals without a handling. It
// is written by hand, by none of today's code.

import { toCanonicalJson } from '@tocsin/contracts/json/canonical-json'
import { hashSha256Hex } from '@tocsin/contracts/json/digest'
import { encodeCursor } from '@tocsin/event-log/cursor'
import { MemoryLog, MemoryStore } from '@tocsin/event-log/memory-log'
import { topics } from '@tocsin/event-log/topics'
import { expect, it } from 'vitest'
import { Suite } from '../support/http-suite.ts'
import { settle } from '../support/manual-clock.ts'
import { checkChain, subscribed } from '../support/subscribing.ts'

const [open, shared, hidden] = [
  { handling: 'public', incidentId: 'i1', revision: 1, role: 'trigger' },
  { handling: 'public', incidentId: 'i2', revision: 1, role: 'support' },
  { handling: 'restricted', incidentId: 'i3', revision: 2, role: 'support' }
]
const operator = {
  acknowledgedBy: null,
  acknowledgedUntil: null,
  assignedTo: null,
  disposition: null
}
const siege = {
  alertId: 'al1',
  operatorRevision: 1,
  theatre: 'sahel',
  status: 'provisional',
  notify: 'update',
  ruleId: 'siege',
  ruleVersion: 1,
  pattern: 'siege',
  group: { settlement: 'Diosso', settlementId: 'ML-4/diosso' },
  headline: 'Siege of Diosso',
  explanation: 'Two of three criteria have held for 7 days.',
  severity: 'severe',
  urgency: 'immediate',
  certainty: 'likely',
  levels: [{ level: 1, at: '2026-02-20T00:00:00.000Z', reason: 'partial' }],
  area: { country: ['ML'], admin1: ['ML-4'], circle: [13.88, -5.36, 5], settlement: 'ML-4/diosso' },
  window: { from: '2026-02-20T00:00:00.000Z', to: null },
  measure: {
    name: 'criteria held',
    value: 2,
    threshold: 2,
    baseline: null,
    falseAlarmsPerYear: null
  },
  evidence: [open, shared, hidden],
  evidenceOmitted: 0,
  category: ['blockade'],
  fatalities: { low: 0, best: null, high: null },
  times: {
    occurredFrom: '2026-02-20T00:00:00.000Z',
    firstReportedAt: '2026-02-21T00:00:00.000Z',
    detectedAt: '2026-03-01T12:00:00.000Z'
  },
  handling: 'public',
  concerns: 'public',
  references: [],
  partOf: null,
  operator,
  drill: false,
  reason: null,
  action: null
}
const taken = {
  ...{ ...siege, operatorRevision: 2 },
  operator: {
    ...operator,
    acknowledgedBy: 'Watch desk',
    acknowledgedUntil: '2026-03-02T12:00:00.000Z'
  }
}
const late = {
  ...{
    alertId: 'al1',
    theatre: 'sahel',
    notify: 'quiet',
    actionId: 'x2',
    reason: 'stale-revision',
    by: 'Other desk'
  },
  ...{
    operatorRevision: 2,
    standingBy: 'Watch desk',
    standingAt: '2026-03-01T12:00:03.000Z',
    handling: 'public'
  }
}
const said = (actionId: string, text: string) => ({ actionId, by: 'Watch desk', text })

const events: readonly (readonly [name: string, data: object])[] = [
  ['raised', { ...siege, revision: 1, notify: 'page', evidence: [open] }],
  ['revised', { ...siege, revision: 2 }],
  ['acknowledged', { ...taken, revision: 3, action: said('x1', 'on it') }],
  ['action-refused', late],
  [
    'commented',
    { ...taken, revision: 4, operatorRevision: 3, action: said('x3', 'the driver is safe') }
  ],
  [
    'revised',
    {
      ...taken,
      revision: 5,
      operatorRevision: 3,
      concerns: 'restricted',
      evidence: [open, hidden, shared]
    }
  ],
  [
    'resolved',
    {
      ...taken,
      revision: 6,
      operatorRevision: 3,
      status: 'resolved',
      urgency: 'past',
      reason: 'situation-ended'
    }
  ]
]

async function firstLog(): Promise<MemoryStore> {
  const store = new MemoryStore()
  const log = new MemoryLog({}, store)
  let previoushash = ''
  for (const [i, [name, data]] of events.entries()) {
    const [id, seq] = [`event-${i + 1}`, i + 1]
    const value = Buffer.from(
      toCanonicalJson({
        ...{
          specversion: '1.0',
          datacontenttype: 'application/json',
          engine: '0.3.0',
          id,
          source: '/tocsin/rules'
        },
        ...{
          type: `tocsin.alert.${name}.v1`,
          time: `2026-03-01T12:00:0${seq}.000Z`,
          cause: `cause-${seq}`,
          theatre: 'sahel'
        },
        ...{ previoushash, data: { ...data, seq } }
      })
    )
    previoushash = hashSha256Hex(value)
    await log.append(topics.alerts, [{ id, key: 'sahel', value }])
  }
  return store
}

interface Told {
  readonly revision?: number
  readonly evidence?: readonly { readonly incidentId: string }[]
  readonly action: { readonly by: string } | null
}
/** Of each event its name, its revision and its evidence, and the name in it. */
const asTold = ({ type, data }: { type: string; data: unknown }) => {
  const { revision, evidence, action } = data as Told
  const ids = evidence?.map(({ incidentId }) => incidentId).join(' ')
  return [type.replace(/^tocsin\.alert\.|\.v1$/g, ''), revision, ids, action?.by]
}
const toOfficers = [
  ['raised', 1, 'i1', undefined],
  ['revised', 2, 'i1 i2 i3', undefined],
  ['acknowledged', 3, 'i1 i2 i3', 'Watch desk'],
  ['action-refused', undefined, undefined, undefined],
  ['commented', 4, 'i1 i2 i3', 'Watch desk'],
  ['revised', 5, 'i1 i3 i2', undefined],
  ['resolved', 6, 'i1 i2 i3', undefined]
]
/** As it was then, they are told of every comment and refusal, by no name and in no words. */
const toPartners = [
  ['raised', 1, 'i1', undefined],
  ['revised', 2, 'i1 i2', undefined],
  ['acknowledged', 3, 'i1 i2', undefined],
  ['action-refused', undefined, undefined, undefined],
  ['commented', 4, 'i1 i2', undefined],
  ['resolved', 6, 'i1 i2', undefined]
]

it.each([10_000, 0])(
  'is read as any other: alert, evidence, feed and webhooks; with %i events parsed at the start',
  async recent => {
    const suite = await Suite.on({
      store: await firstLog(),
      config: { 'notifier.recentEventsMax': recent }
    })
    await settle()
    const partner = await suite.key(['alerts:read'], { handling: 'partners', theatres: ['sahel'] })
    for (const [key, ids, told] of [
      [suite.owner, ['i1', 'i2', 'i3'], toOfficers],
      [partner, ['i1', 'i2'], toPartners]
    ] as const) {
      const { body } = await suite.ask('GET', '/v1/alerts/al1', { key })
      expect(body).toMatchObject({
        status: 'resolved',
        evidence: ids.map(incidentId => ({ incidentId }))
      })
      const paged: string[] = []
      for (let cursor: string | null = ''; cursor !== null; ) {
        const page = await suite.ask('GET', `/v1/alerts/al1/evidence?limit=1${cursor}`, { key })
        paged.push(...page.body.items.map(({ incidentId }: { incidentId: string }) => incidentId))
        cursor = page.body.next === null ? null : `&cursor=${page.body.next}`
      }
      expect(paged).toEqual(ids)
      const feed = await suite.ask('GET', '/v1/feed?cursor=earliest', { key })
      expect(feed.body.items.map(({ event }: { event: never }) => asTold(event))).toEqual(told)
      expect(/desk|driver/.test(JSON.stringify([body, feed.body]))).toBe(key === suite.owner)
    }
    expect((await suite.ask('GET', '/v1/actions/x2')).body).toMatchObject({
      state: 'refused',
      by: 'Watch desk',
      operatorRevision: 2
    })
    const from = encodeCursor(await suite.h.log.cursorAt(topics.alerts, 'earliest'))
    await subscribed(suite.h, { from, handling: 'partners' })
    await settle(200)
    expect(suite.h.network.events.map(asTold)).toEqual(toPartners)
    expect(JSON.stringify(suite.h.network.events)).not.toMatch(/desk|driver/)
    checkChain(suite.h.network)
  }
)
