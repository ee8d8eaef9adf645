// Calls every route of the suite with each kind of key: scope, theatres, handling. The expected
// answers are in one table (access-table.ts). A hidden thing is answered like a missing one: by
// status, headers, body and calls of the log.

import { type Scope, scopes } from '@tocsin/contracts/record/control-record'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AccessRow, type Reaching, reachingOf, type WalkedKey } from './access-row.ts'
import { accessTable, namedIds } from './access-table.ts'
import { AccessWorld, type Ask, elsewhere, home, missingId, type Told } from './access-world.ts'

interface Holder extends WalkedKey {
  readonly name: string
  readonly secret: string
}

let world: AccessWorld
const holders: Holder[] = []
beforeAll(async () => {
  world = await AccessWorld.start()
  for (const scope of scopes) {
    for (const where of ['everywhere', 'home', 'elsewhere'] as const) {
      for (const isCleared of [true, false]) {
        const theatres = { everywhere: '*' as const, home: [home], elsewhere: [elsewhere] }[where]
        const { secret } = await world.key([scope], theatres, isCleared ? 'restricted' : 'partners')
        const name = `${scope} ${where} ${isCleared ? 'cleared' : 'below'}`
        holders.push({ name, scope, where, isCleared, secret })
      }
    }
  }
})
afterAll(() => world?.end())

/** Every route except the HEAD twin of each GET. */
function routes() {
  const all = world.running.suite.host.routes.routes
  return all.filter(
    ({ method, url }) =>
      method !== 'HEAD' || !all.some(other => other.method === 'GET' && other.url === url)
  )
}

/** Keys to try: of a scope that does not suffice, one is enough, with the widest reach. */
function triedAt({ access }: AccessRow): readonly Holder[] {
  return holders.filter(
    ({ scope, where, isCleared }) =>
      scope === 'admin' || access.includes(scope) || (where === 'everywhere' && isCleared)
  )
}

/** The class of an answer; its status if it is none of those. */
function reached({ status, text }: Told, row: AccessRow): Reaching | number {
  const isShown = row.shows === undefined ? null : text.includes(row.shows(world))
  if (status === 403) return 'refused'
  if (status === 404) return 'hidden'
  if (row.statuses?.includes(status)) return 'allowed'
  if (status >= 300) return status
  return isShown === false ? 'empty' : 'allowed'
}

/** All that could reveal something, without request ids, times and counts. */
function tellable({ status, headers, text, logCalls }: Told, id: string) {
  const {
    'x-request-id': _r,
    date: _d,
    ratelimit: _l,
    'content-length': _c,
    // On every answer while the log is slow, whatever is asked.
    'tocsin-stale-since': _s,
    ...rest
  } = headers
  const plain = text
    .replaceAll(id, '<id>')
    .replace(/urn:tocsin:request:[\w-]+/, '<request>')
    .replace(/now, which is [\d:.TZ-]+/g, 'now')
  // The control log is queried by age, by whichever request comes first after a while.
  const calls = logCalls.filter(call => !call.endsWith('tocsin.control.v1'))
  return { status, headers: JSON.stringify(rest).replaceAll(id, '<id>'), text: plain, calls }
}

async function expectAlike(askOf: (id: string) => Ask, id: string, secret: string): Promise<void> {
  const missing = missingId(id)
  const hidden = tellable(await world.ask(askOf(id), secret), id)
  expect(hidden).toEqual(tellable(await world.ask(askOf(missing), secret), missing))
}

/** An ask with another body or other headers: a hidden thing is found before these are read. */
function variantsOf(ask: Ask): readonly Ask[] {
  const { body, headers, ...bare } = ask
  const acted = { 'idempotency-key': 'k', 'if-match': '1' }
  return [
    ask,
    { ...bare, ...(body === undefined ? {} : { body }), headers: acted },
    ...(ask.method === 'GET'
      ? [{ ...ask, url: `${ask.url}${ask.url.includes('?') ? '&' : '?'}limit=x` }]
      : [bare, { ...ask, body: {} }, { ...ask, body: { until: 'x', reason: '' } }])
  ]
}

describe('the routes of the suite', () => {
  it('each have a row in the access table with the scopes of the route; no row is without a route', () => {
    const inOrder = (rows: readonly (readonly [string, 'open' | readonly Scope[]])[]) =>
      rows
        .map(
          ([name, access]) =>
            `${name}: ${access === 'open' ? access : [...access].sort().join(', ')}`
        )
        .sort()
    expect(
      inOrder(routes().map(({ method, url, access }) => [`${method} ${url}`, access]))
    ).toEqual(inOrder(Object.entries(accessTable).map(([name, { access }]) => [name, access])))
  })

  it('need a key, except those declared as open', async () => {
    for (const [name, row] of Object.entries(accessTable)) {
      if (row.access === 'open') continue
      expect([name, (await world.ask(await row.ask(world), null)).status]).toEqual([name, 401])
    }
  })

  it.each(Object.entries(accessTable).filter(([, row]) => row.access !== 'open'))(
    '%s answers each key as the table says, and a hidden thing like a missing one',
    async (_, row) => {
      const told: string[] = []
      const declared: string[] = []
      for (const holder of triedAt(row)) {
        const ask = await row.ask(world)
        const reaching = reached(await world.ask(ask, holder.secret), row)
        told.push(`${holder.name}: ${reaching}`)
        declared.push(`${holder.name}: ${reachingOf(row, holder)}`)
        if (reaching !== 'hidden') continue
        const id = world.idIn(ask)
        for (const variant of holder.scope === 'admin' ? variantsOf(ask) : [ask])
          await expectAlike(
            other => JSON.parse(JSON.stringify(variant).replaceAll(id, other)),
            id,
            holder.secret
          )
      }
      expect(told).toEqual(declared)
    },
    60_000
  )

  it.each(Object.entries(namedIds))(
    'answer %s like a missing one where it is hidden',
    async (_, { known, hiddenFrom, ask }) => {
      const reachesIt = ({ where, isCleared }: WalkedKey) =>
        hiddenFrom === 'both'
          ? where !== 'home' && isCleared !== (where === 'everywhere')
          : hiddenFrom === 'elsewhere'
            ? where === 'elsewhere' && isCleared
            : where === 'everywhere' && !isCleared
      for (const { scope, secret } of holders.filter(reachesIt))
        if (['admin', 'reports:write', 'alerts:operate', 'rules:manage'].includes(scope))
          await expectAlike(id => ask(id, world), known(world), secret)
    }
  )
})
