// Show 4 of the streams, live: keys of every reach subscribe with every filter, from every position
// and with cursors of others, over WebSockets and server-sent events, while things happen that they
// may not see. No byte of those reaches them.

import { filterFromQuery } from '@tocsin/domain/alert/alert-filter'
import { waitFor } from '@tocsin/testing/process/wait-for'
import { request } from 'undici'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import {
  cells,
  type Known,
  MarkedWorld,
  maySee,
  type Reader,
  readers,
  wordOf
} from '../support/marked-world.ts'
import { alertFilters } from '../support/read-probes.ts'
import { cursorsOfOthers, leakIn, secretsFrom } from '../support/secrets-of-cells.ts'

/** All that one connection sent, and what it asked for. */
class Line {
  readonly asked: string
  text = ''
  closed: number | null = null
  readonly #subscriptions: number
  readonly #end: () => void
  /** Heartbeats of each subscription, which only a live one gets; and how far they are counted. */
  readonly #beats = new Map<string, number>()
  #counted = 0

  constructor(asked: string, subscriptions: number, end: () => void) {
    this.asked = asked
    this.#subscriptions = subscriptions
    this.#end = end
  }

  end(): void {
    this.#end()
  }

  /** The least of its subscriptions; a connection that was refused holds nobody up. */
  get beats(): number {
    if (this.closed !== null) return Number.POSITIVE_INFINITY
    const head = /"type":"heartbeat","id":"(\w+)"|event: (heartbeat)/g
    head.lastIndex = this.#counted
    for (let found = head.exec(this.text); found !== null; found = head.exec(this.text)) {
      const id = (found[1] ?? found[2]) as string
      this.#beats.set(id, (this.#beats.get(id) ?? 0) + 1)
      this.#counted = head.lastIndex
    }
    return this.#beats.size < this.#subscriptions ? 0 : Math.min(...this.#beats.values())
  }
}

/** Waits until each line has had so many heartbeats more. */
async function beaten(lines: readonly Line[], more: number, what: string): Promise<void> {
  const least = lines.map(line => line.beats + more)
  await waitFor(() => lines.every((line, i) => line.beats >= (least[i] as number)), {
    what,
    timeoutMs: 60_000
  })
}

interface Wish {
  readonly filter: object
  readonly from: string
  readonly detail: string
}

let world: MarkedWorld
let known: ReadonlyMap<string, Known>
let cursors: readonly string[]
const keys = new Map<Reader, string>()

beforeAll(async () => {
  world = await MarkedWorld.start()
  known = await world.known()
  for (const reader of readers) keys.set(reader, await world.key(['alerts:read'], reader, 'stream'))
  const forged = ['x', 'A'.repeat(60), 'earliest', 'latest']
  cursors = (
    await cursorsOfOthers(
      world,
      known,
      [...keys.values()].map(key => ({ key }))
    )
  ).filter(each => !forged.includes(each))
})
afterAll(() => world?.end())

const wishesMax = 16

function wishes(): readonly Wish[] {
  const filters = alertFilters.map(text => {
    const parsed = filterFromQuery(Object.fromEntries(new URLSearchParams(text)))
    if (!parsed.ok) throw new Error(`${text} is no filter`)
    return parsed.filter
  })
  return [
    ...filters.flatMap(filter =>
      ['earliest', 'latest'].map(from => ({ filter, from, detail: 'full' }))
    ),
    ...['full', 'headline', 'ids'].flatMap(detail =>
      ['earliest', 'latest'].map(from => ({ filter: {}, from, detail }))
    )
  ]
}

function socket(
  query: string,
  headers: Record<string, string>,
  asked: string,
  begin: (socket: WebSocket) => void,
  subscriptions = 1
): Line {
  const client = new WebSocket(
    `${world.url.replace(/^http/, 'ws')}/v1/stream${query}`,
    'tocsin.v1',
    { headers }
  )
  const line = new Line(asked, subscriptions, () => client.terminate())
  client.on('message', data => {
    line.text += String(data)
  })
  client.on('open', () => begin(client))
  client.on('close', code => {
    line.closed = code
  })
  client.on('error', () => {})
  return line
}

function subscribe(reader: Reader, asked: readonly Wish[]): Line {
  const headers = { authorization: `Bearer ${keys.get(reader)}` }
  return socket(
    '',
    headers,
    JSON.stringify(asked),
    client => {
      for (const [i, wish] of asked.entries())
        client.send(JSON.stringify({ type: 'subscribe', id: `w${i}`, ...wish }))
    },
    asked.length
  )
}

async function follow(reader: Reader, query: string): Promise<Line> {
  const { statusCode, body } = await request(`${world.url}/v1/events?${query}`, {
    headers: { authorization: `Bearer ${keys.get(reader)}` }
  })
  const line = new Line(decodeURIComponent(query), 1, () => body.destroy())
  if (statusCode !== 200) {
    line.text = await body.text()
    line.closed = statusCode
    return line
  }
  body.on('error', () => {})
  body.on('data', data => {
    line.text += String(data)
  })
  return line
}

/** What only who sees everything gets: places among all events, and causes. */
const ofTheLog = ['"seq":', '"previoushash":', '"cause":"']

/** All lines of one reader. */
interface Wide {
  readonly reader: Reader
  readonly live: readonly Line[]
  /** With cursors of others: one of another kind ends the connection. */
  readonly resumed: readonly Line[]
  readonly followed: readonly Line[]
}

async function openAll(reader: Reader): Promise<Wide> {
  const all = wishes()
  const live: Line[] = []
  for (let at = 0; at < all.length; at += wishesMax)
    live.push(subscribe(reader, all.slice(at, at + wishesMax)))
  const resumed = cursors.map(from => subscribe(reader, [{ filter: {}, from, detail: 'headline' }]))
  const queries = [
    ...alertFilters.slice(0, 12),
    ...cursors.slice(0, 12).map(cursor => `cursor=${cursor}`)
  ]
  const followed: Line[] = []
  for (const query of [...queries, 'cursor=earliest', 'detail=ids'])
    followed.push(await follow(reader, query))
  return { reader, live, resumed, followed }
}

describe('live subscriptions of every reach', () => {
  it('get nothing else, whatever they ask for', async () => {
    const owner = socket(
      '',
      { authorization: `Bearer ${world.ownerKey}` },
      '',
      client => {
        for (const from of ['latest', 'earliest'])
          client.send(JSON.stringify({ type: 'subscribe', id: from, filter: {}, from }))
      },
      2
    )
    const opened: Wide[] = []
    for (const reader of readers) opened.push(await openAll(reader))
    const lines = [
      owner,
      ...opened.flatMap(({ live, resumed, followed }) => [...live, ...resumed, ...followed])
    ]
    try {
      await beaten(lines, 1, 'live subscriptions')
      for (const cell of cells) await world.tell(cell)
      await beaten(lines, 2, 'heartbeats after all that happened')
      known = await world.known()
      for (const text of ofTheLog) expect(owner.text).toContain(text)
      for (const { reader, live, resumed, followed } of opened) {
        const secrets = [...secretsFrom(reader, known), ...ofTheLog]
        const mine = [...live, ...resumed, ...followed]
        const leaks = mine
          .map(line => leakIn(line.text, line.asked, secrets))
          .filter(leak => leak !== null)
        expect([reader.name, leaks.slice(0, 3)]).toEqual([reader.name, []])
        // No connection was refused, and each tells what its key may see.
        expect(
          live
            .filter(({ closed }) => closed !== null)
            .map(({ closed, text }) => [closed, text.slice(-300)])
        ).toEqual([])
        expect(resumed.filter(({ closed }) => closed !== null && closed !== 4500)).toEqual([])
        expect(resumed.some(({ closed }) => closed === null)).toBe(true)
        const told = mine.map(({ text }) => text).join()
        expect(cells.filter(cell => told.includes(`Partial siege of ${wordOf(cell)}`))).toEqual(
          cells.filter(cell => maySee(reader, cell))
        )
      }
    } finally {
      for (const line of lines) line.end()
    }
  }, 180_000)
})

describe('tickets', () => {
  const ticketOf = async (key: string) => {
    const { status, text } = await world.ask({ method: 'POST', url: '/v1/tickets' }, key)
    expect(status).toBe(201)
    return (JSON.parse(text) as { ticket: string }).ticket
  }
  const wish = JSON.stringify({ type: 'subscribe', id: 'w0', filter: {}, from: 'earliest' })
  const ask = (query: string, headers: Record<string, string> = {}) =>
    socket(query, headers, '', client => client.send(wish))

  it('of a reader show what the reader may see; one of somebody else shows nothing more beside a key of its own', async () => {
    for (const [reader, key] of keys) {
      const lines = [
        ask(`?ticket=${await ticketOf(key)}`),
        ask(`?ticket=${await ticketOf(world.ownerKey)}`, { authorization: `Bearer ${key}` })
      ]
      await waitFor(() => lines.every(line => line.beats > 0), {
        what: 'live subscriptions',
        timeoutMs: 60_000
      })
      for (const line of lines) {
        expect(leakIn(line.text, '', secretsFrom(reader, known))).toBeNull()
        expect(cells.filter(cell => line.text.includes(wordOf(cell)))).toEqual(
          cells.filter(cell => maySee(reader, cell))
        )
        line.end()
      }
    }
  })

  it('count once: who finds a used one of the owner gets nothing', async () => {
    const ticket = await ticketOf(world.ownerKey)
    const first = ask(`?ticket=${ticket}`)
    await waitFor(() => first.beats > 0, { what: 'a live subscription', timeoutMs: 60_000 })
    first.end()
    const second = ask(`?ticket=${ticket}`)
    await waitFor(() => second.closed !== null, {
      what: 'the end of the second',
      timeoutMs: 60_000
    })
    expect([
      second.closed,
      leakIn(second.text, '', secretsFrom(readers[0] as Reader, known))
    ]).toEqual([4501, null])
    const events = await world.ask({ method: 'GET', url: `/v1/events?ticket=${ticket}` }, null)
    expect(events.status).toBe(401)
  })
})
