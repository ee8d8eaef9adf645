// Bench `rules`: decoded records through the rules of one theatre on one core, with the alert
// events encoded, hashed and written; crowds of one village and day; handling levels; and the memory
// of a retained report.

import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { decodeTheatreRecord } from '@tocsin/contracts/record/records'
import { defaultRetentionDays } from '@tocsin/domain/fold/retention'
import type { RuleVersion, TheatreRecord } from '@tocsin/domain/record/theatre-record'
import { allRules, openEngine } from './load/fold-engine.ts'
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
    const folded = foldLoad(load, seconds, rules)
    const ceiling = computePerSecond(folded, folded.ceilingMs)
    return [
      {
        what: 'reports one by one',
        unit: '/s',
        value: computePerSecond(folded, folded.oneByOneMs),
        ceiling,
        target: { atLeast: perSecond }
      },
      {
        what: 'reports 64 together',
        unit: '/s',
        value: computePerSecond(folded, folded.togetherMs),
        ceiling
      },
      ...describeLatency('one fold', folded.foldsMs, { p99: { below: 2 } }),
      {
        what: 'alert events a report',
        unit: 'bytes',
        value: folded.eventBytes / folded.reports,
        target: { below: 450 }
      }
    ]
  }
}

function foldLoad(load: LoadOptions, seconds: number, rules = allRules): Folded {
  const [oneByOne, together] = [openEngine(rules), openEngine(rules)]
  const records = makeRecords(load)
  measureFold(oneByOne, together, records, { seconds: 2 * seconds, days: fillingDays })
  return measureFold(oneByOne, together, records, { seconds })
}

function computePerSecond({ reports }: Folded, ms: number): number {
  return (reports / ms) * 1000
}

/** The same reports under four handlings and under one. */
async function measureLevels({ seconds }: BenchOptions): Promise<readonly Figure[]> {
  const one = foldLoad(sparse, seconds)
  const handlings = ['public', 'partners', 'internal', 'restricted'] as const
  const four = foldLoad({ ...sparse, handlings }, seconds)
  const value = computePerSecond(one, one.oneByOneMs) / computePerSecond(four, four.oneByOneMs)
  return [{ what: 'time with four handlings to time with one', value, target: { below: 2.7 } }]
}

async function measureCrowds(options: BenchOptions): Promise<readonly Figure[]> {
  const count = chooseSize(options, crowdReports)
  return crowds.flatMap(crowd => {
    const runs = Array.from({ length: crowdRuns }, () => foldCrowd(crowd, count))
    const foldsMs = Array.from({ length: count }, (_, i) => Math.min(...runs.map(run => run[i]!)))
    const half = count / 2
    const sum = (samples: readonly number[]) => samples.reduce((total, ms) => total + ms, 0)
    return [
      ...describeLatency(crowd.what, foldsMs, { p99: { below: 5 } }),
      {
        what: `${crowd.what}: second half to first`,
        value: sum(foldsMs.slice(half)) / sum(foldsMs.slice(0, half)),
        // A short crowd is still growing into groups of all its sources.
        target: count === crowdReports ? { below: 2 } : undefined
      }
    ]
  })
}

function foldCrowd({ makeRecord }: Crowd, count: number): readonly number[] {
  function* makeAll(): Generator<TheatreRecord> {
    yield crowdTick
    for (let i = 0; i < count; i++) yield makeRecord(i)
  }
  const limits = { seconds: Number.POSITIVE_INFINITY }
  return measureFold(openEngine(allRules), openEngine(allRules), makeAll(), limits).foldsMs.slice(1)
}

/**
 * The heap that a retained report takes, beside that of the same reports decoded in a list, which is
 * the least that it can be.
 */
async function measureMemory(): Promise<readonly Figure[]> {
  setFlagsFromString('--expose-gc')
  const collectGarbage = runInNewContext('gc') as () => void
  const readHeap = () => {
    collectGarbage()
    return process.memoryUsage().heapUsed
  }
  const list: unknown[] = []
  const blankBytes = readHeap()
  for (const record of decodeWindow(memoryPerDay))
    if (record.type === 'report.received') list.push(record.data)
  const ceiling = (readHeap() - blankBytes) / list.length
  list.length = 0
  const engine = openEngine(allRules)
  const emptyBytes = readHeap()
  for (const record of decodeWindow(memoryPerDay)) engine.fold(record)
  const value = (readHeap() - emptyBytes) / engine.reportCount
  const what = `heap of a report, ${engine.reportCount} retained`
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
