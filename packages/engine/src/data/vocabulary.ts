// Categories and tactics as bits, and the numbers of grades and handlings. An incident has one
// category and any number of tactics.

import { type Handling, handlings } from '@tocsin/contracts/theatre/handling'
import {
  attackCategories,
  type Category,
  type Credibility,
  categories,
  type Reliability,
  tactics,
  violentCategories
} from '@tocsin/contracts/theatre/report'

export { type Category, categories, type Handling, handlings, tactics }
export type Tactic = (typeof tactics)[number]

const categoryBits: ReadonlyMap<string, number> = new Map(
  categories.map((name, index) => [name, 1 << index])
)
const tacticBits: ReadonlyMap<string, number> = new Map(
  tactics.map((name, index) => [name, 1 << index])
)

export function getCategoryBit(name: Category): number {
  return categoryBits.get(name)!
}

export function getCategoryName(bit: number): Category {
  return categories[31 - Math.clz32(bit)]!
}

/** The bits of some categories. */
export function makeCategoryMask(...names: readonly Category[]): number {
  return names.reduce((mask, name) => mask | getCategoryBit(name), 0)
}

/** True for a tactic of the vocabulary; any other (`other:…`) has no bit. */
export function isKnownTactic(name: string): name is Tactic {
  return tacticBits.has(name)
}

/** The bits of some tactics; those outside the vocabulary have none. */
export function makeTacticMask(names: readonly string[]): number {
  return names.reduce((mask, name) => mask | (tacticBits.get(name) ?? 0), 0)
}

export function listTacticNames(mask: number): Tactic[] {
  return tactics.filter((_, index) => (mask & (1 << index)) !== 0)
}

export const attackMask = makeCategoryMask(...attackCategories)
/** What happens once, on one day. */
export const violenceMask = makeCategoryMask(...violentCategories)
/** What lasts for days: each report covers a part. */
export const lastingMask = makeCategoryMask(
  'blockade',
  'movement-denied',
  'aid-denied',
  'imposed-rule'
)
export const statisticMask = makeCategoryMask('statistic')
export const advisoryMask = makeCategoryMask('advisory')

/** Names that identify no actor: two unknown perpetrators may be different. */
export const genericActors = [
  'unknown',
  'unknown actor',
  'unknown armed group',
  'unidentified',
  'unidentified actor',
  'unidentified armed group',
  'unidentified armed men',
  'unidentified gunmen',
  'armed group',
  'armed men',
  'gunmen',
  'bandits',
  'civilians',
  'protesters',
  'rioters'
] as const

/** Rank of a reliability: the best is 0, and F (cannot be judged) comes between C and D. */
const reliabilityOrder = 'ABCFDE'
export const unknownReliability = reliabilityOrder.indexOf('F')

export function getReliabilityRank(letter: Reliability): number {
  return reliabilityOrder.indexOf(letter)
}

/** Rank by credibility: the best is 0, and 6 (cannot be judged) comes between 3 and 4. */
export const credibilityRank = [6, 0, 1, 2, 4, 5, 3] as const
export const unknownCredibility: Credibility = 6
/** The worst rank with which a report counts: that of the unknown. */
export const maxUsableRank = 3

/** Boolean properties of a report, an incident or a place. */
export const flag = {
  /** Incident: a report is graded C3 or better, or of unknown grade. */
  usableGrade: 2,
  /** Incident: a report has a known grade that is usable. */
  gradeKnown: 4,
  /** Incident or place: its area is certain enough to trigger a rule by area. */
  areaCertain: 8,
  drill: 16,
  /** Both ends are instants. */
  exactTime: 32,
  /** The precision of the place is assumed from the decimals of the coordinates. */
  assumedPlace: 64,
  /** The settlement is the seat of an area of any level. */
  seat: 256,
  /** It is the seat of a first-level area. */
  areaSeat: 512,
  /** It is the seat of a country. */
  capital: 1024,
  /** The source states the first-level area, without contradicting its coordinates. */
  statedArea: 2048,
  /** All candidates of the place are in the first-level area. */
  areaInside: 4096,
  /** From a file of old news or an archive: it does not show that its source is live. */
  archived: 8192,
  /** Incident: a report is in a crowd of indistinguishable reports. */
  crowd: 16384
} as const
export const placeFlags =
  flag.assumedPlace | flag.seat | flag.areaSeat | flag.capital | flag.statedArea | flag.areaInside
