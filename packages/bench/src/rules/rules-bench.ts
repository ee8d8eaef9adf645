// Bench `rules`: decoded records through the rules of one theatre on one core, with the alert
// events written, one by one and 64 at once. Each case stands beside its ceiling, measured in the
// same run. Also the memory of a retained report, and thousands of reports of one day.

import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { UsageError } from '@tocsin/cli/terminal/output'
import { type FileShare, startProfile } from '../measure/cpu-profile.ts'
import { flamePicture } from '../measure/flame-picture.ts'
import { type DensePart, measureDense, renderedDense } from './dense-bench.ts'
import { type FoldFigures, ownerWith } from './fold-measure.ts'
import type { RetainedMemory } from './retained-memory.ts'
import { allRules, type Reach, type RulesCase, rulesCases } from './rules-cases.ts'

/** Source: speed.md#rules. */
const reachBytesPerRetained = 1500
const memoryPerDay = 10
const memorySeed = 20_241_120
const abductionsDefault = 400
const retainedMemoryFile = fileURLToPath(new URL('./retained-memory.ts', import.meta.url))
/** Files that make records and are not measured. */
const ofTheLoad = [
  'rules-load.ts',
  'record-builder.ts',
  'report-builder.ts',
  'fold-measure.ts',
  'archive-load.ts'
]

/** The cases that are no fold of one stream. */
const otherCases = ['memory', 'same-day'] as const

export interface CaseResult extends FoldFigures {
  readonly case: string
  readonly what: string
  readonly reach: Reach
  readonly reached: boolean
  /** Where the time of another run of it went, by file; left out unless a picture was asked for. */
  readonly profile?: readonly FileShare[]
}

export interface RulesBench {
  readonly bench: 'rules'
  readonly rules: number
  readonly cases: readonly CaseResult[]
  /** Null if it was not asked for. */
  readonly memory:
    | (RetainedMemory & { readonly reachBytes: number; readonly reached: boolean })
    | null
  readonly sameDay: readonly DensePart[]
  readonly reached: boolean
}

export interface RulesBenchOptions {
  readonly json: boolean
  readonly seconds: number
  /** One case by name; left out: all. */
  readonly case?: string
  readonly file?: string
  readonly reports?: number
  /** Where to write a flame picture of the case, SVG. */
  readonly flame?: string
}

/**
 * Measures and prints. Resolves with the figures; rejects with UsageError if there is no such case.
 */
export async function benchRules(options: RulesBenchOptions): Promise<RulesBench> {
  const { json, case: only } = options
  const names = [...rulesCases.map(({ name }) => name), ...otherCases]
  if (only !== undefined && !names.includes(only))
    throw new UsageError(`there is no case ${only}, only ${names.join(', ')}`)
  if (options.flame !== undefined && only === undefined)
    throw new UsageError('a flame picture shows one case: name it with --case')
  const isAsked = (name: string) => only === undefined || only === name
  if (!json) console.log(tableHead)
  const cases: CaseResult[] = []
  for (const one of rulesCases.filter(({ name }) => isAsked(name))) {
    const result = await measured(one, options)
    cases.push(result)
    if (!json) console.log(tableRow(result))
  }
  const memory = isAsked('memory') ? await retainedMemory() : null
  if (!json && memory !== null) console.log(memoryText(memory))
  const sameDay: DensePart[] = []
  for (const part of isAsked('same-day')
    ? measureDense(more => ownerWith([...allRules, ...more]).fold)
    : []) {
    sameDay.push(part)
    if (!json) console.log(renderedDense(part))
  }
  const reached = [...cases, ...(memory === null ? [] : [memory]), ...sameDay].every(
    part => part.reached
  )
  const result: RulesBench = {
    bench: 'rules',
    rules: allRules.length,
    cases,
    memory,
    sameDay,
    reached
  }
  if (!json)
    for (const { case: name, profile } of cases)
      if (profile !== undefined) console.log(`${name}: ${profileText(profile)}`)
  console.log(json ? JSON.stringify(result) : reached ? 'reached' : 'NOT reached')
  return result
}

async function measured(
  { name, what, reach, measure }: RulesCase,
  options: RulesBenchOptions
): Promise<CaseResult> {
  const { seconds, file = null, reports = abductionsDefault } = options
  const figures = await measure({ seconds, file, reports, together: true })
  const result = { case: name, what, ...figures, reach, reached: isReached(figures, reach) }
  if (options.flame === undefined) return result
  // A run of its own, one by one: a profiler takes a sixth of the time of what it looks at.
  const profiler = await startProfile(ofTheLoad)
  await measure({ seconds, file, reports, together: false })
  const { shares, whole } = await profiler.stop()
  const title = `${what}: ${Math.round(figures.perSecond)} reports/s, ${figures.meanUs} µs a report`
  await writeFile(options.flame, flamePicture(whole, { title, under: 'take theatre-owner.ts' }))
  return { ...result, profile: shares }
}

function isReached(figures: FoldFigures, { perSecond = 0, ...most }: Reach): boolean {
  const {
    p99Us = Number.POSITIVE_INFINITY,
    longestUs = Number.POSITIVE_INFINITY,
    bytesPerReport = Number.POSITIVE_INFINITY
  } = most
  const isFast =
    figures.perSecond >= perSecond && figures.p99Us < p99Us && figures.longestUs < longestUs
  return isFast && figures.bytesPerReport < bytesPerReport
}

async function retainedMemory(): Promise<RulesBench['memory']> {
  const args = ['--expose-gc', retainedMemoryFile, String(memoryPerDay), String(memorySeed)]
  const { stdout } = await promisify(execFile)(process.execPath, args)
  const memory = JSON.parse(stdout) as RetainedMemory
  return {
    ...memory,
    reachBytes: reachBytesPerRetained,
    reached: memory.bytesPerReport < reachBytesPerRetained
  }
}

// ---- as text ----

const columns = [
  ['case', 13],
  ['reports', 9],
  ['reports/s', 10],
  ['64 at once/s', 12],
  ['mean µs', 9],
  ['p50', 8],
  ['p99', 9],
  ['longest', 10],
  ['events', 7],
  ['bytes', 8],
  ['ceiling/s', 10],
  ['of it', 7],
  ['  to reach', 0]
] as const
const tableHead = columns
  .map(([name, width], i) => (i === 0 ? name.padEnd(width) : name.padStart(width)))
  .join(' ')

function tableRow(result: CaseResult): string {
  const { reports, perSecond, togetherPerSecond, meanUs, p50Us, p99Us, longestUs } = result
  const { eventsPerReport, bytesPerReport, ceilingPerSecond } = result
  const whole = (value: number) => Math.round(value).toLocaleString('en')
  const cells = [
    result.case,
    whole(reports),
    whole(perSecond),
    togetherPerSecond === null ? '–' : whole(togetherPerSecond),
    whole(meanUs),
    whole(p50Us),
    whole(p99Us),
    whole(longestUs),
    eventsPerReport.toFixed(2),
    whole(bytesPerReport),
    whole(ceilingPerSecond),
    `${((100 * perSecond) / ceilingPerSecond).toFixed(1)} %`,
    `  ${reachText(result.reach)}: ${result.reached ? 'reached' : 'SHORT'}`
  ]
  return cells
    .map((cell, i) => (i === 0 ? cell.padEnd(columns[0][1]) : cell.padStart(columns[i]?.[1] ?? 0)))
    .join(' ')
}

function reachText({ perSecond, p99Us, longestUs, bytesPerReport }: Reach): string {
  return [
    perSecond === undefined ? [] : `≥ ${perSecond.toLocaleString('en')}/s`,
    p99Us === undefined ? [] : `p99 < ${p99Us.toLocaleString('en')} µs`,
    longestUs === undefined ? [] : `longest < ${longestUs.toLocaleString('en')} µs`,
    bytesPerReport === undefined ? [] : `< ${bytesPerReport.toLocaleString('en')} bytes`
  ]
    .flat()
    .join(', ')
}

function memoryText({
  reports,
  bytesPerReport,
  ceilingBytesPerReport,
  reached
}: NonNullable<RulesBench['memory']>): string {
  const whole = (value: number) => value.toLocaleString('en')
  return (
    `memory: ${whole(bytesPerReport)} bytes a report with ${whole(reports)} retained; the decoded report alone takes ` +
    `${whole(ceilingBytesPerReport)} (< ${whole(reachBytesPerRetained)}: ${reached ? 'reached' : 'SHORT'})`
  )
}

function profileText(profile: readonly FileShare[]): string {
  return profile.map(({ file, share }) => `${file} ${Math.round(share * 100)} %`).join(', ')
}
