// Bench `rules`: decoded records through all default rules of one theatre on one core, at several densities and with reports that come late; the longest
// folds, of reports and of ticks; how the cost grows with what is retained, and what a retained report weighs. With where the time goes, by the program's own
// files.

import { Session } from 'node:inspector/promises'
import { basename } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { digest } from '@tocsin/contracts/json/digest'
import { defaultCompoundRules } from '@tocsin/domain/patterns/compound-catalogue'
import { defaultRules } from '@tocsin/domain/patterns/pattern-catalogue'
import type { TheatrePayload, TheatreRecord } from '@tocsin/domain/record/theatre-record'
import { TheatreFold } from '@tocsin/domain/theatre/theatre-fold'
import { sourceConfigured, theatreConfigured } from '@tocsin/testing/report/record-builder'
import { quantilesOf } from '../measure/quantiles.ts'
import { type DensePart, measureDense, renderedDense } from './dense-bench.ts'
import { rulesLoad, theatre } from './rules-load.ts'

/** Reach. Source: speed.md#rules. */
const reach = { inOrderPerSecond: 80_000, latePerSecond: 10_000, foldP99Ms: 5 } as const
/**
 * Reports a day. A country in its worst year has 4.4 (UCDP GED 21.1, West Africa, 1989 to 2017); 300,000 reports of 30 years in one theatre are 27. Ten and a
 * hundred are more than any one source tells of a country: many sources, or many countries in one theatre.
 */
const densities = { country: 4.4, region: 27, sparse: 10, dense: 100 } as const
/** First-level areas of one country. */
const countryAreas = 12
const latePer100 = 20
const batchMax = 5_000
const seed = 20_241_120

const allRules = [...defaultRules, ...defaultCompoundRules]

export interface RulesPart {
  readonly what: string
  readonly reportsPerDay: number
  readonly latePer100: number
  readonly reports: number
  readonly perSecond: number
  readonly microsPerReport: number
  /** Of all records. */
  readonly foldP50Ms: number
  readonly foldP99Ms: number
  readonly foldMaxMs: number
  readonly reportP99Ms: number
  readonly tickP99Ms: number
  /** Cost of a report when the window is full, against when a tenth of it was. */
  readonly growth: number
  readonly retainedReports: number
  readonly bytesPerRetained: number
  readonly alerts: number
  readonly alertEvents: number
  /** Alert events for each 100 reports. */
  readonly eventsPer100: number
  /** Share of the time by file, the greatest first. */
  readonly profile: readonly { readonly file: string; readonly share: number }[]
}

export interface RulesBench {
  readonly bench: 'rules'
  readonly rules: number
  readonly parts: readonly RulesPart[]
  readonly dense: readonly DensePart[]
  readonly reached: boolean
}

/** Measures and prints; each part folds for about `seconds` of the processor's time, at least until its window is full. */
export async function benchRules({ json, seconds }: { readonly json: boolean; readonly seconds: number }): Promise<RulesBench> {
  const parts: RulesPart[] = []
  for (const [what, reportsPerDay, late, more] of [
    ['a country in its worst year', densities.country, 0, { areas: countryAreas }],
    ['300,000 in 30 years', densities.region, latePer100, {}],
    ['sparse, in order', densities.sparse, 0, {}],
    ['sparse, in order by day alone', densities.sparse, 0, { shufflesDays: true }],
    ['dense, in order', densities.dense, 0, {}],
    ['sparse, late', densities.sparse, latePer100, {}],
    ['dense, late', densities.dense, latePer100, {}]
  ] as const) {
    const load = rulesLoad({ reportsPerDay, latePer100: late, seed, ...more })
    const part = await measure({ what, reportsPerDay, latePer100: late }, load, seconds)
    parts.push(part)
    if (!json) console.log(rendered(part))
  }
  const dense: DensePart[] = []
  for (const part of measureDense(begun)) {
    dense.push(part)
    if (!json) console.log(renderedDense(part))
  }
  const reached = parts.every(isReached) && dense.every(part => part.reached)
  const result: RulesBench = { bench: 'rules', rules: allRules.length, parts, dense, reached }
  console.log(json ? JSON.stringify(result) : result.reached ? 'reached' : 'NOT reached')
  return result
}

function isReached(part: RulesPart): boolean {
  const perSecond = part.latePer100 === 0 ? reach.inOrderPerSecond : reach.latePerSecond
  return part.perSecond >= perSecond && part.foldP99Ms < reach.foldP99Ms
}

async function measure(
  of: Pick<RulesPart, 'what' | 'reportsPerDay' | 'latePer100'>,
  load: Generator<TheatreRecord>,
  seconds: number
): Promise<RulesPart> {
  const fold = begun()
  // The window: 820 days and what the longest baseline needs before, or as far as the time allows.
  const heapBefore = heapUsed()
  const filling = foldFor(fold, load, Math.min(seconds * 2, 60), 900)
  const profiler = await startProfile()
  const steady = foldFor(fold, load, seconds, Number.POSITIVE_INFINITY)
  const profile = await profiler.stop()
  const folds = quantilesOf([...steady.reportsMs, ...steady.ticksMs])
  const retainedReports = fold.reportCount
  const early = filling.firstTenthMicros
  return {
    ...of,
    reports: filling.reports + steady.reports,
    perSecond: Math.round(steady.reports / steady.spentS),
    microsPerReport: round((steady.spentS * 1e6) / steady.reports),
    foldP50Ms: round(folds.p50Ms, 4),
    foldP99Ms: round(folds.p99Ms, 4),
    foldMaxMs: round(folds.maxMs),
    reportP99Ms: round(quantilesOf(steady.reportsMs).p99Ms, 4),
    tickP99Ms: round(quantilesOf(steady.ticksMs).p99Ms, 4),
    growth: round((steady.spentS * 1e6) / steady.reports / early),
    retainedReports,
    bytesPerRetained: Math.round((heapUsed() - heapBefore) / Math.max(1, retainedReports)),
    alerts: fold.alerts.size,
    alertEvents: filling.events + steady.events,
    eventsPer100: Math.round((100 * (filling.events + steady.events)) / (filling.reports + steady.reports)),
    profile
  }
}

function begun(): TheatreFold {
  const fold = new TheatreFold(theatre, digest)
  const time = '2015-01-01T00:00:00.000Z'
  fold.apply(theatreConfigured({ id: theatre }, time))
  for (const rule of allRules) {
    const payload: TheatrePayload = { type: 'rule.configured', data: rule }
    fold.apply({ ...payload, theatre, time, id: digest('rule', rule.ruleId) } as TheatreRecord)
  }
  for (const id of ['wire-1', 'wire-2', 'wire-3', 'radio-1', 'radio-2'])
    fold.apply(sourceConfigured({ id, reliability: 'B', latenessDays: 14, cadenceDays: 30 }, { theatre, time }))
  return fold
}

interface Folded {
  readonly reports: number
  readonly events: number
  readonly spentS: number
  readonly reportsMs: readonly number[]
  readonly ticksMs: readonly number[]
  /** Cost of a report in the first tenth of the days, µs. */
  readonly firstTenthMicros: number
}

/** Folds for so many seconds of processor time, or so many days, whichever comes first. Making the records is not measured. */
function foldFor(fold: TheatreFold, load: Generator<TheatreRecord>, seconds: number, days: number): Folded {
  const [reportsMs, ticksMs]: [number[], number[]] = [[], []]
  let [reports, events, spentMs, day, tenth] = [0, 0, 0, 0, 0]
  while (spentMs < seconds * 1000 && day < days) {
    const batch = Array.from({ length: batchMax }, () => load.next().value as TheatreRecord)
    for (const record of batch) {
      const began = performance.now()
      const { alerts } = fold.apply(record)
      const tookMs = performance.now() - began
      spentMs += tookMs
      events += alerts.length
      if (record.type === 'clock.ticked') {
        day += 1
        ticksMs.push(tookMs)
      } else {
        reports += 1
        reportsMs.push(tookMs)
      }
    }
    if (tenth === 0 && day >= days / 10) tenth = (spentMs * 1000) / reports
  }
  return {
    reports,
    events,
    spentS: spentMs / 1000,
    reportsMs,
    ticksMs,
    firstTenthMicros: tenth === 0 ? (spentMs * 1000) / reports : tenth
  }
}

async function startProfile(): Promise<{ stop(): Promise<RulesPart['profile']> }> {
  const session = new Session()
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.setSamplingInterval', { interval: 500 })
  await session.post('Profiler.start')
  return {
    async stop() {
      const { profile } = await session.post('Profiler.stop')
      session.disconnect()
      const samples = new Map<number, number>()
      for (const id of profile.samples ?? []) samples.set(id, (samples.get(id) ?? 0) + 1)
      const byFile = new Map<string, number>()
      let total = 0
      for (const node of profile.nodes) {
        const count = samples.get(node.id) ?? 0
        const { url, functionName } = node.callFrame
        if (functionName === '(idle)' || url.endsWith('rules-load.ts') || url.endsWith('-builder.ts')) continue
        const file = url === '' ? functionName || 'native' : basename(url)
        total += count
        byFile.set(file, (byFile.get(file) ?? 0) + count)
      }
      const shares = [...byFile].map(([file, count]) => ({ file, share: round(count / total, 3) }))
      return shares.sort((a, b) => b.share - a.share).slice(0, 16)
    }
  }
}

function heapUsed(): number {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
  return process.memoryUsage().heapUsed
}

function round(value: number, digits = 2): number {
  return Number(value.toFixed(digits))
}

function rendered(part: RulesPart): string {
  const count = (n: number) => n.toLocaleString('en')
  const asked = part.latePer100 === 0 ? reach.inOrderPerSecond : reach.latePerSecond
  return [
    `${part.what} (${part.reportsPerDay} a day, ${part.latePer100} % late): ${count(part.perSecond)} reports/s, ${part.microsPerReport} µs each (reach ≥ ${count(asked)}/s)`,
    `  one fold: p50 ${part.foldP50Ms}, p99 ${part.foldP99Ms}, longest ${part.foldMaxMs} ms (reach p99 < ${reach.foldP99Ms} ms); ${part.growth} times the cost of the first days`,
    `  p99 of reports ${part.reportP99Ms}, of ticks ${part.tickP99Ms} ms`,
    `  ${count(part.retainedReports)} reports retained, ${count(part.bytesPerRetained)} bytes each; ${count(part.reports)} folded: ${count(part.alerts)} alerts kept, ${count(part.alertEvents)} events, ${part.eventsPer100} for each 100 reports`,
    `  ${part.profile.map(({ file, share }) => `${file} ${Math.round(share * 100)} %`).join(', ')}`
  ].join('\n')
}
