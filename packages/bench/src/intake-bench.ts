// Bench `intake`: reports accepted by one process on one core with the embedded log, one by one and
// as a stream of lines. Client and server have a core each if the machine allows.

import type { BareCalls } from './load/bare-servers.ts'
import { postStream } from './load/ndjson.ts'
import { PostLoad } from './load/post-load.ts'
import { makeFeedReport } from './load/reports.ts'
import { type BenchSuite, openSuite } from './load/suite.ts'
import { readCpuMs, runOnCore } from './runner/clocks.ts'
import type { Figure } from './runner/figures.ts'
import { Helper } from './runner/helper-process.ts'
import { describeLatency } from './runner/quantiles.ts'
import type { Bench, BenchOptions } from './runner/run-bench.ts'
import { computeTurnRatio, measureByTurns, type Side } from './runner/turns.ts'

const connections = 64
/** Lines per chunk of a stream. */
const chunkLines = 100

export const bench: Bench = {
  name: 'intake',
  what: 'reports accepted by one process on one core, beside bare Fastify with the same schema',
  cases: [{ name: 'open', measure: measureIntake }]
}

async function measureIntake({ seconds }: BenchOptions): Promise<readonly Figure[]> {
  const body = (number: number) => makeFeedReport(number, false)
  runOnCore(process.pid, 1)
  using bare = new Helper<BareCalls>('load/bare-servers.ts')
  const barePort = await bare.call('serveReports')
  await using suite = await openSuite({ roles: ['intake'] })
  for (const pid of [bare.pid, suite.pid]) runOnCore(pid, 0)
  const load = { key: suite.key, connections, body }
  const posts = new PostLoad({ ...load, port: Number(new URL(suite.intake).port) })
  const barePosts = new PostLoad({ ...load, port: barePort })
  // Numbers that no single post has.
  let lines = 1e9
  const rates = await measureByTurns(
    {
      oneByOne: measureCpu(suite.pid, turn => posts.run(turn)),
      bare: measureCpu(bare.pid, turn => barePosts.run(turn)),
      stream: measureCpu(suite.pid, turn => streamLines(suite, turn, () => body(lines++)))
    },
    { seconds, sliceSeconds: Math.min(1, seconds / 2), warmUpSeconds: 3 }
  )
  return [
    {
      what: 'one by one',
      unit: '/s',
      value: rates.oneByOne.perSecond,
      ceiling: rates.bare.perSecond,
      ratio: computeTurnRatio(rates.oneByOne, rates.bare),
      ratioTarget: { atLeast: 0.6 }
    },
    {
      what: 'one by one, per CPU-second',
      unit: '/s',
      value: rates.oneByOne.perCpuSecond,
      ceiling: rates.bare.perCpuSecond
    },
    { what: 'stream of lines', unit: '/s', value: rates.stream.perSecond },
    {
      what: 'stream of lines to one by one',
      value: computeTurnRatio(rates.stream, rates.oneByOne),
      target: { atLeast: 2.5 }
    },
    ...describeLatency('one by one', posts.samplesMs)
  ]
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
  makeLine: () => string
): Promise<{ readonly count: number; readonly ms: number }> {
  const endMs = performance.now() + seconds * 1000
  let count = 0
  function* makeChunks(): Generator<Buffer> {
    for (; performance.now() < endMs; count += chunkLines)
      yield Buffer.from(Array.from({ length: chunkLines }, () => `${makeLine()}\n`).join(''))
  }
  const port = Number(new URL(intake).port)
  const posting = { port, key, path: '/v1/reports', pieces: makeChunks() }
  const { summary, seconds: sent } = await postStream(posting)
  if (summary.complete !== true || summary.accepted !== count)
    throw new Error(`not every line was accepted: ${JSON.stringify(summary)}`)
  return { count, ms: sent * 1000 }
}
