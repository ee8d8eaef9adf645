// ACLED: exports of 2024 and later, and rows of its API; a subset of columns suffices. Event types
// are mapped in acled-tables.ts.

import { readMoment } from '@tocsin/contracts/report/moments'
import type { PostedReport } from '@tocsin/contracts/report/posted-report'
import { findCountryByName, findCountryByNumber } from '../item/countries.ts'
import { readDay } from '../item/day-texts.ts'
import type { ImportSettings, RowOutcome } from '../item/import-item.ts'
import {
  buildDeaths,
  buildList,
  buildNarrative,
  buildReportedAt,
  checkName,
  formatDayEnd,
  omitMissing,
  readAreaCode
} from '../item/report-parts.ts'
import { quoted, type TableRow } from '../item/table-row.ts'
import type { TableFormat } from '../table/table-importer.ts'
import { type AcledEvent, acledEvents, acledPlaces, acledTimes } from './acled-tables.ts'

const acledSource = 'acled'

export const acled: TableFormat = {
  name: 'ACLED',
  needed: [
    ['event_id_cnty'],
    ['event_date'],
    ['sub_event_type'],
    ['country', 'iso'],
    ['latitude'],
    ['longitude']
  ],
  quoted: true,
  delimiter: null,
  headerless: () => null,
  read,
  pointers: {
    '/externalId': 'event_id_cnty',
    '/reportedAt': 'timestamp',
    '/occurred': 'event_date',
    '/category': 'sub_event_type',
    '/tactics': 'sub_event_type',
    '/location/lat': 'latitude',
    '/location/lon': 'longitude',
    '/location/country': 'country',
    '/location/admin1': 'admin1',
    '/location/name': 'location',
    '/location/radiusKm': 'geo_precision',
    '/location': 'latitude',
    '/actors': 'actor1',
    '/targets': 'civilian_targeting',
    '/fatalities': 'fatalities',
    '/private/narrative': 'notes'
  }
}

const dayMs = 86_400_000

function read(row: TableRow, settings: ImportSettings): RowOutcome {
  const externalId = row.requireText('event_id_cnty')
  const occurred = readOccurred(row)
  const event = readEvent(row)
  const onCivilians = (row.readText('civilian_targeting') ?? '') !== ''
  const location = readLocation(row, settings)
  const actors = readActors(row, event)
  const fatalities = buildDeaths(row, null, row.count('fatalities'), null)
  const source = row.readText('source')
  const narrative = buildNarrative(row, [
    row.readText('notes'),
    source === null ? null : `Source: ${source}`
  ])
  const reportedAt = buildReportedAt(row, settings, readTimestamp(row))
  return row.buildOutcome(() => ({
    source: { id: settings.source ?? acledSource },
    occurred: limitInterval(occurred as Interval, reportedAt),
    category: onCivilians ? (event as AcledEvent).onCivilians : (event as AcledEvent).category,
    location,
    ...omitMissing({
      externalId,
      reportedAt,
      tactics: (event as AcledEvent).tactics.length === 0 ? null : (event as AcledEvent).tactics,
      actors,
      targets: onCivilians ? [{ kind: 'civilians' }] : null,
      fatalities,
      handling: settings.handling,
      private: narrative === null ? null : { narrative }
    })
  }))
}

interface Interval {
  readonly from: string
  readonly to: string
}

/** The day, the week around it, or its month, by ACLED's stated precision. */
function readOccurred(row: TableRow): Interval | null {
  const day = row.requireDay('event_date', readDay)
  const precision = row.readText('time_precision') ?? '1'
  if (acledTimes[precision] === undefined) {
    row.addFault(
      'time_precision',
      'unknown-value',
      `is not a number from 1 to 3: ${quoted(precision)}`
    )
  }
  if (day === null) return null
  if (precision === '2') return { from: addDays(day, -3), to: addDays(day, 3) }
  if (precision !== '3') return { from: day, to: day }
  const [year, month] = [Number(day.slice(0, 4)), Number(day.slice(5, 7))]
  return {
    from: `${day.slice(0, 8)}01`,
    to: new Date(Date.UTC(year, month, 0)).toISOString().slice(0, 10)
  }
}

function addDays(day: string, days: number): string {
  return new Date(Date.parse(day) + days * dayMs).toISOString().slice(0, 10)
}

/** A widened interval must not end after the day on which the event became known. */
function limitInterval({ from, to }: Interval, reportedAt: string | null): Interval {
  const known = reportedAt?.slice(0, 10)
  return known !== undefined && known < to && known >= from ? { from, to: known } : { from, to }
}

function readEvent(row: TableRow): AcledEvent | null {
  const name = row.requireText('sub_event_type')
  if (name === null) return null
  const event = eventsByKey.get(name.toLowerCase())
  if (event === undefined)
    row.addFault(
      'sub_event_type',
      'unknown-value',
      `is not a sub-event type of ACLED: ${quoted(name)}`
    )
  return event ?? null
}

const eventsByKey: ReadonlyMap<string, AcledEvent> = new Map(
  Object.entries(acledEvents).map(([name, event]) => [name.toLowerCase(), event])
)

function readLocation(row: TableRow, settings: ImportSettings): PostedReport['location'] {
  const lat = row.requireNumber('latitude')
  const lon = row.requireNumber('longitude')
  const country = readCountry(row)
  const precision = row.readText('geo_precision')
  const place = precision === null ? undefined : acledPlaces[precision]
  if (precision !== null && place === undefined) {
    row.addFault(
      'geo_precision',
      'unknown-value',
      `is not a number from 1 to 3: ${quoted(precision)}`
    )
  }
  const admin1 =
    country === null ? null : readAreaCode(row, row.readText('admin1'), country, settings.areas)
  return omitMissing({
    name: checkName(row, row.readText('location')),
    country,
    admin1,
    lat,
    lon,
    radiusKm: place?.radiusKm
  })
}

function readCountry(row: TableRow): string | null {
  const [number, name] = [row.readText('iso'), row.readText('country')]
  const found =
    (number === null ? null : findCountryByNumber(number)) ??
    (name === null ? null : findCountryByName(name))
  if (found !== null) return found
  row.addCountryFault(name ?? number)
  return null
}

/**
 * In battles and riots both sides are actors; in other violence the first is the actor and the
 * second the target; else they only take part.
 */
function readActors(row: TableRow, event: AcledEvent | null): PostedReport['actors'] | null {
  const roles = chooseRoles(event?.eventType)
  const first = [row.readText('actor1'), ...(row.readText('assoc_actor_1')?.split(';') ?? [])]
  const second = [row.readText('actor2'), ...(row.readText('assoc_actor_2')?.split(';') ?? [])]
  const named = (texts: readonly (string | null)[], role: string) =>
    texts.map(text => checkName(row, text)).flatMap(name => (name === null ? [] : [{ name, role }]))
  return buildList(row, [...named(first, roles[0]), ...named(second, roles[1])])
}

function chooseRoles(eventType: string | undefined): readonly [string, string] {
  if (eventType === 'Battles' || eventType === 'Riots') return ['side-a', 'side-b']
  if (eventType === 'Explosions/Remote violence' || eventType === 'Violence against civilians')
    return ['perpetrator', 'target']
  return ['participant', 'participant']
}

/**
 * When ACLED last wrote the row: seconds since 1970, an instant with its offset, or a day, which
 * counts as its end. Else unknown.
 */
function readTimestamp(row: TableRow): string | null {
  const text = row.readText('timestamp')
  if (text === null) return null
  if (/^\d{9,10}(?:\.0+)?$/.test(text)) return new Date(Number(text) * 1000).toISOString()
  if (readMoment(text).kind !== 'moment') return null
  return text.includes('T') || text.includes('t') ? text : formatDayEnd(text)
}
