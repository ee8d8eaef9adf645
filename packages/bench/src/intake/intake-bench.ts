// Bench `intake`: reports accepted per second by one process on one core with the embedded log, one
// by one and as a stream, compared with a bare Fastify that validates the same bodies and stores
// nothing. Client and server have a core each if the machine allows.

import { type ChildProcess, fork, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { freePorts } from '@tocsin/testing/process/free-port'
import { ownerKeyOf, spawnSuite } from '@tocsin/testing/process/suite-process'
import { withTempDir } from '@tocsin/testing/process/temp-dir'
import { postOneByOne } from '../measure/http-load.ts'
import { cpuPerItem } from '../measure/process-cpu.ts'
import { type Quantiles, quantilesText } from '../measure/quantiles.ts'
import { reportBody } from './intake-reports.ts'
import { postStream } from './stream-load.ts'

/** Source: speed.md#intake. */
const reachOfBare = 0.6
const reachOfStream = 2.5
const connections = 64
/** Warm-up. */
const warmUpSeconds = 3
/** Lines per chunk of a stream. */
const pieceLines = 100

/** Results for one server. */
export interface ServerFigure {
  /** Reports per second of wall clock. */
  readonly perSecond: number
  /**
   * CPU time of the server per report, µs: its inverse is the capacity of one idle core. Null if
   * unknown.
   */
  readonly cpuUs: number | null
}

export interface IntakeFigure {
  readonly bodies: 'open' | 'with private texts'
  readonly bytes: number
  readonly bare: ServerFigure
  readonly oneByOne: ServerFigure
  readonly latency: Quantiles
  readonly stream: ServerFigure
  readonly ofBare: Ratio
  readonly streamOfOneByOne: Ratio
}

/**
 * By wall clock, and by CPU time, which is independent of other load but excludes waiting for the
 * disk.
 */
export interface Ratio {
  readonly wall: number
  readonly cpu: number | null
}

export interface IntakeBench {
  readonly bench: 'intake'
  readonly figures: readonly IntakeFigure[]
  /** True if client and server had a core each. */
  readonly pinned: boolean
  readonly reached: boolean
}

/** Measures and prints; `seconds` for each part. Resolves with the figures. */
export async function benchIntake({
  json,
  seconds
}: {
  json: boolean
  seconds: number
}): Promise<IntakeBench> {
  const pinned = pin(process.pid, 1)
  const figures = [await figureOf(false, seconds), await figureOf(true, seconds)]
  // The target is for reports without private texts. The additional cost of those is shown beside
  // it.
  const [open] = figures as [IntakeFigure, IntakeFigure]
  const reached = open.ofBare.wall >= reachOfBare && open.streamOfOneByOne.wall >= reachOfStream
  const result: IntakeBench = { bench: 'intake', figures, pinned, reached }
  console.log(json ? JSON.stringify(result) : renderIntakeBench(result))
  return result
}

/** The figures as text. Pure. */
function renderIntakeBench({ figures, pinned, reached }: IntakeBench): string {
  return [
    `intake: reports accepted by one process on the embedded log, ${connections} connections${pinned ? ', server and client on a core each' : ''}`,
    ...figures.flatMap(figure => [
      `${figure.bodies}, ${figure.bytes} bytes each`,
      `  bare Fastify       ${serverText(figure.bare)}`,
      `  one by one         ${serverText(figure.oneByOne)}  ${ratioText(figure.ofBare)} of bare Fastify`,
      `                     ${quantilesText(figure.latency)}`,
      `  NDJSON, one stream ${serverText(figure.stream)}  ${ratioText(figure.streamOfOneByOne)} × one by one`
    ]),
    `≥ ${reachOfBare} of bare Fastify and NDJSON ≥ ${reachOfStream} × one by one, without private texts, by wall clock: ${reached ? 'reached' : 'SHORT'}`
  ].join('\n')
}

function serverText({ perSecond, cpuUs }: ServerFigure): string {
  const cpu = cpuUs === null ? '' : `${cpuUs.toFixed(1).padStart(7)} µs CPU`
  return `${Math.round(perSecond).toLocaleString('en').padStart(7)}/s ${cpu}`
}

function ratioText({ wall, cpu }: Ratio): string {
  return `${wall.toFixed(2)}${cpu === null ? '' : ` (by core ${cpu.toFixed(2)})`}`
}

function ratioOf(figure: ServerFigure, base: ServerFigure): Ratio {
  const cpu = figure.cpuUs === null || base.cpuUs === null ? null : base.cpuUs / figure.cpuUs
  return { wall: figure.perSecond / base.perSecond, cpu }
}

async function figureOf(withPrivate: boolean, seconds: number): Promise<IntakeFigure> {
  const body = (number: number) => reportBody(number, withPrivate)
  const bare = await benchBare(body, seconds)
  const { oneByOne, latency, stream } = await withTempDir(dataDir =>
    benchSuite(dataDir, body, seconds)
  )
  return {
    bodies: withPrivate ? 'with private texts' : 'open',
    bytes: Buffer.byteLength(body(123_456)),
    bare,
    oneByOne,
    latency,
    stream,
    ofBare: ratioOf(oneByOne, bare),
    streamOfOneByOne: ratioOf(stream, oneByOne)
  }
}

async function benchBare(body: (number: number) => string, seconds: number): Promise<ServerFigure> {
  const server = fork(fileURLToPath(new URL('bare-intake-server.ts', import.meta.url)), {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc']
  })
  const [port] = (await once(server, 'message')) as [number]
  pin(server.pid as number, 0)
  try {
    return (
      await benchOneByOne({ port, key: 'tk_none', pid: server.pid as number, body }, 0, seconds)
    ).figure
  } finally {
    await ended(server)
  }
}

interface Target {
  readonly port: number
  readonly key: string
  readonly pid: number
  readonly body: (number: number) => string
}

async function benchOneByOne({ pid, ...target }: Target, firstNumber: number, seconds: number) {
  const load = { ...target, connections, warmUpSeconds: 0 }
  const warm = await postOneByOne({ ...load, seconds: warmUpSeconds, firstNumber })
  const from = warm.nextNumber
  const { done, cpuUs } = await cpuPerItem(
    pid,
    () => postOneByOne({ ...load, seconds, firstNumber: from }),
    ({ nextNumber }) => nextNumber - from
  )
  const figure: ServerFigure = { perSecond: done.perSecond, cpuUs }
  return { figure, latency: done.latency, nextNumber: done.nextNumber }
}

async function ended(server: ChildProcess): Promise<void> {
  const exited = once(server, 'exit')
  server.disconnect()
  await exited
}

async function benchSuite(dataDir: string, body: (number: number) => string, seconds: number) {
  const [port] = (await freePorts(1)) as [number]
  const suite = await spawnSuite({
    role: 'intake',
    dataDir,
    port,
    env: { TOCSIN_LOG_LEVEL: 'warn' }
  })
  pin(suite.pid, 0)
  try {
    const target: Target = { port, key: await ownerKeyOf(dataDir), pid: suite.pid, body }
    const posted = await benchOneByOne(target, 0, seconds)
    const warm = await postLines(target, posted.nextNumber, warmUpSeconds)
    const { done, cpuUs } = await cpuPerItem(
      suite.pid,
      () => postLines(target, warm.nextNumber, seconds),
      ({ lines }) => lines
    )
    return {
      oneByOne: posted.figure,
      latency: posted.latency,
      stream: { perSecond: done.lines / done.seconds, cpuUs }
    }
  } finally {
    await suite.stop()
  }
}

/** Posts one stream for `seconds`. Rejects unless every line was accepted. */
async function postLines({ port, key, body }: Target, firstNumber: number, seconds: number) {
  const untilMs = performance.now() + seconds * 1000
  let number = firstNumber
  function* pieces(): Generator<Buffer> {
    while (performance.now() < untilMs) {
      let text = ''
      for (let i = 0; i < pieceLines; i++) text += `${body(number++)}\n`
      yield Buffer.from(text)
    }
  }
  const figure = await postStream({ port, key, path: '/v1/reports', pieces: pieces() })
  const lines = number - firstNumber
  if (figure.summary.complete !== true || figure.summary.accepted !== lines) {
    throw new Error(`not every line was accepted: ${JSON.stringify(figure.summary)}`)
  }
  return { lines, seconds: figure.seconds, nextNumber: number }
}

/**
 * Pins a process with all its threads to one core. False if the tool is missing, or with a single
 * core.
 */
function pin(pid: number, core: number): boolean {
  return spawnSync('taskset', ['-a', '-cp', String(core), String(pid)]).status === 0
}
