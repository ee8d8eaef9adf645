// Bench `rules`: decoded records through the rules of one theatre on one core, with the alert
// events encoded, hashed and written; crowds of one village and day; handling levels; and the memory
// of a retained report. The present engine and the next one fold the same records by turns.

import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { decodeTheatreRecord } from '@tocsin/contracts/record/records'
import type { RuleVersion, TheatreRecord } from '@tocsin/domain/record/theatre-record'
import { foldWork } from '@tocsin/engine/rules/fold/track'
import { defaultRetentionDays } from '@tocsin/engine/theatre/engine'
import { allRules, type FoldEngine, openEngine } from './load/fold-engine.ts'
import {
  encodeAsLogged,
  type Folded,
  type MeasuredEngines,
  measureFold,
  type Side
} from './load/fold-measure.ts'
import { openNextEngine } from './load/next-engine.ts'
import {
  type Crowd,
  crowds,
  crowdTick,
  type LoadOptions,
  makeRecords
} from './load/theatre-records.ts'
import type { Figure, Target } from './runner/figures.ts'
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
    const { folded, steps } = foldLoad(load, seconds, rules)
    const ceiling = computePerSecond(folded, folded.ceilingMs)
    const present = computePerSecond(folded, folded.present.cpuMs)
    const next = computePerSecond(folded, folded.next.cpuMs)
    return [
      {
        what: 'reports one by one, next engine',
        unit: '/s',
        value: next,
        ceiling,
        target: { atLeast: perSecond }
      },
      { what: 'reports one by one, present engine', unit: '/s', value: present, ceiling },
      {
        what: 'reports 64 together, present engine',
        unit: '/s',
        value: computePerSecond(folded, folded.togetherMs),
        ceiling
      },
      { what: 'next engine to present engine', value: next / present, target: { atLeast: 5.5 } },
      ...describeLatency('one fold, next engine', folded.next.foldsMs, { p99: { below: 2 } }),
      ...describeLatency('one fold, present engine', folded.present.foldsMs),
      ...describeEvents('next', folded.next, folded.reports, { below: 450 }),
      ...describeEvents('present', folded.present, folded.reports),
      { what: 'track folds a report, next engine', value: steps.folds / folded.reports },
      { what: 'day steps a report, next engine', value: steps.days / folded.reports }
    ]
  }
}

function describeEvents(
  engine: string,
  { events, eventBytes }: Side,
  reports: number,
  target?: Target
): readonly Figure[] {
  return [
    { what: `alert events a report, ${engine} engine`, value: events / reports },
    {
      what: `alert events a report, ${engine} engine`,
      unit: 'bytes',
      value: eventBytes / reports,
      target
    }
  ]
}

function openEngines(rules = allRules): MeasuredEngines {
  return { present: openEngine(rules), together: openEngine(rules), next: openNextEngine(rules) }
}

function foldLoad(load: LoadOptions, seconds: number, rules = allRules) {
  const engines = openEngines(rules)
  const records = makeRecords(load)
  measureFold(engines, records, { seconds: 2 * seconds, days: fillingDays })
  const before = { ...foldWork }
  const folded = measureFold(engines, records, { seconds })
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
  const one = foldLoad(sparse, seconds).folded
  const handlings = ['public', 'partners', 'internal', 'restricted'] as const
  const four = foldLoad({ ...sparse, handlings }, seconds).folded
  const value =
    computePerSecond(one, one.present.cpuMs) / computePerSecond(four, four.present.cpuMs)
  return [{ what: 'time with four handlings to time with one', value, target: { below: 2.7 } }]
}

async function measureCrowds(options: BenchOptions): Promise<readonly Figure[]> {
  const count = chooseSize(options, crowdReports)
  return crowds.flatMap(crowd => {
    const runs = Array.from({ length: crowdRuns }, () => foldCrowd(crowd, count))
    return [
      ...describeCrowd(`${crowd.what}, next`, listLeast(runs.map(({ next }) => next)), count),
      ...describeLatency(`${crowd.what}, present`, listLeast(runs.map(({ present }) => present)))
    ]
  })
}

/** The least time of each record of the runs; the first is a tick. */
function listLeast(runs: readonly Side[]): readonly number[] {
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
  return measureFold(openEngines(), makeAll(), { seconds: Number.POSITIVE_INFINITY })
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
  const measureEngine = (name: string, open: typeof openEngine, target?: Target): Figure => {
    const emptyBytes = readBytes()
    const engine: FoldEngine = open(allRules)
    for (const record of decodeWindow(memoryPerDay)) engine.fold(record)
    const value = (readBytes() - emptyBytes) / engine.reportCount
    const what = `memory of a report, ${engine.reportCount} retained, ${name} engine`
    return { what, unit: 'bytes', value, ceiling, target }
  }
  return [
    measureEngine('next', openNextEngine, { below: 1500 }),
    measureEngine('present', openEngine)
  ]
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
