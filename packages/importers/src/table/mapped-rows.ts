// Reads rows by a mapping: from CSV, or from properties of GeoJSON features.

import type { PostedLocation } from '@tocsin/contracts/report/posted-location'
import type { PostedReport } from '@tocsin/contracts/report/posted-report'
import { findCountryByName } from '../item/countries.ts'
import {
  createMomentReader,
  type Moments,
  parseMonth,
  readDay,
  useMoment,
  widenDay
} from '../item/day-texts.ts'
import type { ImportSettings, RowOutcome } from '../item/import-item.ts'
import type { MappedMoment, MappedValue, Mapping } from '../item/mapping-file.ts'
import {
  buildDeaths,
  buildList,
  buildNarrative,
  buildReportedAt,
  checkName,
  formatDayEnd,
  omitMissing,
  readAreaCode,
  selectLinks
} from '../item/report-parts.ts'
import { buildColumnKey, quoted, type TableRow } from '../item/table-row.ts'
import { findAreaPlace, listCoordinates, spreadDay, toDecimalPoint } from './mapped-parts.ts'
import type { TableFormat } from './table-importer.ts'

/** The CSV that a mapping describes. */
export function createMappedTable(mapping: Mapping): TableFormat {
  const { table = {} } = mapping
  const reader = new MappedReader(mapping)
  return {
    name: 'mapped',
    needed: table.header === undefined ? listColumns(mapping).map(name => [name]) : [['\0']],
    quoted: table.quoted ?? true,
    delimiter: table.delimiter ?? null,
    headerless: cells => (table.header?.length === cells.length ? table.header : null),
    read: (row, settings) => reader.read(row, settings),
    pointers: mapPointers(mapping)
  }
}

/** Reads rows by one mapping; invariant parts are prepared once. */
export class MappedReader {
  readonly #mapping: Mapping
  readonly #readMoment: (text: string) => Moments | null
  readonly #tables = new Map<object, ValueTable>()
  readonly #empty: ReadonlySet<string>
  readonly #skips: readonly { readonly column: string; readonly values: ReadonlySet<string> }[]

  constructor(mapping: Mapping) {
    this.#mapping = mapping
    this.#readMoment = createReader(mapping)
    this.#empty = new Set((mapping.empty ?? []).map(text => buildValueKey(String(text))))
    this.#skips = (mapping.skip ?? []).map(({ column, values }) => ({
      column: buildColumnKey(column),
      values: new Set(values.map(buildValueKey))
    }))
  }

  read(row: TableRow, settings: ImportSettings): RowOutcome {
    const m = this.#mapping
    if (
      this.#skips.some(({ column, values }) =>
        values.has(buildValueKey(row.readText(column) ?? ''))
      )
    ) {
      return { kind: 'skipped', reason: 'skipped-by-mapping' }
    }
    const source = settings.source ?? this.#requireText(row, m.source)
    const moments = this.#readOccurred(row)
    const category = this.#requireText(row, m.category)
    const location = this.#readLocation(row, settings, category)
    const reportedAt = buildReportedAt(row, settings, this.#readInstant(row, m.reportedAt))
    const externalId = this.#readText(row, m.externalId)
    if (externalId === null) row.warn('no-id')
    const { low, best, high } = m.fatalities ?? {}
    const count = (value: MappedValue | undefined) => this.#readNumber(row, value, true)
    const report = {
      externalId,
      reportedAt,
      tactics: buildList(row, this.#readTexts(row, m.tactics)),
      actors: buildList(row, this.#readActors(row)),
      targets: buildList(
        row,
        this.#readTexts(row, m.targets).map(kind => ({ kind }))
      ),
      fatalities: buildDeaths(row, count(low), count(best), count(high)),
      credibility: this.#readNumber(row, m.credibility, true) as PostedReport['credibility'] | null,
      handling: (settings.handling ?? this.#readText(row, m.handling)) as
        | PostedReport['handling']
        | null,
      private: this.#readPrivate(row)
    }
    return row.buildOutcome(() => ({
      source: { id: source as string },
      occurred: endAt(moments as Moments, reportedAt, settings.nowMs),
      category: category as PostedReport['category'],
      location,
      ...omitMissing(report)
    }))
  }

  #readLocation(row: TableRow, settings: ImportSettings, category: string | null): PostedLocation {
    const mapped = this.#mapping.location
    const countryText = this.#readText(row, mapped.country)
    const country = countryText === null ? null : findCountryByName(countryText)
    if (countryText !== null && country === null) {
      row.addFault(
        getColumn(mapped.country),
        'unknown-value',
        `is not a known country: ${quoted(countryText)}`
      )
    }
    const area = this.#readText(row, mapped.admin1)
    const admin1 =
      area !== null && country !== null ? readAreaCode(row, area, country, settings.areas) : null
    const name = namesArea(mapped) ? null : checkName(row, this.#readText(row, mapped.name))
    const point = this.#readPoint(row)
    const radiusKm = this.#readNumber(row, mapped.radiusKm, false)
    if (point !== null || (name !== null && countryText !== null))
      return omitMissing({ name, country, admin1, ...point, radiusKm })
    // Coordinates that were refused are named already.
    if (row.hasFaultIn(listPlaceValues(mapped).map(getColumn))) return {}
    const found = findAreaPlace({ country, countryText, admin1, category })
    if (found !== null) return found
    const detail =
      area === null || country === null
        ? 'has neither coordinates nor a name with a country'
        : `has no coordinates, and its area is unknown: ${quoted(area)}`
    row.addFault(getColumn(listPlaceValues(mapped)[0]), 'no-place', detail)
    return {}
  }

  #readPoint(row: TableRow): { readonly lat: number; readonly lon: number } | null {
    const { lat, lon, latLon, lonLat } = this.#mapping.location
    const both = latLon ?? lonLat
    const text = this.#readText(row, both)
    if (text !== null) {
      const pair = listCoordinates(text, this.#mapping.decimal ?? '.')
      if (pair !== null) return orderPair(pair, latLon !== undefined)
      const detail = `is not two coordinates: ${quoted(text)}`
      row.addFault(getColumn(both), 'malformed', detail)
      return null
    }
    const [y, x] = [this.#readNumber(row, lat, false), this.#readNumber(row, lon, false)]
    if (y !== null && x !== null) return { lat: y, lon: x }
    if (this.#readText(row, lat) === null && this.#readText(row, lon) === null) return null
    row.addFault(
      getColumn(y === null ? lat : lon),
      'missing',
      'is empty, and the other coordinate is not'
    )
    return null
  }

  #readOccurred(row: TableRow): Moments | null {
    const { from, to, precision } = this.#mapping.occurred
    const first = this.#readMoments(row, from, true)
    const last = to === undefined ? null : this.#readMoments(row, to, false)
    const unit = this.#readText(row, precision)
    const whole = first === null || unit === null ? first : spreadDay(first, unit)
    if (first !== null && whole === null) {
      const detail = `is neither day, week, month nor year: ${quoted(unit as string)}`
      row.addFault(getColumn(precision), 'unknown-value', detail)
    }
    return whole === null || last === null ? whole : { ...last, from: whole.from }
  }

  #readMoments(row: TableRow, value: MappedMoment, isNeeded: boolean): Moments | null {
    if (typeof value === 'string' || !('year' in value))
      return this.#parseMoment(row, value, isNeeded)
    const year = isNeeded ? this.#requireText(row, value.year) : this.#readText(row, value.year)
    const [month, day] = [this.#readPart(row, value.month), this.#readPart(row, value.day)]
    if (year === null) return null
    const numbered = month === null || /^\d+$/.test(month) ? month : parseMonth(month)
    const isNumber = /^(?:\d{2}|\d{4})$/.test(year) && (day === null || /^\d{1,2}$/.test(day))
    const isMonth = month === null || numbered !== null
    const days = isNumber && isMonth ? widenDay(year, numbered, day) : null
    const text = [year, month, day].filter(part => part !== null).join('-')
    return row.parseMoments(getColumn(value.year) ?? 'occurred', text, () => days)
  }

  /** A month or a day; null if it is unknown. */
  #readPart(row: TableRow, value: MappedValue | undefined): string | null {
    const text = this.#readText(row, value)?.replace(/\.0+$/, '') ?? null
    return text === null || /^0+$/.test(text) ? null : text
  }

  #readActors(row: TableRow): readonly { readonly name: string; readonly role?: string }[] {
    return (this.#mapping.actors ?? []).flatMap(actor => {
      const name = checkName(row, this.#readText(row, actor.name))
      return name === null
        ? []
        : [{ name, ...omitMissing({ role: this.#readText(row, actor.role) }) }]
    })
  }

  #readPrivate(row: TableRow): PostedReport['private'] | null {
    const { narrative, links, persons = [] } = this.#mapping.private ?? {}
    const texts = {
      narrative: buildNarrative(row, this.#readTexts(row, narrative)),
      links: selectLinks(this.#readTexts(row, links)),
      persons: buildList(
        row,
        persons.flatMap(person => {
          const more = omitMissing({
            role: this.#readText(row, person.role),
            kind: this.#readText(row, person.kind)
          })
          // An empty cell of a name column means that no one is named, as does a missing column.
          if (person.name === undefined) return Object.keys(more).length === 0 ? [] : [more]
          const name = checkName(row, this.#readText(row, person.name))
          return name === null ? [] : [{ name, ...more }]
        })
      )
    }
    return Object.values(texts).every(text => text === null) ? null : omitMissing(texts)
  }

  #requireText(row: TableRow, value: MappedValue): string | null {
    const text = this.#readText(row, value)
    if (text === null) row.addFault(getColumn(value), 'missing', 'is empty but required')
    return text
  }

  #parseMoment(row: TableRow, value: MappedValue, isNeeded: boolean): Moments | null {
    const text = isNeeded ? this.#requireText(row, value) : this.#readText(row, value)
    return text === null
      ? null
      : row.parseMoments(getColumn(value) ?? 'occurred', text, this.#readMoment)
  }

  /** A day counts as its end: known on a day is known at its end at the latest. */
  #readInstant(row: TableRow, value: MappedValue | undefined): string | null {
    const moment = value === undefined ? null : this.#parseMoment(row, value, false)?.to
    if (moment === null || moment === undefined || moment.includes('T')) return moment ?? null
    return formatDayEnd(moment)
  }

  #readNumber(row: TableRow, value: MappedValue | undefined, isWhole: boolean): number | null {
    if (typeof value === 'object' && 'sum' in value) {
      const parts = value.sum.map(column => this.#readNumber(row, column, isWhole))
      const known = parts.filter(part => part !== null)
      return known.length === 0 ? null : known.reduce((sum, part) => sum + part)
    }
    const text = this.#readText(row, value)
    if (text === null) return null
    const column = getColumn(value) ?? 'value'
    const isCell = typeof value === 'string' || !isTranslated(value)
    const number = row.parseNumber(column, isCell ? this.#toDecimalPoint(text) : text)
    if (number === null || !isWhole || Number.isInteger(number)) return number
    row.addFault(column, 'malformed', `is not a whole number: ${quoted(text)}`)
    return null
  }

  #toDecimalPoint(text: string): string {
    return this.#mapping.decimal === ',' ? toDecimalPoint(text) : text
  }

  #readTexts(row: TableRow, values: readonly MappedValue[] | undefined): readonly string[] {
    return (values ?? []).flatMap(value => this.#readText(row, value) ?? [])
  }

  /** Null for an empty cell, and for a value that the mapping makes empty. */
  #readText(row: TableRow, value: MappedValue | undefined): string | null {
    return this.#translate(row, value) || null
  }

  #translate(row: TableRow, value: MappedValue | undefined): string | null {
    if (value === undefined) return null
    if (typeof value === 'string') return this.#readCell(row, value)
    if ('value' in value) return String(value.value)
    if ('sum' in value) return this.#readNumber(row, value, false)?.toString() ?? null
    const text = this.#readCell(row, value.column)
    if (value.values === undefined) return text ?? otherwise(value)
    const meaning = findMeaning(this.#buildTable(value.values), buildValueKey(text ?? ''))
    if (meaning !== undefined) return meaning
    if (value.otherwise === undefined && text !== null) {
      row.addFault(
        value.column,
        'unknown-value',
        `is a value missing from the mapping: ${quoted(text)}`
      )
    }
    return otherwise(value)
  }

  #readCell(row: TableRow, column: string): string | null {
    const text = row.readText(buildColumnKey(column))
    return text === null || this.#empty.has(buildValueKey(text)) ? null : text
  }

  #buildTable(values: Readonly<Record<string, string | number>>): ValueTable {
    const known = this.#tables.get(values)
    if (known !== undefined) return known
    const pairs = Object.entries(values).map(
      ([from, to]) => [buildValueKey(from), String(to)] as const
    )
    const table: ValueTable = {
      exact: new Map(pairs),
      starts: pairs
        .filter(([from]) => from.endsWith('*'))
        .map(([from, to]) => [from.slice(0, -1), to] as const)
    }
    this.#tables.set(values, table)
    return table
  }
}

/** A month or a year ends at the latest today, and on the day when it was reported. */
function endAt({ from, to, isWidened }: Moments, reportedAt: string | null, nowMs: number) {
  const today = new Date(nowMs).toISOString().slice(0, 10)
  const known = [reportedAt?.slice(0, 10) ?? today, today].sort()[0] as string
  return { from, to: isWidened && known >= from && known < to ? known : to }
}

/** What values mean: exactly, and by how they begin. */
interface ValueTable {
  readonly exact: ReadonlyMap<string, string>
  readonly starts: readonly (readonly [string, string])[]
}

function findMeaning({ exact, starts }: ValueTable, key: string): string | undefined {
  return exact.get(key) ?? starts.find(([start]) => key.startsWith(start))?.[1]
}

/** True if the name of the place is that of the area: the region, not a town with its name. */
function namesArea({ name, admin1 }: Mapping['location']): boolean {
  const column = getColumn(name)
  if (admin1 === undefined || column === null) return false
  const [key, areaKey] = [column, getColumn(admin1) ?? ''].map(buildColumnKey)
  return key === areaKey || /^adm(?:in)?[ _]?1/.test(key as string)
}

function orderPair([first, second]: readonly [number, number], isLatFirst: boolean) {
  return isLatFirst ? { lat: first, lon: second } : { lat: second, lon: first }
}

/** The values that can place a row, in the order in which they count. */
function listPlaceValues(location: Mapping['location']): readonly MappedValue[] {
  const { lat, latLon, lonLat, name, admin1, country } = location
  return [lat, latLon, lonLat, name, admin1, country].filter(value => value !== undefined)
}

/** True for a constant, or a text that the mapping states for a value: it has a decimal point. */
function isTranslated(value: MappedValue | undefined): boolean {
  return typeof value === 'object' && ('value' in value || ('column' in value && 'values' in value))
}

function otherwise(value: { readonly otherwise?: string | number }): string | null {
  return value.otherwise === undefined ? null : String(value.otherwise)
}

function buildValueKey(text: string): string {
  return text.trim().toLowerCase()
}

/** The column of a value; null for a constant. */
function getColumn(value: MappedValue | undefined): string | null {
  if (value === undefined) return null
  if (typeof value === 'string') return value
  return 'column' in value ? value.column : null
}

function createReader({ dates }: Mapping): (text: string) => Moments | null {
  const formats = (dates?.formats ?? []).map(format =>
    createMomentReader(format, dates?.offset ?? null)
  )
  const readers = [...formats, createLocalReader(dates?.offset ?? null)]
  if (dates === undefined) readers.push(readStatedDay)
  return text => {
    for (const read of readers) {
      const moment = read(text)
      if (moment !== null) return moment
    }
    return null
  }
}

function readStatedDay(text: string): Moments | null {
  const moment =
    readDay(text) ?? (/^\d{4}-\d\d-\d\dT.*(?:Z|[+-]\d\d:\d\d)$/i.test(text) ? text : null)
  return moment === null ? null : useMoment(moment)
}

/** Days and hours as workbooks and programs write them: midnight is a day, hours need the offset. */
function createLocalReader(offset: string | null): (text: string) => Moments | null {
  return text => {
    const match = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?$/.exec(text)
    if (match === null) return null
    if (match[2] === '00:00:00') return useMoment(match[1] as string)
    return offset === null ? null : useMoment(`${match[1]}T${match[2]}${offset}`)
  }
}

/** The columns named by a mapping, except optional ones of lists. */
function listColumns(mapping: Mapping): readonly string[] {
  const {
    source,
    externalId,
    reportedAt,
    occurred,
    category,
    location,
    fatalities,
    credibility,
    handling,
    skip = []
  } = mapping
  const values = [
    source,
    externalId,
    reportedAt,
    ...listMomentValues(occurred.from),
    ...listMomentValues(occurred.to),
    occurred.precision,
    category,
    credibility,
    handling
  ]
  const all = [...values, ...Object.values(location), ...Object.values(fatalities ?? {})]
    .filter(value => !(typeof value === 'object' && 'column' in value && value.optional === true))
    .map(getColumn)
  return [...new Set([...all, ...skip.map(({ column }) => column)].filter(name => name !== null))]
}

function listMomentValues(moment: MappedMoment | undefined): readonly (MappedValue | undefined)[] {
  const isInParts = typeof moment === 'object' && 'year' in moment
  return isInParts ? [moment.year, moment.month, moment.day] : [moment]
}

function mapPointers(mapping: Mapping): Readonly<Record<string, string>> {
  const { location, fatalities = {}, occurred } = mapping
  const pairs: readonly (readonly [string, MappedValue | undefined])[] = [
    ['/source/id', mapping.source],
    ['/externalId', mapping.externalId],
    ['/reportedAt', mapping.reportedAt],
    ['/occurred/from', listMomentValues(occurred.from)[0]],
    ['/occurred/to', listMomentValues(occurred.to ?? occurred.from)[0]],
    ['/category', mapping.category],
    ['/credibility', mapping.credibility],
    ['/handling', mapping.handling],
    ['/location', listPlaceValues(location)[0]],
    ['/location/lat', location.latLon ?? location.lonLat],
    ['/location/lon', location.latLon ?? location.lonLat],
    ...Object.entries(location).map(([name, value]) => [`/location/${name}`, value] as const),
    ...Object.entries(fatalities).map(([name, value]) => [`/fatalities/${name}`, value] as const),
    ...(mapping.actors ?? []).map((actor, i) => [`/actors/${i}`, actor.name] as const),
    ...(mapping.targets ?? []).map((target, i) => [`/targets/${i}`, target] as const),
    ...(mapping.tactics ?? []).map((tactic, i) => [`/tactics/${i}`, tactic] as const)
  ]
  return Object.fromEntries(
    pairs
      .flatMap(([pointer, value]) => [[pointer, getColumn(value)] as const])
      .filter(([, column]) => column !== null)
  ) as Record<string, string>
}
