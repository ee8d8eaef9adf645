// How building blocks group incidents, and how their words name a group.

import { type GroupKey, groupKeys } from '@tocsin/contracts/theatre/theatre-record'
import type { Incidents } from '../data/incidents.ts'
import { getCategoryName, statisticMask } from '../data/vocabulary.ts'
import { defineParameters, type ParameterValues } from './definition.ts'
import {
  byArea,
  byCountry,
  bySettlement,
  hasUsableGrade,
  isCountedInArea,
  theatreValue
} from './families.ts'
import type { Family, Grouping, ListValues } from './family.ts'
import { getFirst, makeKey, makePair } from './keys.ts'
import { makeRegionReader, reachParameter } from './regions.ts'

const blockGroups: readonly string[] = ['theatre', ...groupKeys]

export const blockSource = 'patterns.md#building-blocks'

export const groupParameters = {
  ...defineParameters(blockSource, {
    groupBy: [
      'theatre',
      'key',
      `one situation for each of: ${blockGroups.join(', ')}`,
      { words: blockGroups }
    ]
  }),
  reachKm: reachParameter
}
export type BlockGroupParameters = ParameterValues<typeof groupParameters>

/** Lists the values of an incident for a key that is no place. */
const valueLists: Readonly<Record<string, ListValues>> = {
  theatre: () => [theatreValue],
  category: ({ columns }, row) => [31 - Math.clz32(columns.category[row]!)],
  actor: (incidents, row) => incidents.listActors(row).perpetrators,
  target: (incidents, row) => incidents.listTargets(row),
  source: (incidents, row) => incidents.getOrigins(row)
}

const placeGroupings: Readonly<Record<string, Grouping>> = {
  country: byCountry,
  admin1: byArea,
  settlement: bySettlement
}

/**
 * The part of a block's family that its group decides. What is no place is grouped in each region
 * of neighbouring countries alone.
 */
export function makeBlockFamily(
  { groupBy, reachKm }: BlockGroupParameters,
  getMark: NonNullable<Family['getMark']> = () => 1
): Family {
  return {
    id: `incidents by ${groupBy}`,
    categories: ~statisticMask,
    getMark,
    isCounted: groupBy === 'admin1' ? isCountedInArea : hasUsableGrade,
    sums: 'none',
    ...(placeGroupings[groupBy] ?? groupByValue(groupBy, reachKm))
  }
}

function groupByValue(groupBy: string, reachKm: number): Grouping {
  const list = valueLists[groupBy] ?? (() => [])
  const getRegion = makeRegionReader(reachKm)
  return {
    listKeys(incidents, row, into) {
      const region = getRegion(incidents, row)
      for (const value of list(incidents, row))
        into.push(
          makeKey(incidents, row, value === theatreValue ? region : makePair(value, region))
        )
    },
    readGroup: (incidents, key) => ({
      [groupBy]: groupBy === 'theatre' ? 'all' : readValue(incidents, groupBy, getFirst(key))
    })
  }
}

export function readValue({ reports }: Incidents, key: string, value: number): string {
  return key === 'category' ? getCategoryName(1 << value) : reports.names.getText(value)
}

export function listGroupValues(key: GroupKey): ListValues {
  if (key !== 'country' && key !== 'admin1' && key !== 'settlement') return valueLists[key]!
  return (incidents, row) => {
    const values = incidents.listPlaces(row).map(place => place[key])
    return [...new Set(values)].filter(value => value >= 0)
  }
}

/** The placeholder of the words that names a group. */
export function nameGroup(groupBy: string): string {
  return groupBy === 'theatre' || groupBy in placeGroupings ? '{area}' : `{${groupBy}}`
}
