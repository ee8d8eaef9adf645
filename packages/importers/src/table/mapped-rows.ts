// Reads rows by a mapping: from CSV, or from properties of GeoJSON features.

import type { PostedLocation } from '@tocsin/contracts/report/posted-location'
import type { PostedReport } from '@tocsin/contracts/report/posted-report'
import { findCountryByName } from '../item/countries.ts'
import { createMomentReader, readDay } from '../item/day-texts.ts'
import type { ImportSettings, RowOutcome } from '../item/import-item.ts'
import type { MappedValue, Mapping } from '../item/mapping-file.ts'
import {
  buildDeaths,
  buildList,
  buildNarrative,
  buildReportedAt,
  checkName,
  omitMissing,
  readAreaCode,
  selectLinks
} from '../item/report-parts.ts'
import { buildColumnKey, quoted, type TableRow } from '../item/table-row.ts'
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
  readonly #readMoment: (text: string) => string | null
  readonly #tables = new Map<object, ReadonlyMap<string, string>>()
  readonly #skips: readonly { readonly column: string; readonly values: ReadonlySet<string> }[]

  constructor(mapping: Mapping) {
    this.#mapping = mapping
    this.#readMoment = createReader(mapping)
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
    const from = this.#parseMoment(row, m.occurred.from, true)
    const to =
      m.occurred.to === undefined ? from : (this.#parseMoment(row, m.occurred.to, false) ?? from)
    const category = this.#requireText(row, m.category)
    const location = this.#readLocation(row, settings)
    const reportedAt = buildReportedAt(row, settings, this.#readInstant(row, m.reportedAt))
    const { low, best, high } = m.fatalities ?? {}
    const count = (value: MappedValue | undefined) => this.#readNumber(row, value, true)
    const report = {
      externalId: this.#readText(row, m.externalId),
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
      occurred: { from: from as string, to: to as string },
      category: category as PostedReport['category'],
      location,
      ...omitMissing(report)
    }))
  }

  #readLocation(row: TableRow, settings: ImportSettings): PostedLocation {
    const { name, country, admin1, lat, lon, radiusKm } = this.#mapping.location
    const countryText = this.#readText(row, country)
    const code = countryText === null ? null : findCountryByName(countryText)
    if (countryText !== null && code === null) {
      row.addFault(
        getColumn(country),
        'unknown-value',
        `is not a known country: ${quoted(countryText)}`
      )
    }
    const area = this.#readText(row, admin1)
    const place = {
      name: checkName(row, this.#readText(row, name)),
      country: code,
      admin1: area !== null && code !== null ? readAreaCode(row, area, code, settings.areas) : null,
      lat: this.#readNumber(row, lat, false),
      lon: this.#readNumber(row, lon, false),
      radiusKm: this.#readNumber(row, radiusKm, false)
    }
    const isSomewhere =
      (place.lat !== null && place.lon !== null) || (place.name !== null && countryText !== null)
    if (!isSomewhere)
      row.addFault(
        getColumn(lat ?? name),
        'no-place',
        'has neither coordinates nor a name with a country'
      )
    return omitMissing(place)
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

  #parseMoment(row: TableRow, value: MappedValue, isNeeded: boolean): string | null {
    const text = isNeeded ? this.#requireText(row, value) : this.#readText(row, value)
    return text === null
      ? null
      : row.parseDay(getColumn(value) ?? 'occurred', text, this.#readMoment)
  }

  /** A day counts as its end: known on a day is known at its end at the latest. */
  #readInstant(row: TableRow, value: MappedValue | undefined): string | null {
    if (value === undefined) return null
    const moment = this.#parseMoment(row, value, false)
    return moment === null || moment.includes('T') ? moment : `${moment}T23:59:59Z`
  }

  #readNumber(row: TableRow, value: MappedValue | undefined, isWhole: boolean): number | null {
    const text = this.#readText(row, value)
    if (text === null) return null
    const column = getColumn(value) ?? 'value'
    const number = row.parseNumber(column, text)
    if (number === null || !isWhole || Number.isInteger(number)) return number
    row.addFault(column, 'malformed', `is not a whole number: ${quoted(text)}`)
    return null
  }

  #readTexts(row: TableRow, values: readonly MappedValue[] | undefined): readonly string[] {
    return (values ?? []).flatMap(value => this.#readText(row, value) ?? [])
  }

  #readText(row: TableRow, value: MappedValue | undefined): string | null {
    if (value === undefined) return null
    if (typeof value === 'string') return row.readText(buildColumnKey(value))
    if ('value' in value) return String(value.value)
    const text = row.readText(buildColumnKey(value.column))
    if (value.values === undefined) return text ?? otherwise(value)
    const meaning =
      text === null ? undefined : this.#buildTable(value.values).get(buildValueKey(text))
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

  #buildTable(values: Readonly<Record<string, string | number>>): ReadonlyMap<string, string> {
    const known = this.#tables.get(values)
    if (known !== undefined) return known
    const table = new Map(
      Object.entries(values).map(([from, to]) => [buildValueKey(from), String(to)] as const)
    )
    this.#tables.set(values, table)
    return table
  }
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

function createReader({ dates }: Mapping): (text: string) => string | null {
  const instant = (text: string) =>
    /^\d{4}-\d\d-\d\dT.*(?:Z|[+-]\d\d:\d\d)$/i.test(text) ? text : null
  if (dates === undefined) return text => readDay(text) ?? instant(text)
  const readers = dates.formats.map(format => createMomentReader(format, dates.offset ?? 'Z'))
  return text => {
    for (const read of readers) {
      const moment = read(text)
      if (moment !== null) return moment
    }
    return null
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
    occurred.from,
    occurred.to,
    category,
    credibility,
    handling
  ]
  const all = [...values, ...Object.values(location), ...Object.values(fatalities ?? {})].map(
    getColumn
  )
  return [...new Set([...all, ...skip.map(({ column }) => column)].filter(name => name !== null))]
}

function mapPointers(mapping: Mapping): Readonly<Record<string, string>> {
  const { location, fatalities = {}, occurred } = mapping
  const pairs: readonly (readonly [string, MappedValue | undefined])[] = [
    ['/source/id', mapping.source],
    ['/externalId', mapping.externalId],
    ['/reportedAt', mapping.reportedAt],
    ['/occurred/from', occurred.from],
    ['/occurred/to', occurred.to ?? occurred.from],
    ['/category', mapping.category],
    ['/credibility', mapping.credibility],
    ['/handling', mapping.handling],
    ['/location', location.lat ?? location.name],
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
