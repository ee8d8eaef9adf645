// Bench `intake`: reports accepted by one process on one core with the embedded log, one by one and
// as a stream of lines. Client and server have a core each if the machine allows.

import type { BareCalls } from './load/bare-servers.ts'
import { postStream } from './load/ndjson.ts'
import { PostLoad } from './load/post-load.ts'
import { formatDay, makeFeedReport, makeQuietReport } from './load/reports.ts'
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

/** Only reports without private texts have targets. */
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
      // Numbers that no single post has.
      const firstLine = 1e9
      let lines = 0
      const sides = {
        oneByOne: measureCpu(suite.pid, turn => posts.run(turn)),
        bare: measureCpu(bare.pid, turn => barePosts.run(turn)),
        stream: measureCpu(suite.pid, turn =>
          streamLines(
            suite,
            '/v1/reports',
            makeLines(turn, () => body(firstLine + lines++))
          )
        )
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
          ratioTarget: hasPrivate ? undefined : { atLeast: 0.6 }
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
          target: hasPrivate ? undefined : { atLeast: 2.5 }
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

function* makeLines(seconds: number, makeLine: () => string): Generator<string> {
  const endMs = performance.now() + seconds * 1000
  while (performance.now() < endMs) yield makeLine()
}

/** Posts lines as one stream. Rejects unless each is accepted. */
async function streamLines(
  { intake, key }: BenchSuite,
  path: string,
  lines: Iterable<string>
): Promise<{ readonly count: number; readonly ms: number }> {
  let count = 0
  function* makeChunks(): Generator<Buffer> {
    let chunk: string[] = []
    for (const line of lines) {
      count += 1
      if (chunk.push(`${line}\n`) < chunkLines) continue
      yield Buffer.from(chunk.join(''))
      chunk = []
    }
    yield Buffer.from(chunk.join(''))
  }
  const port = Number(new URL(intake).port)
  const { summary, seconds } = await postStream({ port, key, path, pieces: makeChunks() })
  if (summary.complete !== true || summary.accepted !== count)
    throw new Error(`not every line was accepted: ${JSON.stringify(summary)}`)
  return { count, ms: seconds * 1000 }
}

/** Live reports during a stream of old ones, with a process for each service. */
function measureBackfill(options: BenchOptions): Promise<readonly Figure[]> {
  return withSuite({ roles: ['intake', 'rules', 'notifier'] }, async suite => {
    const rows = chooseSize(options, backfillRows)
    let live = 0
    const postLive = () => suite.call('POST', '/v1/reports', makeQuietReport(live++))
    const importRows = (from: number, to: number) =>
      streamLines(suite, '/v1/reports?lane=backfill', makeOldReports(from, to))
    await timeBeside(livePerSecond, postLive, importRows(0, rows / 10))
    const { samplesMs, result } = await timeBeside(
      livePerSecond,
      postLive,
      importRows(rows, 2 * rows)
    )
    return [
      {
        what: `old reports, ${rows} lines`,
        unit: '/s',
        value: (rows / result.ms) * 1000,
        target: { atLeast: 10_000 }
      },
      ...describeLatency('live reports beside them', samplesMs, { p99: { below: 20 } })
    ]
  })
}

/** Reports from before what theatres retain, as in files of decades: only their way in is measured. */
function* makeOldReports(from: number, to: number): Generator<string> {
  for (let number = from; number < to; number++) {
    const day = formatDay(12_000 - (number % 9000))
    yield JSON.stringify({
      source: { id: 'archive' },
      externalId: `old-${number}`,
      occurred: { from: day, to: day },
      category: 'attack',
      location: { country: 'ML', lat: 13 + (number % 200) * 0.01, lon: -7 + (number % 300) * 0.01 }
    })
  }
}
