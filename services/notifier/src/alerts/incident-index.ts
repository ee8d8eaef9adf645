// Incidents by id and alias, folded from the assembly log: the newest state of each and the
// positions of its events. Past states stay in the log. One index serves one reader level;
// incident-views.ts decides which records it gets.

import type { IncidentEvent, IncidentState } from '@tocsin/contracts/incident/incident-event'
import { compareText } from '@tocsin/domain/compare-text'
import type { RecordPosition } from '@tocsin/event-log/port'

/** Maximum number of incidents in memory; beyond that the least recently changed is evicted. */
export const incidentsMax = 200_000
/** This additional share stays until the next eviction. */
const spareShare = 0.01
/** Newest events stored per incident. */
const incidentHistoryMax = 100

/**
 * Position in the order of lists: time of the newest event, then id. The same at every instance.
 */
export interface IncidentPlace {
  readonly touchedAt: string
  readonly incidentId: string
}

export interface IncidentEntry {
  readonly state: IncidentState
  readonly isWithdrawn: boolean
  /** Time of the newest event, ISO 8601. */
  readonly touchedAt: string
  /** Cause of the newest event: the record that it follows from. */
  readonly cause: string | null
  readonly moments: readonly RecordPosition[]
}

/** One record of the assembly log, decoded. */
export interface IncidentRecord extends RecordPosition {
  /** Time in its envelope, ISO 8601. */
  readonly time: string
  readonly cause: string | null
  readonly event: IncidentEvent
}

/**
 * Theatres are folded separately: a report corrected into another theatre makes an incident there,
 * so two theatres may know the same id.
 */
export interface TheatrePlace extends IncidentPlace {
  readonly theatre: string
}

/** The content of an index at one moment, to be written later; and what it is restored from. */
export interface IncidentContent {
  readonly entries: readonly IncidentEntry[]
  /** Ids of incidents by theatre and alias, and by theatre and report. */
  readonly aliases: Pairs
  readonly ofReports: Pairs
  readonly lastSeqs: readonly (readonly [theatre: string, seq: number])[]
}

/** A map as two lists: pairs would take ten times as long to copy. */
export interface Pairs {
  readonly keys: readonly string[]
  readonly values: readonly string[]
}

export class IncidentIndex {
  readonly #max: number
  /** This and the following maps: by theatre and id. */
  readonly #entries = new Map<string, IncidentEntry>()
  readonly #aliases = new Map<string, string>()
  readonly #incidentOfReport = new Map<string, string>()
  /** By (touchedAt, incidentId, theatre), ascending. */
  readonly #order: TheatrePlace[] = []
  readonly #lastSeqs = new Map<string, number>()
  readonly #replaced = new WeakSet<IncidentEntry>()
  #forgotten = 0
  #turnCount = 0

  constructor(max = incidentsMax) {
    this.#max = max
  }

  get count(): number {
    return this.#entries.size
  }

  content(): IncidentContent {
    return {
      entries: [...this.#entries.values()],
      aliases: makePairs(this.#aliases),
      ofReports: makePairs(this.#incidentOfReport),
      lastSeqs: [...this.#lastSeqs]
    }
  }

  /** Adds a part of such content to an empty index; `ordered` ends it. */
  add({ entries = [], aliases, ofReports, lastSeqs = [] }: Partial<IncidentContent>): void {
    for (const entry of entries) {
      const { incidentId, theatre } = entry.state
      this.#entries.set(makeKey(theatre, incidentId), entry)
      this.#order.push({ touchedAt: entry.touchedAt, incidentId, theatre })
    }
    for (const [i, key] of aliases?.keys.entries() ?? [])
      this.#aliases.set(key, aliases?.values[i] as string)
    for (const [i, key] of ofReports?.keys.entries() ?? [])
      this.#incidentOfReport.set(key, ofReports?.values[i] as string)
    for (const [theatre, seq] of lastSeqs) this.#lastSeqs.set(theatre, seq)
  }

  ordered(): void {
    this.#order.sort(comparePlaces)
  }

  /** How often an incident was removed because readers may not see it any more, or came back. */
  get turnCount(): number {
    return this.#turnCount
  }

  get forgottenCount(): number {
    return this.#forgotten
  }

  /**
   * The incident of this id, or the one with this alias. Of two theatres the standing one wins,
   * else the one changed last. `isOfReader`: the theatres to search.
   */
  get(
    id: string,
    isOfReader: (theatre: string) => boolean = () => true
  ): IncidentEntry | undefined {
    return this.#best(theatre => (isOfReader(theatre) ? this.in(theatre, id) : undefined))
  }

  /** The incident with the report, or with it until the report was withdrawn. */
  ofReport(reportId: string): IncidentEntry | undefined {
    return this.#best(theatre => {
      const entry = this.in(theatre, this.#incidentOfReport.get(makeKey(theatre, reportId)) ?? '')
      return entry !== undefined && holds(entry, reportId) ? entry : undefined
    })
  }

  /** Whether an entry that was found here is another by now, or gone. */
  isReplaced(entry: IncidentEntry): boolean {
    return this.#replaced.has(entry)
  }

  /** The incident of a theatre that a report is part of, or was part of when it was withdrawn. */
  findByReport(theatre: string, reportId: string): IncidentEntry | undefined {
    const entry = this.in(theatre, this.#incidentOfReport.get(makeKey(theatre, reportId)) ?? '')
    return entry !== undefined && holds(entry, reportId) ? entry : undefined
  }

  /**
   * Most recently changed first, before the given place in the order; the whole order without one.
   */
  *newestFirst(
    before: (IncidentPlace & { readonly theatre?: string }) | null = null
  ): Generator<IncidentEntry> {
    const start =
      before === null ? this.#order.length : this.#computeRank({ theatre: '', ...before })
    for (let i = start - 1; i >= 0; i--)
      yield this.#entries.get(keyAt(this.#order[i] as TheatrePlace)) as IncidentEntry
  }

  /** The order as it is now, most recently changed first: a copy that does not change. */
  places(): readonly TheatrePlace[] {
    return this.#order.toReversed()
  }

  /** The incident at a place of an earlier copy, as it is now; undefined if it went. */
  at(place: TheatrePlace): IncidentEntry | undefined {
    return this.#entries.get(keyAt(place))
  }

  /**
   * Folds the next record of its partition. The first at a seq of a theatre counts; repeats have no
   * effect.
   */
  apply(record: IncidentRecord): void {
    const { partition, position, time, cause, event } = record
    const { data: state } = event
    const { incidentId, aliases, reports, theatre, takenBack = false } = state
    if (!this.#isNext(event)) return
    if (takenBack) for (const id of [incidentId, ...state.from]) this.#letGo(makeKey(theatre, id))
    const isWithdrawn = event.type === 'incident.withdrawn'
    if (takenBack && isWithdrawn) return
    const key = makeKey(theatre, incidentId)
    const before = this.#entries.get(key)
    // It may be one that was taken back before.
    if (before === undefined && state.revision > 1) this.#turnCount++
    const moments = [...(before?.moments ?? []), { partition, position }].slice(-incidentHistoryMax)
    this.#remove(key)
    this.#place({ state, isWithdrawn, touchedAt: time, cause, moments })
    this.#aliases.delete(key)
    for (const alias of before?.state.aliases ?? []) this.#dropAlias(theatre, alias, incidentId)
    for (const alias of aliases) {
      // A separate incident until now, merged into this one.
      this.#remove(makeKey(theatre, alias))
      this.#aliases.set(makeKey(theatre, alias), incidentId)
    }
    for (const id of state.from) this.#endWhereTaken(id, record)
    for (const { reportId } of reports)
      this.#incidentOfReport.set(makeKey(theatre, reportId), incidentId)
    this.#forgetOldest()
  }

  /** Evicts in batches: removing the first of a long order moves all others. */
  #forgetOldest(): void {
    const spare = Math.floor(this.#max * spareShare)
    if (this.#entries.size <= this.#max + spare) return
    const places = this.#order.splice(0, this.#entries.size - this.#max)
    for (const place of places) this.#forgetNames(this.#take(keyAt(place)) as IncidentEntry)
    this.#forgotten += places.length
  }

  /**
   * Skips a record of an earlier version: its incident has reports that readers of this index may
   * not see. A known incident stays while its reports are unchanged there.
   */
  passOver({ event: { type, data } }: IncidentRecord): void {
    const { theatre, reports, incidentId, from } = data
    const held = new Map(reports.map(({ reportId, contentHash }) => [reportId, contentHash]))
    const touched = reports.map(({ reportId }) =>
      this.#incidentOfReport.get(makeKey(theatre, reportId))
    )
    for (const id of new Set([incidentId, ...from, ...touched])) {
      const key = makeKey(theatre, id ?? '')
      const entry = this.#entries.get(key)
      if (entry === undefined || entry.isWithdrawn) continue
      const isUnchanged = entry.state.reports.every(
        ({ reportId, contentHash }) => held.get(reportId) === contentHash
      )
      if (type === 'incident.withdrawn' || !isUnchanged) this.#letGo(key)
    }
  }

  #isNext({ data: { theatre, seq } }: IncidentEvent): boolean {
    if (seq <= (this.#lastSeqs.get(theatre) ?? 0)) return false
    this.#lastSeqs.set(theatre, seq)
    return true
  }

  /**
   * A report belongs to one incident: the incident of this id ends once another takes its reports.
   * If it continues with the remainder, an event states that.
   */
  #endWhereTaken(id: string, { time, cause, event }: IncidentRecord): void {
    const key = makeKey(event.data.theatre, id)
    const entry = this.#entries.get(key)
    if (entry === undefined || entry.isWithdrawn || id === event.data.incidentId) return
    if (!event.data.reports.some(({ reportId }) => holds(entry, reportId))) return
    this.#remove(key)
    this.#place({ ...entry, isWithdrawn: true, touchedAt: time, cause })
  }

  /** The incident of a theatre with this id or alias. */
  in(theatre: string, id: string): IncidentEntry | undefined {
    const key = makeKey(theatre, id)
    return (
      this.#entries.get(key) ?? this.#entries.get(makeKey(theatre, this.#aliases.get(key) ?? ''))
    )
  }

  #best(find: (theatre: string) => IncidentEntry | undefined): IncidentEntry | undefined {
    let best: IncidentEntry | undefined
    for (const theatre of this.#lastSeqs.keys()) {
      const entry = find(theatre)
      if (entry !== undefined && (best === undefined || isAhead(entry, best))) best = entry
    }
    return best
  }

  #dropAlias(theatre: string, alias: string, incidentId: string): void {
    const key = makeKey(theatre, alias)
    if (this.#aliases.get(key) === incidentId) this.#aliases.delete(key)
  }

  #place(entry: IncidentEntry): void {
    const { touchedAt } = entry
    const { incidentId, theatre } = entry.state
    this.#entries.set(makeKey(theatre, incidentId), entry)
    const place = { touchedAt, incidentId, theatre }
    this.#order.splice(this.#computeRank(place), 0, place)
  }

  /** Takes an incident out of the entries and of the order. */
  #remove(key: string): IncidentEntry | undefined {
    const entry = this.#take(key)
    if (entry === undefined) return undefined
    const { incidentId, theatre } = entry.state
    this.#order.splice(this.#computeRank({ touchedAt: entry.touchedAt, incidentId, theatre }), 1)
    return entry
  }

  #take(key: string): IncidentEntry | undefined {
    const entry = this.#entries.get(key)
    if (entry === undefined) return undefined
    this.#entries.delete(key)
    this.#replaced.add(entry)
    return entry
  }

  /** Index of the first place at or after the given one. */
  #computeRank(place: TheatrePlace): number {
    let [low, high] = [0, this.#order.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      if (comparePlaces(this.#order[middle] as TheatrePlace, place) < 0) low = middle + 1
      else high = middle
    }
    return low
  }

  /** Removes what readers may not see any more; it may come back. */
  #letGo(key: string): void {
    const entry = this.#remove(key)
    if (entry === undefined) return
    this.#turnCount++
    this.#forgetNames(entry)
  }

  #forgetNames({ state: { theatre, incidentId, aliases, reports } }: IncidentEntry): void {
    for (const alias of aliases) this.#dropAlias(theatre, alias, incidentId)
    for (const { reportId } of reports) {
      const report = makeKey(theatre, reportId)
      if (this.#incidentOfReport.get(report) === incidentId) this.#incidentOfReport.delete(report)
    }
  }
}

function makePairs(map: ReadonlyMap<string, string>): Pairs {
  return { keys: [...map.keys()], values: [...map.values()] }
}

function makeKey(theatre: string, id: string): string {
  return `${theatre}|${id}`
}

function keyAt({ theatre, incidentId }: TheatrePlace): string {
  return makeKey(theatre, incidentId)
}

/** Standing incidents first, then the most recently changed. */
function isAhead(one: IncidentEntry, other: IncidentEntry): boolean {
  if (one.isWithdrawn !== other.isWithdrawn) return other.isWithdrawn
  return (
    one.touchedAt > other.touchedAt ||
    (one.touchedAt === other.touchedAt && one.state.theatre < other.state.theatre)
  )
}

function comparePlaces(a: TheatrePlace, b: TheatrePlace): number {
  return (
    compareText(a.touchedAt, b.touchedAt) ||
    compareText(a.incidentId, b.incidentId) ||
    compareText(a.theatre, b.theatre)
  )
}

function holds({ state }: IncidentEntry, reportId: string): boolean {
  return state.reports.some(report => report.reportId === reportId)
}
