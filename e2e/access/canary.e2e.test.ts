// Private content of reports is sealed before it reaches a log, and shown only to readers with the
// scope for personal data. A canary word is planted wherever a sender could put it, and everything
// that leaves the process or stays on its disk is searched for it in every encoding: log lines at
// the finest level, metrics, problems, webhooks, frames, feeds, lists, and each byte of the data
// folder.

import { randomUUID } from 'node:crypto'
import { connect } from 'node:net'
import { DatabaseSync } from 'node:sqlite'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { logFile } from '@tocsin/event-log/embedded/embedded-log'
import { topics } from '@tocsin/event-log/topics'
import type { StreamClient } from '@tocsin/testing/client/stream-client'
import type { WebhookReceiver } from '@tocsin/testing/client/webhook-receiver'
import { spawnSuite } from '@tocsin/testing/process/suite-process'
import { makeTempDir, removeDir } from '@tocsin/testing/process/temp-dir'
import { waitFor } from '@tocsin/testing/process/wait-for'
import { request } from 'undici'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { badReports } from '../../services/intake/test/support/bad-reports.ts'
import { Canary } from '../harness/canary.ts'
import { dumpingTo, heapOf } from '../harness/heap-dump.ts'
import { alertBytes, alertsOf, settled, theatreRecords } from '../harness/logs.ts'
import { play } from '../harness/play.ts'
import { refusedBodies } from '../harness/refused-bodies.ts'
import { readScenario } from '../harness/scenario-files.ts'
import { WholeSuite } from '../harness/whole-suite.ts'

const canary = new Canary('Quarzibarnix')
const { word } = canary
const texts = {
  narrative: `${word} was seen at the well, and told us of it.`,
  links: [`https://wire.example/${word}`],
  persons: [
    { name: `${word} Diallo`, aliases: [`Old ${word}`], role: 'abducted', kind: 'public-figure' }
  ]
}
const report = {
  source: { id: 'canary-wire' },
  occurred: { from: '2025-06-01', to: '2025-06-01' },
  category: 'attack',
  location: { name: 'Dioura', admin1: 'ML-5', country: 'ML', lat: 14.8252, lon: -5.2547 },
  private: texts
}
const good = JSON.stringify(report)

/** Room for every log line of the run. */
const outputBytesMax = 20_000_000

interface Sent {
  readonly body?: string | Uint8Array
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly path?: string
  readonly headers?: Readonly<Record<string, string>>
}

interface Told {
  readonly status: number
  /** Status, headers and body. */
  readonly text: string
  readonly json: () => unknown
}

describe('a canary in all that is private', () => {
  let suite: WholeSuite
  let stream: StreamClient
  let webhook: WebhookReceiver
  let reader: string
  let reportId: string
  /** All answers to writers. */
  const answers: string[] = []

  beforeAll(async () => {
    suite = await WholeSuite.start({ env: { TOCSIN_LOG_LEVEL: 'trace' }, outputBytesMax })
    stream = await suite.stream()
    webhook = await suite.webhook()
    reader = await keyWith(['reports:read', 'alerts:read', 'alerts:operate'])
    const { lines, setup } = await readScenario('sahel')
    // The whole demonstration mentions the canary in private: its alerts must not.
    const confidential = lines.map(line =>
      line.action === 'delete' ? line : { ...line, body: { ...line.body, private: texts } }
    )
    // What is told does not depend on how many days pass unseen.
    await play(suite.api, { lines: confidential, setup }, { tickEveryDays: 28 })
    await settled(suite.dataDir)
    const last = (await alertsOf(suite.dataDir, 'sahel')).at(-1)?.id
    await stream.waitForAlert('last alert event on the stream', frame => frame.event.id === last)
    await webhook.waitForEvent('a webhook', () => true)
    reportId = ((await send({ body: good })).json() as { reportId: string }).reportId
  })
  afterAll(() => suite?.end())

  async function send(
    { body, method = 'POST', path = '/v1/reports', headers = {} }: Sent,
    key = suite.key
  ): Promise<Told> {
    const answer = await request(`${suite.url}${path}`, {
      method,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        authorization: `Bearer ${key}`,
        ...headers
      },
      ...(body === undefined ? {} : { body })
    })
    const text = await answer.body.text()
    const told = `${answer.statusCode} ${JSON.stringify(answer.headers)} ${text}`
    if (method !== 'GET') answers.push(told)
    return { status: answer.statusCode, text: told, json: () => JSON.parse(text) }
  }

  async function keyWith(scopes: readonly string[], rest: object = {}): Promise<string> {
    const body = JSON.stringify({
      name: 'reader',
      scopes,
      theatres: '*',
      handling: 'restricted',
      ...rest
    })
    return ((await send({ body, path: '/v1/keys' })).json() as { secret: string }).secret
  }

  const as = (contentType: string) => ({ 'content-type': contentType })
  const withPrivate = (body: string): string => {
    try {
      const value: unknown = JSON.parse(body)
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return body
      return 'private' in value ? body : JSON.stringify({ ...value, private: texts })
    } catch {
      return body.replace('{', `{"private":${JSON.stringify(texts)},`)
    }
  }
  const event = (data: unknown) => ({
    specversion: '1.0',
    id: randomUUID(),
    source: '/canary',
    type: 'tocsin.report.v1',
    datacontenttype: 'application/json',
    data
  })

  it('is planted in accepted reports: new ones, corrections, streams, events, compressed bodies', async () => {
    const taken = [
      await send({ body: good, headers: { 'idempotency-key': randomUUID() } }),
      await send({
        body: good,
        headers: { 'idempotency-key': randomUUID(), 'content-encoding': 'gzip' }
      }),
      await send({
        body: JSON.stringify({ ...report, category: 'ambush' }),
        method: 'PUT',
        path: `/v1/reports/${reportId}`
      }),
      await send({ body: good, path: '/v1/reports?lane=backfill' })
    ]
    expect(taken.map(({ status }) => status)).toEqual([202, 400, 202, 202])
    await send({ body: gzipSync(good), headers: { 'content-encoding': 'gzip' } })
    await send({ body: zstdCompressSync(good), headers: { 'content-encoding': 'zstd' } })
    await send({ body: JSON.stringify(event(report)), headers: as('application/cloudevents+json') })
    await send({
      body: good,
      headers: {
        'ce-specversion': '1.0',
        'ce-id': 'e1',
        'ce-source': '/x',
        'ce-type': 'tocsin.report.v1'
      }
    })
    const lines = [
      good,
      '{"half":',
      JSON.stringify({ ...report, category: word }),
      JSON.stringify(event(report)),
      good.slice(0, -9)
    ]
    await send({ body: `${lines.join('\n')}\n`, headers: as('application/x-ndjson') })
    expect(answers.length).toBeGreaterThan(9)
  })

  it('is planted in refused reports, one for every reason', async () => {
    for (const bad of badReports)
      expect((await send({ body: withPrivate(bad.body) })).status).toBeLessThan(500)
    for (const body of refusedBodies(report, word))
      expect((await send({ body })).status).toBeGreaterThanOrEqual(400)
    expect((await send({ body: `${word} `.repeat(100_000) })).status).toBe(413)
    for (const type of [
      'text/plain',
      'application/xml',
      'multipart/form-data; boundary=x',
      `text/${word}`
    ]) {
      expect((await send({ body: good, headers: as(type) })).status).toBe(415)
    }
    expect((await send({ body: good, headers: { 'content-encoding': word } })).status).toBe(415)
  })

  it('is planted outside the body: in headers, queries, paths and keys', async () => {
    const astray: Sent[] = [
      { body: good, headers: { 'idempotency-key': `${word} ${word}` } },
      {
        body: good,
        headers: {
          'x-anything': word,
          cookie: `tocsin=${word}`,
          referer: `https://x.example/${word}`
        }
      },
      { body: good, headers: { authorization: `Bearer tk_${word}` } },
      { body: good, headers: { authorization: `Basic ${word}` } },
      { body: good, headers: { 'tocsin-cursor': word } },
      { body: good, headers: { origin: `https://${word}.example` } },
      { body: good, headers: { host: `${word}.example` } },
      { body: good, path: `/v1/reports?lane=${word}` },
      { body: good, path: `/v1/${word}` },
      { body: good, method: 'PUT', path: `/v1/reports/${word}` },
      { method: 'DELETE', path: `/v1/reports/${word}/private` },
      { method: 'GET', path: `/v1/reports?source=x&externalId=${word}` },
      { method: 'GET', path: `/v1/alerts/${word}` },
      { method: 'GET', path: `/v1/feed?cursor=${word}` },
      { method: 'GET', path: `/v1/stream?ticket=tt_${word}` },
      { method: 'GET', path: `/v1/events?severity=${word}` },
      { method: 'GET', path: `/v1/quarantine/${word}` }
    ]
    for (const sent of astray) expect((await send(sent)).status).toBeLessThan(500)
  })

  it('is repeated only to its sender, as the name of an unknown field outside private', async () => {
    const refused = await send({
      body: `{"${word}":1}`,
      method: 'DELETE',
      path: `/v1/reports/${reportId}`
    })
    expect(refused.json()).toMatchObject({
      status: 422,
      errors: expect.arrayContaining([{ pointer: `/${word}`, detail: expect.any(String) }])
    })
    answers.splice(answers.indexOf(refused.text), 1)
  })

  it('is planted in aborted requests, and in bytes that are not HTTP', async () => {
    const head = `POST /v1/reports HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${suite.key}\r\ncontent-type: application/json\r\n`
    const cut = async (text: string, endMs: number) => {
      const socket = connect(suite.port, '127.0.0.1')
      const closed = new Promise(resolve => socket.once('close', resolve))
      socket.on('data', chunk => answers.push(chunk.toString('latin1')))
      socket.on('error', () => {})
      socket.write(text)
      setTimeout(() => socket.destroy(), endMs)
      await closed
    }
    await cut(`${head}content-length: ${good.length}\r\n\r\n${good.slice(0, 300)}`, 100)
    await cut(`${head}transfer-encoding: chunked\r\n\r\n${word}\r\n`, 300)
    await cut(`${word} ${word} HTTP/9.9\r\n\r\n`, 300)
    await cut(`${head}content-length: 5\r\ncontent-length: 6\r\n\r\n${word}`, 300)
  })

  it('is planted while the log accepts nothing', async () => {
    const holder = new DatabaseSync(logFile(suite.dataDir), { timeout: 5000 })
    holder.exec('BEGIN IMMEDIATE')
    try {
      const told = await Promise.all(
        Array.from({ length: 20 }, (_, n) =>
          send({ body: good, headers: { 'idempotency-key': `busy-${n}` } })
        )
      )
      expect(new Set(told.map(({ status }) => status))).toEqual(new Set([503]))
      for (const { text } of told) expect(text).toContain('"retry-after"')
    } finally {
      holder.exec('ROLLBACK')
      holder.close()
    }
    await waitFor(async () => (await send({ body: good })).status === 202, {
      what: 'a log that takes reports again'
    })
  })

  it('is returned to a reader with the scope for persons', async () => {
    const told = await send({ method: 'GET', path: `/v1/reports/${reportId}` })
    expect(told.json()).toMatchObject({ report: { private: texts } })
    const alert = (await suite.alerts())[0]!
    expect(
      canary.formsIn((await send({ method: 'GET', path: `/v1/alerts/${alert.alertId}` })).text)
    ).toContain('plain')
  })

  it('is returned to no other reader, in no list, report, incident, alert, evidence, feed or frame', async () => {
    const alerts = await suite.alerts()
    const incidents = (
      await send({ method: 'GET', path: '/v1/incidents?limit=500' }, reader)
    ).json() as {
      items: { incidentId: string }[]
    }
    expect(alerts.length).toBeGreaterThan(2)
    expect(incidents.items.length).toBeGreaterThan(5)
    const paths = [
      `/v1/reports/${reportId}`,
      '/v1/reports?source=field-network&externalId=FN-231212-1',
      '/v1/alerts?limit=500',
      ...alerts.map(({ alertId }) => `/v1/alerts/${alertId}`),
      '/v1/incidents?limit=500',
      ...incidents.items.map(({ incidentId }) => `/v1/incidents/${incidentId}`),
      '/v1/feed?limit=500',
      '/v1/theatres',
      '/v1/sources',
      '/v1/quarantine',
      '/livez',
      '/readyz',
      '/metrics',
      '/openapi.json'
    ]
    let shown = 0
    for (const path of paths) {
      const { status, text } = await send({ method: 'GET', path }, reader)
      if (status === 200) shown++
      expect({ path, forms: canary.formsIn(text) }).toEqual({ path, forms: [] })
    }
    expect(shown).toBeGreaterThan(paths.length - 4)
    expect(webhook.events.length).toBeGreaterThan(0)
    expect(canary.formsIn(JSON.stringify(webhook.events))).toEqual([])
    expect(stream.frames.length).toBeGreaterThan(10)
    expect(canary.formsIn(JSON.stringify([stream.frames, stream.notices]))).toEqual([])
  })

  it('is in no answer to those who wrote it', () => {
    expect(answers.length).toBeGreaterThan(100)
    expect(answers.filter(text => canary.formsIn(text).length > 0)).toEqual([])
  })

  it('is in no metric and no log line, at the finest level', async () => {
    expect(canary.formsIn((await send({ method: 'GET', path: '/metrics' })).text)).toEqual([])
    const { output } = suite.process
    expect(output.length, 'all lines are still there').toBeLessThan(outputBytesMax)
    expect(output).toContain('"level":"debug"')
    expect(output).toContain('request refused')
    expect(canary.formsIn(output)).toEqual([])
  })

  it('is in no byte of the data folder: neither while it runs nor after kill -9', async () => {
    expect(canary.filesIn(suite.dataDir)).toEqual([])
    await suite.killAndRestart()
    expect(canary.filesIn(suite.dataDir)).toEqual([])
    expect(canary.formsIn(suite.process.output)).toEqual([])
    expect((await send({ method: 'GET', path: `/v1/reports/${reportId}` })).json()).toMatchObject({
      report: { private: texts }
    })
  })

  it('is in no read model, neither sealed nor derived', async () => {
    const records = await theatreRecords(suite.dataDir, 'sahel')
    const sealed = records.flatMap(({ data }) =>
      'private' in data && data.private !== null ? [data] : []
    )
    const secrets = sealed.flatMap(revision => [
      revision.private?.ciphertext.slice(0, 60) ?? '',
      revision.narrativeKey ?? '',
      ...revision.linkKeys,
      ...revision.persons.flatMap(person => [person.key, ...person.aliasKeys])
    ])
    expect(new Set(secrets).size).toBeGreaterThan(40)
    await suite.process.stop()
    expect(canary.filesIn(suite.dataDir)).toEqual([])
    const dumps = await makeTempDir()
    // A fresh process that never saw a body: everything it knows comes from the logs.
    const notifier = await spawnSuite({
      role: 'notifier',
      dataDir: suite.dataDir,
      port: suite.port,
      env: dumpingTo(dumps)
    })
    try {
      const { items } = (
        await send({ method: 'GET', path: '/v1/alerts?limit=500' }, reader)
      ).json() as {
        items: { alertId: string }[]
      }
      for (const { alertId } of items)
        await send({ method: 'GET', path: `/v1/alerts/${alertId}` }, reader)
      await send({ method: 'GET', path: '/v1/incidents?limit=500' }, reader)
      const heap = await heapOf(notifier, dumps)
      expect(heap).toContain(items[0]!.alertId)
      expect(heap).toContain('Diosso')
      expect(canary.formsIn(heap)).toEqual([])
      expect(secrets.filter(secret => secret !== '' && heap.includes(secret))).toEqual([])
    } finally {
      await notifier.stop()
      await removeDir(dumps)
    }
    await suite.killAndRestart()
  }, 300_000)

  it('is unreadable for everyone once it is erased, and no alert changes', async () => {
    const before = await alertBytes(suite.dataDir, 'sahel')
    const alerts = await suite.alerts()
    const evidence = async () =>
      (
        await Promise.all(
          alerts.map(({ alertId }) => send({ method: 'GET', path: `/v1/alerts/${alertId}` }))
        )
      ).map(({ text }) => text)
    expect(canary.formsIn((await evidence()).join())).toContain('plain')
    const records = await theatreRecords(suite.dataDir, 'sahel')
    const reports = new Set(
      records.flatMap(({ data }) =>
        'private' in data && data.private !== null ? [data.reportId] : []
      )
    )
    expect(reports.size).toBeGreaterThan(20)
    for (const id of reports) {
      const erased = await send({ method: 'DELETE', path: `/v1/reports/${id}/private` })
      expect(erased.json()).toEqual({ reportId: id, erased: true })
    }
    // The notifier follows the keys log by itself.
    await waitFor(async () => canary.formsIn((await evidence()).join()).length === 0, {
      what: 'evidence without the word'
    })
    expect((await send({ method: 'GET', path: `/v1/reports/${reportId}` })).json()).toMatchObject({
      report: { private: null }
    })
    expect(await alertBytes(suite.dataDir, 'sahel')).toEqual(before)
    await suite.killAndRestart()
    expect(canary.formsIn((await evidence()).join())).toEqual([])
    expect(await alertBytes(suite.dataDir, 'sahel')).toEqual(before)
  })

  it('is visible nowhere when bytes with it are quarantined, except to readers with full access', async () => {
    const foreign = Buffer.from(
      JSON.stringify({ private: { persons: [{ name: `${word} Diallo` }] } })
    )
    await suite.withLog(log =>
      log.append(topics.incidents, [{ id: randomUUID(), key: 'sahel', value: foreign }])
    )
    const listed = await waitFor(
      async () => {
        const told = await send({ method: 'GET', path: '/v1/quarantine' })
        return (told.json() as { items: { id: string }[] }).items.length > 0 ? told : null
      },
      { what: 'entry of the quarantine' }
    )
    expect(canary.formsIn(listed.text)).toEqual([])
    const { id } = (listed.json() as { items: { id: string }[] }).items[0]!
    const administrator = await keyWith(['admin'])
    expect(
      canary.formsIn(
        (await send({ method: 'GET', path: `/v1/quarantine/${id}` }, administrator)).text
      )
    ).toEqual([])
    expect(
      canary.formsIn((await send({ method: 'GET', path: `/v1/quarantine/${id}` })).text)
    ).toContain('plain')
    expect(canary.formsIn((await send({ method: 'GET', path: '/metrics' })).text)).toEqual([])
    expect(canary.formsIn(suite.process.output)).toEqual([])
  })

  it('would be found by this search', () => {
    // Quarantine holds what was posted publicly: the search of the folder finds it now, and only
    // now.
    expect(canary.filesIn(suite.dataDir).length).toBeGreaterThan(0)
  })
})
