// Incidents by level of readers: one row for levels that got the same events. The newest state of
// each; past states stay in the log, at the positions of its events.

import {
  type IncidentEvent,
  type IncidentState,
  listReaders
} from '@tocsin/contracts/incident/incident-event'
import { type Handling, handlings } from '@tocsin/contracts/theatre/handling'
import type { RecordPosition } from '@tocsin/event-log/port'
import { LRUCache } from 'lru-cache'
import { bounded } from '../alerts/call-table.ts'
import { computeBit, computeMask, hasLevel } from '../alerts/levels.ts'
import type { ReadModel } from '../read-model.ts'

/** Newest events listed of an incident. */
const historyMax = 100
/** Incidents that stay in memory: those that were used last. */
const entriesMax = 10_000
/** Incidents read at a time. */
const chunkRows = 200

/** Position in the order of lists: time of the newest event, then id. The same at every instance. */
export interface IncidentPlace {
  readonly touchedAt: string
  readonly incidentId: string
}

export interface IncidentEntry {
  readonly n: number
  readonly state: IncidentState
  readonly isWithdrawn: boolean
  /** Time of the newest event, ISO 8601. */
  readonly touchedAt: string
  /** Cause of the newest event: the record that it follows from. */
  readonly cause: string | null
}

/** One record of the assembly log, decoded. */
export interface IncidentRecord extends RecordPosition {
  /** Time in its envelope, ISO 8601. */
  readonly time: string
  readonly cause: string | null
  readonly event: IncidentEvent
}

/** Standing incidents of a level and of theatres; a list that is null lets all pass. */
export interface IncidentSearch {
  readonly level: Handling
  readonly theatres: readonly string[] | '*'
  readonly theatre: readonly string[] | null
  readonly category: readonly string[] | null
  readonly country: readonly string[] | null
  readonly admin1: readonly string[] | null
  readonly sources: readonly string[] | null
  /** When they began, ms: from the first on, and before the second. */
  readonly fromMs: number
  readonly toMs: number
}

/**
 * Theatres are folded separately: a report corrected into another theatre makes an incident there,
 * so two theatres may know the same id.
 */
interface IncidentKey {
  readonly theatre: string
  readonly incidentId: string
}

type Row = Pick<IncidentEntry, 'n'> & { readonly levels: number }
type NameKind = 'alias' | 'report'
type LostReport = Readonly<{ theatre: string; reportId: string; levels: number }>
type LastSeq = Readonly<{ theatre: string; levels: number; seq: number }>

export class IncidentTable {
  readonly #model: ReadModel
  readonly #entries = new LRUCache<number, IncidentEntry>({
    maxSize: entriesMax,
    sizeCalculation: () => 1
  })
  /** By theatre and levels: the last seq of the events for them. */
  readonly #lastSeqs = new Map<string, Map<number, number>>()
  /** By theatre and report: the levels that have lost it. */
  readonly #takenBack = new Map<string, number>()
  /** By number of the row: `changeCount` at its last change since the start. */
  readonly #changedAt: number[] = []
  #changeCount = 0
  #takenBackCount = 0

  constructor(model: ReadModel) {
    this.#model = model
  }

  /** Call this first if the read model may contain incidents. */
  load(): void {
    this.#entries.clear()
    this.#lastSeqs.clear()
    this.#takenBack.clear()
    const lost = 'select theatre, report_id as reportId, levels from report_taken_back'
    for (const { theatre, reportId, levels } of this.#model.iterate<LostReport>(lost))
      this.#takenBack.set(`${theatre}|${reportId}`, levels)
    const seqs = 'select theatre, levels, seq from incident_seq'
    for (const { theatre, levels, seq } of this.#model.iterate<LastSeq>(seqs))
      this.#noteSeq(theatre, levels, seq)
  }

  /** Records folded since the start: while it is the same, so is every incident. */
  get changeCount(): number {
    return this.#changeCount
  }

  /** How often an incident was taken back from readers, or came back, since the start. */
  get takenBackCount(): number {
    return this.#takenBackCount
  }

  /** Whether a row has changed, or is gone, since `changeCount` was this. */
  hasChanged(n: number, since: number): boolean {
    return (this.#changedAt[n] ?? 0) > since
  }

  /**
   * The incident of this id, or the one with this alias. Of two theatres the standing one wins,
   * else the one changed last. `isOfReader`: the theatres to search.
   */
  get(
    level: Handling,
    id: string,
    isOfReader: (theatre: string) => boolean = () => true
  ): IncidentEntry | null {
    const rows = this.#model.all<{ theatre: string }>(
      `select theatre from incident where incident_id = ?1
       union select theatre from incident_name where name = ?1 and kind = 'alias'`,
      id
    )
    const theatres = rows.map(({ theatre }) => theatre).filter(isOfReader)
    return findBest(theatres.map(theatre => this.find(level, theatre, id)))
  }

  /** The incident of a theatre with this id or alias. */
  find(level: Handling, theatre: string, id: string): IncidentEntry | null {
    const direct = this.#findById(level, theatre, id)
    if (direct !== null) return direct
    const alias = this.#findNames(id, 'alias', theatre).find(({ levels }) =>
      hasLevel(levels, level)
    )
    return alias === undefined ? null : this.#findById(level, theatre, alias.incidentId)
  }

  /** The incident with the report, or with it until the report was withdrawn. */
  getByReport(level: Handling, reportId: string): IncidentEntry | null {
    const rows = this.#model.all<{ theatre: string }>(
      `select distinct theatre from incident_name where name = ? and kind = 'report'`,
      reportId
    )
    return findBest(rows.map(({ theatre }) => this.findByReport(level, theatre, reportId)))
  }

  /** The incident of a theatre that a report is part of, or was part of when it was withdrawn. */
  findByReport(level: Handling, theatre: string, reportId: string): IncidentEntry | null {
    const row = this.#model.get<{ n: number }>(
      `select n from incident_name cross join incident using(incident_id, theatre)
       where name = ?1 and kind = 'report' and theatre = ?2 and incident_name.levels & ?3
         and incident.levels & ?3`,
      ...[reportId, theatre, computeBit(level)]
    )
    const entry = row === undefined ? null : this.#read(row.n)
    return entry !== null && holds(entry, reportId) ? entry : null
  }

  /**
   * True for an incident that readers of a level saw and may not see any more: the handling of one
   * of its reports was raised.
   */
  isTakenBack(level: Handling, theatre: string, incidentId: string): boolean {
    return (
      level !== 'restricted' &&
      this.find(level, theatre, incidentId) === null &&
      this.find('restricted', theatre, incidentId) !== null
    )
  }

  /** The same of a report. Asked of each trigger of an event. */
  isReportTakenBack(level: Handling, theatre: string, reportId: string): boolean {
    return hasLevel(this.#takenBack.get(`${theatre}|${reportId}`) ?? 0, level)
  }

  /** The positions of the newest events of an incident, oldest first. */
  listEvents(level: Handling, { state }: IncidentEntry): readonly RecordPosition[] {
    return this.#model
      .allPlaced<RecordPosition>(
        `select partition, position from incident_event
         where incident_id = ? and theatre = ? and levels & ?
         order by position desc limit ${historyMax}`,
        ...[state.incidentId, state.theatre, computeBit(level)]
      )
      .reverse()
  }

  /** Most recently changed first, before a place in the order (null: all). */
  list(search: IncidentSearch, before: IncidentPlace | null, countMax: number): IncidentEntry[] {
    const { touchedAt, incidentId } = before ?? pastAll
    const sql = makeSearch(search, 'n', 'and (touched_at, incident_id) < (?, ?)')
    return this.#model
      .all<{ n: number }>(sql, ...listValues(search), touchedAt, incidentId, countMax)
      .map(({ n }) => this.#read(n) as IncidentEntry)
  }

  /** What a search finds now, most recently changed first: a copy that does not change. */
  listKeys(search: IncidentSearch): readonly IncidentKey[] {
    const sql = makeSearch(search, 'theatre, incident_id as incidentId', '')
    return this.#model.all<IncidentKey>(sql, ...listValues(search), -1)
  }

  /** Those of a search in chunks, in no order: each as it is when it is reached. */
  *walk(search: IncidentSearch): Generator<readonly IncidentState[]> {
    const sql = `
      select n, body from incident join incident_body using(n)
      where ${makeWhere(search)} and n > ? order by n limit ${chunkRows}`
    for (let last: number | undefined = -1; last !== undefined; ) {
      const rows: { n: number; body: string }[] = this.#model.all(sql, ...listValues(search), last)
      yield rows.map(({ body }) => JSON.parse(body) as IncidentState)
      last = rows[chunkRows - 1]?.n
    }
  }

  /** When the first incident of a theatre ended, ms; null without any. */
  findFirstEnd(level: Handling, theatre: string): number | null {
    const found = this.#model.get<{ first: number | null }>(
      `select min(occurred_to) as first from incident
       where theatre = ? and levels & ? and withdrawn = 0`,
      ...[theatre, computeBit(level)]
    )
    return found?.first ?? null
  }

  /**
   * Folds the next record of the partition. The first at a seq of a theatre counts; repeats have no
   * effect.
   */
  apply(record: IncidentRecord): void {
    this.#changeCount++
    const { partition, position, event } = record
    const { data: state } = event
    const { incidentId, aliases, reports, theatre, takenBack = false } = state
    const readers = computeMask(listReaders(state))
    if (state.readers === undefined)
      for (const level of handlings)
        if ((readers & computeBit(level)) === 0) this.#passOver(record, level)
    const levels = this.#takeSeq(theatre, readers, state.seq)
    if (levels === 0) return
    if (takenBack) for (const id of [incidentId, ...state.from]) this.#takeBack(theatre, id, levels)
    const isWithdrawn = event.type === 'incident.withdrawn'
    if (takenBack && isWithdrawn) return
    const before = this.#listRows(theatre, incidentId, levels)
    const missing = before.reduce((mask, row) => mask & ~row.levels, levels)
    // It may be one that was taken back before.
    if (missing !== 0 && state.revision > 1) this.#takenBackCount++
    for (const row of before)
      for (const alias of this.#read(row.n)?.state.aliases ?? [])
        this.#dropName(alias, 'alias', state, row.levels & levels)
    this.#put(record, state, isWithdrawn, levels)
    this.#model.run(
      'insert into incident_event values(?, ?, ?, ?, ?)',
      ...[incidentId, theatre, partition, position, levels]
    )
    for (const { incidentId: id } of this.#findNames(incidentId, 'alias', theatre))
      this.#dropName(incidentId, 'alias', { theatre, incidentId: id }, levels)
    for (const alias of aliases) {
      // A separate incident until now, merged into this one.
      this.#remove(theatre, alias, levels)
      this.#setName(alias, 'alias', state, levels)
    }
    for (const id of state.from) this.#endWhereTaken(id, record, levels)
    for (const { reportId } of reports) {
      // Of one that ends, the report may be in another by now.
      const others = isWithdrawn ? this.#findNames(reportId, 'report', theatre) : []
      const taken = others.reduce(
        (mask, named) => (named.incidentId === incidentId ? mask : mask | named.levels),
        0
      )
      this.#setName(reportId, 'report', state, levels & ~taken)
      this.#setTakenBack(theatre, reportId, levels, 0)
    }
  }

  /**
   * Skips a record of an earlier version for a level that may not see its reports. A known incident
   * stays while its reports are unchanged there.
   */
  #passOver({ event: { type, data } }: IncidentRecord, level: Handling): void {
    const { theatre, reports, incidentId, from } = data
    const bit = computeBit(level)
    const hashes = new Map(reports.map(({ reportId, contentHash }) => [reportId, contentHash]))
    const touched = reports.flatMap(({ reportId }) =>
      this.#findNames(reportId, 'report', theatre).filter(({ levels }) => hasLevel(levels, level))
    )
    for (const id of new Set([incidentId, ...from, ...touched.map(each => each.incidentId)])) {
      const entry = this.#findById(level, theatre, id)
      if (entry === null || entry.isWithdrawn) continue
      const isUnchanged = entry.state.reports.every(
        ({ reportId, contentHash }) => hashes.get(reportId) === contentHash
      )
      if (type === 'incident.withdrawn' || !isUnchanged) this.#takeBack(theatre, id, bit)
    }
  }

  /** The levels for which this is the next event. */
  #takeSeq(theatre: string, readers: number, seq: number): number {
    const seqs = [...(this.#lastSeqs.get(theatre) ?? [])]
    const levels = seqs.reduce((mask, [of, last]) => (seq <= last ? mask & ~of : mask), readers)
    if (levels === 0) return 0
    this.#noteSeq(theatre, levels, seq)
    this.#model.run('insert or replace into incident_seq values(?, ?, ?)', theatre, levels, seq)
    return levels
  }

  #noteSeq(theatre: string, levels: number, seq: number): void {
    const seqs = this.#lastSeqs.get(theatre) ?? new Map<number, number>()
    this.#lastSeqs.set(theatre, seqs.set(levels, seq))
  }

  /**
   * A report belongs to one incident: the incident of this id ends once another takes its reports.
   * If it continues with the remainder, an event states that.
   */
  #endWhereTaken(id: string, record: IncidentRecord, levels: number): void {
    const { incidentId, theatre, reports } = record.event.data
    if (id === incidentId) return
    for (const row of this.#listRows(theatre, id, levels)) {
      const entry = this.#read(row.n)
      if (entry === null || entry.isWithdrawn) continue
      if (!reports.some(({ reportId }) => holds(entry, reportId))) continue
      this.#put(record, entry.state, true, row.levels & levels)
    }
  }

  /** Writes the state of an incident for these levels. */
  #put(
    { time, cause }: IncidentRecord,
    state: IncidentState,
    isWithdrawn: boolean,
    levels: number
  ): void {
    const { theatre, incidentId, occurred, category, place, reports } = state
    const sources = JSON.stringify([...new Set(reports.map(({ sourceId }) => sourceId))])
    const facts = [
      ...[time, cause, Number(isWithdrawn), Date.parse(occurred.from), Date.parse(occurred.to)],
      ...[category, place.country, place.admin1, sources]
    ]
    const same = this.#listRows(theatre, incidentId, levels).find(row => row.levels === levels)
    let n = same?.n
    if (n === undefined) {
      this.#takeRows(theatre, incidentId, levels)
      const inserted = this.#model.run(
        `insert into incident(theatre, incident_id, levels, touched_at, cause, withdrawn, occurred,
           occurred_to, category, country, admin1, sources)
         values(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        ...[theatre, incidentId, levels, ...facts]
      )
      n = Number(inserted.lastInsertRowid)
    } else {
      this.#model.run(
        `update incident set touched_at = ?, cause = ?, withdrawn = ?, occurred = ?,
           occurred_to = ?, category = ?, country = ?, admin1 = ?, sources = ? where n = ?`,
        ...[...facts, n]
      )
    }
    const body = JSON.stringify(state)
    this.#model.run('insert or replace into incident_body values(?, ?)', n, body)
    this.#changedAt[n] = this.#changeCount
    this.#entries.set(n, { n, state, isWithdrawn, touchedAt: time, cause })
  }

  /** Removes what readers may not see any more, with its names; it may come back. */
  #takeBack(theatre: string, id: string, levels: number): void {
    const rows = this.#listRows(theatre, id, levels)
    if (rows.length === 0) return
    this.#takenBackCount++
    for (const row of rows) {
      const { state } = this.#read(row.n) as IncidentEntry
      const here = row.levels & levels
      for (const alias of state.aliases) this.#dropName(alias, 'alias', state, here)
      for (const { reportId } of state.reports) {
        this.#dropName(reportId, 'report', state, here)
        this.#setTakenBack(theatre, reportId, here, here)
      }
    }
    this.#remove(theatre, id, levels)
  }

  /** `value`: what the bits of these levels are. */
  #setTakenBack(theatre: string, reportId: string, levels: number, value: number): void {
    const key = `${theatre}|${reportId}`
    const before = this.#takenBack.get(key) ?? 0
    const after = (before & ~levels) | value
    if (after === before) return
    this.#takenBack.set(key, after)
    this.#model.run(
      'insert or replace into report_taken_back values(?, ?, ?)',
      ...[reportId, theatre, after]
    )
  }

  /** Its history begins anew if it comes back. */
  #remove(theatre: string, id: string, levels: number): void {
    if (this.#takeRows(theatre, id, levels))
      this.#model.run(
        'update incident_event set levels = levels & ~? where incident_id = ? and theatre = ?',
        ...[levels, id, theatre]
      )
  }

  /** Takes these levels from the rows of an incident. Returns whether there were any. */
  #takeRows(theatre: string, id: string, levels: number): boolean {
    const rows = this.#listRows(theatre, id, levels)
    for (const row of rows) {
      const left = row.levels & ~levels
      this.#changedAt[row.n] = this.#changeCount
      if (left !== 0) {
        this.#model.run('update incident set levels = ? where n = ?', left, row.n)
        continue
      }
      this.#model.run('delete from incident where n = ?', row.n)
      this.#model.run('delete from incident_body where n = ?', row.n)
      this.#entries.delete(row.n)
    }
    return rows.length > 0
  }

  #listRows(theatre: string, id: string, levels: number): readonly Row[] {
    return this.#model.all<Row>(
      'select n, levels from incident where incident_id = ? and theatre = ? and levels & ?',
      ...[id, theatre, levels]
    )
  }

  #findById(level: Handling, theatre: string, id: string): IncidentEntry | null {
    const [row] = this.#listRows(theatre, id, computeBit(level))
    return row === undefined ? null : this.#read(row.n)
  }

  #read(n: number): IncidentEntry | null {
    const known = this.#entries.get(n)
    if (known !== undefined) return known
    const row = this.#model.get<StoredIncident>(
      `select touched_at as touchedAt, cause, withdrawn, body
       from incident join incident_body using(n) where n = ?`,
      n
    )
    if (row === undefined) return null
    const { body, withdrawn, ...more } = row
    const entry = { n, state: JSON.parse(body), isWithdrawn: withdrawn === 1, ...more }
    this.#entries.set(n, entry)
    return entry
  }

  #findNames(name: string, kind: NameKind, theatre: string): readonly NamedIncident[] {
    return this.#model.all<NamedIncident>(
      `select incident_id as incidentId, theatre, levels from incident_name
       where name = ? and kind = ? and theatre = ?`,
      ...[name, kind, theatre]
    )
  }

  /** For these levels a name is that of an incident. */
  #setName(name: string, kind: NameKind, { theatre, incidentId }: IncidentKey, levels: number) {
    let own = 0
    for (const named of this.#findNames(name, kind, theatre))
      if (named.incidentId === incidentId) own = named.levels
      else this.#dropName(name, kind, named, levels)
    if ((own & levels) !== levels)
      this.#putName(name, kind, { theatre, incidentId, levels: own | levels })
  }

  #putName(name: string, kind: NameKind, { theatre, incidentId, levels }: NamedIncident): void {
    this.#model.run(
      'insert or replace into incident_name values(?, ?, ?, ?, ?)',
      ...[name, kind, theatre, incidentId, levels]
    )
  }

  #dropName(name: string, kind: NameKind, { theatre, incidentId }: IncidentKey, levels: number) {
    const named = this.#findNames(name, kind, theatre).find(each => each.incidentId === incidentId)
    if (named === undefined || (named.levels & levels) === 0) return
    const left = named.levels & ~levels
    if (left !== 0) return this.#putName(name, kind, { theatre, incidentId, levels: left })
    this.#model.run(
      'delete from incident_name where name = ? and kind = ? and theatre = ? and incident_id = ?',
      ...[name, kind, theatre, incidentId]
    )
  }
}

interface NamedIncident extends IncidentKey {
  readonly levels: number
}

interface StoredIncident extends Pick<IncidentEntry, 'touchedAt' | 'cause'> {
  readonly withdrawn: number
  readonly body: string
}

const pastAll: IncidentPlace = { touchedAt: '\u{10ffff}', incidentId: '' }

const listNames = ['theatres', 'theatre', 'category', 'country', 'admin1'] as const

function isAsked(list: readonly string[] | '*' | null): boolean {
  return list !== null && list !== '*'
}

function makeSearch(search: IncidentSearch, columns: string, more: string): string {
  return `select ${columns} from incident indexed by incident_order
    where ${makeWhere(search)} ${more}
    order by touched_at desc, incident_id desc, theatre desc limit ?`
}

function makeWhere({ sources, ...search }: IncidentSearch): string {
  const lists = listNames
    .filter(name => isAsked(search[name]))
    .map(name => `${name === 'theatres' ? 'theatre' : name} in (select value from json_each(?))`)
  const ofSources = (sources ?? []).map(() => 'instr(sources, ?) > 0').join(' or ')
  return [
    'levels & ? and withdrawn = 0 and occurred >= ? and occurred < ?',
    ...lists,
    ...(sources === null ? [] : [`(${ofSources})`])
  ].join(' and ')
}

function listValues(search: IncidentSearch): (number | string)[] {
  const { level, fromMs, toMs, sources } = search
  return [
    ...[computeBit(level), bounded(fromMs), bounded(toMs)],
    ...listNames.flatMap(name => (isAsked(search[name]) ? [JSON.stringify(search[name])] : [])),
    ...(sources ?? []).map(source => JSON.stringify(source))
  ]
}

/** Standing incidents first, then the most recently changed. */
function findBest(entries: readonly (IncidentEntry | null)[]): IncidentEntry | null {
  let best: IncidentEntry | null = null
  for (const entry of entries)
    if (entry !== null && (best === null || isAhead(entry, best))) best = entry
  return best
}

function isAhead(one: IncidentEntry, other: IncidentEntry): boolean {
  if (one.isWithdrawn !== other.isWithdrawn) return other.isWithdrawn
  return (
    one.touchedAt > other.touchedAt ||
    (one.touchedAt === other.touchedAt && one.state.theatre < other.state.theatre)
  )
}

function holds({ state }: IncidentEntry, reportId: string): boolean {
  return state.reports.some(report => report.reportId === reportId)
}
