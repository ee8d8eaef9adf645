// ACLED: events as exported since 2015 or answered by its API, a subset of columns suffices; sums
// (acled-sums.ts); and its list of deleted events. Event types are mapped in acled-tables.ts.

import { readMoment } from '@tocsin/contracts/report/moments'
import type { PostedReport } from '@tocsin/contracts/report/posted-report'
import {
  findCountryByGleditschWard,
  findCountryByName,
  findCountryByNumber
} from '../item/countries.ts'
import { createMomentReader, readDay } from '../item/day-texts.ts'
import type { ImportSettings, RowOutcome } from '../item/import-item.ts'
import {
  buildDeaths,
  buildList,
  buildNarrative,
  buildReportedAt,
  checkName,
  formatDayEnd,
  omitMissing,
  readAreaCode,
  unixSeconds
} from '../item/report-parts.ts'
import { quoted, type TableRow } from '../item/table-row.ts'
import type { TableFormat } from '../table/table-importer.ts'
import { deriveReportedAt, KnownDelays } from './acled-release.ts'
import { acledSums } from './acled-sums.ts'
import {
  type AcledEvent,
  acledEvents,
  acledPlaces,
  acledSpellings,
  acledTimes,
  acledTypes
} from './acled-tables.ts'

const acledSource = 'acled'

/** The descriptions of ACLED's tables, and the notes about a file once it is read. */
export function createAcled(): {
  readonly formats: readonly [TableFormat, ...TableFormat[]]
  readonly notes: () => readonly string[]
} {
  const delays = new KnownDelays()
  const events: TableFormat = {
    ...acledEventTable,
    read: (row, settings) => readEventRow(row, settings, delays)
  }
  return { formats: [events, acledDeletions, acledSums], notes: () => delays.describe() }
}

/** The list of deleted events, as the API answers it. */
const acledDeletions: TableFormat = {
  name: 'ACLED',
  needed: [['event_id_cnty'], ['deleted_timestamp']],
  quoted: true,
  delimiter: null,
  headerless: () => null,
  read: readDeletion,
  pointers: {}
}

function readDeletion(row: TableRow, settings: ImportSettings): RowOutcome {
  const externalId = row.requireText('event_id_cnty')
  const text = row.readText('deleted_timestamp')
  const deletedMs = text === null ? null : parseChange(text)
  const day = deletedMs === null ? text : new Date(deletedMs).toISOString().slice(0, 10)
  return row.buildWithdrawal(() => ({
    sourceId: settings.source ?? acledSource,
    externalId: externalId as string,
    column: 'event_id_cnty',
    reason: `ACLED deleted the event${day === null ? '' : ` on ${day.slice(0, 40)}`}`,
    ifAbsent: 'never-imported'
  }))
}

const acledEventTable: Omit<TableFormat, 'read'> = {
  name: 'ACLED',
  needed: [
    ['event_id_cnty'],
    ['event_date'],
    ['sub_event_type', 'event_type'],
    ['country', 'iso', 'gwno'],
    ['latitude'],
    ['longitude']
  ],
  // Names of 2015 to 2018.
  aliases: { ally_actor_1: 'assoc_actor_1', ally_actor_2: 'assoc_actor_2' },
  quoted: true,
  delimiter: null,
  headerless: () => null,
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

function readEventRow(row: TableRow, settings: ImportSettings, delays: KnownDelays): RowOutcome {
  const externalId = row.requireText('event_id_cnty')
  const day = row.requireDay('event_date', chooseDayReader(row))
  const occurred = readOccurred(row, day)
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
  const reportedAt = readReportedAt(row, settings, day, delays)
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

/**
 * Tables of 2015 to 2018, which have the column GWNO, also write 18/04/2015. Source: their codebooks,
 * "Day / Month / Year".
 */
function chooseDayReader(row: TableRow): (text: string) => string | null {
  return row.readText('gwno') === null
    ? readDay
    : text => readDay(text) ?? readEarlyDay(text)?.from ?? null
}

const readEarlyDay = createMomentReader('D/M/YYYY', 'Z')

/** The day, the week around it, or its month, by ACLED's stated precision. */
function readOccurred(row: TableRow, day: string | null): Interval | null {
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
  const [sub, type] = [row.readText('sub_event_type'), row.readText('event_type')]
  if (sub === null && type !== null) return readType(row, type)
  const name = sub ?? row.requireText('sub_event_type')
  if (name === null) return null
  const key = name.toLowerCase()
  const event = eventsByKey.get((acledSpellings[key] ?? name).toLowerCase())
  if (event === undefined)
    row.addFault(
      'sub_event_type',
      'unknown-value',
      `is not a sub-event type of ACLED: ${quoted(name)}`
    )
  return event ?? null
}

function readType(row: TableRow, type: string): AcledEvent | null {
  const isRiot = /^rioters/i.test(row.readText('actor1') ?? '')
  const key = type.toLowerCase().replace(/\s*([-/])\s*/g, '$1')
  const event = typesByKey.get(key === 'riots/protests' && isRiot ? 'riots' : key)
  if (event === undefined)
    row.addFault('event_type', 'unknown-value', `is not an event type of ACLED: ${quoted(type)}`)
  return event ?? null
}

const indexByKey = (events: Readonly<Record<string, AcledEvent>>) =>
  new Map(Object.entries(events).map(([name, event]) => [name.toLowerCase(), event]))
const eventsByKey = indexByKey(acledEvents)
const typesByKey = indexByKey(acledTypes)

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

/** Bodies of water, which ACLED names as countries. */
const waters = /\b(?:ocean|sea|gulf|strait|bay|channel)\b/i

/** Null at sea: there the coordinates decide. */
function readCountry(row: TableRow): string | null {
  const [number, name] = [row.readText('iso'), row.readText('country')]
  const early = row.readText('gwno')
  const found =
    (number === null ? null : findCountryByNumber(number)) ??
    (name === null ? null : findCountryByName(name)) ??
    (early === null ? null : findCountryByGleditschWard(early))
  if (found === null && !(name !== null && waters.test(name)))
    row.addCountryFault(name ?? number ?? early)
  return found
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

/** See acled-release.ts. Unless the user states another report time. */
function readReportedAt(
  row: TableRow,
  settings: ImportSettings,
  day: string | null,
  delays: KnownDelays
): string | null {
  const text = row.readText('timestamp')
  const changedMs = text === null ? null : parseChange(text)
  const known =
    day === null || readMoment(day).kind !== 'moment'
      ? null
      : deriveReportedAt(day, changedMs, settings.nowMs)
  const reportedAt = buildReportedAt(row, settings, known)
  const usesTimestamp = settings.knownAtColumn?.trim().toLowerCase() === 'timestamp'
  if (day !== null && settings.reportedAt === null && (usesTimestamp || !settings.knownAtColumn))
    delays.add(day, { changedMs, reportedAt, usesTimestamp })
  return reportedAt
}

/** Seconds since 1970, an instant with its offset, or a day, which counts as its end; else null. */
function parseChange(text: string): number | null {
  if (unixSeconds.test(text)) return Number(text) * 1000
  if (readMoment(text).kind !== 'moment') return null
  return Date.parse(/t/i.test(text) ? text : formatDayEnd(text))
}
