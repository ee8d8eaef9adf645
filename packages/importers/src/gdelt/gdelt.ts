// GDELT events, versions 1 and 2: by header, or by the number of columns if there is none. Codes
// are mapped in cameo-table.ts. GDELT extracts events from news by machine: credibility is low and
// deaths are unknown.

import type { PostedReport } from '@tocsin/contracts/report/posted-report'
import { findCountryByFips } from '../item/countries.ts'
import { readDay } from '../item/day-texts.ts'
import type { ImportSettings, RowOutcome } from '../item/import-item.ts'
import {
  buildReportedAt,
  checkName,
  formatDayEnd,
  omitMissing,
  selectLinks
} from '../item/report-parts.ts'
import { quoted, type TableRow } from '../item/table-row.ts'
import type { TableFormat } from '../table/table-importer.ts'
import { type CameoEvent, completeCameoCode, findCameoEvent, gdeltPlaces } from './cameo-table.ts'

const gdeltSource = 'gdelt'

/** Columns of one actor and of one place, equal in both versions. */
const actor = (n: number) => [
  `Actor${n}Code`,
  `Actor${n}Name`,
  `Actor${n}CountryCode`,
  `Actor${n}KnownGroupCode`,
  `Actor${n}EthnicCode`,
  `Actor${n}Religion1Code`,
  `Actor${n}Religion2Code`,
  `Actor${n}Type1Code`,
  `Actor${n}Type2Code`,
  `Actor${n}Type3Code`
]
const place = (of: string, version: 1 | 2) => [
  `${of}Geo_Type`,
  `${of}Geo_FullName`,
  `${of}Geo_CountryCode`,
  `${of}Geo_ADM1Code`,
  ...(version === 2 ? [`${of}Geo_ADM2Code`] : []),
  `${of}Geo_Lat`,
  `${of}Geo_Long`,
  `${of}Geo_FeatureID`
]
const columns = (version: 1 | 2): readonly string[] => [
  'GLOBALEVENTID',
  'SQLDATE',
  'MonthYear',
  'Year',
  'FractionDate',
  ...actor(1),
  ...actor(2),
  'IsRootEvent',
  'EventCode',
  'EventBaseCode',
  'EventRootCode',
  'QuadClass',
  'GoldsteinScale',
  'NumMentions',
  'NumSources',
  'NumArticles',
  'AvgTone',
  ...place('Actor1', version),
  ...place('Actor2', version),
  ...place('Action', version),
  'DATEADDED',
  'SOURCEURL'
]

/** GDELT 1 without SOURCEURL (before April 2013), GDELT 1, GDELT 2: 57, 58 and 61 columns. */
export const gdeltColumns: readonly (readonly string[])[] = [
  columns(1).slice(0, -1),
  columns(1),
  columns(2)
]

export const gdelt: TableFormat = {
  name: 'GDELT events',
  needed: [
    ['GLOBALEVENTID'],
    ['SQLDATE'],
    ['EventCode'],
    ['ActionGeo_Lat'],
    ['ActionGeo_Long'],
    ['DATEADDED']
  ],
  // Its own files have tabs and no quotes, an export of BigQuery has commas.
  quoted: 'unless-tabs',
  delimiter: null,
  // A first row that begins with a number is data: headers do not.
  headerless: cells =>
    /^\d+$/.test(cells[0] ?? '')
      ? (gdeltColumns.find(names => names.length === cells.length) ?? null)
      : null,
  read,
  pointers: {
    '/externalId': 'GLOBALEVENTID',
    '/reportedAt': 'DATEADDED',
    '/occurred': 'SQLDATE',
    '/category': 'EventCode',
    '/tactics': 'EventCode',
    '/location/lat': 'ActionGeo_Lat',
    '/location/lon': 'ActionGeo_Long',
    '/location/country': 'ActionGeo_CountryCode',
    '/location/name': 'ActionGeo_FullName',
    '/location': 'ActionGeo_Lat',
    '/actors/0': 'Actor1Name',
    '/actors/1': 'Actor2Name',
    '/private/links': 'SOURCEURL'
  }
}

function read(row: TableRow, settings: ImportSettings): RowOutcome {
  const code = readCode(row)
  const event = code === null ? null : findCameoEvent(code)
  if (code !== null && (event === null || event.category === null))
    return { kind: 'skipped', reason: 'not-violence' }
  const externalId = row.requireText('globaleventid')
  const day = row.requireDay('sqldate', readDay)
  const location = readLocation(row)
  const links = selectLinks([row.readText('sourceurl')])
  const reportedAt = buildReportedAt(row, settings, readAddedAt(row))
  const tactics = event?.tactics ?? []
  return row.buildOutcome(() => ({
    source: { id: settings.source ?? gdeltSource },
    occurred: { from: day as string, to: day as string },
    category: (event as CameoEvent & { category: PostedReport['category'] }).category,
    location,
    credibility: readCredibility(row),
    ...omitMissing({
      externalId,
      reportedAt,
      tactics: tactics.length === 0 ? null : tactics,
      actors: readActors(row),
      handling: settings.handling,
      private: links === null ? null : { links }
    })
  }))
}

function readCode(row: TableRow): string | null {
  const [code, root] = [row.requireText('eventcode'), row.readText('eventrootcode')]
  if (code === null) return null
  const whole = /^\d{2,4}$/.test(code) ? completeCameoCode(code, root) : null
  if (whole !== null) return whole
  const detail = /^\d{2,4}$/.test(code)
    ? 'may have lost a leading zero, and EventRootCode does not resolve it'
    : 'is not a CAMEO code'
  row.addFault('EventCode', 'malformed', `${detail}: ${quoted(code)}`)
  return null
}

function readLocation(row: TableRow): PostedReport['location'] {
  const [lat, lon] = [row.readNumber('actiongeo_lat'), row.readNumber('actiongeo_long')]
  if (lat === null || lon === null)
    row.addFault('ActionGeo_Lat', 'no-place', 'is empty: the event cannot be located')
  const fips = row.readText('actiongeo_countrycode')
  const type = row.readText('actiongeo_type')
  const radiusKm = type === null ? undefined : gdeltPlaces[type]?.radiusKm
  // GDELT writes a full address: its first part is the place.
  const name = row.readText('actiongeo_fullname')?.split(',', 1)[0] ?? null
  // FIPS has codes for seas, which have no country, and GDELT's countries are not always ISO
  // countries. Coordinates decide then.
  const country = fips === null ? null : findCountryByFips(fips)
  return omitMissing({ name: checkName(row, name), country, lat, lon, radiusKm })
}

function readActors(row: TableRow): PostedReport['actors'] | null {
  const actors = ([1, 2] as const).flatMap(n => {
    const name = checkName(row, row.readText(`actor${n}name`))
    return name === null ? [] : [{ name, role: n === 1 ? 'side-a' : 'side-b' }]
  })
  return actors.length === 0 ? null : actors
}

/** Admiralty: 5, improbable, for one source; 4, doubtful, for several. */
function readCredibility(row: TableRow): 4 | 5 {
  return (row.readNumber('numsources') ?? 1) > 1 ? 4 : 5
}

/** When GDELT recorded the event: a day in version 1, a quarter of an hour in version 2. */
function readAddedAt(row: TableRow): string | null {
  const text = row.readText('dateadded')
  if (text === null) return null
  const exact = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(text)
  if (exact) return `${exact[1]}-${exact[2]}-${exact[3]}T${exact[4]}:${exact[5]}:${exact[6]}Z`
  const day = row.parseDay('DATEADDED', text, readDay)
  return day === null ? null : formatDayEnd(day)
}
