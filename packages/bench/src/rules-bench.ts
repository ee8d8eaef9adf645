// Bench `rules`: decoded records through the rules of a theatre on one core, with the alert
// events encoded, hashed and written; crowds of one village and day; handling levels; and the memory
// of a retained report.

import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { decodeTheatreRecord } from '@tocsin/contracts/record/records'
import { defaultRetentionDays } from '@tocsin/contracts/theatre/retention'
import type { RuleVersion, TheatreRecord } from '@tocsin/contracts/theatre/theatre-record'
import { foldWork } from '@tocsin/engine/rules/fold/track'
import { allRules, type FoldEngine, openFold, openTheatre } from './load/fold-engine.ts'
import { encodeAsLogged, type Folded, measureFold } from './load/fold-measure.ts'
import {
  type Crowd,
  crowds,
  crowdTick,
  type LoadOptions,
  makeRecords
} from './load/theatre-records.ts'
import type { Figure } from './runner/figures.ts'
import { describeLatency } from './runner/quantiles.ts'
import { type Bench, type BenchOptions, chooseSize } from './runner/run-bench.ts'

const blockRules: readonly RuleVersion[] = [
  makeRule('count', { groupBy: 'admin1' }),
  makeRule('sum', { groupBy: 'admin1' }),
  makeRule('distinct-count', { groupBy: 'country', field: 'admin1' }),
  makeRule('sequence', {
    groupBy: 'admin1',
    steps: ['category == "attack-on-civilians"', 'category == "clash"']
  }),
  makeRule('absence', { groupBy: 'admin1', expected: ['category == "clash"'] })
]
/**
 * The window is filled before the measurement: 820 days and what the longest baseline needs, or as
 * far as the time allows.
 */
const fillingDays = 900
const crowdReports = 2000
/** Runs of a crowd: the least time of each record counts, which reduces the effect of other load. */
const crowdRuns = 3
/** From this density on a retained report has a target. */
const memoryPerDay = 30

const sparse = { reportsPerDay: 10, latePer100: 0 }

export const bench: Bench = {
  name: 'rules',
  what: `reports through ${allRules.length} rules of one theatre on one core, events written`,
  cases: [
    { name: 'sparse', measure: measureLoad(sparse, 20_000) },
    { name: 'dense', measure: measureLoad({ reportsPerDay: 100, latePer100: 0 }, 16_000) },
    { name: 'sparse-late', measure: measureLoad({ reportsPerDay: 10, latePer100: 20 }, 20_000) },
    { name: 'dense-late', measure: measureLoad({ reportsPerDay: 100, latePer100: 20 }, 15_000) },
    { name: 'blocks', measure: measureLoad(sparse, 20_000, blockRules) },
    { name: 'levels', measure: measureLevels },
    { name: 'crowd', measure: measureCrowds },
    { name: 'memory', measure: measureMemory }
  ]
}

function makeRule(pattern: string, parameters: RuleVersion['parameters']): RuleVersion {
  return { ruleId: pattern, ruleVersion: 1, pattern, parameters }
}

function measureLoad(load: LoadOptions, perSecond: number, rules = allRules) {
  return async ({ seconds }: BenchOptions): Promise<readonly Figure[]> => {
    const { folded, steps } = foldLoad(openFold(rules), load, seconds)
    const { reports, events, eventBytes } = folded
    return [
      {
        what: 'reports one by one',
        unit: '/s',
        value: computePerSecond(folded, folded.cpuMs),
        ceiling: computePerSecond(folded, folded.ceilingMs),
        target: { atLeast: perSecond }
      },
      ...describeLatency('one fold', folded.foldsMs, { p99: { below: 2 } }),
      { what: 'alert events a report', value: events / reports },
      {
        what: 'alert events a report',
        unit: 'bytes',
        value: eventBytes / reports,
        target: { below: 450 }
      },
      { what: 'track folds a report', value: steps.folds / reports },
      { what: 'day steps a report', value: steps.days / reports }
    ]
  }
}

function foldLoad(engine: FoldEngine, load: LoadOptions, seconds: number) {
  const records = makeRecords(load)
  measureFold(engine, records, { seconds: 2 * seconds, days: fillingDays })
  const before = { ...foldWork }
  const folded = measureFold(engine, records, { seconds })
  const steps = {
    folds: foldWork.folds - before.folds,
    days: foldWork.days - before.days
  }
  return { folded, steps }
}

function computePerSecond({ reports }: Folded, ms: number): number {
  return (reports / ms) * 1000
}

/** The same reports under four handlings and under one. */
async function measureLevels({ seconds }: BenchOptions): Promise<readonly Figure[]> {
  const one = foldLoad(openTheatre(allRules), sparse, seconds).folded
  const handlings = ['public', 'partners', 'internal', 'restricted'] as const
  const four = foldLoad(openTheatre(allRules), { ...sparse, handlings }, seconds).folded
  const value = computePerSecond(one, one.cpuMs) / computePerSecond(four, four.cpuMs)
  return [{ what: 'time with four handlings to time with one', value, target: { below: 2.7 } }]
}

async function measureCrowds(options: BenchOptions): Promise<readonly Figure[]> {
  const count = chooseSize(options, crowdReports)
  return crowds.flatMap(crowd => {
    const runs = Array.from({ length: crowdRuns }, () => foldCrowd(crowd, count))
    return describeCrowd(crowd.what, listLeast(runs), count)
  })
}

/** The least time of each record of the runs; the first is a tick. */
function listLeast(runs: readonly Folded[]): readonly number[] {
  const [, ...times] = runs[0]!.foldsMs.map((_, i) =>
    Math.min(...runs.map(({ foldsMs }) => foldsMs[i]!))
  )
  return times
}

function describeCrowd(what: string, foldsMs: readonly number[], count: number): readonly Figure[] {
  const half = count / 2
  const sum = (samples: readonly number[]) => samples.reduce((total, ms) => total + ms, 0)
  return [
    ...describeLatency(what, foldsMs, { p99: { below: 5 } }),
    {
      what: `${what}: second half to first`,
      value: sum(foldsMs.slice(half)) / sum(foldsMs.slice(0, half)),
      // A short crowd is still growing into groups of all its sources.
      target: count === crowdReports ? { below: 2 } : undefined
    }
  ]
}

function foldCrowd({ makeRecord }: Crowd, count: number): Folded {
  function* makeAll(): Generator<TheatreRecord> {
    yield crowdTick
    for (let i = 0; i < count; i++) yield makeRecord(i)
  }
  return measureFold(openFold(allRules), makeAll(), { seconds: Number.POSITIVE_INFINITY })
}

/**
 * The memory that a retained report takes, beside the heap of the same reports decoded in a list,
 * which is the least that objects take.
 */
async function measureMemory(): Promise<readonly Figure[]> {
  setFlagsFromString('--expose-gc')
  const collectGarbage = runInNewContext('gc') as () => void
  const readBytes = () => {
    collectGarbage()
    const { heapUsed, arrayBuffers } = process.memoryUsage()
    return heapUsed + arrayBuffers
  }
  const list: unknown[] = []
  const blankBytes = readBytes()
  for (const record of decodeWindow(memoryPerDay))
    if (record.type === 'report.received') list.push(record.data)
  const ceiling = (readBytes() - blankBytes) / list.length
  list.length = 0
  const emptyBytes = readBytes()
  const engine = openFold(allRules)
  for (const record of decodeWindow(memoryPerDay)) engine.fold(record)
  const reports = engine.countReports()
  const value = (readBytes() - emptyBytes) / reports
  const what = `memory of a report, ${reports} retained`
  return [{ what, unit: 'bytes', value, ceiling, target: { below: 1500 } }]
}

/** As they come out of a log: no record shares an object with another. */
function* decodeWindow(reportsPerDay: number): Generator<TheatreRecord> {
  let days = 0
  for (const record of makeRecords({ reportsPerDay, latePer100: 0 })) {
    if (record.type === 'clock.ticked') days += 1
    if (days > defaultRetentionDays) return
    const decoded = decodeTheatreRecord(encodeAsLogged(record))
    if (decoded.kind !== 'decoded') throw new Error(`a record can't be read: ${decoded.kind}`)
    yield decoded.record
  }
}
