// Groupings and families that several rules share. A family of a rule is in the rule's file.

import type { Incidents } from '../data/incidents.ts'
import { attackMask, flag } from '../data/vocabulary.ts'
import type { Family, Grouping } from './family.ts'
import { addKey, makeKey, removeDrillBit } from './keys.ts'

/** The value of the theatre as a whole: above all interned numbers. */
export const theatreValue = 2 ** 40

/** The areas of the last incident; one list is used again and again. */
const areas: number[] = []

/** Lists the first-level areas in which an incident may lie. */
export function listAreas(incidents: Incidents, row: number): readonly number[] {
  areas.length = 0
  const area = incidents.columns.admin1[row]!
  if (area >= 0) areas.push(area)
  if (incidents.otherPlaces.size === 0) return areas
  for (const { admin1 } of incidents.otherPlaces.get(row) ?? [])
    if (admin1 >= 0 && !areas.includes(admin1)) areas.push(admin1)
  return areas
}

/** The same, if they are certain. */
export function listCertainAreas(incidents: Incidents, row: number): readonly number[] {
  const { columns, otherPlaces } = incidents
  areas.length = 0
  const area = columns.admin1[row]!
  if (area >= 0 && (columns.flags[row]! & flag.areaCertain) !== 0) areas.push(area)
  if (otherPlaces.size === 0) return areas
  for (const { admin1, flags } of otherPlaces.get(row) ?? [])
    if ((flags & flag.areaCertain) !== 0 && !areas.includes(admin1)) areas.push(admin1)
  return areas
}

export function isCertainArea(incidents: Incidents, row: number, area: number): boolean {
  const { columns, otherPlaces } = incidents
  if (columns.admin1[row] === area && (columns.flags[row]! & flag.areaCertain) !== 0) return true
  return otherPlaces.size > 0 && listCertainAreas(incidents, row).includes(area)
}

const readText = (incidents: Incidents, number: number) => incidents.reports.names.getText(number)

/** The name of a settlement; its id if no report names it. */
export function readSettlement({ reports }: Incidents, settlement: number): string {
  const name = reports.settlementNames.get(settlement)
  return reports.names.getText(name ?? settlement)
}

export const byArea: Grouping = {
  listKeys(incidents, row, into) {
    for (const area of listAreas(incidents, row)) into.push(makeKey(incidents, row, area))
  },
  readGroup: (incidents, value) => ({ admin1: readText(incidents, value) })
}

/** Of incidents in some area. */
const byTheatre: Grouping = {
  listKeys(incidents, row, into) {
    if (listAreas(incidents, row).length > 0) into.push(makeKey(incidents, row, theatreValue))
  },
  readGroup: () => ({ theatre: 'all' })
}

export const byAreaAndTheatre: Grouping = {
  listKeys(incidents, row, into) {
    byArea.listKeys(incidents, row, into)
    if (into.length > 0) into.push(makeKey(incidents, row, theatreValue))
  },
  readGroup: (incidents, value) =>
    value === theatreValue ? { theatre: 'all' } : byArea.readGroup(incidents, value)
}

function makeListKeys(column: 'country' | 'settlement'): Grouping['listKeys'] {
  return (incidents, row, into) => {
    const value = incidents.columns[column][row]!
    if (value >= 0) into.push(makeKey(incidents, row, value))
    if (incidents.otherPlaces.size === 0) return
    for (const place of incidents.otherPlaces.get(row) ?? [])
      if (place[column] >= 0) addKey(into, makeKey(incidents, row, place[column]))
  }
}

export const byCountry: Grouping = {
  listKeys: makeListKeys('country'),
  readGroup: (incidents, value) => ({ country: readText(incidents, value) })
}

/** Limit: a name that the gazetteer lacks has the same id in a whole area, for two places too. */
export const bySettlement: Grouping = {
  listKeys: makeListKeys('settlement'),
  readGroup: (incidents, value) => ({
    settlement: readSettlement(incidents, value),
    settlementId: readText(incidents, value)
  })
}

export function hasUsableGrade({ columns }: Incidents, row: number): boolean {
  return (columns.flags[row]! & flag.usableGrade) !== 0
}

/** True for an interval shorter than a window: a longer one is in no window for certain. */
export function isShorterThan({ columns }: Incidents, row: number, days: number): boolean {
  return columns.toDay[row]! - columns.fromDay[row]! < Math.max(1, days)
}

export function isCountedInArea(incidents: Incidents, row: number, key: number): boolean {
  if (!hasUsableGrade(incidents, row)) return false
  const area = removeDrillBit(key)
  const certain = listCertainAreas(incidents, row)
  return area === theatreValue ? certain.length > 0 : certain.includes(area)
}

export const attacksByArea: Family = {
  id: 'attacks by area',
  categories: attackMask,
  isCounted: isCountedInArea,
  sums: 'count',
  ...byArea
}

export const attacksByAreaAndTheatre: Family = {
  id: 'attacks by area and theatre',
  categories: attackMask,
  isCounted: isCountedInArea,
  sums: 'count',
  ...byAreaAndTheatre
}

export const attacksOfTheatre: Family = {
  id: 'attacks of the theatre',
  categories: attackMask,
  isCounted: isCountedInArea,
  sums: 'count',
  ...byTheatre
}

export const attacksByCountry: Family = {
  id: 'attacks by country',
  categories: attackMask,
  // Deaths in two countries together cannot be separated.
  isCounted: (incidents, row) =>
    hasUsableGrade(incidents, row) &&
    (incidents.otherPlaces.get(row) ?? []).every(
      ({ country }) => country < 0 || country === incidents.columns.country[row]
    ),
  sums: 'deaths',
  ...byCountry
}
