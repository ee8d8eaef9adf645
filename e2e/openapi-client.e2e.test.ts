// A stock client, generated from the document of a running suite by a tool that knows nothing of it: it must type-check, and work.

import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { createClient } from '@hey-api/openapi-ts'
import { openingReport, tellingReport } from '@tocsin/bench/path/path-reports'
import { makeTempDir, removeDir } from '@tocsin/testing/process/temp-dir'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WholeSuite } from './harness/whole-suite.ts'

const root = join(import.meta.dirname, '..')

/** A program that somebody might write with the generated client: posts reports, reads one, lists alerts, acts on one, is refused. */
const program = `
import { acknowledgeAlert, createKey, getReport, listAlerts, postReport, putSource, readFeed } from './client/index.ts'
import { client } from './client/client.gen.ts'
import type { Report } from './client/index.ts'

const [url, key, given] = process.argv.slice(2) as [string, string, string]
client.setConfig({ baseUrl: url, auth: () => key })

const source = await putSource({ path: { id: 'bench-b' }, body: { reliability: 'B', latenessDays: 2 } })
if (source.data === undefined) throw new Error('no source')
let cursor = ''
let reportId = ''
for (const { externalId, ...report } of JSON.parse(given) as Report[]) {
  const { data, error, response } = await postReport({ body: report, query: { lane: 'live' }, headers: { 'idempotency-key': externalId } })
  if (data === undefined || typeof data === 'string') throw new Error(response?.status + ' ' + error?.code)
  cursor = data.cursor
  reportId = data.reportId
}
const read = await getReport({ path: { id: reportId }, query: { wait: 10 }, headers: { 'tocsin-cursor': cursor } })
const alerts = await listAlerts({ query: { severity: ['minor', 'moderate', 'severe', 'extreme'], pattern: ['siege'] }, headers: { 'tocsin-cursor': cursor } })
const alert = alerts.data?.items[0]
if (alert === undefined) throw new Error('no alert')
const taken = await acknowledgeAlert({
  path: { id: alert.alertId },
  headers: { 'if-match': '"' + alert.operatorRevision + '"' },
  body: { note: 'read by a generated client' }
})
const feed = await readFeed({ query: { limit: 1 } })
const made = await createKey({ body: { name: 'made by a generated client', scopes: ['alerts:read'] } })
client.setConfig({ baseUrl: url, auth: () => made.data?.secret })
const refused = await postReport({ body: { source: { id: 'a' }, occurred: { from: '2025-06-01', to: '2025-06-01' }, category: 'attack', location: { lat: 1, lon: 1 } } })
console.log(JSON.stringify({
  reliability: source.data.reliability,
  read: [read.data?.assembled, read.data?.alerts[0]?.alertId === alert.alertId],
  alert: [alert.pattern, alert.status],
  acknowledgedBy: taken.data && 'operator' in taken.data ? taken.data.operator.acknowledgedBy : null,
  feed: [feed.data?.items.length, feed.data?.items[0]?.event.type],
  refused: [refused.response?.status, refused.error?.code]
}))
`

describe('a client that is generated from the document', () => {
  let suite: WholeSuite
  let folder: string

  beforeAll(async () => {
    suite = await WholeSuite.start()
    folder = await makeTempDir()
    writeFileSync(join(folder, 'openapi.json'), await (await fetch(`${suite.url}/openapi.json`)).text())
    await createClient({
      input: join(folder, 'openapi.json'),
      output: { path: join(folder, 'client'), importFileExtension: '.ts' },
      logs: { level: 'silent' },
      plugins: ['@hey-api/client-fetch', '@hey-api/typescript', '@hey-api/sdk']
    })
    writeFileSync(join(folder, 'program.ts'), program)
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
    cpSync(join(root, 'tsconfig.base.json'), join(folder, 'base.json'))
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
    const options = {
      exactOptionalPropertyTypes: false,
      noUncheckedIndexedAccess: false,
      verbatimModuleSyntax: false,
      lib: ['es2024', 'dom', 'dom.iterable', 'dom.asynciterable']
    }
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({ extends: './base.json', compilerOptions: options, files: ['program.ts'] })
    )
  }, 60_000)

  afterAll(async () => {
    await suite?.end()
    if (folder !== undefined && existsSync(folder)) await removeDir(folder)
  })

  it('type-checks under strict, and so does a program that uses it', () => {
    const { status, stdout } = spawnSync(join(root, 'node_modules', '.bin', 'tsc'), ['-p', folder], { encoding: 'utf8' })
    expect([status, stdout]).toEqual([0, ''])
  })

  it('posts reports, reads what became of them, lists alerts and acts on one', () => {
    const reports = JSON.stringify([openingReport(1), tellingReport(1, 1), tellingReport(1, 2)])
    const args = [pathToFileURL(join(folder, 'program.ts')).pathname, suite.url, suite.key, reports]
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' })
    expect([status, stderr]).toEqual([0, ''])
    expect(JSON.parse(stdout)).toEqual({
      reliability: 'B',
      read: [true, true],
      alert: ['siege', 'provisional'],
      acknowledgedBy: 'owner',
      feed: [1, 'tocsin.alert.raised.v1'],
      refused: [403, 'forbidden']
    })
  })
})
