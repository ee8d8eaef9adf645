// A hidden thing is answered like a missing one: by status, headers, body and calls of the log.
// Every route that takes an id is tested, from the table of routes: a new one fails until it is
// declared here.

import { type Scope, scopes } from '@tocsin/domain/control/control-record'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  AccessWorld,
  type Ask,
  elsewhere,
  hiddenReport,
  home,
  type Told
} from '../support/access-world.ts'

/** For another theatre, fully cleared; for all theatres, with less clearance. */
const readers = ['elsewhere', 'below'] as const
type Reader = (typeof readers)[number]

interface IdRoute {
  /** The existing thing. */
  readonly known: (world: AccessWorld) => string
  /** The readers from whom it is hidden; if none, `why` gives the reason. */
  readonly hiddenFrom: readonly Reader[]
  readonly why?: string
  /** Bodies to try, if one is needed; they may contain the id. */
  readonly bodies?: (id: string) => readonly (object | undefined)[]
  readonly headers?: readonly Readonly<Record<string, string>>[]
  readonly queries?: readonly string[]
}

const both = readers
const versions = [
  {},
  { 'if-match': '"1"' },
  { 'if-match': '999' },
  { 'if-match': 'x' },
  { 'idempotency-key': 'k', 'if-match': '1' }
]
const onReport = { known: ({ ids }: AccessWorld) => ids.report, hiddenFrom: both }
const onAlert = { known: ({ ids }: AccessWorld) => ids.alert, hiddenFrom: both, headers: versions }
const onIncident = {
  known: ({ ids }: AccessWorld) => ids.incident,
  hiddenFrom: both,
  headers: versions
}
const onSubscription = { known: ({ ids }: AccessWorld) => ids.subscription, hiddenFrom: both }
const onSilence = { known: ({ ids }: AccessWorld) => ids.silence, hiddenFrom: both }
const onWatch = { known: ({ ids }: AccessWorld) => ids.watch, hiddenFrom: both }
const onKey = { known: ({ ids }: AccessWorld) => ids.key, hiddenFrom: both }
const onEntry = { known: ({ ids }: AccessWorld) => ids.entry, hiddenFrom: both }
const onRule = { known: ({ ids }: AccessWorld) => ids.rule, hiddenFrom: ['elsewhere'] as const }
const onTheatre = { known: () => home, hiddenFrom: ['elsewhere'] as const }
const lanes = ['', '?lane=backfill', '?lane=x']
const listed = 'every administrator is told place and reason of what could not be read'
const siege = { pattern: 'siege' }

const idRoutes: Readonly<Record<string, IdRoute>> = {
  'GET /assets/:file': {
    known: () => 'index.js',
    hiddenFrom: [],
    why: 'the same public files for all'
  },
  'GET /v1/reports/:id': { ...onReport, queries: ['', '?wait=0.01', '?wait=x'] },
  'PUT /v1/reports/:id': {
    ...onReport,
    queries: lanes,
    bodies: () => [
      undefined,
      {},
      hiddenReport('first'),
      hiddenReport('first', { occurred: { from: '2999-01-01', to: '2999-01-01' } }),
      hiddenReport('first', { handling: 'public', location: { name: 'Bol', country: 'TD' } }),
      hiddenReport('other', { category: 'heist' })
    ]
  },
  'DELETE /v1/reports/:id': {
    ...onReport,
    queries: lanes,
    bodies: () => [undefined, {}, { reason: 'x' }, { reason: '' }]
  },
  'DELETE /v1/reports/:id/private': onReport,
  'GET /v1/quarantine/:id': { ...onEntry, hiddenFrom: [], why: listed },
  'POST /v1/quarantine/:id/replay': {
    ...onEntry,
    queries: lanes,
    bodies: () => [{}, hiddenReport('first')]
  },
  'DELETE /v1/quarantine/:id': onEntry,
  'GET /v1/rules/:id': onRule,
  'GET /v1/rules/:id/near': onRule,
  // Without If-Match, or with version 0, a rule would be declared under the id that is free: names
  // are the suite's (decision 0032).
  'PUT /v1/rules/:id': {
    ...onRule,
    headers: versions.slice(1),
    bodies: () => [
      undefined,
      {},
      siege,
      { ...siege, theatres: [home] },
      { ...siege, theatres: [elsewhere] },
      { pattern: 'x' }
    ]
  },
  'DELETE /v1/rules/:id': { ...onRule, headers: versions },
  'GET /v1/silences/:id': onSilence,
  'DELETE /v1/silences/:id': onSilence,
  'GET /v1/watches/:id': onWatch,
  'PATCH /v1/watches/:id': {
    ...onWatch,
    bodies: () => [undefined, {}, { version: 1 }, { version: 2, name: 'x' }]
  },
  'POST /v1/watches/:id/hand-over': {
    ...onWatch,
    bodies: () => [undefined, { version: 1, officer: 'x', until: '2030-01-01T00:00:00Z' }]
  },
  'DELETE /v1/watches/:id': onWatch,
  'GET /v1/alerts/:id': { ...onAlert, queries: ['', '?revisions=0', '?revisions=x'] },
  'GET /v1/alerts/:id/evidence': { ...onAlert, queries: ['', '?limit=1', '?cursor=x'] },
  'GET /v1/alerts/:id/deliveries': {
    ...onAlert,
    queries: ['', '?limit=1', '?limit=x', '?cursor=x']
  },
  'GET /v1/alerts/:id/told': onAlert,
  'GET /v1/cap/:id/:revision.xml': onAlert,
  'GET /v1/incidents/:id': onIncident,
  'POST /v1/alerts/:id/acknowledgement': {
    ...onAlert,
    bodies: () => [
      undefined,
      { until: '2999-01-01T00:00:00Z' },
      { until: 'x' },
      { until: '2001-01-01T00:00:00Z' }
    ]
  },
  'POST /v1/alerts/:id/assignment': {
    ...onAlert,
    bodies: () => [undefined, { to: 'x' }, { to: '' }]
  },
  'POST /v1/alerts/:id/comment': { ...onAlert, bodies: () => [undefined, { text: 'x' }] },
  'POST /v1/alerts/:id/response': {
    ...onAlert,
    bodies: () => [
      undefined,
      { kind: 'sent' },
      { kind: 'none' },
      { kind: 'sent', at: '2001-01-01T00:00:00Z' }
    ]
  },
  'POST /v1/alerts/:id/resolution': {
    ...onAlert,
    bodies: () => [undefined, { disposition: 'true' }, { disposition: 'x' }]
  },
  'GET /v1/actions/:id': { known: ({ ids }) => ids.action, hiddenFrom: both },
  'POST /v1/incidents/:id/split': {
    ...onIncident,
    bodies: id => [undefined, { reports: [id] }, { reports: [] }]
  },
  'POST /v1/incidents/:id/merge': {
    ...onIncident,
    bodies: id => [undefined, { with: id }, { with: 'none' }]
  },
  'PUT /v1/theatres/:id': {
    ...onTheatre,
    bodies: () => [
      undefined,
      {},
      { countries: ['ML'] },
      { countries: ['TD'] },
      { clock: 'replay' },
      { countries: ['XX'] }
    ]
  },
  'POST /v1/theatres/:id/ticks': {
    ...onTheatre,
    bodies: () => [undefined, { to: '2999-01-01T00:00:00Z' }, { to: 'x' }]
  },
  'POST /v1/theatres/:id/time': {
    ...onTheatre,
    bodies: () => [
      undefined,
      { reason: 'x' },
      { to: '2999-01-01T00:00:00Z', reason: 'x' },
      { to: 'x', reason: 'x' }
    ]
  },
  'PUT /v1/sources/:id': {
    known: () => 'wire-1',
    hiddenFrom: [],
    why: 'sources are judged alike everywhere, and listed to all who may read settings',
    bodies: () => [{ reliability: 'B' }]
  },
  'POST /v1/keys/:id/sign-in-links': onKey,
  'POST /v1/keys/:id/rotation': {
    ...onKey,
    bodies: () => [{}, { overlapHours: 0 }, { overlapHours: -1 }]
  },
  'DELETE /v1/keys/:id': onKey,
  'GET /v1/subscriptions/:id': onSubscription,
  'GET /v1/subscriptions/:id/health': onSubscription,
  'GET /v1/subscriptions/:id/why': { ...onSubscription, queries: ['', '?alertId=x', '?alertId='] },
  'PATCH /v1/subscriptions/:id': {
    ...onSubscription,
    bodies: () => [{ contact: 'desk' }, { url: 'https://127.0.0.1/' }]
  },
  'POST /v1/subscriptions/:id/rotation': {
    ...onSubscription,
    bodies: () => [{}, { overlapHours: 0 }]
  },
  'DELETE /v1/subscriptions/:id': onSubscription,
  'GET /v1/subscriptions/:id/deliveries': {
    ...onSubscription,
    queries: ['', '?limit=1', '?cursor=9', '?limit=x']
  },
  'POST /v1/subscriptions/:id/replay': {
    ...onSubscription,
    bodies: () => [{}, { failed: true }, { from: 1, to: 1 }, { from: 2, to: 1 }, { ids: ['x'] }]
  },
  'POST /v1/subscriptions/:id/test': onSubscription,
  'POST /v1/subscriptions/:id/acknowledgements': {
    ...onSubscription,
    bodies: () => [{}, { alertId: 'x' }, { alertId: 'x', until: '2001-01-01T00:00:00Z' }],
    headers: [{}, { 'idempotency-key': 'k' }]
  },
  'POST /v1/subscriptions/:id/answers': {
    ...onSubscription,
    bodies: () => [
      {},
      { alertIds: ['x'] },
      { alertIds: ['x', 'y'], until: '2001-01-01T00:00:00Z' }
    ],
    headers: [{}, { 'idempotency-key': 'k' }]
  }
}

/** Ids outside the path. */
const named: Readonly<
  Record<
    string,
    {
      readonly known: (world: AccessWorld) => string
      readonly hiddenFrom: readonly Reader[]
      readonly ask: (id: string, world: AccessWorld) => Ask
    }
  >
> = {
  'an external id in a query': {
    known: () => 'first',
    hiddenFrom: both,
    ask: id => ({ method: 'GET', url: `/v1/reports?source=wire-1&externalId=${id}` })
  },
  'an external id of a report that is wrong': {
    known: () => 'first',
    hiddenFrom: both,
    ask: id => ({
      method: 'POST',
      url: '/v1/reports',
      body: hiddenReport(id, {
        handling: 'partners',
        location: { name: 'Bol', country: 'TD', lat: 13.46, lon: 14.71 },
        occurred: { from: '2999-01-01', to: '2999-01-01' }
      })
    })
  },
  'an incident to merge with': {
    known: ({ ids }) => ids.incident,
    hiddenFrom: both,
    ask: (id, { ids }) => ({
      method: 'POST',
      url: `/v1/incidents/${ids.openIncident}/merge`,
      body: { with: id }
    })
  },
  'a report to split off': {
    known: ({ ids }) => ids.report,
    hiddenFrom: both,
    ask: (id, { ids }) => ({
      method: 'POST',
      url: `/v1/incidents/${ids.openIncident}/split`,
      body: { reports: [id] }
    })
  },
  'a report to split off, of the same theatre': {
    known: ({ ids }) => ids.report,
    hiddenFrom: ['below'],
    ask: (id, { ids }) => ({
      method: 'POST',
      url: `/v1/incidents/${ids.openAtHome}/split`,
      body: { reports: [id] }
    })
  },
  'a rule to preview the end of': {
    known: ({ ids }) => ids.rule,
    hiddenFrom: ['elsewhere'],
    ask: id => ({ method: 'POST', url: '/v1/rules/preview', body: { rules: [{ id }] } })
  },
  'a theatre to preview in': {
    known: () => home,
    hiddenFrom: ['elsewhere'],
    ask: id => ({
      method: 'POST',
      url: '/v1/rules/preview',
      body: { rules: [{ id: 'siege' }], theatres: [id] }
    })
  },
  'a subscription to preview a policy for': {
    known: ({ ids }) => ids.subscription,
    hiddenFrom: both,
    ask: id => ({
      method: 'POST',
      url: '/v1/subscriptions/preview',
      body: { policy: {}, subscriptionId: id }
    })
  },
  'a theatre of a rule': {
    known: () => home,
    hiddenFrom: ['elsewhere'],
    ask: id => ({ method: 'PUT', url: '/v1/rules/mine', body: { ...siege, theatres: [id] } })
  },
  'a theatre to filter by': {
    known: () => home,
    hiddenFrom: ['elsewhere'],
    ask: id => ({ method: 'GET', url: `/v1/alerts?theatre=${id}` })
  },
  'a rule to filter by': {
    known: ({ ids }) => ids.rule,
    hiddenFrom: both,
    ask: id => ({ method: 'GET', url: `/v1/alerts?ruleId=${id}` })
  }
}

let world: AccessWorld
const keys = new Map<string, string>()
beforeAll(async () => {
  world = await AccessWorld.start()
  const without = (...not: Scope[]) => scopes.filter(scope => !not.includes(scope))
  for (const [name, held] of [
    ['admin', scopes],
    ['user', without('admin')],
    ['writer', ['reports:write']]
  ] as const) {
    keys.set(`elsewhere ${name}`, (await world.key(held, [elsewhere], 'restricted')).secret)
    keys.set(`below ${name}`, (await world.key(held, '*', 'partners')).secret)
  }
})
afterAll(() => world?.end())

/** An unused id of the same form and length. */
function strange(id: string): string {
  const head = id.startsWith('sub_') ? 'sub_' : ''
  const tail = id.slice(head.length)
  if (/^[0-9a-f]{16,}$/.test(tail))
    return head + [...tail].map(c => (Number.parseInt(c, 16) ^ 5).toString(16)).join('')
  return (
    head +
    [...tail]
      .reverse()
      .join('')
      .replace(/^[-_]|[-_]$/g, 'x')
  )
}

/** Everything that could reveal something, without request ids and counts. */
function tellable({ status, headers, text, logCalls }: Told, id: string) {
  const {
    'x-request-id': _r,
    date: _d,
    ratelimit: _l,
    'content-length': _c,
    ...ofTheThing
  } = headers
  // On every answer while the log is slow, whatever is asked: a busy machine may be so between two
  // requests.
  const { 'tocsin-stale-since': _s, ...rest } = ofTheThing
  const plain = text
    .replaceAll(id, '<id>')
    .replace(/urn:tocsin:request:[\w-]+/, '<request>')
    .replace(/now, which is [\d:.TZ-]+/g, 'now')
  // The control log is queried by age: the first request after a while does it, whatever it is.
  const calls = logCalls.filter(call => !call.endsWith('tocsin.control.v1'))
  return {
    status,
    headers: JSON.parse(JSON.stringify(rest).replaceAll(id, '<id>')),
    text: plain,
    calls
  }
}

async function tellAlike(
  of: (id: string) => Ask,
  known: string,
  reader: Reader,
  name: string
): Promise<number> {
  const key = keys.get(`${reader} ${name}`) as string
  const free = strange(known)
  expect(free).not.toBe(known)
  const hidden = tellable(await world.ask(of(known), key), known)
  expect(hidden).toEqual(tellable(await world.ask(of(free), key), free))
  return hidden.status
}

const routeNames = () =>
  world.running.suite.host.routes.routes
    .filter(({ method, url }) => method !== 'HEAD' && /[:*]/.test(url))
    .map(({ method, url }) => `${method} ${url}`)
    .sort()

describe('a hidden thing', () => {
  it('is declared for each route that takes an id, or why nothing is hidden there', () => {
    expect(routeNames()).toEqual(Object.keys(idRoutes).sort())
    for (const [name, { hiddenFrom, why }] of Object.entries(idRoutes)) {
      expect([name, hiddenFrom.length > 0 || why !== undefined]).toEqual([name, true])
    }
  })

  it.each(Object.entries(idRoutes).filter(([, { hiddenFrom }]) => hiddenFrom.length > 0))(
    '%s answers alike',
    async (name, route) => {
      const [method, pattern] = name.split(' ') as [string, string]
      const {
        known,
        hiddenFrom,
        bodies = () => [undefined],
        headers = [{}],
        queries = ['']
      } = route
      const drawn = fc.record({
        body: fc.nat(bodies('').length - 1),
        headers: fc.constantFrom(...headers),
        query: fc.constantFrom(...queries),
        reader: fc.constantFrom(...hiddenFrom),
        who: fc.constantFrom('admin', 'user', 'writer')
      })
      const statuses = new Set<number>()
      await fc.assert(
        fc.asyncProperty(drawn, async ({ body, headers, query, reader, who }) => {
          const of = (id: string): Ask => {
            const sent = bodies(id)[body]
            return {
              method,
              url: pattern.replace(':id', id).replace(':revision', '1') + query,
              headers,
              ...(sent === undefined ? {} : { body: sent })
            }
          }
          statuses.add(await tellAlike(of, known(world), reader, who))
        }),
        { numRuns: 60 }
      )
      // A hidden thing is never in an answer.
      expect([...statuses].filter(status => status < 400)).toEqual([])
    }
  )

  it('costs no more calls of the log than a missing one', async () => {
    const read = await world.ask(
      { method: 'GET', url: `/v1/reports/${world.ids.report}` },
      world.ownerKey
    )
    expect([read.status, read.logCalls]).toEqual([
      200,
      expect.arrayContaining(['read tocsin.incidents.v1'])
    ])
  })

  it.each(Object.entries(named))('%s is answered alike', async (_, { known, hiddenFrom, ask }) => {
    for (const reader of hiddenFrom) {
      for (const who of ['admin', 'user', 'writer'])
        await tellAlike(id => ask(id, world), known(world), reader, who)
    }
  })
})
