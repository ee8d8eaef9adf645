// report.json: the input, the rules, the results and the duration. Everything except `speed` is
// deterministic for a file and rules. Pure.

import type { RuleVersion } from '@tocsin/contracts/theatre/theatre-record'
import { formatTime } from '@tocsin/domain/space-time/event-time'
import type { ImportTally } from '@tocsin/intake/imports/import-tally'
import type { BacktestFigures } from './alert-figures.ts'
import type { ReadBacktest, ReleaseTally } from './backtest-reading.ts'
import type { BacktestPlan } from './backtest-records.ts'
import type { TheatreScope } from './known-items.ts'
import type { LabelFigures } from './label-figures.ts'
import type { NotifiedFigures } from './notified-figures.ts'
import type { PackComparison } from './pack-comparison.ts'
import { findTooCoarse, type TooCoarse } from './too-coarse.ts'

export interface BacktestReport extends BacktestFigures {
  readonly version: 1
  readonly file: string
  readonly format: string
  /** SHA-256, hex. */
  readonly fileSha256: string
  /** Path of the pack, or its name; null for the rules that a suite starts with. */
  readonly pack: string | null
  readonly reliability: string
  readonly theatres: TheatreScope
  readonly read: {
    readonly tally: ImportTally
    readonly reports: number
    /** What is to know about the file as a whole, such as the time of knowledge. */
    readonly notes: readonly string[]
    readonly countries: readonly string[]
    readonly sources: readonly string[]
    readonly knownBy: ReadBacktest['knownBy']
    /** What each release brought; empty for a single file. */
    readonly releases: readonly ReleaseTally[]
    /** When the first and the last item became known; null without items. */
    readonly from: string | null
    readonly to: string | null
  }
  readonly ruleVersions: readonly RuleVersion[]
  /**
   * Rules for which the file's places are too coarse or contradict their country, with the number
   * of such reports.
   */
  readonly tooCoarse: readonly TooCoarse[]
  /** Rules that raised no alert. */
  readonly silentRules: readonly string[]
  /** What people were notified of. */
  readonly told: NotifiedFigures
  /** What was found of the labels; null without labels. */
  readonly judged: LabelFigures | null
  /** The same of another pack over the same rows; null without one. */
  readonly compared: PackComparison | null
  /** Rules not run: they depend on reporters falling silent, and the file is an archive. */
  readonly rulesLeftOut: readonly string[]
  readonly speed: BacktestSpeed
}

export interface BacktestSpeed {
  readonly seconds: number
  readonly readSeconds: number
  readonly foldSeconds: number
  /** Of folding, including output. */
  readonly reportsPerSecond: number
  readonly alertBytes: number
}

export interface BacktestParts {
  readonly named: Pick<BacktestReport, 'file' | 'format' | 'fileSha256' | 'pack'>
  readonly read: ReadBacktest
  readonly plan: BacktestPlan
  readonly rulesLeftOut: readonly RuleVersion[]
  readonly figures: BacktestFigures
  readonly told: NotifiedFigures
  readonly judged: LabelFigures | null
  readonly compared: PackComparison | null
  readonly speed: Omit<BacktestSpeed, 'reportsPerSecond' | 'seconds'>
}

export function createBacktestReport({
  named,
  read,
  plan,
  rulesLeftOut,
  figures,
  told,
  judged,
  compared,
  speed
}: BacktestParts): BacktestReport {
  const { items, tally, notes, countries, sources, knownBy, releases } = read
  const reports = items.filter(({ kind }) => kind === 'report').length
  const at = (ms: number | undefined) => (ms === undefined ? null : formatTime(ms))
  const { readSeconds, foldSeconds } = speed
  return {
    version: 1,
    ...named,
    reliability: plan.reliability,
    theatres: plan.theatres,
    read: {
      tally,
      reports,
      countries,
      sources,
      notes,
      knownBy,
      releases,
      from: at(items[0]?.knownMs),
      to: at(items.at(-1)?.knownMs)
    },
    ruleVersions: plan.rules,
    rulesLeftOut: rulesLeftOut.map(({ ruleId }) => ruleId),
    tooCoarse: findTooCoarse(plan),
    silentRules: plan.rules
      .map(({ ruleId }) => ruleId)
      .filter(id => figures.rules[id] === undefined),
    ...figures,
    told,
    judged,
    compared,
    speed: {
      ...speed,
      seconds: readSeconds + foldSeconds,
      reportsPerSecond: foldSeconds === 0 ? 0 : Math.round(reports / foldSeconds)
    }
  }
}
