// Sums of ACLED by area and week, month or year: its weekly aggregates, the monthly tables on HDX,
// and HDX HAPI. Each row becomes a statistic, with or without coordinates.

import type { PostedLocation } from '@tocsin/contracts/report/posted-location'
import { findCountryByName } from '../item/countries.ts'
import { parseMonth, readDay } from '../item/day-texts.ts'
import type { ImportSettings, RowOutcome } from '../item/import-item.ts'
import {
  buildDeaths,
  buildNarrative,
  buildReportedAt,
  limits,
  omitMissing,
  readAreaCode
} from '../item/report-parts.ts'
import { quoted, type TableRow } from '../item/table-row.ts'
import type { TableFormat } from '../table/table-importer.ts'
import { deriveReportedAt } from './acled-release.ts'

/** Radius of the centroid of an area that the gazetteer does not know, km. */
const centroidRadiusKm = 100

export const acledSums: TableFormat = {
  name: 'ACLED',
  needed: [
    ['country', 'location_name', 'location_code', 'iso3'],
    ['week', 'reference_period_start', 'month', 'year'],
    ['events']
  ],
  aliases: {
    location_name: 'country',
    location_code: 'iso3',
    country_code: 'iso3',
    admin1_name: 'admin1',
    provider_admin1_name: 'admin1',
    admin2_name: 'admin2',
    provider_admin2_name: 'admin2',
    admin1_pcode: 'admin1_code',
    admin2_pcode: 'admin2_code'
  },
  quoted: true,
  delimiter: null,
  headerless: () => null,
  read: readSum,
  pointers: {
    '/occurred': 'week',
    '/location': 'country',
    '/location/admin1': 'admin1',
    '/location/lat': 'centroid_latitude',
    '/location/lon': 'centroid_longitude',
    '/fatalities': 'fatalities',
    '/private/narrative': 'events'
  }
}

function readSum(row: TableRow, settings: ImportSettings): RowOutcome {
  const occurred = readPeriod(row, settings.nowMs)
  const location = readArea(row, settings)
  const events = row.count('events')
  const fatalities = buildDeaths(row, null, row.count('fatalities'), null)
  const kinds = ['disorder_type', 'event_type', 'sub_event_type'].flatMap(
    column => row.readText(column) ?? []
  )
  const places = [
    row.readText('iso3') ?? row.readText('country'),
    row.readText('admin1_code') ?? row.readText('admin1'),
    row.readText('admin2_code') ?? row.readText('admin2')
  ].filter(text => text !== null)
  const narrative = buildNarrative(row, [
    `ACLED counts ${events ?? 'no number of'} events (${[...kinds, 'sum'].join(', ')}) in ${places.join(', ')} from ${occurred?.from} to ${occurred?.to}.`
  ])
  const reportedAt = buildReportedAt(
    row,
    settings,
    occurred === null ? null : deriveReportedAt(occurred.to, null, settings.nowMs)
  )
  return row.buildOutcome(() => ({
    source: { id: settings.source ?? 'acled' },
    externalId: ['sum', occurred?.from, ...places, ...kinds].join('/').slice(0, limits.externalId),
    occurred: occurred as NonNullable<typeof occurred>,
    category: 'statistic',
    location,
    ...omitMissing({
      reportedAt,
      fatalities,
      handling: settings.handling,
      private: narrative === null ? null : { narrative }
    })
  }))
}

interface Period {
  readonly from: string
  readonly to: string
}

/** Ends today at the latest: HAPI also has the current month. */
function readPeriod(row: TableRow, nowMs: number): Period | null {
  const period = readWholePeriod(row)
  const today = new Date(nowMs).toISOString().slice(0, 10)
  return period === null || period.to <= today || period.from > today
    ? period
    : { from: period.from, to: today }
}

function readWholePeriod(row: TableRow): Period | null {
  if (row.readText('reference_period_start') !== null) {
    const from = row.requireDay('reference_period_start', readPeriodDay)
    const to = row.requireDay('reference_period_end', readPeriodDay)
    return from === null || to === null ? null : { from, to }
  }
  if (row.readText('week') !== null) {
    const from = row.requireDay('week', readDay)
    return from === null ? null : { from, to: formatDay(Date.parse(from) + 6 * 86_400_000) }
  }
  const year = row.requireText('year')
  if (year === null) return null
  if (!/^\d{4}$/.test(year)) {
    row.addFault('year', 'malformed', `is not a year: ${quoted(year)}`)
    return null
  }
  const month = row.readText('month')
  if (month === null) return { from: `${year}-01-01`, to: `${year}-12-31` }
  const number = /^\d{1,2}$/.test(month) ? Number(month) : Number(parseMonth(month) ?? 0)
  if (number < 1 || number > 12) {
    row.addFault('month', 'malformed', `is not a month: ${quoted(month)}`)
    return null
  }
  return {
    from: formatDay(Date.UTC(Number(year), number - 1, 1)),
    to: formatDay(Date.UTC(Number(year), number, 0))
  }
}

function readPeriodDay(text: string): string | null {
  return readDay(text.replace(/T[\d:.]+Z?$/, ''))
}

function formatDay(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10)
}

/** The area, else its centroid, else the country. */
function readArea(row: TableRow, settings: ImportSettings): PostedLocation {
  const country = [row.readText('iso3'), row.readText('country')]
    .map(text => (text === null ? null : findCountryByName(text)))
    .find(code => code !== null)
  if (country == null) {
    row.addCountryFault(row.readText('country') ?? row.readText('iso3'))
    return {}
  }
  const area = row.readText('admin1')
  const pcode = row.readText('admin1_code')
  const admin1 =
    (pcode === null ? null : settings.areas(pcode, country)) ??
    readAreaCode(row, area, country, settings.areas)
  if (admin1 !== null) return { name: admin1, country, admin1 }
  const [lat, lon] = [row.readNumber('centroid_latitude'), row.readNumber('centroid_longitude')]
  if (area !== null && lat !== null && lon !== null)
    return { country, lat, lon, radiusKm: centroidRadiusKm }
  return { name: country, country }
}
