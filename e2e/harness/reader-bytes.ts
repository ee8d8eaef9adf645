// Everything one limited reader gets of a log through every interface: lists, searches, details,
// evidence, reports, snapshot, feed, stream, webhooks, CAP, exports. As comparable texts, without
// cursors, because their bytes are opaque.

import { buildHost } from '@tocsin/auth/host/host'
import { toCanonicalJson } from '@tocsin/contracts/json/canonical-json'
import { MemoryStore } from '@tocsin/event-log/memory-log'
import { topics } from '@tocsin/event-log/topics'
import { openWorldGazetteer } from '@tocsin/gazetteer/world-gazetteer'
import { createIntake } from '@tocsin/intake/intake-service'
import { secretsFrom } from '@tocsin/service/privacy/secrets'
import { systemRandom } from '@tocsin/service/process/clock'
import { createLogger } from '@tocsin/service/telemetry/logger'
import { Registry } from 'prom-client'
import { defaultLimits } from '../../services/intake/test/support/intake-under-test.ts'
import {
  askText,
  documentsOf,
  entriesOf
} from '../../services/notifier/test/support/cap-reading.ts'
import { Suite } from '../../services/notifier/test/support/http-suite.ts'
import { settle } from '../../services/notifier/test/support/manual-clock.ts'
import { aPrincipal, ownerKey } from '../../services/notifier/test/support/notifier-harness.ts'
import { subscribed } from '../../services/notifier/test/support/subscribing.ts'
import type { FoldedLog, LimitedReader } from './twin-logs.ts'

interface Loose {
  readonly [name: string]: unknown
}

/** One line per item that the reader got. */
export async function readerBytes(log: FoldedLog, reader: LimitedReader): Promise<string[]> {
  const suite = await Suite.open(
    { store: new MemoryStore({ partitions: 1 }), config: limits },
    { rules: false }
  )
  try {
    await suite.ask('PUT', '/v1/theatres/sahel', { body: { countries: ['ML'] } })
    const key = await suite.key(['alerts:read', 'reports:read'], reader)
    await subscribed(suite.h, { ...reader, theatres: reader.theatres })
    const live = await openStream(suite, reader, 'latest')
    await settle(30)
    await suite.h.log.append(topics.incidents, log.said)
    await suite.h.log.append(topics.assembly, log.assembly)
    for (const alert of log.alerts) await suite.h.log.append(topics.alerts, [alert])
    await settle(60)
    const whole = await openStream(suite, reader, 'earliest')
    const snapshot = await openStream(suite, reader, 'latest')
    await settle(60)
    const lines = new Lines()
    const alerts = await pagesOf(suite, key, '/v1/alerts?limit=3')
    const incidents = await pagesOf(suite, key, '/v1/incidents?limit=3')
    for (const item of alerts) lines.add('list', item)
    for (const item of snapshot.of('subscribed').flatMap(frame => frame.snapshot))
      lines.add('snapshot', item as unknown as Loose)
    for (const item of incidents) lines.add('incidents', item)
    for (const query of searches)
      for (const item of await pagesOf(suite, key, `/v1/alerts?limit=3&${query}`))
        lines.add(`search ${query}`, item)
    for (const url of totals) {
      const { status, body } = await suite.ask('GET', url, { key })
      if (status !== 200) throw new Error(`${url} is answered with ${status}`)
      lines.addText('total', JSON.stringify(body))
    }
    lines.addText('total', (await askText(suite, '/v1/digest.atom?theatre=sahel', key)).text)
    await addReports(suite, key, incidents, lines)
    for (const { alertId } of alerts) {
      const { body, headers } = await suite.ask(
        'GET',
        `/v1/alerts/${String(alertId)}?revisions=1000`,
        { key }
      )
      lines.add('detail', { ...body, etag: headers.etag })
      for (const item of await pagesOf(
        suite,
        key,
        `/v1/alerts/${String(alertId)}/evidence?limit=3`
      ))
        lines.add('evidence', { alertId, ...item })
    }
    for (const { incidentId } of incidents) {
      const { body, headers } = await suite.ask('GET', `/v1/incidents/${String(incidentId)}`, {
        key
      })
      lines.add('incident', { ...body, etag: headers.etag })
    }
    for (const kind of ['alerts', 'incidents']) await addExports(suite, key, kind, lines)
    for (const row of await feedOf(suite, key)) lines.addEvent('feed', row)
    for (const entry of await entriesOf(suite, key, '?limit=3'))
      lines.addText('cap feed', JSON.stringify(entry))
    for (const text of await documentsOf(suite, key)) lines.addText('cap', text)
    for (const detail of ['headline', 'ids'])
      for (const row of await feedOf(suite, key, detail)) lines.add(`feed ${detail}`, row)
    for (const { event } of await eventsOf(suite, key, 'cursor=earliest'))
      if (event !== undefined) lines.addEvent('events', event)
    for (const { snapshot: parts = [] } of await eventsOf(
      suite,
      key,
      'cursor=latest&detail=headline'
    ))
      for (const item of parts) lines.add('events snapshot', item)
    for (const { event } of whole.of('alert'))
      lines.addEvent('stream again', event as unknown as Loose)
    for (const { event } of live.of('alert')) lines.addEvent('stream', event as unknown as Loose)
    for (const event of suite.h.network.events) lines.addEvent('webhook', event as unknown as Loose)
    return lines.all
  } finally {
    await suite.close()
  }
}

/** Filters by values that also hidden alerts have, or only they. */
const searches = [
  'find=attack',
  'find=diffa',
  'find=band',
  'handling=restricted',
  'country=NE,CI',
  'category=abduction,blockade',
  'answered=false&sort=gravity',
  'asOf=2025-02-01&sort=gravity',
  'from=2025-01-15&to=2025-03-01&sort=oldest'
]
const totals = [
  '/v1/response-times?by=area',
  '/v1/response-times?by=officer',
  '/v1/dispositions',
  '/v1/digest?theatre=sahel&week=2025-01-20'
]

/** The first difference between two readers, briefly; null if there is none. */
export function firstDifference(there: readonly string[], here: readonly string[]): unknown {
  const at = there.findIndex((line, i) => line !== here[i])
  if (at < 0)
    return there.length === here.length
      ? null
      : { lines: [there.length, here.length], more: here[there.length] }
  const [one, two] = [there[at] as string, here[at] ?? '']
  let from = 0
  while (one[from] === two[from]) from++
  const [begin, end] = [Math.max(0, from - 120), from + 200]
  return {
    lines: [there.length, here.length],
    what: one.slice(0, 60),
    there: one.slice(begin, end),
    here: two.slice(begin, end)
  }
}

const limits = { 'notifier.recentEventsMax': 20 }

class Lines {
  readonly all: string[] = []

  add(what: string, item: Loose): void {
    this.addText(what, toCanonicalJson(item))
  }

  addEvent(what: string, { sequence: _s, previousid: _p, ...event }: Loose): void {
    this.add(what, event)
  }

  addText(what: string, text: string): void {
    this.all.push(`${what} ${text}`)
  }
}

const gazetteer = openWorldGazetteer()

/** As intake answers: each report of the incidents, by its id and by source and external id. */
async function addReports(
  { h }: Suite,
  key: string,
  incidents: readonly Loose[],
  lines: Lines
): Promise<void> {
  const ports = {
    log: h.log,
    clock: h.clock,
    control: h.control,
    random: systemRandom,
    secrets: secretsFrom(new Uint8Array(32).fill(7), ownerKey),
    logger: createLogger({ level: 'silent', name: 'test' }),
    metrics: new Registry()
  }
  const intake = createIntake({
    ...ports,
    model: h.model,
    gazetteer,
    config: { intake: defaultLimits, gazetteer: { boundaries: '' } }
  })
  const host = await buildHost({ ...ports, config: h.config, services: [intake] })
  const ask = async (url: string) => {
    const { statusCode, body } = await host.app.inject({
      url,
      headers: { host: 'localhost', authorization: `Bearer ${key}` }
    })
    if (statusCode !== 200) throw new Error(`${url} answered ${statusCode}`)
    return JSON.parse(body)
  }
  try {
    await host.start()
    await h.log.commit('rules', await h.log.cursorAt(topics.incidents, 'latest'))
    await settle(60)
    for (const { incidentId, reports } of incidents)
      for (const { reportId } of reports as readonly { reportId: string }[]) {
        const shown = await ask(`/v1/reports/${reportId}`)
        lines.add('report', { ...shown, incidentId })
        const { sourceId, externalId } = shown.report
        const found = await ask(`/v1/reports?source=${sourceId}&externalId=${externalId}`)
        lines.add('found report', { ...found, incidentId, items: found.items.length })
      }
  } finally {
    await host.close()
  }
}

/** The rows of each format. */
async function addExports(suite: Suite, key: string, kind: string, lines: Lines): Promise<void> {
  const linesOf = async (format: string) => {
    const { status, text } = await askText(suite, `/v1/export?kind=${kind}&format=${format}`, key)
    if (status !== 200) throw new Error(`the export answered ${status}`)
    return text.trimEnd().split('\n').slice(0, -1)
  }
  for (const line of await linesOf('ndjson')) lines.add(`export of ${kind}`, JSON.parse(line))
  for (const line of (await linesOf('geojson')).slice(1)) {
    if (line !== '') lines.add(`features of ${kind}`, JSON.parse(line.replace(/,$/, '')).properties)
  }
  for (const line of await linesOf('csv')) lines.addText(`rows of ${kind}`, line)
}

async function openStream(suite: Suite, reader: LimitedReader, from: string) {
  const { session, socket } = suite.h.connect(aPrincipal({ id: 'key_twin', ...reader }))
  session.receive(JSON.stringify({ type: 'subscribe', id: 's', filter: {}, from }))
  await settle(30)
  return socket
}

/** The data of server-sent events, without cursors. */
async function eventsOf(
  suite: Suite,
  key: string,
  query: string
): Promise<{ readonly event?: Loose; readonly snapshot?: readonly Loose[] }[]> {
  const answer = await suite.host.app.inject({
    url: `/v1/events?${query}`,
    headers: { authorization: `Bearer ${key}` },
    payloadAsStream: true
  })
  let text = ''
  const stream = answer.stream().on('data', bytes => {
    text += String(bytes)
  })
  await settle(60)
  stream.destroy()
  if (!text.includes('event: subscribed')) throw new Error(`no events came: ${text}`)
  return [...text.matchAll(/^data: (.*)$/gm)].map(([, data]) => JSON.parse(data as string))
}

async function pagesOf(suite: Suite, key: string, url: string): Promise<Loose[]> {
  const items: Loose[] = []
  for (let next: string | null = ''; next !== null; ) {
    const { body, status } = await suite.ask('GET', next === '' ? url : `${url}&cursor=${next}`, {
      key
    })
    if (status !== 200) throw new Error(`${url} answered ${status}`)
    items.push(...body.items)
    next = body.next
  }
  return items
}

async function feedOf(suite: Suite, key: string, detail = 'full'): Promise<Loose[]> {
  const events: Loose[] = []
  for (let cursor = 'earliest'; ; ) {
    const { body } = await suite.ask('GET', `/v1/feed?limit=4&detail=${detail}&cursor=${cursor}`, {
      key
    })
    if (body.items.length === 0) return events
    events.push(...body.items.map(({ event }: { event: Loose }) => event))
    cursor = body.next
  }
}
