// `npm run fuzz`: schemathesis with all checks against a running suite and its document. Prints the
// fuzzer's summary; exits with 1 for any finding. Without Python it prints a warning, and fails on
// CI.

import { spawn } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { makeOpeningReport, makeSiegeReport } from '@tocsin/bench/load/reports'
import { topics } from '@tocsin/event-log/topics'
import { makeTempDir, removeDir } from '@tocsin/testing/process/temp-dir'
import { waitFor } from '@tocsin/testing/process/wait-for'
import { WholeSuite } from '../harness/whole-suite.ts'
import { fuzzConfig, type GenuineNames } from './fuzz-config.ts'
import { fuzzerTool } from './fuzzer-tool.ts'

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string', default: '1' },
    examples: { type: 'string' }
  }
})

/** Fills a suite with one of each thing; resolves with their ids. */
async function fill(suite: WholeSuite): Promise<GenuineNames> {
  const { api } = suite
  const posted = []
  const village = (n: number) => [
    makeOpeningReport(n),
    makeSiegeReport(n, 1),
    makeSiegeReport(n, 2)
  ]
  for (const report of [...village(1), ...village(2)]) {
    posted.push(
      (await api.call('POST', '/v1/reports', { body: report })).body as {
        reportId: string
        cursor: string
      }
    )
  }
  const { cursor } = posted.at(-1) as { cursor: string }
  const next = async (list: string) =>
    ((await api.call('GET', `/v1/${list}?limit=1`, { cursor })).body as { next: string }).next
  const read = (await api.call('GET', `/v1/reports/${posted[0]?.reportId}?wait=10`, { cursor }))
    .body as {
    incident: { incidentId: string } | null
    alerts: readonly { alertId: string }[]
  }
  const hook = (
    await api.call('POST', '/v1/subscriptions', { body: { url: 'http://127.0.0.1:9/' } })
  ).body as { id: string }
  const key = (
    await api.call('POST', '/v1/keys', { body: { name: 'fuzzed', scopes: ['reports:read'] } })
  ).body as { id: string }
  await api.call('PUT', '/v1/sources/bench-a', { body: { reliability: 'B' } })
  const quarantined = await putAside(suite, cursor)
  const theatre = { countries: ['BF'], clock: 'replay' }
  await api.call('PUT', '/v1/theatres/replayed', { body: theatre })
  const ids = {
    reports: posted.map(each => each.reportId),
    alerts: read.alerts.map(each => each.alertId),
    incidents: read.incident === null ? [] : [read.incident.incidentId],
    subscriptions: [hook.id],
    keys: [key.id],
    rules: ['siege'],
    theatres: ['world', 'replayed'],
    sources: ['bench-a'],
    quarantine: quarantined
  }
  if (ids.alerts.length === 0)
    throw new Error('the reports raised no alert, so there is nothing to act on')
  const pages = {
    alerts: [await next('alerts')],
    incidents: [await next('incidents')],
    feed: ['earliest', 'latest', await next('feed')]
  }
  return { ids, cursors: posted.map(each => each.cursor), pages }
}

/** Writes unparsable bytes into the incidents log; resolves with their ids in the quarantine. */
async function putAside(suite: WholeSuite, cursor: string): Promise<readonly string[]> {
  const records = ['nonsense', '{"half":', '[]'].map((text, i) => ({
    id: `aside-${i}`,
    key: 'world',
    value: Buffer.from(text)
  }))
  await suite.withLog(log => log.append(topics.incidents, records))
  const listed = async () =>
    (
      (await suite.api.call('GET', '/v1/quarantine', { cursor })).body as {
        items: readonly { id: string }[]
      }
    ).items
  await waitFor(async () => (await listed()).length >= records.length, {
    what: 'entries of the quarantine'
  })
  return (await listed()).map(({ id }) => id)
}

/** Runs the fuzzer; resolves with its exit code. */
async function runFuzzer(command: string, suite: WholeSuite, names: GenuineNames): Promise<number> {
  const folder = await makeTempDir()
  try {
    const config = join(folder, 'schemathesis.toml')
    await writeFile(config, fuzzConfig(names, join(import.meta.dirname, 'hooks.py')))
    const args = [
      '--config-file',
      config,
      'run',
      `${suite.url}/openapi.json`,
      '-H',
      `Authorization: Bearer ${suite.key}`
    ]
    const bounds = [
      '--seed',
      values.seed,
      '--max-time',
      values.seconds,
      ...(values.examples ? ['-n', values.examples] : [])
    ]
    // Without names all checks run; a named one runs even if the configuration switches it off.
    const child = spawn(command, [...args, '--request-timeout', '15', ...bounds], {
      cwd: folder,
      stdio: 'inherit'
    })
    return await new Promise((resolve, reject) =>
      child.once('error', reject).once('exit', code => resolve(code ?? 1))
    )
  } finally {
    await removeDir(folder)
  }
}

/** The run in the suite's own metrics: internal errors, and the operations that succeeded. */
async function figuresOf(
  suite: WholeSuite
): Promise<{ readonly failedInside: number; readonly lines: readonly string[] }> {
  const figures = String((await suite.api.call('GET', '/metrics')).body)
  const failedInside = Number(
    /^tocsin_http_problems_total\{code="internal"\} (\d+)$/m.exec(figures)?.[1] ?? 0
  )
  const done = new Map<string, number>()
  const counted =
    /^tocsin_http_request_duration_seconds_count\{method="(\w+)",route="([^"]+)",status="(\w+)"\} (\d+)$/gm
  for (const [, method, route, status, count] of figures.matchAll(counted)) {
    const name = `${method} ${route}`
    done.set(
      name,
      (done.get(name) ?? 0) + (status === '2xx' || status === '3xx' ? Number(count) : 0)
    )
  }
  const never = [...done].filter(
    ([name, count]) => count === 0 && !name.startsWith('HEAD') && !name.includes('unknown')
  )
  return {
    failedInside,
    lines: [
      `requests with an internal error, by the suite's own metrics: ${failedInside}`,
      `successful requests: ${[...done.values()].reduce((sum, count) => sum + count, 0)}`,
      `operations without a success: ${never.map(([name]) => name).join(', ') || 'none'}`
    ]
  }
}

const tool = fuzzerTool()
if (tool.kind === 'missing') {
  console.error(`*** NOT FUZZED: schemathesis could not be installed (${tool.why})`)
  process.exit(process.env.CI ? 1 : 0)
}
// All requests with a wrong key come from one address here.
const suite = await WholeSuite.start({ env: { TOCSIN_TEST_WRONG_KEYS_MAX: '1000000' } })
let code = 1
try {
  code = await runFuzzer(tool.command, suite, await fill(suite))
  const { failedInside, lines } = await figuresOf(suite)
  for (const line of lines) console.log(line)
  if (failedInside > 0) {
    code = 1
    console.error(suite.process.output)
  }
} finally {
  await suite.end()
}
process.exit(code)
