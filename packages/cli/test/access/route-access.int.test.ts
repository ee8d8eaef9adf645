// Calls every route of the suite with each kind of key: scope, theatres, handling. The expected
// answers are in one table (access-table.ts).

import { type Scope, scopes } from '@tocsin/domain/control/control-record'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { reachingOf, type WalkedKey } from '../support/access-reach.ts'
import type { AccessRow, Reaching } from '../support/access-row.ts'
import { accessTable } from '../support/access-table.ts'
import { AccessWorld, elsewhere, home, type Told } from '../support/access-world.ts'

let world: AccessWorld
const keys: (WalkedKey & { readonly secret: string })[] = []
beforeAll(async () => {
  world = await AccessWorld.start()
  for (const scope of scopes) {
    for (const where of ['everywhere', 'home', 'elsewhere'] as const) {
      for (const isCleared of [true, false]) {
        const theatres = { everywhere: '*', home: [home], elsewhere: [elsewhere] }[where] as
          | '*'
          | string[]
        const { secret } = await world.key([scope], theatres, isCleared ? 'restricted' : 'partners')
        keys.push({ scope, where, isCleared, secret })
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

/** The class of an answer; its status if it is none of those. */
function reached({ status, text }: Told, row: AccessRow): Reaching | number {
  const isShown = row.shows === undefined ? null : text.includes(row.shows(world))
  if (status === 403) return 'refused'
  if (status === 404) return 'hidden'
  if (row.statuses?.includes(status)) return 'allowed'
  if (status >= 300) return status
  return isShown === false ? 'empty' : 'allowed'
}

describe('the routes of the suite', () => {
  it('each have a row in the access table with the scopes of the route; no row is without a route', () => {
    const stated = routes().map(({ method, url, access }) => [`${method} ${url}`, access] as const)
    const declared = Object.entries(accessTable).map(
      ([name, { access }]) => [name, access] as const
    )
    const inOrder = (rows: readonly (readonly [string, 'open' | readonly Scope[]])[]) =>
      rows
        .map(
          ([name, access]) =>
            `${name}: ${access === 'open' ? access : [...access].sort().join(', ')}`
        )
        .sort()
    expect(inOrder(stated)).toEqual(inOrder(declared))
  })

  it('need a key, except those declared as open', async () => {
    for (const [name, row] of Object.entries(accessTable)) {
      if (row.access === 'open') continue
      expect([name, (await world.ask(await row.ask(world), null)).status]).toEqual([name, 401])
    }
  })

  it.each(Object.entries(accessTable).filter(([, row]) => row.access !== 'open'))(
    '%s answers each key as the table says',
    async (_, row) => {
      const told: string[] = []
      const declared: string[] = []
      for (const key of keys) {
        const name = `${key.scope} ${key.where} ${key.isCleared ? 'cleared' : 'below'}`
        const answer = await world.ask(await row.ask(world), key.secret)
        told.push(`${name}: ${reached(answer, row)}`)
        declared.push(`${name}: ${reachingOf(row, key)}`)
      }
      expect(told).toEqual(declared)
    },
    60_000
  )
})
