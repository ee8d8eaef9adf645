// Reports in columns: one row for each report, with its winning revision. Rows never move, and a
// withdrawn report keeps its row until it is evicted.

import type { Near, Place, Reliability, ReportRevision } from '@tocsin/contracts/theatre/report'
import { type Columns, computeCapacity, copyColumns, growColumns, makeColumns } from './columns.ts'
import {
  type EncodedPlace,
  encodeActors,
  encodeDetails,
  encodeReportFlags,
  listPlaces,
  type ReportDetails
} from './encode-report.ts'
import { emptyList, Lists, Names, uniteLists } from './interning.ts'
import { convertToMs, parseEndMs, parseMs } from './time.ts'
import {
  getCategoryBit,
  getReliabilityRank,
  handlings,
  makeTacticMask,
  placeFlags,
  unknownReliability
} from './vocabulary.ts'

export type { EncodedPlace, Person, ReportDetails } from './encode-report.ts'

const shape = {
  fromMs: 'f64',
  toMs: 'f64',
  reportedMs: 'f64',
  /** Of all known revisions, the first: the id of an incident depends on it. */
  firstReportedMs: 'f64',
  lat: 'f64',
  lon: 'f64',
  /** Precision of the place. */
  km: 'f32',
  category: 'i32',
  tactics: 'i32',
  admin1: 'i32',
  country: 'i32',
  settlement: 'i32',
  /** Name of the place in lower case, and as stated. */
  placeName: 'i32',
  shownName: 'i32',
  /** A place without a name by the nearest settlement. */
  nearName: 'i32',
  source: 'i32',
  low: 'i32',
  best: 'i32',
  high: 'i32',
  /** Lists: actors as stated; perpetrators by the compared form of their names. */
  actors: 'i32',
  perpetrators: 'i32',
  /** List of the kinds of targets. */
  targets: 'i32',
  /** Number of the record that brought it. Events name a report by this number. */
  number: 'i32',
  flags: 'u16',
  credibility: 'u8',
  /** Rank of the source's reliability. */
  reliability: 'u8',
  handling: 'u8',
  /** 0: absent; 1: present; `evicted`. */
  present: 'u8'
} as const

/** Value of `present`: older than retention, but an alert still has it as a trigger. */
export const evicted = 2

const stateNames = [
  'rowCount',
  'recordCount',
  'ids',
  'hashes',
  'details',
  'neighbourAreas',
  'settlementNames',
  'sourceReliability',
  'archives',
  'withdrawn',
  'freeRows'
] as const

export interface ReportsState extends Pick<Reports, (typeof stateNames)[number]> {
  readonly columns: Columns<typeof shape>
  readonly texts: readonly string[]
  readonly statedForms: ReadonlyMap<number, string>
  readonly lists: readonly (readonly number[])[]
}

export class Reports {
  rowCount = 0
  /** Number of records with a report so far. A reader of the log counts the same. */
  recordCount = 0
  readonly columns: Columns<typeof shape> = makeColumns(shape, 1024)
  readonly ids: string[] = []
  readonly hashes: string[] = []
  readonly rowById = new Map<string, number>()
  readonly details = new Map<number, ReportDetails>()
  /** By area: the areas that touch it, if a report names them. */
  readonly neighbourAreas = new Map<number, readonly number[]>()
  readonly settlementNames = new Map<number, number>()
  readonly sourceReliability = new Map<number, number>()
  readonly archives = new Set<number>()
  readonly withdrawn = new Set<string>()
  /** Rows to use again. */
  readonly freeRows: number[] = []
  readonly names: Names
  readonly lists = new Lists()
  /** Reports of another theatre are absent; null: there are none. */
  theatre: string | null = null

  constructor(names = new Names()) {
    this.names = names
  }

  /** The row to write a revision to; -1 if the revision has no effect. */
  acceptRevision(report: ReportRevision): number {
    this.recordCount += 1
    if (this.withdrawn.has(report.reportId)) return -1
    const row = this.rowById.get(report.reportId)
    if (row === undefined) return this.#createRow(report.reportId)
    const isEarlier = parseMs(report.reportedAt) < this.columns.firstReportedMs[row]!
    return isEarlier || this.#wins(row, report) ? row : -1
  }

  /**
   * The later revision wins, of equal times the one with the greater hash: the result does not
   * depend on the order of arrival.
   */
  #wins(row: number, { reportedAt, contentHash }: ReportRevision): boolean {
    const later = parseMs(reportedAt) - this.columns.reportedMs[row]!
    return later > 0 || (later === 0 && contentHash > this.hashes[row]!)
  }

  /** A report about a place in another theatre is absent here. */
  #isHere({ theatre }: ReportRevision): boolean {
    return this.theatre === null || theatre === this.theatre
  }

  #createRow(id: string): number {
    const row = this.freeRows.pop() ?? this.rowCount++
    const capacity = this.columns.number.length
    if (row >= capacity) growColumns(this.columns, computeCapacity(capacity, row + 1))
    this.ids[row] = id
    this.hashes[row] = ''
    this.rowById.set(id, row)
    this.columns.number[row] = this.recordCount
    this.columns.reportedMs[row] = Number.NEGATIVE_INFINITY
    this.columns.firstReportedMs[row] = Number.POSITIVE_INFINITY
    return row
  }

  /** Writes an accepted revision. If it is outdated, only the time of report counts. */
  write(row: number, report: ReportRevision): void {
    const { columns } = this
    const reportedMs = parseMs(report.reportedAt)
    columns.firstReportedMs[row] = Math.min(columns.firstReportedMs[row]!, reportedMs)
    if (!this.#wins(row, report)) return
    columns.present[row] = this.#isHere(report) ? 1 : 0
    this.hashes[row] = report.contentHash
    columns.reportedMs[row] = reportedMs
    columns.fromMs[row] = parseMs(report.occurred.from)
    columns.toMs[row] = parseEndMs(report.occurred.to)
    const places = listPlaces(report)
    this.#writeSource(row, report, places[0]!)
    this.#writeFigures(row, report)
    this.#writePlace(row, places[0]!)
    this.#learnPlace(places[0]!, columns.admin1[row]!, columns.settlement[row]!)
    for (let at = 1; at < places.length; at++) {
      const { admin1, settlement } = places[at]!
      this.#learnPlace(places[at]!, this.names.intern(admin1), this.names.intern(settlement))
    }
    this.#writeLists(row, report, places)
  }

  #writeSource(row: number, report: ReportRevision, place: Place): void {
    const { columns } = this
    const source = this.names.intern(report.sourceId)
    columns.source[row] = source
    columns.reliability[row] = this.sourceReliability.get(source) ?? unknownReliability
    columns.flags[row] = encodeReportFlags(report, place, this.archives.has(source))
  }

  #writeFigures(row: number, report: ReportRevision): void {
    const { columns } = this
    const { low, best, high } = report.fatalities
    columns.category[row] = getCategoryBit(report.category)
    columns.tactics[row] = makeTacticMask(report.tactics)
    columns.credibility[row] = report.credibility
    columns.handling[row] = handlings.indexOf(report.handling)
    columns.low[row] = low ?? -1
    columns.best[row] = best ?? -1
    columns.high[row] = high ?? -1
  }

  #writePlace(row: number, place: Place): void {
    const { columns, names } = this
    columns.lat[row] = place.lat ?? Number.NaN
    columns.lon[row] = place.lon ?? Number.NaN
    columns.km[row] = place.radiusKm ?? Number.NaN
    columns.admin1[row] = names.intern(place.admin1)
    columns.country[row] = names.intern(place.country)
    columns.settlement[row] = names.intern(place.settlement)
    columns.placeName[row] = names.intern(place.name?.toLowerCase())
    columns.shownName[row] = names.intern(place.name)
    columns.nearName[row] = place.near === undefined ? -1 : names.intern(describeNear(place.near))
  }

  /** Stores the neighbours of an area and the name of a settlement. */
  #learnPlace(place: Place, area: number, settlement: number): void {
    const { names } = this
    if (place.neighbours !== undefined && !this.neighbourAreas.has(area))
      this.neighbourAreas.set(
        area,
        place.neighbours.map(other => names.intern(other))
      )
    if (place.settlementName !== null && !this.settlementNames.has(settlement))
      this.settlementNames.set(settlement, names.intern(place.settlementName))
  }

  #writeLists(row: number, report: ReportRevision, places: readonly Place[]): void {
    const { columns, names, lists } = this
    const { actors, targets } = report
    const details = encodeDetails(report, places, names)
    if (details !== undefined) this.details.set(row, details)
    else if (this.details.size > 0) this.details.delete(row)
    columns.actors[row] = lists.intern(actors.map(actor => names.intern(actor.name)))
    columns.perpetrators[row] = lists.intern(encodeActors(report, 'perpetrator', names))
    columns.targets[row] = lists.intern(uniteLists([targets.map(({ kind }) => names.intern(kind))]))
  }

  getPerpetrators(row: number): readonly number[] {
    return this.lists.all[this.columns.perpetrators[row]!]!
  }

  /** The main place of a report. */
  getPlace(row: number): EncodedPlace {
    const { columns } = this
    return {
      lat: columns.lat[row]!,
      lon: columns.lon[row]!,
      km: columns.km[row]!,
      admin1: columns.admin1[row]!,
      country: columns.country[row]!,
      settlement: columns.settlement[row]!,
      name: columns.placeName[row]!,
      candidates: this.details.get(row)?.candidates ?? emptyList,
      flags: columns.flags[row]! & placeFlags
    }
  }

  /** All places of a report, the main one first. */
  listPlaces(row: number): readonly EncodedPlace[] {
    const main = this.getPlace(row)
    const others = this.details.get(row)?.places
    return others === undefined || others.length === 0 ? [main] : [main, ...others]
  }

  /**
   * Sets the reliability of a source, and whether it is an archive, which concerns later reports
   * only. Returns the present reports with another grade than before.
   */
  configureSource(id: string, reliability: Reliability, isArchive = false): number[] {
    const source = this.names.intern(id)
    if (isArchive) this.archives.add(source)
    else this.archives.delete(source)
    const rank = getReliabilityRank(reliability)
    const before = this.sourceReliability.get(source) ?? unknownReliability
    this.sourceReliability.set(source, rank)
    if (rank === before) return []
    const { columns } = this
    const changed: number[] = []
    for (let row = 0; row < this.rowCount; row++) {
      if (columns.source[row] !== source || columns.present[row] === 0) continue
      columns.reliability[row] = rank
      if (columns.present[row] === 1) changed.push(row)
    }
    return changed
  }

  /** Rows that ended before a day, those of absent reports included. */
  listEndedBefore(day: number): number[] {
    const { toMs } = this.columns
    const beforeMs = convertToMs(day)
    const rows: number[] = []
    for (let row = 0; row < this.rowCount; row++)
      if (toMs[row]! < beforeMs && this.ids[row] !== '') rows.push(row)
    return rows
  }

  /** Frees a row for another report. */
  releaseRow(row: number): void {
    this.rowById.delete(this.ids[row]!)
    this.ids[row] = ''
    this.columns.present[row] = 0
    this.details.delete(row)
    this.freeRows.push(row)
  }

  exportState(): ReportsState {
    const { names, lists } = this
    const fields = stateNames.map(name => [name, this[name]])
    return {
      ...(Object.fromEntries(fields) as Reports),
      columns: copyColumns(this.columns, this.rowCount),
      texts: names.texts,
      statedForms: names.statedForms,
      lists: lists.all
    }
  }

  restore({ columns, texts, statedForms, lists, ...fields }: ReportsState): void {
    Object.assign(this.columns, columns)
    Object.assign(this, fields)
    for (const text of texts) this.names.intern(text)
    for (const [name, form] of statedForms) this.names.statedForms.set(name, form)
    for (const list of lists) this.lists.intern(list)
    for (const [row, id] of this.ids.entries()) if (id !== '') this.rowById.set(id, row)
  }
}

/** Up to this distance a place is near the settlement, in whichever direction. */
const nearKm = 10

function describeNear({ name, km, wind }: Near): string {
  if (km <= nearKm) return `near ${name} (${km} km)`
  const [first, second = ''] = wind.split('-')
  return `${km} km ${`${first!.charAt(0)}${second.charAt(0)}`.toUpperCase()} of ${name}`
}
