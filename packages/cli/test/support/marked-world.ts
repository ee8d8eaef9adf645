// A running suite in which each thing says where it belongs: every theatre and handling has its own
// words, numbers, times and ids, so that any byte of one that reaches a reader who may not see it
// can be found. On replay clocks: nothing moves by itself.

import { type Scope, scopes } from '@tocsin/domain/control/control-record'
import type { Handling } from '@tocsin/domain/report/handling'
import { waitFor } from '@tocsin/testing/process/wait-for'
import type { Ask } from './access-world.ts'
import { RunningSuite } from './running-suite.ts'

/** With their countries. The names are marks themselves. */
export const theatres = { lakezq: 'TD', sahelzq: 'ML', coastzq: 'CI' } as const
export type TheatreName = keyof typeof theatres
const theatreNames = Object.keys(theatres) as TheatreName[]
/** What belongs to one theatre and has one handling. */
export interface Cell {
  readonly theatre: TheatreName
  readonly handling: 'public' | 'restricted'
}
export const cells: readonly Cell[] = theatreNames.flatMap(theatre =>
  (['public', 'restricted'] as const).map(handling => ({ theatre, handling }))
)

export interface Reader {
  readonly name: string
  readonly theatres: '*' | readonly TheatreName[]
  readonly handling: Handling
}
export const readers: readonly Reader[] = [
  { name: 'one theatre, public', theatres: ['lakezq'], handling: 'public' },
  { name: 'the theatre of the hidden things, public', theatres: ['sahelzq'], handling: 'public' },
  { name: 'all theatres, public', theatres: '*', handling: 'public' },
  { name: 'one theatre, cleared', theatres: ['lakezq'], handling: 'restricted' }
]

export function maySee({ theatres: held, handling }: Reader, cell: Cell): boolean {
  return isIn(held, cell.theatre) && (handling === 'restricted' || cell.handling === 'public')
}

function isIn(held: Reader['theatres'], theatre: TheatreName): boolean {
  return held === '*' || held.includes(theatre)
}

/** No reader may see it: more of it must change no answer. */
export const darkest: Cell = { theatre: 'sahelzq', handling: 'restricted' }

/** A word of a cell, which occurs in nothing else. */
export function wordOf({ theatre, handling }: Cell): string {
  return `zq${theatre.slice(0, -2)}${handling}`
}

interface Marks {
  readonly word: string
  /** Deaths, and degrees of latitude. */
  readonly numbers: readonly string[]
  /** Seconds of the instants at which it was reported. */
  readonly times: readonly string[]
  readonly lat: number
  readonly lon: number
}

/** Well inside the country, and too far apart for one story. */
const centres = {
  lakezq: { public: [12.1, 17.5], restricted: [15, 18.5] },
  sahelzq: { public: [13.88, -5.36], restricted: [16, -3.5] },
  coastzq: { public: [6.8, -5.3], restricted: [9, -5.5] }
} as const

export function marksOf(cell: Cell): Marks {
  const n = cells.findIndex(
    ({ theatre, handling }) => theatre === cell.theatre && handling === cell.handling
  )
  const [lat, lon] = centres[cell.theatre][cell.handling]
  const north = Number((lat + 0.00371 + n * 0.00001).toFixed(5))
  return {
    word: wordOf(cell),
    numbers: [String(7301 + n), String(2 * (7301 + n)), String(north)],
    times: [`03:4${n}:11`],
    lat: north,
    lon
  }
}

/** Ids in any text. */
const idPattern =
  /\b(?:(?:key|sub)_)?[0-9a-f]{16,}\b|\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g

const nowOf = '2026-03-01T00:00:00.000Z'
const dayMs = 86_400_000
const dayOf = (daysAgo: number) =>
  new Date(Date.parse(nowOf) - daysAgo * dayMs).toISOString().slice(0, 10)

export interface Told {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly text: string
}

/** What is known of a cell: ids to ask for, and all that may be found of it in bytes. */
export interface Known {
  readonly alerts: readonly string[]
  readonly incidents: readonly string[]
  readonly reports: readonly string[]
  readonly actions: readonly string[]
  readonly keys: readonly string[]
  readonly subscriptions: readonly string[]
  readonly silences: readonly string[]
  readonly watches: readonly string[]
  /** Words, numbers, times and ids that occur in no other cell. */
  readonly secrets: readonly string[]
}

export class MarkedWorld {
  readonly running: RunningSuite
  #told = 0

  private constructor(running: RunningSuite) {
    this.running = running
  }

  static async start(): Promise<MarkedWorld> {
    // Thousands of requests in a row: it must not count as stale for being slow.
    const settings = { 'stream.heartbeatMs': 200, 'stream.staleAfterMs': 300_000 }
    const world = new MarkedWorld(await RunningSuite.start({ settings }))
    try {
      await world.#fill()
    } catch (error) {
      await world.end()
      throw error
    }
    return world
  }

  get ownerKey(): string {
    return this.running.suite.secrets.ownerKey
  }

  get url(): string {
    return this.running.suite.url
  }

  end(): Promise<void> {
    return this.running.end()
  }

  async ask({ method, url, body, headers = {} }: Ask, key: string | null): Promise<Told> {
    const answer = await this.running.suite.host.app.inject({
      method: method as 'GET',
      url,
      headers: {
        host: 'localhost',
        ...(key === null ? {} : { authorization: `Bearer ${key}` }),
        ...headers
      },
      ...(body === undefined ? {} : { payload: body })
    })
    // Its loops and timers get their turn between thousands of requests.
    await new Promise(setImmediate)
    return { status: answer.statusCode, headers: answer.headers, text: answer.body }
  }

  /** The answer to the owner. Throws for a refusal. */
  async done<T = unknown>(ask: Ask): Promise<T> {
    const { status, text } = await this.ask(ask, this.ownerKey)
    if (status >= 400) throw new Error(`${ask.method} ${ask.url} was answered ${status}: ${text}`)
    return text === '' ? ({} as T) : JSON.parse(text)
  }

  async key(
    scopes: readonly Scope[],
    reader: Omit<Reader, 'name'>,
    name = `${scopes}`
  ): Promise<string> {
    const body = {
      name: name.slice(0, 80),
      scopes,
      theatres: reader.theatres,
      handling: reader.handling
    }
    return (await this.done<{ secret: string }>({ method: 'POST', url: '/v1/keys', body })).secret
  }

  /**
   * One more alert of a cell, with officers' actions, a key and a subscription, and what the owner
   * is told of it; or one that nobody answers.
   */
  async tell(cell: Cell, isAnswered = true): Promise<void> {
    const n = this.#told++
    const { word, numbers, times, lat, lon } = marksOf(cell)
    const place = {
      name: word,
      country: theatres[cell.theatre],
      lat,
      lon: lon + n * 0.05,
      radiusKm: 2
    }
    const said = (i: number, more: object) => ({
      source: { id: `${word}-wire-${i}` },
      externalId: `${word}-${n}-${i}`,
      reportedAt: `2026-02-27T${times[0]}.${String(n).padStart(3, '0')}Z`,
      occurred: { from: dayOf(60), to: dayOf(40) },
      category: 'blockade',
      location: place,
      actors: [{ name: `${word} Brigade`, role: 'perpetrator' }],
      fatalities: { low: Number(numbers[0]), best: null, high: null },
      handling: cell.handling,
      private: { narrative: `${word} told it in confidence.`, links: [`https://${word}.example/`] },
      ...more
    })
    const bodies = [
      said(1, {}),
      said(2, { category: 'movement-denied' }),
      said(3, {
        occurred: { from: dayOf(60), to: dayOf(10) },
        location: { ...place, lat: place.lat + 0.32, name: `${word} East` }
      })
    ]
    const ids: string[] = []
    for (const body of bodies)
      ids.push(
        (await this.done<{ reportId: string }>({ method: 'POST', url: '/v1/reports', body }))
          .reportId
      )
    const alertId = await waitFor(
      async () => {
        const url = `/v1/reports/${ids[0]}?wait=2`
        return (await this.done<{ alerts: { alertId: string }[] }>({ method: 'GET', url }))
          .alerts[0]?.alertId
      },
      { what: `an alert of ${word}`, timeoutMs: 15_000 }
    )
    if (isAnswered) await this.#answer(cell, alertId, n)
  }

  async #answer(cell: Cell, alertId: string, n: number): Promise<void> {
    const word = wordOf(cell)
    const act = (path: string, body: object, version: string) =>
      this.done({
        method: 'POST',
        url: `/v1/alerts/${alertId}/${path}`,
        body,
        headers: { 'if-match': version }
      })
    const version = async () =>
      String(
        (await this.ask({ method: 'GET', url: `/v1/alerts/${alertId}` }, this.ownerKey)).headers
          .etag
      )
    await act('comment', { text: `${word} was asked.` }, await version())
    await act('response', { kind: 'warned', text: `${word} was warned.` }, await version())
    await act('assignment', { to: `${word} desk` }, await version())
    const reach = { theatres: [cell.theatre], handling: cell.handling }
    // By a name that whoever sees the alert may read.
    const officer = await this.key(['alerts:read', 'alerts:operate'], reach, `${word} officer ${n}`)
    const path = `/v1/alerts/${alertId}`
    const { operatorRevision } = JSON.parse(
      (await this.ask({ method: 'GET', url: path }, officer)).text
    )
    const headers = { 'if-match': String(operatorRevision) }
    const body = { handling: cell.handling, note: `${word} took it.` }
    const taken = await this.ask(
      { method: 'POST', url: `${path}/acknowledgement`, body, headers },
      officer
    )
    if (taken.status !== 200) throw new Error(`an alert was not acknowledged: ${taken.text}`)
    await this.key(['reports:read'], reach, `${word} key ${n}`)
    const admin = await this.key(['admin'], reach, `${word} admin ${n}`)
    const hook = {
      method: 'POST',
      url: '/v1/subscriptions',
      body: { url: `https://${word}-${n}.invalid/hook` }
    }
    const { status, text } = await this.ask(hook, admin)
    if (status !== 201) throw new Error(`no subscription was made: ${text}`)
    const silence = {
      filter: { severity: ['minor'] },
      minutes: 600,
      reason: `${word} ${n}`,
      handling: cell.handling
    }
    const silenced = await this.ask({ method: 'POST', url: '/v1/silences', body: silence }, admin)
    const watch = { name: `${word} watch ${n}`, handling: cell.handling }
    const declared = await this.ask({ method: 'POST', url: '/v1/watches', body: watch }, admin)
    if (declared.status !== 201) throw new Error(`no watch was declared: ${declared.text}`)
    if (silenced.status !== 201) throw new Error(`no silence was made: ${silenced.text}`)
  }

  /** By the word of each cell. */
  async known(): Promise<ReadonlyMap<string, Known>> {
    const found = new Map<string, Omit<Known, 'secrets'>>()
    const tokens = new Map<string, Set<string>>()
    for (const cell of cells) {
      const { known, texts } = await this.#knownOf(cell)
      found.set(wordOf(cell), known)
      tokens.set(wordOf(cell), new Set(texts.join(' ').match(idPattern)))
    }
    const isOwn = (word: string, token: string) =>
      [...tokens].every(([other, all]) => other === word || !all.has(token))
    return new Map(
      cells.map(cell => {
        const word = wordOf(cell)
        const { numbers, times } = marksOf(cell)
        const own = [...(tokens.get(word) ?? [])].filter(token => isOwn(word, token))
        return [
          word,
          {
            ...(found.get(word) as Omit<Known, 'secrets'>),
            secrets: [word, ...numbers, ...times, ...own]
          }
        ]
      })
    )
  }

  /** As the owner and as a reader of that theatre are told: an event has another id for each. */
  async #knownOf(
    cell: Cell
  ): Promise<{ readonly known: Omit<Known, 'secrets'>; readonly texts: readonly string[] }> {
    const reader = await this.key(
      scopes,
      { theatres: [cell.theatre], handling: 'restricted' },
      'collector'
    )
    const texts: string[] = []
    const get = async (url: string, isNeeded = true) => {
      for (const key of [reader, this.ownerKey]) {
        const { status, text } = await this.ask({ method: 'GET', url }, key)
        if (status === 200) texts.push(text)
        else if (isNeeded) throw new Error(`${url} was answered ${status}: ${text}`)
      }
    }
    const list = async <T>(url: string): Promise<readonly T[]> =>
      (await this.done<{ items: readonly T[] }>({ method: 'GET', url })).items
    const inCell = <T extends Cell>(items: readonly T[]) =>
      items.filter(
        ({ theatre, handling }) => theatre === cell.theatre && handling === cell.handling
      )
    const alerts = inCell(
      await list<Cell & { alertId: string; revision: number }>('/v1/alerts?limit=500')
    )
    const incidents = inCell(
      await list<Cell & { incidentId: string; reports: { reportId: string }[] }>(
        '/v1/incidents?limit=500'
      )
    )
    const reports = incidents.flatMap(({ reports: each }) => each.map(({ reportId }) => reportId))
    const actions: string[] = []
    for (const { alertId, revision } of alerts) {
      await get(`/v1/alerts/${alertId}`)
      await get(`/v1/alerts/${alertId}/evidence`)
      for (let n = 1; n <= revision; n++) await get(`/v1/cap/${alertId}/${n}.xml`, false)
      const { revisions } = await this.done<{ revisions: { type: string; cause: string }[] }>({
        method: 'GET',
        url: `/v1/alerts/${alertId}`
      })
      for (const { type, cause } of revisions)
        if (/commented|assigned/.test(type)) actions.push(cause)
    }
    for (const { incidentId } of incidents) await get(`/v1/incidents/${incidentId}`)
    for (const reportId of reports) await get(`/v1/reports/${reportId}`)
    for (const actionId of actions) await get(`/v1/actions/${actionId}`)
    const keys = (await list<{ id: string; name: string }>('/v1/keys?limit=500')).filter(
      ({ name }) => name.includes(wordOf(cell))
    )
    const subscriptions = (
      await list<{ id: string; url: string }>('/v1/subscriptions?limit=500')
    ).filter(({ url }) => url.includes(wordOf(cell)))
    const silences = (await list<{ id: string; reason: string }>('/v1/silences?limit=50')).filter(
      ({ reason }) => reason.includes(wordOf(cell))
    )
    const watches = (await list<{ id: string; name: string }>('/v1/watches')).filter(({ name }) =>
      name.includes(wordOf(cell))
    )
    texts.push(...[...keys, ...subscriptions, ...silences, ...watches].map(({ id }) => id))
    const idsOf = (items: readonly { readonly id: string }[]) => items.map(({ id }) => id)
    const known = {
      alerts: alerts.map(({ alertId }) => alertId),
      incidents: incidents.map(({ incidentId }) => incidentId),
      reports,
      actions,
      keys: idsOf(keys),
      subscriptions: idsOf(subscriptions),
      silences: idsOf(silences),
      watches: idsOf(watches)
    }
    const missing = Object.entries(known).filter(([, ids]) => ids.length === 0)
    if (missing.length > 0)
      throw new Error(`${wordOf(cell)} has no ${missing.map(([name]) => name).join(', ')}`)
    return { known, texts }
  }

  async #fill(): Promise<void> {
    for (const [id, country] of Object.entries(theatres)) {
      await this.done({
        method: 'PUT',
        url: `/v1/theatres/${id}`,
        body: { countries: [country], clock: 'replay' }
      })
      await this.done({ method: 'POST', url: `/v1/theatres/${id}/ticks`, body: { to: nowOf } })
    }
    for (const theatre of theatreNames) {
      const body = { pattern: 'siege', theatres: [theatre] }
      await this.done({
        method: 'PUT',
        url: `/v1/rules/${wordOf({ theatre, handling: 'public' })}`,
        body
      })
    }
    for (const cell of cells) await this.tell(cell)
    for (const cell of cells) await this.tell(cell, false)
  }
}
