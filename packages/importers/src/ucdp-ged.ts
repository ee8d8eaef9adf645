// UCDP Georeferenced Event Dataset: its 49 columns, or as few as the needed ones, with commas or tabs. What the codes mean is ucdp-tables.ts.

import type { PostedReport } from '@tocsin/contracts/report-shape'
import type { Category } from '@tocsin/domain/report'
import { countryOfGleditschWard, countryOfName } from './countries.ts'
import type { ImportSettings, RowOutcome } from './import-item.ts'
import { areaCodeOf, deathsOf, endOfDay, nameText, narrativeOf, present, reportedAtOf } from './report-parts.ts'
import type { TableFormat } from './table-importer.ts'
import { quoted, type TableRow } from './table-row.ts'
import { type UcdpPrecision, ucdpPrecisions, ucdpSummaryCategory, ucdpTypes } from './ucdp-tables.ts'

export const ucdpSource = 'ucdp-ged'

export const ucdpGed: TableFormat = {
  name: 'UCDP GED',
  hasEditions: true,
  needed: [['id'], ['type_of_violence'], ['latitude'], ['longitude'], ['country', 'country_id'], ['date_start'], ['date_end']],
  quoted: true,
  delimiter: null,
  headerless: () => null,
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
    '/fatalities/low': 'low',
    '/fatalities/best': 'best',
    '/fatalities/high': 'high',
    '/private/narrative': 'source_article'
  }
}

function read(row: TableRow, settings: ImportSettings): RowOutcome {
  const externalId = row.needed('id')
  const from = row.neededDay('date_start', dayOf)
  const to = lastDayOf(row, from, row.neededDay('date_end', dayOf))
  const category = categoryOf(row)
  const { location, countryNote } = locationOf(row, settings)
  const sides = sidesOf(row, category.isOneSided)
  const fatalities = deathsOf(row, row.count('low'), row.count('best'), row.count('high'))
  const narrative = narrativeOf(row, [row.text('source_headline'), row.text('source_article'), countryNote])
  const reportedAt = reportedAtOf(row, settings, knownAtOf(row, from, to))
  return row.outcome(() => ({
    source: { id: settings.source ?? ucdpSource },
    occurred: { from: from as string, to: to as string },
    category: category.category,
    location,
    ...present({
      externalId,
      reportedAt,
      ...sides,
      fatalities,
      handling: settings.handling,
      private: narrative === null ? null : { narrative }
    })
  }))
}

/**
 * In files without `date_prec` the first of a month holds two to four times its share of rows: months that wear an exact date. Such a row lasts for its
 * month.
 */
function lastDayOf(row: TableRow, from: string | null, to: string | null): string | null {
  if (to === null || from !== to || !to.endsWith('-01') || row.text('date_prec') !== null) return to
  return new Date(Date.UTC(Number(to.slice(0, 4)), Number(to.slice(5, 7)), 0)).toISOString().slice(0, 10)
}

/** Days are written alone, or with a midnight behind them. */
function dayOf(text: string): string | null {
  return /^(\d{4}-\d\d-\d\d)(?:[ T]00:00:00(?:\.0+)?)?$/.exec(text)?.[1] ?? null
}

function categoryOf(row: TableRow): { readonly category: Category; readonly isOneSided: boolean } {
  const code = row.needed('type_of_violence')
  const type = code === null ? undefined : ucdpTypes[code]
  if (code !== null && type === undefined) row.fault('type_of_violence', 'unknown-value', `is none of 1, 2, 3: ${quoted(code)}`)
  const isSummary = row.text('event_clarity') === '2'
  return {
    category: isSummary ? ucdpSummaryCategory : (type?.category ?? 'other'),
    isOneSided: type?.category === 'attack-on-civilians'
  }
}

interface Located {
  readonly location: PostedReport['location']
  /** What UCDP calls the country, where the point lies in another one today. It names the event: reports of the same text are taken for copies. */
  readonly countryNote: string | null
}

/** UCDP names the country of its time and its own list: where the point lies in another one today, the coordinates decide. */
function locationOf(row: TableRow, settings: ImportSettings): Located {
  const lat = row.neededNumber('latitude')
  const lon = row.neededNumber('longitude')
  const stated = countryOf(row)
  const other = lat === null || lon === null || stated === null ? null : settings.otherCountry(lat, lon, stated)
  if (other !== null) row.warn('country-differs')
  const precision = precisionOf(row)
  const name = nameText(row, row.text('where_coordinates'))
  const areaName = precision?.hasArea === false ? null : row.text('adm_1')
  const country = other ?? stated
  const admin1 = country === null ? null : areaCodeOf(row, areaName, country, settings.areas)
  const location = present({
    name: precision?.isPlace === true ? settlementOf(name) : name,
    country: other === null ? stated : null,
    admin1,
    lat,
    lon,
    radiusKm: precision?.radiusKm
  })
  return { location, countryNote: other === null ? null : `UCDP has event ${row.text('id')} in ${row.text('country') ?? stated}` }
}

function countryOf(row: TableRow): string | null {
  const number = row.text('country_id')
  const name = row.text('country')
  const found = (name === null ? null : countryOfName(name)) ?? (number === null ? null : countryOfGleditschWard(number))
  if (found !== null) return found
  if (name === null && number === null) row.fault('country', 'missing', 'is empty, and needed')
  else row.fault('country', 'unknown-value', `is no country that is known here: ${quoted(name ?? (number as string))}`)
  return null
}

function precisionOf(row: TableRow): UcdpPrecision | null {
  const code = row.text('where_prec')
  if (code === null) return null
  const precision = ucdpPrecisions[code]
  if (precision === undefined) row.fault('where_prec', 'unknown-value', `is no number from 1 to 7: ${quoted(code)}`)
  return precision ?? null
}

/** UCDP says what a settlement is behind its name: Myawaddy town. */
function settlementOf(name: string | null): string | null {
  return name === null ? null : name.replace(/ (?:town|village|city)$/i, '')
}

/** In one-sided violence the second side is who was attacked; in the others both fought. */
function sidesOf(row: TableRow, isOneSided: boolean): Pick<PostedReport, 'actors' | 'targets'> {
  const [a, b] = [nameText(row, row.text('side_a')), nameText(row, row.text('side_b'))]
  if (isOneSided) {
    return { ...(a === null ? {} : { actors: [{ name: a, role: 'perpetrator' }] }), targets: [{ kind: 'civilians' }] }
  }
  const actors = [...(a === null ? [] : [{ name: a, role: 'side-a' }]), ...(b === null ? [] : [{ name: b, role: 'side-b' }])]
  return actors.length === 0 ? {} : { actors }
}

/**
 * The end of the day on which the event was first known whole: the earliest date of a source from its last day on, else the last date there is. A date
 * before the event began is a slip, and says nothing.
 */
function knownAtOf(row: TableRow, from: string | null, to: string | null): string | null {
  const text = row.text('source_date')
  if (text === null || from === null || to === null) return null
  const days = text
    .split(';')
    .map(day => dayOf(day.trim()))
    .filter(day => day !== null && day >= from)
    .sort() as string[]
  const known = days.find(day => day >= to) ?? days.at(-1)
  return known === undefined ? null : endOfDay(known)
}
