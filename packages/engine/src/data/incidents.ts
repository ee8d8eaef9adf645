// Incidents in columns. An incident has the row number and the id of the report that came first.

import {
  type Columns,
  computeCapacity,
  growColumns,
  makeColumns,
  pickRows,
  placeRows
} from './columns.ts'
import { emptyList, uniteLists } from './interning.ts'
import {
  computeCredibility,
  computeInterval,
  computeToll,
  listOrigins,
  listOtherPlaces,
  pickCategory
} from './join-fields.ts'
import { unitePeople } from './people.ts'
import { compareFirstReported, compareQuality, hasUsableGrade } from './report-order.ts'
import type { EncodedPlace, Person, Reports } from './reports.ts'
import { Sites } from './sites.ts'
import { convertToDay, minuteMs } from './time.ts'
import {
  flag,
  genericActors,
  maxUsableRank,
  placeFlags,
  unknownCredibility,
  unknownReliability
} from './vocabulary.ts'

const shape = {
  fromDay: 'i32',
  toDay: 'i32',
  /** Beginning, in minutes since 1970. */
  minute: 'i32',
  category: 'i32',
  tactics: 'i32',
  admin1: 'i32',
  country: 'i32',
  settlement: 'i32',
  /** Name of the place in lower case. */
  placeName: 'i32',
  site: 'i32',
  low: 'i32',
  best: 'i32',
  high: 'i32',
  /** Lists: perpetrators that a name identifies; one source for each origin. */
  actors: 'i32',
  origins: 'i32',
  /** Precision of the place. */
  km: 'f32',
  flags: 'u16',
  credibility: 'u8',
  /** Rank of the strictest handling. */
  handling: 'u8'
} as const

const areaFlags = flag.statedArea | flag.areaInside
/** Flags that an incident takes over from its only report. */
const sharedFlags = flag.drill | flag.exactTime | flag.archived | flag.crowd | placeFlags

export interface IncidentPlace
  extends Pick<EncodedPlace, 'km' | 'admin1' | 'country' | 'settlement' | 'name' | 'flags'> {
  readonly site: number
}

/** Some incidents for a snapshot. */
export interface IncidentRows {
  readonly rows: readonly number[]
  readonly columns: Columns<typeof shape>
  readonly members: readonly (readonly [row: number, members: readonly number[]])[]
}

export class Incidents {
  readonly reports: Reports
  readonly sites = new Sites()
  readonly columns: Columns<typeof shape> = makeColumns(shape, 1024)
  /** The reports of the incidents with several. */
  readonly #members = new Map<number, readonly number[]>()
  /** Further places, of the few incidents that have some. */
  readonly otherPlaces = new Map<number, readonly IncidentPlace[]>()
  /** Tactics outside the vocabulary, of the incidents that have some. */
  readonly #otherTactics = new Map<number, readonly number[]>()
  /** Incidents that one may be and that are counted instead; of the few that have some. */
  readonly mayBe = new Map<number, readonly number[]>()
  readonly #genericActors: ReadonlySet<number>

  constructor(reports: Reports) {
    this.reports = reports
    this.#genericActors = new Set(genericActors.map(name => reports.names.intern(name)))
  }

  /** Writes the incident of these reports. Returns its row. */
  compose(members: readonly number[]): number {
    this.#ensureCapacity()
    return members.length === 1 ? this.#composeSingle(members[0]!) : this.#composeJoined(members)
  }

  /** Incidents beyond retention that alerts name: they can't be composed again. */
  exportRows(rows: readonly number[]): IncidentRows {
    const members = rows.flatMap(row => {
      const reports = this.#members.get(row)
      return reports === undefined ? [] : [[row, reports] as const]
    })
    return { rows, columns: pickRows(this.columns, rows), members }
  }

  /** Call after the incidents within retention were composed. */
  restoreRows({ rows, columns, members }: IncidentRows): void {
    this.#ensureCapacity()
    placeRows(this.columns, rows, columns)
    for (const [row, reports] of members) this.#members.set(row, reports)
  }

  #ensureCapacity(): void {
    const capacity = this.columns.fromDay.length
    const { rowCount } = this.reports
    if (rowCount > capacity) growColumns(this.columns, computeCapacity(capacity, rowCount))
  }

  /** The reports of an incident. */
  listMembers(row: number): readonly number[] {
    return this.#members.get(row) ?? [row]
  }

  /** The reports that decide the fields of an incident: those of usable grade, else all. */
  listDeciding(row: number): readonly number[] {
    const members = this.listMembers(row)
    const usable = members.filter(member => hasUsableGrade(this.reports, member))
    return usable.length > 0 ? usable : members
  }

  /** All places of an incident, the main one first. */
  listPlaces(row: number): readonly IncidentPlace[] {
    const { columns, otherPlaces } = this
    const main: IncidentPlace = {
      site: columns.site[row]!,
      km: columns.km[row]!,
      admin1: columns.admin1[row]!,
      country: columns.country[row]!,
      settlement: columns.settlement[row]!,
      name: columns.placeName[row]!,
      flags: columns.flags[row]!
    }
    const others = otherPlaces.get(row)
    return others === undefined ? [main] : [main, ...others]
  }

  /** First and last millisecond of an incident. */
  computeInterval(row: number): readonly [fromMs: number, toMs: number] {
    return computeInterval(
      this.reports,
      this.#rank(this.listMembers(row)),
      this.columns.category[row]!
    )
  }

  findPlaceReport(row: number): number {
    return this.#findPlaceRow(this.#rank(this.listMembers(row)))
  }

  /** The highest number of deaths stated; unknown counts as 0. */
  getHighestToll(row: number): number {
    const { low, best, high } = this.columns
    return Math.max(0, low[row]!, best[row]!, high[row]!)
  }

  /** All actors as stated, and the perpetrators of any name. */
  listActors(row: number): {
    readonly all: readonly number[]
    readonly perpetrators: readonly number[]
  } {
    const { lists, columns } = this.reports
    const from = this.#findActorRow(this.#rank(this.listMembers(row)))
    return {
      all: lists.all[columns.actors[from]!]!,
      perpetrators: lists.all[columns.perpetrators[from]!]!
    }
  }

  listTargets(row: number): readonly number[] {
    const { lists, columns } = this.reports
    return uniteLists(this.listDeciding(row).map(member => lists.all[columns.targets[member]!]!))
  }

  /** The perpetrators that a name identifies. */
  getActors(row: number): readonly number[] {
    return this.reports.lists.all[this.columns.actors[row]!]!
  }

  /** One source for each independent origin. */
  getOrigins(row: number): readonly number[] {
    return this.reports.lists.all[this.columns.origins[row]!]!
  }

  setOrigins(row: number, origins: readonly number[]): void {
    this.columns.origins[row] = this.reports.lists.intern(origins)
  }

  /** Tactics outside the vocabulary. */
  listOtherTactics(row: number): readonly number[] {
    return this.#otherTactics.get(row) ?? emptyList
  }

  listPeople(row: number): readonly Person[] {
    const { details } = this.reports
    if (details.size === 0) return noPeople
    const ranked = this.#rank(this.listMembers(row))
    return unitePeople(ranked.map(member => details.get(member)?.people ?? noPeople))
  }

  #composeSingle(row: number): number {
    const { reports, columns } = this
    const from = reports.columns
    this.#writeTime(row, from.fromMs[row]!, from.toMs[row]!)
    this.#writePlace(row, row)
    columns.category[row] = from.category[row]!
    columns.tactics[row] = from.tactics[row]!
    this.#writeToll(row, from.low[row]!, from.best[row]!, from.high[row]!)
    columns.flags[row] =
      (from.flags[row]! & sharedFlags) |
      computeAreaFlag(reports, row, from.flags[row]!) |
      computeGradeFlags(reports, row)
    columns.credibility[row] = from.credibility[row]!
    columns.handling[row] = from.handling[row]!
    columns.actors[row] = this.#findIdentified(from.perpetrators[row]!)
    this.setOrigins(row, [from.source[row]!])
    if (this.#members.size > 0) this.#members.delete(row)
    if (reports.details.size > 0 || this.otherPlaces.size > 0)
      this.#writeOtherPlaces(row, [row], row)
    if (reports.details.size > 0 || this.#otherTactics.size > 0) this.#writeOtherTactics(row, [row])
    return row
  }

  /** Each field is from the best report that has it. */
  #composeJoined(members: readonly number[]): number {
    const { reports, columns } = this
    const from = reports.columns
    const lead = members.reduce((a, b) => (compareFirstReported(reports, a, b) <= 0 ? a : b))
    const ranked = this.#rank(members)
    const placeRow = this.#findPlaceRow(ranked)
    const category = pickCategory(reports, ranked)
    this.#writeTime(lead, ...computeInterval(reports, ranked, category))
    this.#writePlace(lead, placeRow)
    columns.category[lead] = category
    columns.tactics[lead] = ranked.reduce((mask, row) => mask | from.tactics[row]!, 0)
    this.#writeToll(lead, ...computeToll(reports, ranked))
    columns.flags[lead] = this.#writeArea(lead, ranked, placeRow) | this.#joinFlags(ranked)
    for (const row of members) columns.flags[lead]! |= from.flags[row]! & flag.crowd
    columns.handling[lead] = Math.max(...members.map(row => from.handling[row]!))
    this.#members.set(lead, members)
    columns.actors[lead] = this.#findIdentified(from.perpetrators[this.#findActorRow(ranked)]!)
    this.setOrigins(lead, listOrigins(reports, ranked))
    const origins = hasUsableGrade(reports, ranked[0]!) ? this.getOrigins(lead).length : 1
    columns.credibility[lead] = computeCredibility(reports, ranked, origins)
    this.#writeOtherPlaces(lead, ranked, placeRow)
    this.#writeOtherTactics(lead, ranked)
    return lead
  }

  /** The deciding reports, the best first. */
  #rank(members: readonly number[]): number[] {
    const { reports } = this
    const usable = members.filter(row => hasUsableGrade(reports, row))
    const deciding = usable.length > 0 ? usable : [...members]
    return deciding.sort((a, b) => compareQuality(reports, a, b))
  }

  /** The best report that names a settlement, else the best with a point, else the best. */
  #findPlaceRow(ranked: readonly number[]): number {
    const { settlement, lat } = this.reports.columns
    return (
      ranked.find(row => settlement[row]! >= 0) ??
      ranked.find(row => !Number.isNaN(lat[row]!)) ??
      ranked[0]!
    )
  }

  /** Writes the area: one that a report states wins over a derived one. Returns flags of the place. */
  #writeArea(lead: number, ranked: readonly number[], placeRow: number): number {
    const { reports } = this
    const { flags, admin1 } = reports.columns
    const states = (row: number) => (flags[row]! & flag.statedArea) !== 0
    const areaRow = states(placeRow) ? placeRow : (ranked.find(states) ?? placeRow)
    this.columns.admin1[lead] = admin1[areaRow]!
    return (
      (flags[placeRow]! & placeFlags & ~areaFlags) |
      (flags[areaRow]! & areaFlags) |
      computeAreaFlag(reports, areaRow, flags[areaRow]!)
    )
  }

  /** The flags of an incident, without those of its place. */
  #joinFlags(ranked: readonly number[]): number {
    const { flags } = this.reports.columns
    let joined = flags[ranked[0]!]! & (flag.drill | flag.exactTime)
    for (const row of ranked) joined |= computeGradeFlags(this.reports, row)
    if (ranked.every(row => (flags[row]! & flag.archived) !== 0)) joined |= flag.archived
    return joined
  }

  /** The report that names the most actors. */
  #findActorRow(ranked: readonly number[]): number {
    const { lists, columns } = this.reports
    const countActors = (row: number) => lists.all[columns.actors[row]!]!.length
    return ranked.reduce((a, b) => (countActors(b) > countActors(a) ? b : a))
  }

  #writeTime(row: number, fromMs: number, toMs: number): void {
    const { columns } = this
    columns.fromDay[row] = convertToDay(fromMs)
    columns.toDay[row] = convertToDay(toMs)
    columns.minute[row] = Math.floor(fromMs / minuteMs)
  }

  #writeToll(row: number, low: number, best: number, high: number): void {
    const { columns } = this
    columns.low[row] = low
    columns.best[row] = best
    columns.high[row] = high
  }

  #writePlace(row: number, placeRow: number): void {
    const { columns } = this
    const from = this.reports.columns
    columns.admin1[row] = from.admin1[placeRow]!
    columns.country[row] = from.country[placeRow]!
    columns.settlement[row] = from.settlement[placeRow]!
    columns.placeName[row] = from.placeName[placeRow]!
    columns.km[row] = from.km[placeRow]!
    columns.site[row] = this.sites.addPoint(from.lat[placeRow]!, from.lon[placeRow]!)
  }

  #writeOtherPlaces(row: number, ranked: readonly number[], placeRow: number): void {
    const { reports, sites } = this
    const places =
      ranked.length === 1
        ? (reports.details.get(ranked[0]!)?.places ?? [])
        : listOtherPlaces(reports, ranked, reports.getPlace(placeRow))
    if (places.length === 0) {
      this.otherPlaces.delete(row)
      return
    }
    const located = places.map(place => ({
      ...place,
      flags: place.flags | computeAreaFlag(reports, placeRow, place.flags, place.admin1),
      site: sites.addPoint(place.lat, place.lon)
    }))
    this.otherPlaces.set(row, located)
  }

  #writeOtherTactics(row: number, ranked: readonly number[]): void {
    const { details } = this.reports
    const tactics =
      ranked.length === 1 && !details.has(ranked[0]!)
        ? emptyList
        : uniteLists(ranked.map(member => details.get(member)?.otherTactics ?? emptyList))
    if (tactics.length === 0) this.#otherTactics.delete(row)
    else this.#otherTactics.set(row, tactics)
  }

  /** Forgets what is not in columns of an incident that is evicted. */
  evict(row: number): void {
    this.otherPlaces.delete(row)
    this.#otherTactics.delete(row)
  }

  /** The list without the actors that a name does not identify. */
  #findIdentified(list: number): number {
    const { lists } = this.reports
    const actors = lists.all[list]!
    if (!actors.some(actor => this.#genericActors.has(actor))) return list
    return lists.intern(actors.filter(actor => !this.#genericActors.has(actor)))
  }
}

const noPeople: readonly Person[] = []

/**
 * `areaCertain` for a place of a report: the area contains it, or a good source states the area.
 */
function computeAreaFlag(
  { columns }: Reports,
  row: number,
  flags: number,
  admin1 = columns.admin1[row]!
): number {
  const isStated = (flags & flag.statedArea) !== 0 && columns.reliability[row]! <= maxUsableRank
  const isCertain = isStated || (flags & flag.areaInside) !== 0
  return isCertain && admin1 >= 0 ? flag.areaCertain : 0
}

function computeGradeFlags(reports: Reports, row: number): number {
  if (!hasUsableGrade(reports, row)) return 0
  const { reliability, credibility } = reports.columns
  const isKnown = reliability[row] !== unknownReliability && credibility[row] !== unknownCredibility
  return isKnown ? flag.usableGrade | flag.gradeKnown : flag.usableGrade
}
