// Reads rows by a mapping: from CSV, or from properties of GeoJSON features.

import type { PostedLocation } from '@tocsin/contracts/report/posted-location'
import type { PostedReport } from '@tocsin/contracts/report/posted-report'
import { countryOfName } from '../item/countries.ts'
import { momentReader, readDay } from '../item/day-texts.ts'
import type { ImportSettings, RowOutcome } from '../item/import-item.ts'
import type { MappedValue, Mapping } from '../item/mapping-file.ts'
import {
  areaCodeOf,
  deathsOf,
  linksOf,
  listOf,
  nameText,
  narrativeOf,
  present,
  reportedAtOf
} from '../item/report-parts.ts'
import { columnKey, quoted, type TableRow } from '../item/table-row.ts'
import type { TableFormat } from './table-importer.ts'

/** The CSV that a mapping describes. */
export function mappedTable(mapping: Mapping): TableFormat {
  const { table = {} } = mapping
  const reader = new MappedReader(mapping)
  return {
    name: 'mapped',
    needed: table.header === undefined ? columnsNamed(mapping).map(name => [name]) : [['\0']],
    quoted: table.quoted ?? true,
    delimiter: table.delimiter ?? null,
    headerless: cells => (table.header?.length === cells.length ? table.header : null),
    read: (row, settings) => reader.read(row, settings),
    pointers: pointersOf(mapping)
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
    this.#readMoment = momentReaderOf(mapping)
    this.#skips = (mapping.skip ?? []).map(({ column, values }) => ({
      column: columnKey(column),
      values: new Set(values.map(valueKey))
    }))
  }

  read(row: TableRow, settings: ImportSettings): RowOutcome {
    const m = this.#mapping
    if (this.#skips.some(({ column, values }) => values.has(valueKey(row.text(column) ?? '')))) {
      return { kind: 'skipped', reason: 'skipped-by-mapping' }
    }
    const source = settings.source ?? this.#needed(row, m.source)
    const from = this.#moment(row, m.occurred.from, true)
    const to =
      m.occurred.to === undefined ? from : (this.#moment(row, m.occurred.to, false) ?? from)
    const category = this.#needed(row, m.category)
    const location = this.#location(row, settings)
    const reportedAt = reportedAtOf(row, settings, this.#instant(row, m.reportedAt))
    const { low, best, high } = m.fatalities ?? {}
    const count = (value: MappedValue | undefined) => this.#number(row, value, true)
    const report = {
      externalId: this.#text(row, m.externalId),
      reportedAt,
      tactics: listOf(row, this.#texts(row, m.tactics)),
      actors: listOf(row, this.#actors(row)),
      targets: listOf(
        row,
        this.#texts(row, m.targets).map(kind => ({ kind }))
      ),
      fatalities: deathsOf(row, count(low), count(best), count(high)),
      credibility: this.#number(row, m.credibility, true) as PostedReport['credibility'] | null,
      handling: (settings.handling ?? this.#text(row, m.handling)) as
        | PostedReport['handling']
        | null,
      private: this.#private(row)
    }
    return row.outcome(() => ({
      source: { id: source as string },
      occurred: { from: from as string, to: to as string },
      category: category as PostedReport['category'],
      location,
      ...present(report)
    }))
  }

  #location(row: TableRow, settings: ImportSettings): PostedLocation {
    const { name, country, admin1, lat, lon, radiusKm } = this.#mapping.location
    const countryText = this.#text(row, country)
    const code = countryText === null ? null : countryOfName(countryText)
    if (countryText !== null && code === null) {
      row.fault(
        columnOf(country),
        'unknown-value',
        `is not a known country: ${quoted(countryText)}`
      )
    }
    const area = this.#text(row, admin1)
    const place = {
      name: nameText(row, this.#text(row, name)),
      country: code,
      admin1: area !== null && code !== null ? areaCodeOf(row, area, code, settings.areas) : null,
      lat: this.#number(row, lat, false),
      lon: this.#number(row, lon, false),
      radiusKm: this.#number(row, radiusKm, false)
    }
    const isSomewhere =
      (place.lat !== null && place.lon !== null) || (place.name !== null && countryText !== null)
    if (!isSomewhere)
      row.fault(
        columnOf(lat ?? name),
        'no-place',
        'has neither coordinates nor a name with a country'
      )
    return present(place)
  }

  #actors(row: TableRow): readonly { readonly name: string; readonly role?: string }[] {
    return (this.#mapping.actors ?? []).flatMap(actor => {
      const name = nameText(row, this.#text(row, actor.name))
      return name === null ? [] : [{ name, ...present({ role: this.#text(row, actor.role) }) }]
    })
  }

  #private(row: TableRow): PostedReport['private'] | null {
    const { narrative, links, persons = [] } = this.#mapping.private ?? {}
    const texts = {
      narrative: narrativeOf(row, this.#texts(row, narrative)),
      links: linksOf(this.#texts(row, links)),
      persons: listOf(
        row,
        persons.flatMap(person => {
          const more = present({
            role: this.#text(row, person.role),
            kind: this.#text(row, person.kind)
          })
          // An empty cell of a name column means that no one is named, as does a missing column.
          if (person.name === undefined) return Object.keys(more).length === 0 ? [] : [more]
          const name = nameText(row, this.#text(row, person.name))
          return name === null ? [] : [{ name, ...more }]
        })
      )
    }
    return Object.values(texts).every(text => text === null) ? null : present(texts)
  }

  #needed(row: TableRow, value: MappedValue): string | null {
    const text = this.#text(row, value)
    if (text === null) row.fault(columnOf(value), 'missing', 'is empty but required')
    return text
  }

  #moment(row: TableRow, value: MappedValue, isNeeded: boolean): string | null {
    const text = isNeeded ? this.#needed(row, value) : this.#text(row, value)
    return text === null ? null : row.dayIn(columnOf(value) ?? 'occurred', text, this.#readMoment)
  }

  /** A day counts as its end: known on a day is known at its end at the latest. */
  #instant(row: TableRow, value: MappedValue | undefined): string | null {
    if (value === undefined) return null
    const moment = this.#moment(row, value, false)
    return moment === null || moment.includes('T') ? moment : `${moment}T23:59:59Z`
  }

  #number(row: TableRow, value: MappedValue | undefined, isWhole: boolean): number | null {
    const text = this.#text(row, value)
    if (text === null) return null
    const column = columnOf(value) ?? 'value'
    const number = row.numberIn(column, text)
    if (number === null || !isWhole || Number.isInteger(number)) return number
    row.fault(column, 'malformed', `is not a whole number: ${quoted(text)}`)
    return null
  }

  #texts(row: TableRow, values: readonly MappedValue[] | undefined): readonly string[] {
    return (values ?? []).flatMap(value => this.#text(row, value) ?? [])
  }

  #text(row: TableRow, value: MappedValue | undefined): string | null {
    if (value === undefined) return null
    if (typeof value === 'string') return row.text(columnKey(value))
    if ('value' in value) return String(value.value)
    const text = row.text(columnKey(value.column))
    if (value.values === undefined) return text ?? otherwise(value)
    const meaning = text === null ? undefined : this.#tableOf(value.values).get(valueKey(text))
    if (meaning !== undefined) return meaning
    if (value.otherwise === undefined && text !== null) {
      row.fault(
        value.column,
        'unknown-value',
        `is a value missing from the mapping: ${quoted(text)}`
      )
    }
    return otherwise(value)
  }

  #tableOf(values: Readonly<Record<string, string | number>>): ReadonlyMap<string, string> {
    const known = this.#tables.get(values)
    if (known !== undefined) return known
    const table = new Map(
      Object.entries(values).map(([from, to]) => [valueKey(from), String(to)] as const)
    )
    this.#tables.set(values, table)
    return table
  }
}

function otherwise(value: { readonly otherwise?: string | number }): string | null {
  return value.otherwise === undefined ? null : String(value.otherwise)
}

function valueKey(text: string): string {
  return text.trim().toLowerCase()
}

/** The column of a value; null for a constant. */
function columnOf(value: MappedValue | undefined): string | null {
  if (value === undefined) return null
  if (typeof value === 'string') return value
  return 'column' in value ? value.column : null
}

function momentReaderOf({ dates }: Mapping): (text: string) => string | null {
  const instant = (text: string) =>
    /^\d{4}-\d\d-\d\dT.*(?:Z|[+-]\d\d:\d\d)$/i.test(text) ? text : null
  if (dates === undefined) return text => readDay(text) ?? instant(text)
  const readers = dates.formats.map(format => momentReader(format, dates.offset ?? 'Z'))
  return text => {
    for (const read of readers) {
      const moment = read(text)
      if (moment !== null) return moment
    }
    return null
  }
}

/** The columns named by a mapping, except optional ones of lists. */
function columnsNamed(mapping: Mapping): readonly string[] {
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
    columnOf
  )
  return [...new Set([...all, ...skip.map(({ column }) => column)].filter(name => name !== null))]
}

function pointersOf(mapping: Mapping): Readonly<Record<string, string>> {
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
      .flatMap(([pointer, value]) => [[pointer, columnOf(value)] as const])
      .filter(([, column]) => column !== null)
  ) as Record<string, string>
}
