// GDELT events, versions 1 and 2: by header, or by the number of columns if there is none. Codes
// are mapped in cameo-table.ts. GDELT extracts events from news by machine: credibility is low and
// deaths are unknown.

import type { PostedReport } from '@tocsin/contracts/report/posted-report'
import { countryOfFips } from '../item/countries.ts'
import { readDay } from '../item/day-texts.ts'
import type { ImportSettings, RowOutcome } from '../item/import-item.ts'
import { endOfDay, linksOf, nameText, present, reportedAtOf } from '../item/report-parts.ts'
import { quoted, type TableRow } from '../item/table-row.ts'
import type { TableFormat } from '../table/table-importer.ts'
import { type CameoEvent, cameoEventOf, gdeltPlaces, wholeCameoCode } from './cameo-table.ts'

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
  quoted: false,
  delimiter: '\t',
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
  const code = codeOf(row)
  const event = code === null ? null : cameoEventOf(code)
  if (code !== null && (event === null || event.category === null))
    return { kind: 'skipped', reason: 'not-violence' }
  const externalId = row.needed('globaleventid')
  const day = row.neededDay('sqldate', readDay)
  const location = locationOf(row)
  const links = linksOf([row.text('sourceurl')])
  const reportedAt = reportedAtOf(row, settings, addedAt(row))
  const tactics = event?.tactics ?? []
  return row.outcome(() => ({
    source: { id: settings.source ?? gdeltSource },
    occurred: { from: day as string, to: day as string },
    category: (event as CameoEvent & { category: PostedReport['category'] }).category,
    location,
    credibility: credibilityOf(row),
    ...present({
      externalId,
      reportedAt,
      tactics: tactics.length === 0 ? null : tactics,
      actors: actorsOf(row),
      handling: settings.handling,
      private: links === null ? null : { links }
    })
  }))
}

function codeOf(row: TableRow): string | null {
  const [code, root] = [row.needed('eventcode'), row.text('eventrootcode')]
  if (code === null) return null
  const whole = /^\d{2,4}$/.test(code) ? wholeCameoCode(code, root) : null
  if (whole !== null) return whole
  const detail = /^\d{2,4}$/.test(code)
    ? 'may have lost a leading zero, and EventRootCode does not resolve it'
    : 'is not a CAMEO code'
  row.fault('EventCode', 'malformed', `${detail}: ${quoted(code)}`)
  return null
}

function locationOf(row: TableRow): PostedReport['location'] {
  const [lat, lon] = [row.number('actiongeo_lat'), row.number('actiongeo_long')]
  if (lat === null || lon === null)
    row.fault('ActionGeo_Lat', 'no-place', 'is empty: the event cannot be located')
  const fips = row.text('actiongeo_countrycode')
  const type = row.text('actiongeo_type')
  const radiusKm = type === null ? undefined : gdeltPlaces[type]?.radiusKm
  // GDELT writes a full address: its first part is the place.
  const name = row.text('actiongeo_fullname')?.split(',', 1)[0] ?? null
  // FIPS has codes for seas, which have no country, and GDELT's countries are not always ISO
  // countries. Coordinates decide then.
  const country = fips === null ? null : countryOfFips(fips)
  return present({ name: nameText(row, name), country, lat, lon, radiusKm })
}

function actorsOf(row: TableRow): PostedReport['actors'] | null {
  const actors = ([1, 2] as const).flatMap(n => {
    const name = nameText(row, row.text(`actor${n}name`))
    return name === null ? [] : [{ name, role: n === 1 ? 'side-a' : 'side-b' }]
  })
  return actors.length === 0 ? null : actors
}

/** Admiralty: 5, improbable, for one source; 4, doubtful, for several. */
function credibilityOf(row: TableRow): 4 | 5 {
  return (row.number('numsources') ?? 1) > 1 ? 4 : 5
}

/** When GDELT recorded the event: a day in version 1, a quarter of an hour in version 2. */
function addedAt(row: TableRow): string | null {
  const text = row.text('dateadded')
  if (text === null) return null
  const exact = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(text)
  if (exact) return `${exact[1]}-${exact[2]}-${exact[3]}T${exact[4]}:${exact[5]}:${exact[6]}Z`
  const day = row.dayIn('DATEADDED', text, readDay)
  return day === null ? null : endOfDay(day)
}
