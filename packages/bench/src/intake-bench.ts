// Bench `intake`: reports accepted by one process on one core with the embedded log, one by one and
// as a stream of lines. Client and server have a core each if the machine allows.

import type { BareCalls } from './load/bare-servers.ts'
import { postStream } from './load/ndjson.ts'
import { PostLoad } from './load/post-load.ts'
import { formatDay, makeFeedReport } from './load/reports.ts'
import { type BenchSuite, withSuite } from './load/suite.ts'
import { readCpuMs, runOnCore } from './runner/clocks.ts'
import type { Figure } from './runner/figures.ts'
import { Helper } from './runner/helper-process.ts'
import { describeLatency } from './runner/quantiles.ts'
import { type Bench, type BenchOptions, chooseSize } from './runner/run-bench.ts'
import { computeTurnRatio, measureByTurns, type Side, timeBeside } from './runner/turns.ts'

const connections = 64
/** Lines per chunk of a stream. */
const chunkLines = 100
/** Rows that are imported while live reports come in. */
const backfillRows = 300_000
const livePerSecond = 50

export const bench: Bench = {
  name: 'intake',
  what: 'reports accepted by one process on one core, beside bare Fastify with the same schema',
  cases: [
    { name: 'open', measure: options => measureIntake(options, false) },
    { name: 'private', measure: options => measureIntake(options, true) },
    { name: 'backfill', isOptional: true, measure: measureBackfill }
  ]
}

/** Only reports without private texts have targets: the cost of private texts stands beside it. */
async function measureIntake(
  { seconds }: BenchOptions,
  hasPrivate: boolean
): Promise<readonly Figure[]> {
  const body = (number: number) => makeFeedReport(number, hasPrivate)
  runOnCore(process.pid, 1)
  const bare = new Helper<BareCalls>(new URL('./load/bare-servers.ts', import.meta.url))
  try {
    const barePort = await bare.call('serveReports')
    return await withSuite({ roles: ['intake'] }, async suite => {
      for (const pid of [bare.pid, suite.pid]) runOnCore(pid, 0)
      const port = Number(new URL(suite.intake).port)
      const load = { key: suite.key, connections, body }
      const posts = await PostLoad.open({ ...load, port })
      const barePosts = await PostLoad.open({ ...load, port: barePort })
      let lines = 0
      const sides = {
        oneByOne: measureCpu(suite.pid, turn => posts.run(turn)),
        bare: measureCpu(bare.pid, turn => barePosts.run(turn)),
        stream: measureCpu(suite.pid, async turn => {
          const sent = await streamLines(suite, turn, () => makeFeedReport(-++lines, hasPrivate))
          return { count: sent.lines, ms: sent.ms }
        })
      }
      const rates = await measureByTurns(sides, {
        seconds,
        sliceSeconds: Math.min(1, seconds / 2),
        warmUpSeconds: 3
      })
      posts.close()
      barePosts.close()
      return [
        {
          what: 'one by one',
          unit: '/s',
          value: rates.oneByOne.perSecond,
          ceiling: rates.bare.perSecond,
          ratio: computeTurnRatio(rates.oneByOne, rates.bare),
          ...(hasPrivate ? {} : { ratioTarget: { atLeast: 0.6 } })
        },
        {
          what: 'one by one, per CPU-second',
          unit: '/s',
          value: rates.oneByOne.perCpuSecond,
          ceiling: rates.bare.perCpuSecond
        },
        {
          what: 'stream of lines',
          unit: '/s',
          value: rates.stream.perSecond
        },
        {
          what: 'stream of lines to one by one',
          value: computeTurnRatio(rates.stream, rates.oneByOne),
          ...(hasPrivate ? {} : { target: { atLeast: 2.5 } })
        },
        ...describeLatency('one by one', posts.samplesMs)
      ]
    })
  } finally {
    bare.stop()
  }
}

function measureCpu(
  pid: number,
  run: (seconds: number) => Promise<{ readonly count: number; readonly ms: number }>
): Side {
  return async seconds => {
    const beforeMs = readCpuMs(pid)
    const done = await run(seconds)
    return { ...done, cpuMs: readCpuMs(pid) - beforeMs }
  }
}

/** Posts one stream for `seconds`. Rejects unless each line is accepted. */
async function streamLines(
  { intake, key }: BenchSuite,
  seconds: number,
  makeLine: () => string,
  path = '/v1/reports'
): Promise<{ readonly lines: number; readonly ms: number }> {
  const endMs = performance.now() + seconds * 1000
  let lines = 0
  function* makeChunks(): Generator<Buffer> {
    while (performance.now() < endMs) {
      let text = ''
      for (let i = 0; i < chunkLines; i++) text += `${makeLine()}\n`
      lines += chunkLines
      yield Buffer.from(text)
    }
  }
  const port = Number(new URL(intake).port)
  const sent = await postStream({ port, key, path, pieces: makeChunks() })
  if (sent.summary.complete !== true || sent.summary.accepted !== lines)
    throw new Error(`not every line was accepted: ${JSON.stringify(sent.summary)}`)
  return { lines, ms: sent.seconds * 1000 }
}

/** Live reports beside a stream of old ones, with a process for each service. */
function measureBackfill(options: BenchOptions): Promise<readonly Figure[]> {
  return withSuite({ roles: ['intake', 'rules', 'notifier'] }, async suite => {
    const rows = chooseSize(options, backfillRows)
    const postLive = (number: number) => suite.call('POST', '/v1/reports', makeLiveReport(number))
    await timeBeside(livePerSecond, postLive, importRows(suite, rows / 10, 0))
    const { samplesMs, result } = await timeBeside(
      livePerSecond,
      number => postLive(number + rows),
      importRows(suite, rows, rows)
    )
    return [
      {
        what: `old reports, ${rows} lines`,
        unit: '/s',
        value: (rows / result) * 1000,
        target: { atLeast: 10_000 }
      },
      ...describeLatency('live reports beside them', samplesMs, { p99: { below: 20 } })
    ]
  })
}

/** Resolves with the duration, ms. */
async function importRows(suite: BenchSuite, rows: number, first: number): Promise<number> {
  function* makeChunks(): Generator<Buffer> {
    for (let from = 0; from < rows; from += chunkLines) {
      const numbers = Array.from({ length: Math.min(chunkLines, rows - from) }, (_, i) => from + i)
      yield Buffer.from(numbers.map(n => `${makeOldReport(first + n, rows)}\n`).join(''))
    }
  }
  const port = Number(new URL(suite.intake).port)
  const path = '/v1/reports?lane=backfill'
  const { summary, seconds } = await postStream({
    port,
    key: suite.key,
    path,
    pieces: makeChunks()
  })
  if (summary.complete !== true || summary.accepted !== rows)
    throw new Error(`not every line was accepted: ${JSON.stringify(summary)}`)
  return seconds * 1000
}

/** A report from before what theatres retain, as in files of decades: only its way in is measured. */
function makeOldReport(number: number, rows: number): string {
  const day = formatDay(12_000 - Math.floor((9000 * (number % rows)) / rows))
  return JSON.stringify({
    source: { id: 'archive' },
    externalId: `old-${number}`,
    occurred: { from: day, to: day },
    category: 'attack',
    location: { country: 'ML', lat: 13 + (number % 200) * 0.01, lon: -7 + (number % 300) * 0.01 },
    fatalities: { low: number % 12, best: number % 12, high: number % 12 }
  })
}

function makeLiveReport(number: number): object {
  const day = formatDay(0)
  return {
    source: { id: 'live' },
    externalId: `live-${number}`,
    occurred: { from: day, to: day },
    category: 'other',
    location: { lat: 14 + (number % 100) / 100, lon: -5 }
  }
}
