// Show 4 of the streams: keys of every reach and scope ask every route that reads, with every
// filter, the cursors of others and ids of what is hidden. Nothing of what a key may not see is in
// any byte of an answer; a hidden thing is answered like one that does not exist; and more hidden
// things change no answer.

import { type Scope, scopes } from '@tocsin/domain/control/control-record'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Ask } from '../support/access-world.ts'
import {
  cells,
  darkest,
  type Known,
  MarkedWorld,
  maySee,
  type Reader,
  readers,
  type Told,
  wordOf
} from '../support/marked-world.ts'
import { type ReadProbe, readProbes, type Targets } from '../support/read-probes.ts'
import { cursorsOfOthers, leakIn, secretsFrom } from '../support/secrets-of-cells.ts'

interface Holder {
  readonly reader: Reader
  readonly name: string
  readonly scopes: readonly Scope[]
  readonly key: string
  /** What may be in no answer. */
  readonly secrets: readonly string[]
}

let world: MarkedWorld
let known: ReadonlyMap<string, Known>
let targets: Targets
const holders: Holder[] = []

beforeAll(async () => {
  world = await MarkedWorld.start()
  known = await world.known()
  const sets = [...scopes.map(scope => [scope, [scope]] as const), ['all', scopes] as const]
  for (const reader of readers) {
    const secrets = secretsFrom(reader, known)
    for (const [name, held] of sets)
      holders.push({
        reader,
        name,
        scopes: held,
        key: await world.key(held, reader, name),
        secrets
      })
  }
  targets = {
    known,
    cursors: await cursorsOfOthers(
      world,
      known,
      holders.filter(({ name }) => name === 'all')
    )
  }
})
afterAll(() => world?.end())

/** Every GET, whatever it does, and what else only reads. */
const alsoReads = ['POST /v1/rules/preview', 'POST /v1/subscriptions/preview']

function readRoutes(): readonly string[] {
  const { routes } = world.running.suite.host.routes
  return routes
    .filter(({ method }) => method === 'GET')
    .map(({ method, url }) => `${method} ${url}`)
}

function isOpen(name: string): boolean {
  const { routes } = world.running.suite.host.routes
  return routes.some(({ method, url, access }) => `${method} ${url}` === name && access === 'open')
}

/** What is asked of a route, with each id of each cell in its place. */
function asksOf({
  asks,
  ids
}: ReadProbe): readonly { readonly ask: Ask; readonly id: string | null }[] {
  const forms = asks(targets)
  if (ids === undefined) return forms.map(ask => ({ ask, id: null }))
  return [...known.values()].flatMap(each => {
    const id = each[ids][0] as string
    return forms.map(ask => ({ ask: withId(ask, id), id }))
  })
}

function withId(ask: Ask, id: string): Ask {
  const body =
    ask.body === undefined
      ? {}
      : { body: JSON.parse(JSON.stringify(ask.body).replaceAll('<id>', id)) as object }
  return { ...ask, url: ask.url.replace('<id>', id), ...body }
}

/** An id of the same form that nothing has. */
function strange(id: string): string {
  return id.replace(/[0-9a-f]{8}$/, tail =>
    [...tail].map(c => (Number.parseInt(c, 16) ^ 5).toString(16)).join('')
  )
}

/** What a reader could tell one answer from another by. */
function tellable(
  { status, headers, text }: Told,
  id: string,
  timed: readonly string[] = []
): string {
  const {
    'x-request-id': _r,
    date: _d,
    'tocsin-age-seconds': _a,
    ratelimit: _l,
    'retry-after': _t,
    ...rest
  } = headers
  let plain = text
    .replace(/urn:tocsin:request:[\w-]+/g, '<request>')
    .replace(/"lastUsedAt":"[^"]*"/g, '"lastUsedAt":null')
  for (const name of timed)
    plain = plain.replace(new RegExp(`"${name}":"[^"]*"`), `"${name}":"<time>"`)
  return `${status} ${JSON.stringify(rest)} ${plain}`.replaceAll(id === '' ? '\0' : id, '<id>')
}

describe('the routes that read', () => {
  it('each have a probe, and no probe is without a route', () => {
    expect(Object.keys(readProbes).sort()).toEqual([...readRoutes(), ...alsoReads].sort())
  })

  it.each(Object.entries(readProbes).filter(([, { tells }]) => tells))(
    '%s tells the owner of everything',
    async (_, probe) => {
      const texts: string[] = []
      for (const { ask } of asksOf(probe)) texts.push((await world.ask(ask, world.ownerKey)).text)
      for (const cell of cells) expect(texts.some(text => text.includes(wordOf(cell)))).toBe(true)
    }
  )

  it('of what nobody answered tells the owner of everything', async () => {
    for (const sort of ['newest', 'gravity']) {
      const { text } = await world.ask(
        { method: 'GET', url: `/v1/alerts?answered=false&sort=${sort}` },
        world.ownerKey
      )
      for (const cell of cells) expect([sort, text.includes(wordOf(cell))]).toEqual([sort, true])
    }
  })

  it.each(Object.entries(readProbes))(
    '%s tells no key what it may not see',
    async (name, probe) => {
      const leaks: string[] = []
      for (const holder of holders.filter(each => !isOpen(name) || each.name === 'all')) {
        const seen = new Set<string>()
        for (const { ask } of asksOf(probe)) {
          const told = await world.ask(ask, holder.key)
          if (told.status >= 500 && !(told.status === 503 && probe.mayBeUnbuilt))
            leaks.push(`${ask.url} was answered ${told.status}`)
          const asked = decodeURIComponent(`${ask.url} ${JSON.stringify(ask.body ?? '')}`)
          // A length may be the same number as a mark.
          const headers = { ...told.headers, 'content-length': null }
          const leak = leakIn(`${JSON.stringify(headers)} ${told.text}`, asked, holder.secrets)
          if (leak !== null)
            leaks.push(`${holder.reader.name}, ${holder.name}: ${ask.method} ${ask.url}: ${leak}`)
          for (const word of cells.map(wordOf))
            if (told.text.includes(word) && !asked.includes(word)) seen.add(word)
          // Whoever is refused once is refused whatever is asked.
          if (told.status === 403) break
        }
        // It does tell what the key may see: an empty answer would prove nothing.
        if (probe.tells && holder.name === 'all')
          expect([name, holder.reader.name, [...seen].sort()]).toEqual([
            name,
            holder.reader.name,
            cells
              .filter(cell => maySee(holder.reader, cell))
              .map(wordOf)
              .sort()
          ])
      }
      expect(leaks.slice(0, 5)).toEqual([])
    },
    120_000
  )

  it.each(Object.entries(readProbes).filter(([, { ids }]) => ids !== undefined))(
    '%s answers a hidden thing like one that does not exist',
    async (_, probe) => {
      const forms = probe.asks(targets)
      let compared = 0
      for (const holder of holders.filter(({ name }) => name === 'all')) {
        for (const cell of cells.filter(each => !maySee(holder.reader, each))) {
          const id = known.get(wordOf(cell))?.[probe.ids as 'alerts'][0] as string
          for (const form of forms) {
            const hidden = await world.ask(withId(form, id), holder.key)
            const missing = await world.ask(withId(form, strange(id)), holder.key)
            expect(tellable(hidden, id, probe.timed)).toBe(
              tellable(missing, strange(id), probe.timed)
            )
            compared++
          }
        }
      }
      expect(compared).toBeGreaterThan(0)
    },
    60_000
  )
})

describe('more of what nobody of them may see', () => {
  it('changes no answer to any of them', async () => {
    const compared = Object.entries(readProbes).filter(
      ([name, { moves }]) => moves === undefined && !isOpen(name)
    )
    const asked = compared.flatMap(([, probe]) =>
      asksOf(probe).map(({ ask }) => ({ ask, timed: probe.timed }))
    )
    const everybody = holders.filter(({ name }) => name === 'all')
    const told = async () => {
      const texts: (readonly [string, string])[] = []
      for (const { reader, key } of everybody)
        for (const { ask, timed } of asked)
          texts.push([
            `${reader.name}: ${JSON.stringify(ask)}`,
            tellable(await world.ask(ask, key), '', timed)
          ])
      return texts
    }
    const before = await told()
    for (const isAnswered of [true, false, true, false]) await world.tell(darkest, isAnswered)
    const after = await told()
    const changed = before.flatMap((each, i) =>
      each[1] === after[i]?.[1] ? [] : [[...each, after[i]?.[1]]]
    )
    expect(changed.slice(0, 3)).toEqual([])
    expect(before.length).toBeGreaterThan(1000)
  }, 120_000)
})
