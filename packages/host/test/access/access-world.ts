// A running suite with one of everything that has an id, all in one theatre and restricted. Shared
// by the tests of access.

import { AsyncLocalStorage } from 'node:async_hooks'
import type { Scope } from '@tocsin/contracts/record/control-record'
import type { Handling } from '@tocsin/contracts/theatre/handling'
import { quarantineRecord } from '@tocsin/event-log/quarantine'
import { topics } from '@tocsin/event-log/topics'
import { RunningSuite } from '../support/running-suite.ts'

export interface Ask {
  readonly method: string
  readonly url: string
  readonly body?: object
  readonly headers?: Readonly<Record<string, string>>
  /** Its answer does not end: the first event of it counts. */
  readonly isEndless?: boolean
}

export interface Told {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly text: string
  /** Calls of the log that the request made. */
  readonly logCalls: readonly string[]
}

/** The theatre of everything, and another one. */
export const home = 'sahel'
export const elsewhere = 'lake'
/** The settlement that it tells of. */
export const canary = 'Diosso'

const dayMs = 86_400_000
export const dayOf = (daysAgo: number) =>
  new Date(Date.now() - daysAgo * dayMs).toISOString().slice(0, 10)

/** A restricted report in that theatre. */
export function hiddenReport(externalId: string, more: object = {}): object {
  return {
    source: { id: 'wire-1' },
    externalId,
    occurred: { from: dayOf(60), to: dayOf(40) },
    category: 'blockade',
    location: { name: canary, country: 'ML', admin1: 'ML-4', lat: 13.88, lon: -5.36, radiusKm: 2 },
    handling: 'restricted',
    private: { narrative: 'Told in confidence.' },
    ...more
  }
}

/** An id of the same form that nothing has. */
export function missingId(id: string): string {
  const head = id.startsWith('sub_') ? 'sub_' : ''
  const tail = id.slice(head.length)
  const isHex = /^[0-9a-f]{16,}$/.test(tail)
  const other = isHex
    ? [...tail].map(c => (Number.parseInt(c, 16) ^ 5).toString(16))
    : [...tail].reverse()
  return head + other.join('').replace(/^[-_]|[-_]$/g, 'x')
}

/** A stream of events up to the end of its first, or any other answer as a whole. */
async function beginningOf(
  stream: AsyncIterable<Uint8Array> & { destroy(): unknown }
): Promise<string> {
  let text = ''
  for await (const bytes of stream) {
    text += Buffer.from(bytes).toString()
    if (text.endsWith('\n\n')) break
  }
  stream.destroy()
  return text
}

export class AccessWorld {
  readonly running: RunningSuite
  readonly ids: Record<
    | 'report'
    | 'incident'
    | 'openIncident'
    | 'openAtHome'
    | 'alert'
    | 'action'
    | 'incidentAction'
    | 'rule'
    | 'key'
    | 'subscription'
    | 'silence'
    | 'watch'
    | 'view'
    | 'entry',
    string
  >
  /** Things that routes may delete, by address; each is made again once it is deleted. */
  readonly #spares = new Map<string, string>()
  #count = 0
  readonly #calls = new AsyncLocalStorage<string[]>()

  private constructor(running: RunningSuite) {
    this.running = running
    this.ids = {
      report: '',
      incident: '',
      openIncident: '',
      openAtHome: '',
      alert: '',
      action: '',
      incidentAction: '',
      rule: '',
      key: '',
      subscription: '',
      silence: '',
      watch: '',
      view: '',
      entry: ''
    }
  }

  static async start(): Promise<AccessWorld> {
    const world = new AccessWorld(await RunningSuite.start({ settings: { 'cap.addresses': true } }))
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

  /** An unused name. */
  next(): string {
    this.#count += 1
    return `n-${this.#count}`
  }

  /** The id of a thing of this world that a request names. */
  idIn({ url, body }: Ask): string {
    const text = `${url} ${JSON.stringify(body)}`
    const ids = [...this.#spares.values(), ...Object.values(this.ids)]
    const found =
      ids.find(id => text.includes(`/${id}`)) ??
      [...ids, home].find(id => text.includes(`"${id}"`) || text.includes(`=${id}`))
    if (found === undefined) throw new Error(`no id is in ${text}`)
    return found
  }

  end(): Promise<void> {
    return this.running.end()
  }

  async ask(
    { method, url, body, headers = {}, isEndless = false }: Ask,
    key: string | null
  ): Promise<Told> {
    const logCalls: string[] = []
    // The request starts when it is awaited, which must be inside this context.
    const answer = await this.#calls.run(
      logCalls,
      async () =>
        await this.running.suite.host.app.inject({
          method: method as 'GET',
          url,
          headers: {
            host: 'localhost',
            ...(key === null ? {} : { authorization: `Bearer ${key}` }),
            ...headers
          },
          ...(body === undefined ? {} : { payload: body }),
          ...(isEndless ? { payloadAsStream: true } : {})
        })
    )
    if (method === 'DELETE' && answer.statusCode < 300)
      for (const [path, id] of this.#spares) if (url === `${path}/${id}`) this.#spares.delete(path)
    const text = isEndless ? await beginningOf(answer.stream()) : answer.body
    return { status: answer.statusCode, headers: answer.headers, text, logCalls }
  }

  /** The answer to the owner. Throws for a refusal. */
  async done<T = unknown>(ask: Ask): Promise<T> {
    const { status, text } = await this.ask(ask, this.ownerKey)
    if (status >= 400) throw new Error(`${ask.method} ${ask.url} was answered ${status}: ${text}`)
    return text === '' ? ({} as T) : JSON.parse(text)
  }

  async key(
    scopes: readonly Scope[],
    theatres: readonly string[] | '*',
    handling: Handling
  ): Promise<{ keyId: string; secret: string }> {
    const body = { name: `${scopes} ${theatres} ${handling}`, scopes, theatres, handling }
    return this.done({ method: 'POST', url: '/v1/keys', body })
  }

  async report(externalId: string, more: object = {}): Promise<string> {
    const body = hiddenReport(externalId, more)
    return (await this.done<{ reportId: string }>({ method: 'POST', url: '/v1/reports', body }))
      .reportId
  }

  /** The address of a thing below a path, for a request that deletes it. */
  async spare(path: keyof typeof this.makers): Promise<string> {
    const id = this.#spares.get(path) ?? (await this.makers[path]())
    this.#spares.set(path, id)
    return `${path}/${id}`
  }

  readonly makers = {
    '/v1/reports': () => this.report(this.next()),
    '/v1/keys': async () => (await this.key(['reports:read'], [home], 'restricted')).keyId,
    '/v1/subscriptions': () => this.subscription(),
    '/v1/watches': () => this.watch(),
    '/v1/silences': () => this.silence(),
    '/v1/views': () => this.view()
  } as const

  async subscription(): Promise<string> {
    const { secret } = await this.key(['admin'], [home], 'restricted')
    const body = { url: 'https://partner.invalid/hook' }
    const { status, text } = await this.ask(
      { method: 'POST', url: '/v1/subscriptions', body },
      secret
    )
    if (status !== 201) throw new Error(`no subscription was made: ${text}`)
    return JSON.parse(text).id
  }

  async watch(): Promise<string> {
    const { secret } = await this.key(['admin'], [home], 'restricted')
    const body = { name: canary, handling: 'restricted' }
    const { status, text } = await this.ask({ method: 'POST', url: '/v1/watches', body }, secret)
    if (status !== 201) throw new Error(`no watch was made: ${text}`)
    return JSON.parse(text).id
  }

  async view(): Promise<string> {
    const { secret } = await this.key(['admin'], [home], 'restricted')
    const body = { name: canary, query: canary }
    const { status, text } = await this.ask({ method: 'POST', url: '/v1/views', body }, secret)
    if (status !== 201) throw new Error(`no view was saved: ${text}`)
    return JSON.parse(text).id
  }

  async silence(): Promise<string> {
    const body = { alertId: this.ids.alert, minutes: 60, reason: canary }
    return (await this.done<{ id: string }>({ method: 'POST', url: '/v1/silences', body })).id
  }

  async #fill(): Promise<void> {
    const { ids } = this
    this.#watchLog()
    for (const [id, country] of [
      [home, 'ML'],
      [elsewhere, 'TD']
    ] as const)
      await this.done({ method: 'PUT', url: `/v1/theatres/${id}`, body: { countries: [country] } })
    await this.done({
      method: 'PUT',
      url: '/v1/rules/of-sahel',
      body: { pattern: 'siege', theatres: [home] }
    })
    ids.rule = 'of-sahel'
    ids.report = await this.report('first')
    await this.report('second', { source: { id: 'wire-2' }, category: 'movement-denied' })
    // Reports of later days make the siege detectable.
    const third = {
      name: 'Kolongo',
      country: 'ML',
      admin1: 'ML-4',
      lat: 14.2,
      lon: -5.36,
      radiusKm: 2
    }
    const other = await this.report('third', {
      source: { id: 'wire-3' },
      location: third,
      occurred: { from: dayOf(60), to: dayOf(10) }
    })
    const { incident, alerts } = await this.#assembled(ids.report)
    ids.incident = incident.incidentId
    ids.alert = alerts[0]?.alertId ?? ''
    const acknowledged = {
      method: 'POST',
      url: `/v1/alerts/${ids.alert}/acknowledgement`,
      headers: { 'idempotency-key': 'x' }
    }
    await this.done({ ...acknowledged, headers: { ...acknowledged.headers, 'if-match': '1' } })
    ids.action = await this.#requestOf('operator.requested')
    const { incident: apart } = await this.#assembled(other)
    const merged = await this.done<{ actionId: string }>({
      method: 'POST',
      url: `/v1/incidents/${ids.incident}/merge`,
      body: { with: apart.incidentId }
    })
    ids.incidentAction = merged.actionId
    const inTheOther = { name: 'Bol', country: 'TD', lat: 13.46, lon: 14.71, radiusKm: 2 }
    const open = await this.report('open', { location: inTheOther, handling: 'partners' })
    ids.openIncident = (await this.#assembled(open)).incident.incidentId
    const farOff = { name: 'Gao', country: 'ML', lat: 16.27, lon: -0.04, radiusKm: 2 }
    const atHome = await this.report('open-at-home', {
      ...{ location: farOff, handling: 'partners' },
      occurred: { from: dayOf(30), to: dayOf(30) }
    })
    ids.openAtHome = (await this.#assembled(atHome)).incident.incidentId
    ids.key = (await this.key(['reports:read'], [home], 'restricted')).keyId
    ids.subscription = await this.subscription()
    ids.silence = await this.silence()
    ids.watch = await this.watch()
    ids.view = await this.view()
    const broken = {
      topic: topics.incidents,
      partition: 0,
      position: 999n,
      id: 'broken',
      key: home,
      value: Buffer.from('broken')
    }
    const time = new Date().toISOString()
    await quarantineRecord(this.running.suite.log, broken, 'not-json', time)
    const { items } = await this.done<{ items: readonly { id: string }[] }>({
      method: 'GET',
      url: '/v1/quarantine'
    })
    ids.entry = items[0]?.id ?? ''
    const missing = Object.entries(ids).filter(([, id]) => id === '')
    if (missing.length > 0)
      throw new Error(`the world lacks ${missing.map(([name]) => name).join(', ')}`)
  }

  async #assembled(
    reportId: string
  ): Promise<{ incident: { incidentId: string }; alerts: { alertId: string }[] }> {
    return this.#eventually(async () => {
      const url = `/v1/reports/${reportId}?wait=5`
      const { incident, alerts } = await this.done<{
        incident: { incidentId: string } | null
        alerts: { alertId: string }[]
      }>({
        method: 'GET',
        url
      })
      return incident === null || (reportId === this.ids.report && alerts.length === 0)
        ? undefined
        : { incident, alerts }
    })
  }

  /** Id of the action that the incidents log holds. */
  async #requestOf(type: string): Promise<string> {
    const { log } = this.running.suite
    const { positions } = await log.cursorAt(topics.incidents, 'earliest')
    for (const [partition, from] of positions.entries()) {
      const { records } = await log.read(topics.incidents, partition, from, {
        recordsMax: 10_000,
        bytesMax: 1e9
      })
      const found = records.find(({ value }) =>
        Buffer.from(value ?? []).includes(`tocsin.${type}.v1`)
      )
      if (found !== undefined) return found.id
    }
    throw new Error(`the log holds no ${type}`)
  }

  async #eventually<T>(look: () => Promise<T | undefined>): Promise<T> {
    const endMs = Date.now() + 15_000
    for (;;) {
      const found = await look()
      if (found !== undefined) return found
      if (Date.now() > endMs) throw new Error('what the world needs did not come to be')
    }
  }

  /** Records the calls of the log that a request makes, whatever runs concurrently. */
  #watchLog(): void {
    const log = this.running.suite.log as unknown as Record<string, (...args: unknown[]) => unknown>
    for (const name of ['append', 'read', 'cursorAt', 'state', 'committed']) {
      const call = log[name]?.bind(log)
      if (call === undefined) throw new Error(`the log has no ${name}`)
      log[name] = (...args) => {
        this.#calls.getStore()?.push(`${name} ${args[0]}`)
        return call(...args)
      }
    }
  }
}
