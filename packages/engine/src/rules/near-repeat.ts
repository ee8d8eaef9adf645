// Near repeat: attacks of the same kind, or by the same actor, recur in a neighbourhood within weeks.
// Explosions repeat among themselves, at shorter distances and times.

import type { Incidents } from '../data/incidents.ts'
import {
  attackMask,
  getCategoryName,
  makeCategoryMask,
  makeTacticMask
} from '../data/vocabulary.ts'
import { formatCell } from './cells.ts'
import {
  type Assessment,
  type Candidates,
  type ClusterRule,
  type ClusterView,
  linkedOnly,
  neverCore,
  notLinked,
  orderLevels
} from './cluster-rule.ts'
import { type AnyRuleDefinition, defineRule } from './definition.ts'
import { hasUsableGrade } from './families.ts'
import { genericActorsParameter, makePerpetratorList } from './perpetrators.ts'
import { areNear, hasPoint, readPlaceName } from './place-of-incident.ts'
import type { RuleBase } from './rule-base.ts'

const source = 'patterns.md#near-repeat'
const explosion = makeCategoryMask('explosion')
const bomb = makeTacticMask(['ied'])
/** An attack has a density for its kind, and one for each of this many actors. */
const actorsCounted = 3

interface NearRepeatParameters {
  readonly radiusKm: number
  readonly windowDays: number
  readonly explosionKm: number
  readonly explosionDays: number
  readonly incidentsMin: number
  readonly quietDays: number
  readonly hotRate: number
  readonly rateDays: number
  readonly longestDays: number
  readonly genericActors: readonly string[]
}

const atKonna = { settlement: 'Konna', admin1: 'ML-5', lat: 14.94, lon: -3.89 }
const nearKonna = { ...atKonna, lat: 14.99, lon: -3.85 }
const atKonnaAgain = { ...atKonna, lat: 14.95 }
const atBoni = { category: 'explosion' as const, settlement: 'Boni', admin1: 'ML-5', radiusKm: 0.5 }

export const nearRepeat: AnyRuleDefinition = defineRule<NearRepeatParameters>({
  id: 'near-repeat',
  handbook: {
    says: 'The same actor, or attacks of the same kind, return to one neighbourhood.',
    levels: 'One attack more than `incidentsMin`; a death.',
    ends: '`quietDays` without another attack, or an age of `longestDays`.',
    comesBack: 'Only its own reports: an attack that is linked to one of them.'
  },
  severities: ['minor', 'moderate', 'severe'],
  parameters: {
    radiusKm: {
      default: 20,
      unit: 'km',
      meaning: 'maximum distance of a repeat',
      source: 'patterns.md#near-repeat; PMC6800342',
      max: 100
    },
    windowDays: {
      default: 28,
      unit: 'days',
      meaning: 'maximum time between attacks of a repeat',
      source: 'patterns.md#near-repeat; PMC6800342: 4 to 10 weeks',
      min: 1,
      max: 365
    },
    explosionKm: {
      default: 1,
      unit: 'km',
      meaning: 'maximum distance of a repeated explosion',
      source: 'patterns.md#near-repeat; Townsley 2008',
      max: 100
    },
    explosionDays: {
      default: 2,
      unit: 'days',
      meaning: 'maximum time between explosions of a repeat',
      source: 'patterns.md#near-repeat; Townsley 2008',
      max: 365
    },
    incidentsMin: {
      default: 3,
      unit: 'incidents',
      meaning: 'attacks needed for entry',
      source,
      min: 2,
      max: 20
    },
    quietDays: {
      default: 70,
      unit: 'days',
      meaning: 'quiet time that ends it',
      source,
      min: 1,
      max: 365
    },
    hotRate: {
      default: 1,
      unit: 'incidents per window',
      meaning: "a cell's own past rate above which a repeat there raises nothing",
      source: 'our choice: as the hot cells of patterns.md#front'
    },
    rateDays: {
      default: 364,
      unit: 'days',
      meaning: 'period of this rate',
      source: 'as patterns.md#sustained-threat',
      min: 1,
      max: 3660
    },
    longestDays: {
      default: 365,
      unit: 'days',
      meaning: 'age at which it ends although attacks continue: they are usual there',
      source: 'our choice: a hot cell must not keep it open for ever',
      min: 1
    },
    genericActors: genericActorsParameter
  },
  examples: [
    {
      name: 'a third attack by the same actor within four weeks and 20 km',
      given: [
        { at: '2025-03-01', category: 'attack', ...atKonna, actor: 'JNIM' },
        { at: '2025-03-10', category: 'ambush', ...nearKonna, actor: 'jnim ' },
        { at: '2025-03-25', category: 'shelling', ...atKonnaAgain, actor: 'JNIM' }
      ],
      horizon: '2025-04-01',
      expect: [{ group: { near: 'Konna' }, level: 1, open: true }]
    },
    {
      name: 'different kinds by unknown perpetrators are not a repeat',
      given: [
        { at: '2025-03-01', category: 'attack', ...atKonna, actor: 'unknown' },
        { at: '2025-03-10', category: 'ambush', ...nearKonna, actor: 'unknown' },
        { at: '2025-03-25', category: 'shelling', ...atKonnaAgain, actor: 'unknown' }
      ],
      horizon: '2025-04-01',
      expect: []
    },
    {
      name: 'a fourth attack and deaths escalate it',
      given: [
        { at: '2025-03-01', category: 'attack', ...atKonna },
        { at: '2025-03-10', category: 'attack', ...nearKonna },
        { at: '2025-03-25', category: 'attack', ...atKonnaAgain },
        { at: '2025-05-01', category: 'attack', ...atKonnaAgain, deaths: [1, 2, 2] }
      ],
      horizon: '2025-05-10',
      expect: [{ group: { near: 'Konna' }, level: 3, open: true }]
    },
    {
      name: 'three explosions within a kilometre and two days; ten quiet weeks end it',
      given: [
        { at: '2025-03-01', ...atBoni, lat: 15.07, lon: -2.22 },
        { at: '2025-03-02', ...atBoni, lat: 15.071, lon: -2.22 },
        { at: '2025-03-03', ...atBoni, lat: 15.07, lon: -2.222 }
      ],
      horizon: '2025-06-01',
      expect: [{ group: { near: 'Boni' }, level: 1, open: false }]
    }
  ],
  texts: {
    en: {
      headline: 'Attacks repeat near {area}: {value} since {from}',
      why: '{value} attacks of one kind or by one actor near {area} since {from}. Threshold: {threshold} within {radiusKm} km and {windowDays} days; of explosions within {explosionKm} km and {explosionDays} days. Where so many are usual, they raise nothing.',
      ends: '{quietDays} days without another, or an age of {longestDays} days, when they count as usual there',
      measure: 'attacks of one kind or by one actor',
      levels: ['attacks repeat', 'one attack more', 'deaths']
    },
    fr: {
      headline: 'Attaques répétées près de {area} : {value} depuis le {from}',
      why: '{value} attaques du même type ou du même auteur près de {area} depuis le {from}. Seuil : {threshold} à moins de {radiusKm} km et {windowDays} jours ; pour les explosions, à moins de {explosionKm} km et {explosionDays} jours. Là où autant d’attaques sont habituelles, il n’y a pas d’alerte.',
      ends: '{quietDays} jours sans nouvelle attaque, ou un âge de {longestDays} jours : elles sont alors habituelles',
      measure: 'attaques du même type ou du même auteur',
      levels: ['attaques répétées', 'une attaque de plus', 'des morts']
    }
  },
  looksBack: ({
    rateDays,
    windowDays,
    explosionDays,
    quietDays
  }): Readonly<Record<string, number>> =>
    explosionDays > windowDays
      ? { rateDays, explosionDays, quietDays }
      : { rateDays, windowDays, quietDays },
  make: makeNearRepeat
})

function makeNearRepeat(
  parameters: NearRepeatParameters,
  base: Pick<RuleBase, 'id' | 'pattern'>
): ClusterRule {
  const { radiusKm, windowDays, explosionKm, explosionDays, incidentsMin } = parameters
  const { quietDays, hotRate, rateDays, longestDays, genericActors } = parameters
  const listActors = makePerpetratorList(genericActors)
  const getWindow = (incidents: Incidents, row: number) =>
    isExplosion(incidents, row) ? explosionDays : windowDays
  const getPointKm = (incidents: Incidents, row: number) =>
    isExplosion(incidents, row) ? explosionKm : radiusKm
  const windows = Math.max(1, Math.floor(rateDays / windowDays))
  const linkKm = Math.max(radiusKm, explosionKm)
  return {
    ...base,
    includes: (incidents, row) => {
      const { category, fromDay, toDay } = incidents.columns
      const isAttack = (category[row]! & attackMask) !== 0
      const isShort = toDay[row]! - fromDay[row]! < Math.max(1, getWindow(incidents, row))
      return (
        isAttack &&
        isShort &&
        hasUsableGrade(incidents, row) &&
        hasPoint(incidents, row, getPointKm(incidents, row))
      )
    },
    listPlaceNeeds: (incidents, row) =>
      (incidents.columns.category[row]! & attackMask) === 0
        ? []
        : [{ withinKm: getPointKm(incidents, row) }],
    linkKm,
    linkDays: Math.max(quietDays, windowDays, explosionDays),
    getPointKm,
    getLink(candidates) {
      const { incidents, a, b, daysApart } = candidates
      const isBomb = isExplosion(incidents, a)
      if (isBomb !== isExplosion(incidents, b)) return notLinked
      const km = isBomb ? explosionKm : radiusKm
      if (km < linkKm && !areNear(incidents, a, b, km)) return notLinked
      const kinds = isBomb ? 1 : findLikeness(candidates, listActors)
      if (kinds === 0) return notLinked
      // An attack counts those before it: the window ends with it.
      const { fromDay } = incidents.columns
      const isInWindow = daysApart <= getWindow(incidents, a) && fromDay[b]! <= fromDay[a]!
      return isInWindow ? kinds : linkedOnly
    },
    // Two of a kind and two by an actor are not four.
    minPoints: new Array<number>(1 + actorsCounted).fill(incidentsMin),
    hotCell: {
      pastDays: windows * windowDays,
      gapDays: windowDays,
      getHotCount: (incidents, row) =>
        Math.floor((hotRate * windows * windowDays) / getWindow(incidents, row)) + 1,
      minPoints: neverCore
    },
    quietDays,
    maxDays: longestDays,
    assess: cluster => assessRepeats(cluster, incidentsMin),
    readGroup: ({ incidents, firstRow }) => ({
      near: readPlaceName(incidents, firstRow),
      cell: formatCell(incidents, firstRow),
      kind: isExplosion(incidents, firstRow)
        ? 'explosion'
        : getCategoryName(incidents.columns.category[firstRow]!)
    })
  }
}

/** One attack more than needed, and a death, are a level each. */
function assessRepeats(cluster: ClusterView, incidentsMin: number): Assessment {
  const { fromDay } = cluster.incidents.columns
  const entryDay = cluster.findEntryDay()
  const moreDay = cluster.size > incidentsMin ? cluster.getMemberDay(incidentsMin + 1) : 0
  const fatal = cluster.listByTime().find(row => isFatal(cluster.incidents, row))
  const levels = orderLevels(entryDay, [moreDay, fatal === undefined ? 0 : fromDay[fatal]!])
  return { ...levels, nextLevelSize: levels.levelDays.length === 3 ? neverCore : 0 }
}

function isExplosion({ columns }: Incidents, row: number): boolean {
  return columns.category[row] === explosion || (columns.tactics[row]! & bomb) !== 0
}

/** A mask: 1 for one kind, and a bit for each of the first actors of `a` that `b` shares. */
function findLikeness(
  { incidents, a, b }: Candidates,
  listActors: (incidents: Incidents, row: number) => readonly number[]
): number {
  const { category } = incidents.columns
  let kinds = category[a] === category[b] ? 1 : 0
  const [actors, others] = [listActors(incidents, a), listActors(incidents, b)]
  if (actors.length === 0 || others.length === 0) return kinds
  for (let index = 0; index < actors.length; index++)
    if (others.includes(actors[index]!)) kinds |= 2 << Math.min(index, actorsCounted - 1)
  return kinds
}

/** Deaths are certain or likely; a highest figure alone does not show that anybody died. */
function isFatal({ columns }: Incidents, row: number): boolean {
  return columns.low[row]! > 0 || columns.best[row]! > 0
}
