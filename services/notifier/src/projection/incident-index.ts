// Incidents by id and alias, folded from the assembly log: the newest state of each and the
// positions of its events. Past states stay in the log. One index serves one reader level;
// incident-views.ts decides which records it gets.

import { isDeepStrictEqual } from 'node:util'
import type { IncidentEvent, IncidentState } from '@tocsin/contracts/incident/incident-event'
import { compareText } from '@tocsin/domain/compare-text'
import type { RecordPosition } from '@tocsin/event-log/port'
import { oldestFirst } from '@tocsin/service-kit/snapshot/snapshot-state'
import { LRUCache } from 'lru-cache'

/** Incidents kept in memory; beyond that the least recently changed is evicted. */
export const incidentsMax = 200_000
/** Newest events kept per incident. */
const incidentHistoryMax = 100

export interface IncidentMoment extends RecordPosition {
  /** The resulting revision, as readers of this index count. */
  readonly revision: number
}

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
  /** Time of its newest event, ISO 8601. */
  readonly touchedAt: string
  /** Cause of its newest event: the record that it follows from. */
  readonly cause: string | null
  readonly moments: readonly IncidentMoment[]
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
 * so two theatres may know one id at once.
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
  readonly holders: Pairs
  readonly lastSeqs: readonly (readonly [theatre: string, seq: number])[]
  /** The oldest first. */
  readonly gone: readonly IncidentEntry[]
}

/** A map as two lists: pairs would take ten times as long to copy. */
export interface Pairs {
  readonly keys: readonly string[]
  readonly values: readonly string[]
}

export class IncidentIndex {
  readonly #max: number
  /** Some events are skipped, so revisions are counted here and not taken from the log. */
  readonly #isLimited: boolean
  /** This and the following maps: by theatre and id. */
  readonly #entries = new Map<string, IncidentEntry>()
  readonly #aliases = new Map<string, string>()
  readonly #incidentOfReport = new Map<string, string>()
  /** By (touchedAt, incidentId, theatre), ascending. */
  readonly #order: TheatrePlace[] = []
  readonly #lastSeqs = new Map<string, number>()
  /** Links a skipped incident to the known incidents that it holds, and back. */
  readonly #within = new Map<string, Set<string>>()
  readonly #holderOf = new Map<string, string>()
  /**
   * Last known state of incidents removed while they were skipped: if one reappears, its revisions
   * continue from there. At most `max`.
   */
  readonly #gone: LRUCache<string, IncidentEntry>
  #forgotten = 0
  #turnCount = 0

  constructor(max = incidentsMax, { isLimited = false } = {}) {
    this.#max = max
    this.#gone = new LRUCache({ maxSize: max, sizeCalculation: () => 1 })
    this.#isLimited = isLimited
  }

  get count(): number {
    return this.#entries.size
  }

  content(): IncidentContent {
    return {
      entries: [...this.#entries.values()],
      aliases: pairsOf(this.#aliases),
      ofReports: pairsOf(this.#incidentOfReport),
      holders: pairsOf(this.#holderOf),
      lastSeqs: [...this.#lastSeqs],
      gone: oldestFirst(this.#gone).map(([, entry]) => entry)
    }
  }

  /** Adds a part of such content to an index in which nothing was folded; `ordered` ends it. */
  add({
    entries = [],
    aliases,
    ofReports,
    holders,
    lastSeqs = [],
    gone = []
  }: Partial<IncidentContent>): void {
    for (const entry of entries) {
      const { incidentId, theatre } = entry.state
      this.#entries.set(keyOf(theatre, incidentId), entry)
      this.#order.push({ touchedAt: entry.touchedAt, incidentId, theatre })
    }
    for (const [i, key] of aliases?.keys.entries() ?? [])
      this.#aliases.set(key, aliases?.values[i] as string)
    for (const [i, key] of ofReports?.keys.entries() ?? [])
      this.#incidentOfReport.set(key, ofReports?.values[i] as string)
    for (const [i, key] of holders?.keys.entries() ?? [])
      this.#hold(key, holders?.values[i] as string)
    for (const [theatre, seq] of lastSeqs) this.#lastSeqs.set(theatre, seq)
    for (const entry of gone)
      this.#gone.set(keyOf(entry.state.theatre, entry.state.incidentId), entry)
  }

  ordered(): void {
    this.#order.sort(comparePlaces)
  }

  #hold(key: string, holder: string): void {
    this.#holderOf.set(key, holder)
    this.#within.set(
      holder,
      (this.#within.get(holder) ?? new Set()).add(key.slice(key.indexOf('|') + 1))
    )
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

  /** The incident that holds the report, or held it when it was withdrawn. */
  ofReport(reportId: string): IncidentEntry | undefined {
    return this.#best(theatre => {
      const entry = this.in(theatre, this.#incidentOfReport.get(keyOf(theatre, reportId)) ?? '')
      return entry !== undefined && holds(entry, reportId) ? entry : undefined
    })
  }

  /** The incident of a theatre that a report is part of, or was part of when it was withdrawn. */
  findByReport(theatre: string, reportId: string): IncidentEntry | undefined {
    const entry = this.in(theatre, this.#incidentOfReport.get(keyOf(theatre, reportId)) ?? '')
    return entry !== undefined && holds(entry, reportId) ? entry : undefined
  }

  /**
   * Most recently changed first, before the given place in the order; the whole order without one.
   */
  *newestFirst(
    before: (IncidentPlace & { readonly theatre?: string }) | null = null
  ): Generator<IncidentEntry> {
    const start = before === null ? this.#order.length : this.#rankOf({ theatre: '', ...before })
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
   * Folds the next record of its partition. The first at a seq of a theatre counts; repeats change
   * nothing.
   */
  apply(record: IncidentRecord): void {
    const { partition, position, time, cause, event } = record
    const { incidentId, aliases, reports, theatre } = event.data
    if (!this.#isNext(event)) return
    const key = keyOf(theatre, incidentId)
    const before = this.#entries.get(key)
    const isWithdrawn = event.type === 'incident.withdrawn'
    const state = this.#isLimited ? this.#counted(event.data) : event.data
    // The state without a hidden report that came and went.
    if (
      this.#isLimited &&
      before?.isWithdrawn === isWithdrawn &&
      saysTheSame(before.state, state)
    ) {
      this.#release(key)
      return
    }
    const earlier = (before ?? this.#gone.peek(key))?.moments ?? []
    const moments = [...earlier, { partition, position, revision: state.revision }].slice(
      -incidentHistoryMax
    )
    this.#remove(key)
    if (this.#gone.delete(key)) this.#turnCount++
    this.#place({ state, isWithdrawn, touchedAt: time, cause, moments })
    this.#aliases.delete(key)
    for (const alias of before?.state.aliases ?? []) this.#dropAlias(theatre, alias, incidentId)
    for (const alias of aliases) {
      // A separate incident until now, merged into this one.
      this.#remove(keyOf(theatre, alias))
      this.#aliases.set(keyOf(theatre, alias), incidentId)
    }
    for (const id of event.data.from) this.#endWhereTaken(id, record)
    for (const { reportId } of reports)
      this.#incidentOfReport.set(keyOf(theatre, reportId), incidentId)
    if (this.#entries.size <= this.#max) return
    this.#forget(this.#order[0] as TheatrePlace)
    this.#forgotten++
  }

  /**
   * Skips the next record of its partition: its incident holds reports that readers of this index
   * may not see. The known state stays while all its reports are unchanged. Once one of them is
   * corrected, moved or withdrawn, the state without the hidden reports is undefined, and the
   * incident is removed.
   */
  passOver({ time, cause, event }: IncidentRecord): void {
    if (!this.#isNext(event)) return
    const { theatre, reports } = event.data
    const held = new Map(reports.map(({ reportId, contentHash }) => [reportId, contentHash]))
    const holder = keyOf(theatre, event.data.incidentId)
    const touched = new Set(
      reports.map(({ reportId }) => this.#incidentOfReport.get(keyOf(theatre, reportId)) ?? '')
    )
    touched.add(event.data.incidentId)
    for (const id of [event.data.incidentId, ...event.data.from])
      for (const within of this.#within.get(keyOf(theatre, id)) ?? []) touched.add(within)
    for (const id of touched) {
      const key = keyOf(theatre, id)
      const entry = this.#entries.get(key)
      if (entry === undefined) continue
      // Another incident has just taken part of it; it continues with the remainder, including
      // hidden reports.
      const isParted =
        id === event.data.incidentId && entry.touchedAt === time && entry.cause === cause
      if (entry.isWithdrawn && !isParted) continue
      this.#release(key)
      const isUnchanged = entry.state.reports.every(
        ({ reportId, contentHash }) => held.get(reportId) === contentHash
      )
      if (event.type === 'incident.withdrawn' || !isUnchanged) this.#letGo(key, entry)
      else this.#hold(key, holder)
    }
  }

  /** An incident is no longer part of a skipped one. */
  #release(key: string): void {
    const holder = this.#holderOf.get(key) ?? ''
    const within = this.#within.get(holder)
    this.#holderOf.delete(key)
    within?.delete(key.slice(key.indexOf('|') + 1))
    if (within?.size === 0) this.#within.delete(holder)
  }

  #isNext({ data: { theatre, seq } }: IncidentEvent): boolean {
    if (seq <= (this.#lastSeqs.get(theatre) ?? 0)) return false
    this.#lastSeqs.set(theatre, seq)
    return true
  }

  /** A state with the revision of this index and only those predecessors that are known here. */
  #counted(state: IncidentState): IncidentState {
    const known = (id: string) => this.#entries.get(keyOf(state.theatre, id))
    const from = state.from.filter(id => known(id) !== undefined)
    const last = (id: string) =>
      (known(id) ?? this.#gone.peek(keyOf(state.theatre, id)))?.state.revision ?? 0
    const revision = 1 + Math.max(0, ...[state.incidentId, ...state.from].map(last))
    return revision === state.revision && from.length === state.from.length
      ? state
      : { ...state, revision, from }
  }

  /**
   * A report belongs to one incident: the incident of this id no longer stands once another takes
   * its reports. If it continues with the remainder, an event says so.
   */
  #endWhereTaken(id: string, { time, cause, event }: IncidentRecord): void {
    const key = keyOf(event.data.theatre, id)
    const entry = this.#entries.get(key)
    if (entry === undefined || entry.isWithdrawn || id === event.data.incidentId) return
    if (!event.data.reports.some(({ reportId }) => holds(entry, reportId))) return
    this.#remove(key)
    this.#place({ ...entry, isWithdrawn: true, touchedAt: time, cause })
  }

  /** The incident of a theatre with this id or alias. */
  in(theatre: string, id: string): IncidentEntry | undefined {
    const key = keyOf(theatre, id)
    return this.#entries.get(key) ?? this.#entries.get(keyOf(theatre, this.#aliases.get(key) ?? ''))
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
    const key = keyOf(theatre, alias)
    if (this.#aliases.get(key) === incidentId) this.#aliases.delete(key)
  }

  #place(entry: IncidentEntry): void {
    const { touchedAt } = entry
    const { incidentId, theatre } = entry.state
    this.#entries.set(keyOf(theatre, incidentId), entry)
    const place = { touchedAt, incidentId, theatre }
    this.#order.splice(this.#rankOf(place), 0, place)
  }

  #remove(key: string): void {
    const entry = this.#entries.get(key)
    if (entry === undefined) return
    this.#entries.delete(key)
    this.#release(key)
    const { incidentId, theatre } = entry.state
    this.#order.splice(this.#rankOf({ touchedAt: entry.touchedAt, incidentId, theatre }), 1)
  }

  /** Index of the first place at or after the given one. */
  #rankOf(place: TheatrePlace): number {
    let [low, high] = [0, this.#order.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      if (comparePlaces(this.#order[middle] as TheatrePlace, place) < 0) low = middle + 1
      else high = middle
    }
    return low
  }

  /** Removed because its visible state is undefined; it may reappear. */
  #letGo(key: string, entry: IncidentEntry): void {
    this.#turnCount++
    this.#forget(entry.state)
    this.#gone.set(key, entry)
  }

  #forget({ theatre, incidentId }: Pick<TheatrePlace, 'theatre' | 'incidentId'>): void {
    const key = keyOf(theatre, incidentId)
    const entry = this.#entries.get(key)
    this.#remove(key)
    for (const alias of entry?.state.aliases ?? []) this.#dropAlias(theatre, alias, incidentId)
    for (const { reportId } of entry?.state.reports ?? []) {
      const report = keyOf(theatre, reportId)
      if (this.#incidentOfReport.get(report) === incidentId) this.#incidentOfReport.delete(report)
    }
  }
}

function pairsOf(map: ReadonlyMap<string, string>): Pairs {
  return { keys: [...map.keys()], values: [...map.values()] }
}

function keyOf(theatre: string, id: string): string {
  return `${theatre}|${id}`
}

function keyAt({ theatre, incidentId }: TheatrePlace): string {
  return keyOf(theatre, incidentId)
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

function saysTheSame(a: IncidentState, b: IncidentState): boolean {
  const said = ({ revision: _r, seq: _s, from: _f, ...rest }: IncidentState) => rest
  return isDeepStrictEqual(said(a), said(b))
}

function holds({ state }: IncidentEntry, reportId: string): boolean {
  return state.reports.some(report => report.reportId === reportId)
}
