// Bench `log`: the embedded log compared with the ceiling of its disk (the same bytes, one write
// and one fdatasync per batch), measured alternately in the same run, so that the ratio is valid on
// any machine. Also the latency from an append to a tail, in this process and in another.

import { fork } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { type EmbeddedLog, openEmbeddedLog } from '@tocsin/event-log/embedded/embedded-log'
import type { NewRecord } from '@tocsin/event-log/port'
import { topics } from '@tocsin/event-log/topics'

const eventBytes = 500
/**
 * Short interleaved slices, so that disturbances affect both sides; the ratio is the median of the
 * pairs.
 */
const sliceMs = 300
/** Target ratios. Source: speed.md#log. */
const reaches: ReadonlyMap<number, number> = new Map([
  [1, 0.9],
  [100, 0.65],
  [1000, 0.35]
])

export interface BatchFigure {
  readonly batch: number
  /** Durable events per second, over all slices. */
  readonly logPerS: number
  readonly ceilingPerS: number
  /** Median over the pairs of slices. */
  readonly ratio: number
  readonly reach: number
  readonly reached: boolean
  /** Of one append call, ms. */
  readonly appendP50Ms: number
  readonly appendP99Ms: number
}

export interface LatencyFigure {
  readonly where: 'same process' | 'other process'
  readonly samples: number
  /** From the call of append until a tail has the record, ms. */
  readonly p50Ms: number
  readonly p99Ms: number
}

export interface LogBench {
  readonly bench: 'log'
  readonly eventBytes: number
  readonly batches: readonly BatchFigure[]
  readonly tail: readonly LatencyFigure[]
  readonly reached: boolean
}

/**
 * Measures and prints; `seconds` for each batch size, ceiling and log together. Resolves with the
 * figures.
 */
export async function benchLog(options: {
  readonly json: boolean
  readonly seconds: number
}): Promise<LogBench> {
  const dir = mkdtempSync(join(tmpdir(), 'tocsin-bench-log-'))
  try {
    const batches: BatchFigure[] = []
    for (const batch of reaches.keys())
      batches.push(await benchBatch(join(dir, `batch-${batch}`), batch, options.seconds))
    const tail = [await benchTailHere(join(dir, 'here')), await benchTailThere(join(dir, 'there'))]
    const figures: LogBench = {
      bench: 'log',
      eventBytes,
      batches,
      tail,
      reached: batches.every(b => b.reached)
    }
    console.log(options.json ? JSON.stringify(figures) : renderLogBench(figures))
    return figures
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

/** The figures as a table. Pure. */
function renderLogBench(figures: LogBench): string {
  const rows = figures.batches.map(b =>
    [
      String(b.batch).padStart(5),
      Math.round(b.logPerS).toLocaleString('en').padStart(11),
      Math.round(b.ceilingPerS).toLocaleString('en').padStart(11),
      b.ratio.toFixed(2).padStart(6),
      `≥ ${b.reach}`.padStart(7),
      (b.reached ? 'reached' : 'SHORT').padStart(8),
      b.appendP50Ms.toFixed(2).padStart(8),
      b.appendP99Ms.toFixed(2).padStart(8)
    ].join('  ')
  )
  const tails = figures.tail.map(
    t =>
      `append → tail, ${t.where}: p50 ${t.p50Ms.toFixed(2)} ms, p99 ${t.p99Ms.toFixed(2)} ms (${t.samples} appends)`
  )
  return [
    `log: durable appends of ${figures.eventBytes}-byte events, beside write + fdatasync of the same bytes`,
    'batch       log/s    ceiling/s   ratio    target           p50 ms    p99 ms',
    ...rows,
    ...tails
  ].join('\n')
}

async function benchBatch(dir: string, batch: number, seconds: number): Promise<BatchFigure> {
  const log = await openEmbeddedLog({ dataDir: dir })
  const fd = openSync(join(dir, 'ceiling'), 'a')
  const ceilings: Slice[] = []
  const slices: Slice[] = []
  const appendMs: number[] = []
  try {
    await logSlice(log, batch, [])
    const until = performance.now() + seconds * 1000
    while (performance.now() < until) {
      ceilings.push(ceilingSlice(fd, batch))
      slices.push(await logSlice(log, batch, appendMs))
    }
  } finally {
    closeSync(fd)
    await log.close()
  }
  const ratio = median(slices.map((slice, i) => perS([slice]) / perS([ceilings[i]!])))
  const reach = reaches.get(batch)!
  const rates = { logPerS: perS(slices), ceilingPerS: perS(ceilings) }
  return {
    batch,
    ...rates,
    ratio,
    reach,
    reached: ratio >= reach,
    ...quantiles(appendMs, 'append')
  }
}

interface Slice {
  readonly events: number
  readonly ms: number
}

function perS(slices: readonly Slice[]): number {
  const events = slices.reduce((sum, s) => sum + s.events, 0)
  return (events / slices.reduce((sum, s) => sum + s.ms, 0)) * 1000
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}

function ceilingSlice(fd: number, batch: number): Slice {
  const bytes = Buffer.alloc(batch * eventBytes, 'x')
  const start = performance.now()
  let events = 0
  while (performance.now() - start < sliceMs) {
    writeSync(fd, bytes)
    fdatasyncSync(fd)
    events += batch
  }
  return { events, ms: performance.now() - start }
}

/**
 * Records are built before the clock starts: the bench measures the log, not the building of ids.
 */
async function logSlice(log: EmbeddedLog, batch: number, appendMs: number[]): Promise<Slice> {
  let events = 0
  let ms = 0
  while (ms < sliceMs) {
    const batches = Array.from({ length: Math.max(1, Math.floor(1000 / batch)) }, () =>
      makeBatch(batch)
    )
    for (const records of batches) {
      const start = performance.now()
      await log.append(topics.incidents, records)
      const took = performance.now() - start
      appendMs.push(took)
      ms += took
      events += records.length
    }
  }
  // Its background work is part of its cost, and must not slow down the other side.
  const start = performance.now()
  while (log.stats().checkpointing) await pause(1)
  return { events, ms: ms + performance.now() - start }
}

const value = Buffer.alloc(eventBytes, 'x')

function makeBatch(batch: number): NewRecord[] {
  const ids = randomBytes(16 * batch)
  return Array.from({ length: batch }, (_, i) => ({
    id: ids.toString('hex', i * 16, i * 16 + 16),
    key: 'sahel',
    value
  }))
}

async function benchTailHere(dir: string): Promise<LatencyFigure> {
  const log = await openEmbeddedLog({ dataDir: dir })
  const stop = new AbortController()
  const sent = new Map<string, number>()
  const took: number[] = []
  const reading = (async () => {
    for await (const page of log.tail(await log.cursorAt(topics.incidents, 'earliest'), {
      signal: stop.signal
    }))
      for (const record of page.records) took.push(performance.now() - sent.get(record.id)!)
  })()
  await appendSpaced(log, id => sent.set(id, performance.now()), 300)
  while (took.length < 300) await pause(5)
  stop.abort()
  await reading
  await log.close()
  return { where: 'same process', samples: took.length, ...quantiles(took, '') }
}

/** The other process sends back when it saw each record; both read the same clock. */
async function benchTailThere(dir: string): Promise<LatencyFigure> {
  const log = await openEmbeddedLog({ dataDir: dir })
  const child = fork(new URL('./log-bench-tail.ts', import.meta.url), [dir], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc']
  })
  const sent = new Map<string, number>()
  const took: number[] = []
  const ready = new Promise<void>((resolve, reject) => {
    child.on('error', reject)
    child.on('message', (message: { ready: true } | { id: string; at: number }) => {
      if ('ready' in message) resolve()
      else took.push(message.at - sent.get(message.id)!)
    })
  })
  try {
    await ready
    await appendSpaced(log, id => sent.set(id, performance.timeOrigin + performance.now()), 300)
    while (took.length < 300) await pause(5)
  } finally {
    child.kill()
    await log.close()
  }
  return { where: 'other process', samples: took.length, ...quantiles(took, '') }
}

async function appendSpaced(
  log: EmbeddedLog,
  note: (id: string) => void,
  count: number
): Promise<void> {
  for (let i = 0; i < count; i++) {
    const batch = makeBatch(1)
    note(batch[0]!.id)
    await log.append(topics.incidents, batch)
    // Uneven intervals, so that every phase of the other process's polling is covered.
    await pause(5 + (i % 7))
  }
}

function quantiles(took: number[], name: 'append'): { appendP50Ms: number; appendP99Ms: number }
function quantiles(took: number[], name: ''): { p50Ms: number; p99Ms: number }
function quantiles(took: number[], name: 'append' | ''): object {
  const sorted = took.toSorted((a, b) => a - b)
  const p50 = sorted[Math.floor(sorted.length * 0.5)] ?? 0
  const p99 = sorted[Math.floor(sorted.length * 0.99)] ?? 0
  return name === 'append' ? { appendP50Ms: p50, appendP99Ms: p99 } : { p50Ms: p50, p99Ms: p99 }
}
