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
import { defineParameters, defineRule, type LookBack } from './definition.ts'
import { expectEnded, expectNone, expectOpen, makeExample, reportOn } from './examples.ts'
import { genericActorsParameter, makePerpetratorList } from './perpetrators.ts'
import {
  areNear,
  haveSpots,
  isPreciseAttack,
  readPlaceName,
  type Spot
} from './place-of-incident.ts'

const source = 'patterns.md#near-repeat'
const explosion = makeCategoryMask('explosion')
const bomb = makeTacticMask(['ied'])
/** An attack has a density for its kind, and one for each of this many actors. */
const actorsCounted = 3

const atKonna = { settlement: 'Konna', admin1: 'ML-5', lat: 14.94, lon: -3.89 }
const nearKonna = { ...atKonna, lat: 14.99, lon: -3.85 }
const atKonnaAgain = { ...atKonna, lat: 14.95 }
const atBoni = { category: 'explosion' as const, settlement: 'Boni', admin1: 'ML-5', radiusKm: 0.5 }

const parameters = {
  ...defineParameters(source, {
    radiusKm: [
      20,
      'km',
      'maximum distance of a repeat',
      { source: 'patterns.md#near-repeat; PMC6800342', max: 100 }
    ],
    windowDays: [
      28,
      'days',
      'maximum time between attacks of a repeat',
      { source: 'patterns.md#near-repeat; PMC6800342: 4 to 10 weeks', min: 1, max: 365 }
    ],
    explosionKm: [
      1,
      'km',
      'maximum distance of a repeated explosion',
      { source: 'patterns.md#near-repeat; Townsley 2008', max: 100 }
    ],
    explosionDays: [
      2,
      'days',
      'maximum time between explosions of a repeat',
      { source: 'patterns.md#near-repeat; Townsley 2008', max: 365 }
    ],
    incidentsMin: [3, 'incidents', 'attacks needed for entry', { min: 2, max: 20 }],
    quietDays: [70, 'days', 'quiet time that ends it', { min: 1, max: 365 }],
    hotRate: [
      1,
      'incidents per window',
      "a cell's own past rate above which a repeat there raises nothing",
      { source: 'our choice: as the hot cells of patterns.md#front' }
    ],
    rateDays: [
      364,
      'days',
      'period of this rate',
      { source: 'as patterns.md#sustained-threat', min: 1, max: 3660 }
    ],
    longestDays: [
      365,
      'days',
      'age at which it ends although attacks continue: they are usual there',
      { source: 'our choice: a hot cell must not keep it open for ever', min: 1 }
    ]
  }),
  genericActors: genericActorsParameter
}

export const nearRepeat = defineRule({
  id: 'near-repeat',
  handbook: {
    says: 'The same actor, or attacks of the same kind, return to one neighbourhood.',
    levels: 'One attack more than `incidentsMin`; a death.',
    ends: '`quietDays` without another attack, or an age of `longestDays`.',
    comesBack: 'Only its own reports: an attack that is linked to one of them.'
  },
  severities: ['minor', 'moderate', 'severe'],
  parameters,
  examples: [
    makeExample(
      'a third attack by the same actor within four weeks and 20 km',
      [
        reportOn('2025-03-01', 'attack', atKonna, { actor: 'JNIM' }),
        reportOn('2025-03-10', 'ambush', nearKonna, { actor: 'jnim ' }),
        reportOn('2025-03-25', 'shelling', atKonnaAgain, { actor: 'JNIM' })
      ],
      expectOpen('2025-04-01', { near: 'Konna' })
    ),
    makeExample(
      'different kinds by unknown perpetrators are not a repeat',
      [
        reportOn('2025-03-01', 'attack', atKonna, { actor: 'unknown' }),
        reportOn('2025-03-10', 'ambush', nearKonna, { actor: 'unknown' }),
        reportOn('2025-03-25', 'shelling', atKonnaAgain, { actor: 'unknown' })
      ],
      expectNone('2025-04-01')
    ),
    makeExample(
      'a fourth attack and deaths escalate it',
      [
        reportOn('2025-03-01', 'attack', atKonna),
        reportOn('2025-03-10', 'attack', nearKonna),
        reportOn('2025-03-25', 'attack', atKonnaAgain),
        reportOn('2025-05-01', 'attack', atKonnaAgain, { deaths: [1, 2, 2] })
      ],
      expectOpen('2025-05-10', { near: 'Konna' }, 3)
    ),
    makeExample(
      'three explosions within a kilometre and two days; ten quiet weeks end it',
      [
        { at: '2025-03-01', ...atBoni, lat: 15.07, lon: -2.22 },
        { at: '2025-03-02', ...atBoni, lat: 15.071, lon: -2.22 },
        { at: '2025-03-03', ...atBoni, lat: 15.07, lon: -2.222 }
      ],
      expectEnded('2025-06-01', { near: 'Boni' })
    )
  ],
  texts: {
    en: {
      headline: 'Attacks repeat near {area}: {value}[ since {from}]',
      why: '{value} attacks of one kind or by one actor near {area} since {from}. Threshold: {threshold} within {radiusKm} km and {windowDays} days; of explosions within {explosionKm} km and {explosionDays} days. Where so many are usual, they raise nothing.',
      ends: '{quietDays} days without another, or an age of {longestDays} days, when they count as usual there',
      measure: 'attacks of one kind or by one actor',
      levels: ['attacks repeat', 'one attack more', 'deaths']
    },
    fr: {
      headline: 'Attaques répétées près de {area} : {value}[ depuis le {from}]',
      why: '{value} attaques du même type ou du même auteur près de {area} depuis le {from}. Seuil : {threshold} à moins de {radiusKm} km et {windowDays} jours ; pour les explosions, à moins de {explosionKm} km et {explosionDays} jours. Là où autant d’attaques sont habituelles, il n’y a pas d’alerte.',
      ends: '{quietDays} jours sans nouvelle attaque, ou un âge de {longestDays} jours : elles sont alors habituelles',
      measure: 'attaques du même type ou du même auteur',
      levels: ['attaques répétées', 'une attaque de plus', 'des morts']
    }
  },
  looksBack: ({ rateDays, windowDays, explosionDays, quietDays }): LookBack =>
    explosionDays > windowDays
      ? { rateDays, explosionDays, quietDays }
      : { rateDays, windowDays, quietDays },
  make(parameters, base): ClusterRule {
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
      includes: (incidents, row) =>
        isPreciseAttack(incidents, row, getPointKm(incidents, row), getWindow(incidents, row)),
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
        const isNear = (spot: Spot, other: Spot) => areNear(incidents, spot, other, km)
        if (km < linkKm && !haveSpots(incidents, a, b, isNear)) return notLinked
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
})

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
