// UCDP Georeferenced Event Dataset and its candidate events: the 49 columns or a subset with the
// required ones, as a table or as answers of the API. Codes are mapped in ucdp-tables.ts.

import type { PostedReport } from '@tocsin/contracts/report/posted-report'
import type { Category } from '@tocsin/contracts/theatre/report'
import { countDecimals } from '@tocsin/domain/space-time/geometry'
import { findCountryByGleditschWard, findCountryByName } from '../item/countries.ts'
import type { ImportSettings, RowOutcome } from '../item/import-item.ts'
import {
  buildDeaths,
  buildList,
  buildNarrative,
  buildReportedAt,
  checkName,
  formatDayEnd,
  limits,
  omitMissing,
  readAreaCode
} from '../item/report-parts.ts'
import { quoted, type TableRow } from '../item/table-row.ts'
import type { TableFormat } from '../table/table-importer.ts'
import {
  type UcdpPrecision,
  ucdpCentroid,
  ucdpChecked,
  ucdpColumns,
  ucdpCredibility,
  ucdpPrecisions,
  ucdpSummaryCategory,
  ucdpTypes
} from './ucdp-tables.ts'

const ucdpSource = 'ucdp-ged'

export const ucdpGed: TableFormat = {
  name: 'UCDP GED',
  hasEditions: true,
  needed: [
    ['id'],
    ['type_of_violence'],
    ['latitude'],
    ['longitude'],
    ['country', 'country_id'],
    ['date_start'],
    ['date_end']
  ],
  // Names of the versions before 17.
  aliases: { best_est: 'best', low_est: 'low', high_est: 'high', gwno: 'country_id' },
  quoted: true,
  delimiter: null,
  headerless: nameOrder,
  read,
  pointers: {
    '/externalId': 'id',
    '/reportedAt': 'source_date',
    '/occurred/from': 'date_start',
    '/occurred/to': 'date_end',
    '/category': 'type_of_violence',
    '/location/lat': 'latitude',
    '/location/lon': 'longitude',
    '/location/country': 'country',
    '/location/admin1': 'adm_1',
    '/location/name': 'where_coordinates',
    '/location/radiusKm': 'where_prec',
    '/location': 'latitude',
    '/actors/0': 'side_a',
    '/actors/1': 'side_b',
    '/credibility': 'number_of_sources',
    '/fatalities/low': 'low',
    '/fatalities/best': 'best',
    '/fatalities/high': 'high',
    '/private/narrative': 'source_article'
  }
}

/** Candidate events are published without a header, in the order of the GED. */
function nameOrder(cells: readonly string[]): readonly string[] | null {
  const isRow =
    cells.length === ucdpColumns.length &&
    /^\d+$/.test(cells[0]?.trim() ?? '') &&
    /^[123]$/.test(cells[ucdpColumns.indexOf('type_of_violence')]?.trim() ?? '')
  return isRow ? ucdpColumns : null
}

function read(row: TableRow, settings: ImportSettings): RowOutcome {
  const externalId = row.requireText('id')
  const { from, to } = readOccurred(
    row,
    row.requireDay('date_start', parseDay),
    row.requireDay('date_end', parseDay)
  )
  const category = readCategory(row)
  const { location, countryNote } = readLocation(row, settings)
  const sides = readSides(row, category.isOneSided)
  const fatalities = buildDeaths(row, row.count('low'), row.count('best'), row.count('high'))
  const credibility = readCredibility(row)
  const narrative = buildNarrative(row, [
    row.readText('source_headline'),
    row.readText('source_article'),
    countryNote
  ])
  const reportedAt = buildReportedAt(row, settings, readKnownAt(row, from, to))
  return row.buildOutcome(() => ({
    source: { id: settings.source ?? ucdpSource },
    occurred: { from: from as string, to: to as string },
    category: category.category,
    location,
    ...omitMissing({
      externalId,
      reportedAt,
      ...sides,
      fatalities,
      credibility,
      handling: settings.handling,
      private: narrative === null ? null : { narrative }
    })
  }))
}

/**
 * From the first day to the last. In files without `date_prec`, the first of a month has two to
 * four times its share of rows, because months (and on 1 January years) are written as exact dates.
 * Such a row spans its month or year; likewise one whose `date_prec` is coarser than its two equal
 * days.
 */
function readOccurred(
  row: TableRow,
  from: string | null,
  to: string | null
): { from: string | null; to: string | null } {
  if (from === null || from !== to) return { from, to }
  switch (
    row.readText('date_prec') ??
    (from.endsWith('-01-01') ? '5' : from.endsWith('-01') ? '4' : '1')
  ) {
    case '2':
      return { from, to: addDays(from, 5) }
    case '3':
      return { from, to: addDays(from, 6) }
    case '4':
      return { from: `${from.slice(0, 8)}01`, to: findMonthEnd(from) }
    case '5':
      return { from: `${from.slice(0, 5)}01-01`, to: `${from.slice(0, 5)}12-31` }
    default:
      return { from, to }
  }
}

function addDays(day: string, days: number): string {
  return formatIsoDay(
    Number(day.slice(0, 4)),
    Number(day.slice(5, 7)) - 1,
    Number(day.slice(8, 10)) + days
  )
}

function findMonthEnd(day: string): string {
  return formatIsoDay(Number(day.slice(0, 4)), Number(day.slice(5, 7)), 0)
}

function formatIsoDay(year: number, month: number, day: number): string {
  return new Date(Date.UTC(year, month, day)).toISOString().slice(0, 10)
}

/** Days are written alone, or with a midnight after them. */
function parseDay(text: string): string | null {
  return /^(\d{4}-\d\d-\d\d)(?:[ T]00:00:00(?:\.0+)?Z?)?$/.exec(text)?.[1] ?? null
}

function readCategory(row: TableRow): {
  readonly category: Category
  readonly isOneSided: boolean
} {
  const code = row.requireText('type_of_violence')
  const type = code === null ? undefined : ucdpTypes[code]
  if (code !== null && type === undefined)
    row.addFault('type_of_violence', 'unknown-value', `is not 1, 2 or 3: ${quoted(code)}`)
  const isSummary = row.readText('event_clarity') === '2'
  return {
    category: isSummary ? ucdpSummaryCategory : (type?.category ?? 'other'),
    isOneSided: type?.category === 'attack-on-civilians'
  }
}

interface Located {
  readonly location: PostedReport['location']
  /**
   * UCDP's country, if the point is in another one today. It is part of the text, because reports
   * with the same text are taken for copies.
   */
  readonly countryNote: string | null
}

/**
 * UCDP uses historical country names and its own list: if the point is in another country today,
 * the coordinates decide.
 */
function readLocation(row: TableRow, settings: ImportSettings): Located {
  const lat = row.requireNumber('latitude')
  const lon = row.requireNumber('longitude')
  const stated = readCountry(row)
  const other =
    lat === null || lon === null || stated === null ? null : settings.otherCountry(lat, lon, stated)
  if (other !== null) row.warn('country-differs')
  const precision = readPrecision(row)
  const name = checkName(row, row.readText('where_coordinates'))
  const areaName = precision?.hasArea === false ? null : row.readText('adm_1')
  const country = other ?? stated
  const admin1 = country === null ? null : readAreaCode(row, areaName, country, settings.areas)
  const location = omitMissing({
    name: precision?.isPlace === true ? readSettlement(name) : name,
    country: other === null ? stated : null,
    admin1,
    lat,
    lon,
    radiusKm: precision?.radiusKm ?? computeCentroidKm(lat, lon)
  })
  return {
    location,
    countryNote:
      other === null
        ? null
        : `UCDP has event ${row.readText('id')} in ${row.readText('country') ?? stated}`
  }
}

function readCountry(row: TableRow): string | null {
  const number = row.readText('country_id')
  const name = row.readText('country')
  const found =
    (name === null ? null : findCountryByName(name)) ??
    (number === null ? null : findCountryByGleditschWard(number))
  if (found !== null) return found
  row.addCountryFault(name ?? number)
  return null
}

function readPrecision(row: TableRow): UcdpPrecision | null {
  const code = row.readText('where_prec')
  if (code === null) return null
  const precision = ucdpPrecisions[code]
  if (precision === undefined)
    row.addFault('where_prec', 'unknown-value', `is not a number from 1 to 7: ${quoted(code)}`)
  return precision ?? null
}

/**
 * Precision of coordinates without a stated one: coarse if they look like the centroid of an area.
 */
function computeCentroidKm(lat: number | null, lon: number | null): number | undefined {
  if (lat === null || lon === null || countDecimals({ lat, lon }) > ucdpCentroid.decimalsMax)
    return undefined
  return ucdpCentroid.radiusKm
}

/** UCDP appends the kind of settlement to its name: Myawaddy town. */
function readSettlement(name: string | null): string | null {
  return name === null ? null : name.replace(/ (?:town|village|city)$/i, '')
}

/** In one-sided violence the second side is the target; in the others both are actors. */
function readSides(row: TableRow, isOneSided: boolean) {
  const named = (column: string, role: string) =>
    readActors(row, column).map(name => ({ name, role }))
  const actors = isOneSided
    ? named('side_a', 'perpetrator')
    : [...named('side_a', 'side-a'), ...named('side_b', 'side-b')]
  return omitMissing({
    actors: buildList(row, actors),
    targets: isOneSided ? [{ kind: 'civilians' }] : null
  })
}

/** Sides read lately, by their text: a file names few sides on many rows. Cleared when full. */
const sidesLately = new Map<string, readonly string[]>()
const sidesMax = 4096

/**
 * The members of a side: allies are separated by commas. Numbered, not yet identified actors are
 * omitted.
 */
function readActors(row: TableRow, column: string): readonly string[] {
  const text = row.readText(column)
  if (text === null) return []
  const known = sidesLately.get(text)
  if (known !== undefined) return known
  const names = text.split(/,(?![^()]*\))/).flatMap(name => checkName(row, name) ?? [])
  const actors = [...new Set(names.filter(name => !/^X{3} ?\d*$/i.test(name)))]
  if (sidesLately.size >= sidesMax) sidesLately.clear()
  // A name that is cut is a warning of each row.
  if (text.length <= limits.name) sidesLately.set(text, actors)
  return actors
}

/**
 * Credibility from the number of sources UCDP read, one grade lower for a candidate event that it
 * has not checked. −1 marks an event coded before they were counted, without a message.
 */
function readCredibility(row: TableRow): PostedReport['credibility'] | null {
  const sources =
    row.readText('number_of_sources') === null ? null : row.readNumber('number_of_sources')
  const status = row.readText('code_status')
  const isChecked = status === null || ucdpChecked.test(status)
  if (sources === null || sources < 1) return isChecked ? null : ucdpCredibility.unchecked
  const credibility = sources > 1 ? ucdpCredibility.several : ucdpCredibility.one
  return (isChecked ? credibility : credibility + 1) as PostedReport['credibility']
}

/**
 * The end of the day on which the complete event was first known: the earliest source date on or
 * after its last day, else the latest one. A date before the event began is an error and is
 * ignored.
 */
function readKnownAt(row: TableRow, from: string | null, to: string | null): string | null {
  const text = row.readText('source_date')
  if (text === null || from === null || to === null) return null
  const days = text
    .split(';')
    .map(day => parseDay(day.trim()))
    .filter(day => day !== null && day >= from)
    .sort() as string[]
  const known = days.find(day => day >= to) ?? days.at(-1)
  return known === undefined ? null : formatDayEnd(known)
}
