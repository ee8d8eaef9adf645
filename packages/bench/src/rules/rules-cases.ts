// The cases of bench `rules`: what is folded, by which rules, and the figures to reach.

import { defaultCompoundRules, defaultRules } from '@tocsin/domain/patterns/pattern-catalogue'
import type { RuleVersion } from '@tocsin/domain/record/theatre-record'
import type { TheatreOwner } from '@tocsin/rules/theatre/theatre-owner'
import { ticked } from '@tocsin/testing/report/record-builder'
import { archiveRecords, archiveTheatre, readArchive } from './archive-load.ts'
import { blockRules } from './block-rules.ts'
import { theAbducted } from './dense-load.ts'
import {
  blankOwner,
  type Folded,
  type FoldFigures,
  figuresOf,
  foldRecords,
  type Owners,
  ownerWith
} from './fold-measure.ts'
import { rulesLoad, theatre } from './rules-load.ts'

export interface CaseOptions {
  /** Of folding, for the cases of which the reports never end. */
  readonly seconds: number
  /** An archive in the columns of UCDP GED; null stands for made-up rows. */
  readonly file: string | null
  /** Of the case `abductions`. */
  readonly reports: number
  /** Whether cases with a throughput to reach fold the same records 64 together, too. */
  readonly together: boolean
}

/** Figures to reach; left out where there is none. */
export interface Reach {
  readonly perSecond?: number
  readonly p99Us?: number
  readonly longestUs?: number
  readonly bytesPerReport?: number
}

export interface RulesCase {
  readonly name: string
  readonly what: string
  readonly reach: Reach
  measure(options: CaseOptions): Promise<FoldFigures>
}

const seed = 20_241_120
/**
 * Runs of a short case: the least cost of each record counts, which reduces the effect of other
 * load.
 */
const shortRuns = 3
/**
 * The window is filled before the measurement: 820 days and what the longest baseline needs, or as
 * far as the time allows.
 */
const fillingDays = 900
const fillingSecondsMax = 60
const endless = { seconds: Number.POSITIVE_INFINITY, days: Number.POSITIVE_INFINITY } as const
export const allRules: readonly RuleVersion[] = [...defaultRules, ...defaultCompoundRules]

/** Source of the figures to reach: speed.md#rules. */
export const rulesCases: readonly RulesCase[] = [
  inWindow(
    'sparse',
    '10 a day in order',
    { reportsPerDay: 10, latePer100: 0 },
    { perSecond: 25_000, p99Us: 2000 }
  ),
  inWindow(
    'sparse-by-day',
    '10 a day, in any order within a day',
    { reportsPerDay: 10, latePer100: 0, shufflesDays: true },
    { perSecond: 25_000, p99Us: 2000 }
  ),
  inWindow(
    'dense',
    '100 a day in order',
    { reportsPerDay: 100, latePer100: 0 },
    { perSecond: 20_000, p99Us: 2000, longestUs: 20_000 }
  ),
  inWindow(
    'sparse-late',
    '10 a day, 20 % up to 14 days late',
    { reportsPerDay: 10, latePer100: 20 },
    { perSecond: 15_000, p99Us: 2000 }
  ),
  inWindow(
    'dense-late',
    '100 a day, 20 % up to 14 days late',
    { reportsPerDay: 100, latePer100: 20 },
    { perSecond: 15_000, p99Us: 2000 }
  ),
  {
    name: 'archive',
    what: 'an archive of 25 years in one theatre',
    reach: { perSecond: 10_000, bytesPerReport: 3000 },
    measure: options => archiveFigures(options, allRules)
  },
  {
    name: 'blocks',
    what: 'five building blocks over the same archive',
    reach: { perSecond: 60_000, bytesPerReport: 2000 },
    measure: options => archiveFigures(options, blockRules)
  },
  {
    name: 'abductions',
    what: 'abductions of one village and day, by five sources',
    reach: { p99Us: 5000 },
    measure: async ({ reports }) => abductionFigures(reports)
  }
]

function inWindow(
  name: string,
  what: string,
  load: Omit<Parameters<typeof rulesLoad>[0], 'seed'>,
  reach: Reach
): RulesCase {
  return {
    name,
    what,
    reach,
    measure: async ({ seconds, together }) => {
      const owners = ownersOf(() => ownerWith(allRules), together)
      const records = rulesLoad({ ...load, seed })
      foldRecords(owners, records, {
        seconds: Math.min(seconds * 2, fillingSecondsMax),
        days: fillingDays
      })
      return figuresOf(foldRecords(owners, records, { seconds, days: Number.POSITIVE_INFINITY }))
    }
  }
}

async function archiveFigures(
  { file, together }: CaseOptions,
  rules: readonly RuleVersion[]
): Promise<FoldFigures> {
  const archive = await readArchive(file, seed)
  const owners = ownersOf(() => blankOwner(archiveTheatre), together)
  return figuresOf(foldRecords(owners, archiveRecords(archive, rules, owners.oneByOne), endless))
}

function ownersOf(owner: () => TheatreOwner, together: boolean): Owners {
  return { oneByOne: owner(), together: together ? owner() : null }
}

function abductionFigures(reports: number): FoldFigures {
  const runs = Array.from({ length: shortRuns }, () => {
    const oneByOne = ownerWith(allRules)
    oneByOne.take(ticked('2016-03-02T00:00:00.000Z', { theatre }))
    return foldRecords({ oneByOne, together: null }, records(reports), endless)
  })
  return figuresOf(leastOf(runs as [Folded, ...Folded[]]))
}

function* records(reports: number) {
  for (let i = 0; i < reports; i++) yield theAbducted(i)
}

/** The least cost of each record over several runs of the same records. */
function leastOf(runs: readonly [Folded, ...Folded[]]): Folded {
  const [first] = runs
  const foldsMs = first.foldsMs.map((_, i) =>
    Math.min(...runs.map(run => run.foldsMs[i] as number))
  )
  const ceilingS = Math.min(...runs.map(run => run.ceilingS))
  return { ...first, foldsMs, spentS: Math.min(...runs.map(run => run.spentS)), ceilingS }
}
