// Mass casualty: one incident killed many civilians. Deaths are never added up over incidents, but
// incidents close to each other are one alert.

import type { Incidents } from '../data/incidents.ts'
import { flag, makeCategoryMask, statisticMask } from '../data/vocabulary.ts'
import { type Assessment, type ClusterRule, linkedOnly, notLinked } from './cluster-rule.ts'
import { defineParameters, defineRule, type ExampleIncident, splitWords } from './definition.ts'
import { expectEnded, expectNone, expectOpen, makeExample, reportOn } from './examples.ts'
import { hasUsableGrade, isShorterThan } from './families.ts'
import type { Certainty, Group } from './finding.ts'
import { addKey } from './keys.ts'
import {
  haveSpots,
  isSamePlace,
  listSpots,
  readSettlementGroup,
  type Spot
} from './place-of-incident.ts'

const source = 'patterns.md#mass-casualty'
const onCivilians = makeCategoryMask('attack-on-civilians')
/** A longer interval is no date: it is close to none that is known by the day. */
const vagueDays = 7

interface MassAssessment extends Assessment {
  readonly worst: Toll
}

const dioura = { settlement: 'Dioura', lat: 14.0, lon: -5.0 }
const nearDioura = { targets: ['civilians'], lat: 14.05, lon: -5.0 }
const killedTwenty = { deaths: [20, 20, 20] } as const
const massacreOn = (
  days: string,
  deaths: NonNullable<ExampleIncident['deaths']>,
  place: Partial<ExampleIncident> = {}
) => reportOn(days, 'attack-on-civilians', place, { deaths })

const parameters = defineParameters(source, {
  steps: [[10, 25, 50], 'civilians', 'deaths in one incident for each level', { min: 1 }],
  nearKm: [10, 'km', 'incidents within this distance belong to one alert', { min: 0 }],
  nearDays: [2, 'days', 'and within this time', { min: 0 }],
  longestDays: [
    31,
    'days',
    'an incident dated to a longer interval is a seasonal sum, not one killing, and is left out',
    { source: 'our choice: UCDP writes the dead of a year into one row', min: 1, max: 3660 }
  ],
  civilianKinds: [
    splitWords(
      'civilian civilians villagers displaced refugees worshippers aid-workers health-workers'
    ),
    'kinds',
    'kinds of targets that are civilian'
  ]
})

export const massCasualty = defineRule({
  id: 'mass-casualty',
  handbook: {
    says: 'One incident killed many civilians.',
    levels: 'Each further number of `steps`.',
    ends: 'Nothing more within `nearKm` and `nearDays` of it.',
    comesBack: 'Only its own reports: a killing within `nearKm` and `nearDays` of one of them.'
  },
  parameters,
  examples: [
    makeExample(
      'at least 31 villagers killed in two villages',
      [massacreOn('2025-10-01/2025-10-31', [31, null, null], { radiusKm: 80 })],
      expectOpen('2025-11-01', { admin1: 'ML-4' }, 2)
    ),
    makeExample(
      'nine civilians, or twenty soldiers, are not a mass casualty',
      [
        massacreOn('2025-03-01', [9, 9, 9]),
        reportOn('2025-03-03', 'ambush', killedTwenty, { targets: ['soldiers'] }),
        reportOn('2025-03-05', 'explosion', killedTwenty, { targets: ['soldiers', 'civilians'] }),
        massacreOn('2025-03-08', [null, null, null])
      ],
      expectNone('2025-03-09')
    ),
    makeExample(
      'the deaths of half a year in one row are not a mass casualty',
      [massacreOn('2025-01-01/2025-06-30', [31, 300, 400])],
      expectNone('2025-07-01')
    ),
    makeExample(
      'a worse one nearby escalates it',
      [
        massacreOn('2025-03-01', [10, 12, 15], dioura),
        reportOn('2025-03-03', 'air-strike', nearDioura, { deaths: [40, 55, 60] })
      ],
      expectOpen('2025-03-04', { settlement: 'Dioura' }, 3)
    ),
    makeExample(
      'the highest figure alone is enough for entry, but not for a further level',
      [massacreOn('2025-03-01', [null, 9, 60], { settlement: 'Dioura' })],
      expectOpen('2025-03-02', { settlement: 'Dioura' })
    ),
    makeExample(
      'it ends after two days; another one fifty kilometres away is separate',
      [
        massacreOn('2025-03-01', [10, 12, 15], dioura),
        massacreOn('2025-03-02', [null, null, 20], { settlement: 'Tenenkou', lat: 14.5, lon: -5.0 })
      ],
      expectEnded('2025-03-04', { settlement: 'Dioura' }),
      expectOpen('2025-03-04', { settlement: 'Tenenkou' })
    )
  ],
  faultsOf: ({ steps }) =>
    steps.length === 0 || steps.some((step, index) => index > 0 && step <= steps[index - 1]!)
      ? [{ path: ['steps'], detail: 'must be rising numbers, at least one' }]
      : [],
  texts: ({ steps }) => ({
    en: {
      headline: '{value} civilians killed at {place}[ {when}]',
      why: 'One incident killed {value} civilians. Threshold for this level: {threshold}. Incidents of the kind within {nearKm} km and {nearDays} days of one another are one alert ({count}); their deaths are not added together.',
      ends: '{nearDays} days without another within {nearKm} km',
      measure: 'civilians killed in one incident',
      levels: steps.map(step => `${step} civilians killed`)
    },
    fr: {
      headline: '{value} civils tués à {place}[ {when}]',
      why: 'Un seul incident a fait {value} morts civils. Seuil de ce niveau : {threshold}. Les incidents de ce type à moins de {nearKm} km et {nearDays} jours l’un de l’autre forment une seule alerte ({count}) ; leurs morts ne sont pas additionnées.',
      ends: '{nearDays} jours sans autre incident à moins de {nearKm} km',
      measure: 'civils tués en un seul incident',
      levels: steps.map(step => `${step} civils tués`)
    }
  }),
  looksBack: ({ longestDays, nearDays }) => ({ longestDays, nearDays }),
  make(parameters, base): ClusterRule<MassAssessment> {
    const { steps, nearKm, nearDays, longestDays } = parameters
    const civilian = new Set(parameters.civilianKinds)
    return {
      ...base,
      includes: (incidents, row) =>
        incidents.getHighestToll(row) >= steps[0]! &&
        (incidents.columns.category[row]! & statisticMask) === 0 &&
        isShorterThan(incidents, row, longestDays) &&
        hasUsableGrade(incidents, row) &&
        hitsCiviliansOnly(incidents, row, civilian),
      linkKm: nearKm,
      linkDays: nearDays,
      listKeys: (incidents, row, into) => {
        for (const spot of listSpots(incidents, row)) {
          const key = makePlaceKey(spot, nearKm)
          if (key >= 0) addKey(into, key)
        }
      },
      getKeyLinkDays: () => nearDays,
      getLink: ({ incidents, a, b, key }) => {
        if (isVague(incidents, a) !== isVague(incidents, b)) return notLinked
        return key < 0 || areClose(incidents, a, b, nearKm) ? linkedOnly : notLinked
      },
      minPoints: [1],
      quietDays: nearDays,
      assess(cluster) {
        const { fromDay } = cluster.incidents.columns
        const levelDays: number[] = []
        const tolls = cluster.listByTime().map(row => {
          const toll = rateToll(cluster.incidents, row, steps)
          while (levelDays.length < toll.reached) levelDays.push(fromDay[row]!)
          return toll
        })
        return { levelDays, worst: tolls.reduce((a, b) => (isWorse(b, a) ? b : a)) }
      },
      measure: (_, { worst: { deaths, reached } }) => {
        return { value: deaths, threshold: steps[reached - 1]!, baseline: null }
      },
      computeCertainty: (_, { worst }) => worst.certainty,
      readGroup: ({ incidents, firstRow }) => readPlaceGroup(incidents, firstRow)
    }
  }
})

/** The figure of an incident that is compared with the steps. */
interface Toll {
  readonly deaths: number
  readonly reached: number
  readonly isKnown: boolean
  /** How certain it is that the step was reached. */
  readonly certainty: Certainty
}

/**
 * The best estimate is compared with the steps, else the lowest figure. The highest one is used only
 * if that reaches no step, and reaches only the first: else a better estimate would take levels away.
 */
function rateToll({ columns }: Incidents, row: number, steps: readonly number[]): Toll {
  const [low, best, high] = [columns.low[row]!, columns.best[row]!, columns.high[row]!]
  const isKnown = (columns.flags[row]! & flag.gradeKnown) !== 0
  const likely = Math.max(low, best)
  const reached = Math.max(1, steps.filter(step => step <= likely).length)
  const step = steps[reached - 1]!
  const certainty = low >= step ? 'observed' : best >= step ? 'likely' : 'possible'
  return {
    deaths: likely < step ? high : likely,
    reached,
    isKnown,
    certainty: isKnown ? certainty : 'possible'
  }
}

/** By the steps reached, then known grade before unknown, then by number. */
function isWorse(a: Toll, b: Toll): boolean {
  if (a.reached !== b.reached) return a.reached > b.reached
  return a.isKnown === b.isKnown ? a.deaths > b.deaths : a.isKnown
}

/** Deaths of civilians and soldiers together cannot be separated. */
function hitsCiviliansOnly(
  incidents: Incidents,
  row: number,
  civilian: ReadonlySet<string>
): boolean {
  if (incidents.columns.category[row] === onCivilians) return true
  const targets = incidents.listTargets(row)
  const { names } = incidents.reports
  return targets.length > 0 && targets.every(kind => civilian.has(names.getText(kind)))
}

function isVague({ columns }: Incidents, row: number): boolean {
  return columns.toDay[row]! - columns.fromDay[row]! >= vagueDays
}

/** The key of a settlement, or of the area of a place without settlement and precise point. */
function makePlaceKey({ settlement, admin1, site, km }: Spot, nearKm: number): number {
  if (settlement >= 0) return settlement * 2
  const isPrecise = site >= 0 && km <= nearKm
  return isPrecise || admin1 < 0 ? -1 : admin1 * 2 + 1
}

/** True if two incidents have places close to each other, or imprecise places in one area. */
function areClose(incidents: Incidents, a: number, b: number, nearKm: number): boolean {
  return haveSpots(incidents, a, b, (spot, other) => {
    if (isSamePlace(incidents, spot, other, nearKm)) return true
    const key = makePlaceKey(spot, nearKm)
    const areInOneArea = spot.settlement < 0 && key >= 0 && key === makePlaceKey(other, nearKm)
    return areInOneArea && !areSurelyApart(incidents, spot, other, nearKm)
  })
}

/** True if two circles cannot contain points within the distance of each other. */
function areSurelyApart({ sites }: Incidents, a: Spot, b: Spot, nearKm: number): boolean {
  return a.site >= 0 && b.site >= 0 && sites.computeKm(a.site, b.site) > nearKm + a.km + b.km
}

function readPlaceGroup(incidents: Incidents, row: number): Group {
  const { columns, reports } = incidents
  if (columns.settlement[row]! >= 0) return readSettlementGroup(incidents, row)
  const isCertain = (columns.flags[row]! & flag.areaCertain) !== 0
  if (isCertain) return { admin1: reports.names.getText(columns.admin1[row]!) }
  return { country: reports.names.getText(columns.country[row]!) || 'unknown' }
}
