// Front: attacks so dense in space and time that they are one fight (ST-DBSCAN). Where attacks are
// usual, a core point needs one neighbour more, or a hot place would never be quiet.

import { attackMask } from '../data/vocabulary.ts'
import { formatCell } from './cells.ts'
import type { ClusterRule, ClusterView } from './cluster-rule.ts'
import { defineParameters, defineRule, ourChoice } from './definition.ts'
import { expectNone, expectOpen, makeExample, reportOn } from './examples.ts'
import { isPreciseAttack, readPlaceName } from './place-of-incident.ts'

const source = 'patterns.md#front'
/** Days before the window from which the rate of a cell is counted. */
const rateDays = 364

const parameters = defineParameters(source, {
  epsilonKm: [20, 'km', 'maximum distance between neighbours'],
  epsilonDays: [14, 'days', 'maximum time between neighbours'],
  minPoints: [
    3,
    'incidents',
    'neighbours that an attack needs to be a core, itself counted',
    { min: 1 }
  ],
  minPointsHot: [4, 'incidents', 'the same in a hot cell', { notBelow: 'minPoints' }],
  hotRate: [0.5, 'incidents per window', "a cell's own rate above which it is hot"],
  holdDays: [7, 'days', 'how long it stays open after its last member has aged out', ourChoice]
})

export const front = defineRule({
  id: 'front',
  handbook: {
    says: 'Attacks so close together in space and time that they are one fight, across borders too.',
    levels: 'Each doubling of its members from `minPoints`; a merger with another front.',
    ends: 'All members are older than `epsilonDays` and `holdDays` together.',
    comesBack: 'Only its own reports: an attack that is linked to one of them.'
  },
  parameters,
  examples: [
    makeExample(
      'three attacks within 20 km and two weeks are a front',
      [
        reportOn('2025-03-01', 'attack', { lat: 14.0, lon: -5.0 }),
        reportOn('2025-03-05', 'ambush', { lat: 14.05, lon: -5.05 }),
        reportOn('2025-03-09', 'explosion', { lat: 14.1, lon: -5.0 })
      ],
      expectOpen('2025-03-10', { cell: '70:-25' })
    ),
    makeExample(
      'three attacks three weeks apart are not a front',
      [
        reportOn('2025-03-01', 'attack', { lat: 14.0, lon: -5.0 }),
        reportOn('2025-03-22', 'attack', { lat: 14.05, lon: -5.05 }),
        reportOn('2025-04-12', 'attack', { lat: 14.1, lon: -5.0 })
      ],
      expectNone('2025-04-13')
    ),
    makeExample(
      'two fronts that become one escalate it',
      [
        ...['2025-02-27', '2025-02-28', '2025-03-01'].map(at => attackAt(at, 14.0)),
        ...['2025-03-03', '2025-03-03', '2025-03-03'].map(at => attackAt(at, 14.3)),
        attackAt('2025-03-08', 14.15)
      ],
      expectOpen('2025-03-09', { cell: '70:-25' }, 3)
    )
  ],
  texts: {
    en: {
      headline: '{value} attacks[ close together] near {area}',
      why: '{value} attacks since {from}, each within {epsilonKm} km and {epsilonDays} days of an attack that has at least {threshold} so near, itself counted. Where attacks are usual, {minPointsHot} are needed.',
      ends: '{quietDays} days without another attack',
      measure: 'attacks, each within {epsilonKm} km and {epsilonDays} days of another',
      levels: ['formed']
    },
    fr: {
      headline: '{value} attaques[ rapprochées] près de {area}',
      why: '{value} attaques depuis le {from}, chacune à moins de {epsilonKm} km et {epsilonDays} jours d’une attaque qui en a au moins {threshold} aussi proches, elle-même comptée. Là où les attaques sont habituelles, il en faut {minPointsHot}.',
      ends: '{quietDays} jours sans nouvelle attaque',
      measure: 'attaques, chacune à moins de {epsilonKm} km et {epsilonDays} jours d’une autre',
      levels: ['formation']
    }
  },
  looksBack: ({ epsilonDays, holdDays }) => ({
    'the usual rate of a cell': rateDays,
    epsilonDays,
    'epsilonDays again, to end': epsilonDays,
    holdDays
  }),
  make(parameters, base): ClusterRule {
    const { epsilonKm, epsilonDays, minPoints, minPointsHot, hotRate, holdDays } = parameters
    const quietDays = epsilonDays + holdDays
    const hotCount = epsilonDays > 0 ? Math.floor((hotRate * rateDays) / epsilonDays) + 1 : Infinity
    return {
      ...base,
      includes: (incidents, row) => isPreciseAttack(incidents, row, epsilonKm, epsilonDays),
      listPlaceNeeds: (incidents, row) =>
        (incidents.columns.category[row]! & attackMask) === 0 ? [] : [{ withinKm: epsilonKm }],
      linkKm: epsilonKm,
      linkDays: epsilonDays,
      minPoints: [minPoints],
      hotCell: {
        pastDays: rateDays,
        gapDays: epsilonDays,
        getHotCount: () => hotCount,
        minPoints: minPointsHot
      },
      quietDays,
      assess(cluster) {
        const entryDay = cluster.findEntryDay()
        const mergeDays = cluster.findMergeDays()
        const [doublingDays, nextLevelSize] = listDoublingDays(cluster, Math.max(1, minPoints))
        const later = [...doublingDays, ...mergeDays].map(day => Math.max(day, entryDay))
        return { levelDays: [entryDay, ...later.sort((a, b) => a - b)], nextLevelSize }
      },
      listFacts: () => ({ quietDays }),
      readGroup: ({ incidents, firstRow }) => ({
        cell: formatCell(incidents, firstRow),
        near: readPlaceName(incidents, firstRow)
      })
    }
  }
})

function attackAt(at: string, lat: number) {
  return { at, category: 'attack' as const, lat, lon: -5 }
}

/** The days on which a cluster had twice as many members as before, and the next such number. */
function listDoublingDays(
  cluster: ClusterView,
  first: number
): readonly [readonly number[], number] {
  const days: number[] = []
  let size = first * 2
  for (; size <= cluster.size; size *= 2) days.push(cluster.getMemberDay(size))
  return [days, size]
}
