// Incidents by level of readers: one row for levels that got the same events. The newest state of
// each; past states stay in the log, at the positions of its events. Theatres are folded separately:
// a report corrected into another theatre makes an incident there, so two may know the same id.

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

type Row = { readonly n: number; readonly levels: number }
type NameKind = 'alias' | 'report'
type LostReport = Readonly<{ theatre: string; reportId: string; levels: number }>

export class IncidentTable {
  readonly #model: ReadModel
  readonly #entries = new LRUCache<number, IncidentEntry>({
    maxSize: entriesMax,
    sizeCalculation: () => 1
  })
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
    this.#takenBack.clear()
    const lost = 'select theatre, report_id as reportId, levels from report_taken_back'
    for (const { theatre, reportId, levels } of this.#model.iterate<LostReport>(lost))
      this.#takenBack.set(`${theatre}|${reportId}`, levels)
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
   * else the one changed last. `theatres`: where to search.
   */
  get(level: Handling, id: string, theatres: readonly string[] | '*' = '*'): IncidentEntry | null {
    const [row] = this.#model.all<{ n: number }>(
      `with found(n) as (
         select n from incident where incident_id = ?1 and levels & ?2
         union all ${selectNamed('alias')}
       )
       select n from found join incident using(n)
       where ?3 is null or theatre in (select value from json_each(?3)) ${bestFirst}`,
      ...[id, computeBit(level), theatres === '*' ? null : JSON.stringify(theatres)]
    )
    return row === undefined ? null : this.#read(row.n)
  }

  /** The incident of a theatre with this id or alias. */
  find(level: Handling, theatre: string, id: string): IncidentEntry | null {
    return this.get(level, id, [theatre])
  }

  /** The incident with the report, or with it until the report was withdrawn. */
  getByReport(level: Handling, reportId: string): IncidentEntry | null {
    const rows = this.#model.all<{ n: number }>(
      `${selectNamed('report')} ${bestFirst}`,
      ...[reportId, computeBit(level)]
    )
    return this.#findHolder(rows, reportId)
  }

  /** The incident of a theatre that a report is part of, or was part of when it was withdrawn. */
  findByReport(level: Handling, theatre: string, reportId: string): IncidentEntry | null {
    const rows = this.#model.all<{ n: number }>(
      `${selectNamed('report')} and named.theatre = ?3`,
      ...[reportId, computeBit(level), theatre]
    )
    return this.#findHolder(rows, reportId)
  }

  /** The first that still has the report: a name stays until another incident takes it. */
  #findHolder(rows: readonly { readonly n: number }[], reportId: string): IncidentEntry | null {
    for (const { n } of rows) {
      const entry = this.#read(n)
      if (entry !== null && holds(entry, reportId)) return entry
    }
    return null
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
  listKeys(search: IncidentSearch) {
    const sql = makeSearch(search, 'theatre, incident_id as incidentId', '')
    return this.#model.all<{ theatre: string; incidentId: string }>(sql, ...listValues(search), -1)
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
        this.#dropName(alias, 'alias', theatre, row.levels & levels, incidentId)
    this.#put(record, state, isWithdrawn, levels)
    this.#model.run(
      'insert into incident_event values(?, ?, ?, ?, ?)',
      ...[incidentId, theatre, partition, position, levels]
    )
    this.#dropName(incidentId, 'alias', theatre, levels, null)
    for (const alias of aliases) {
      // A separate incident until now, merged into this one.
      this.#remove(theatre, alias, levels)
      this.#setName(alias, 'alias', state, levels)
    }
    for (const id of state.from) this.#endWhereTaken(id, record, levels)
    for (const { reportId } of reports) {
      // Of one that ends, the report may be in another by now.
      const others = isWithdrawn ? this.#findNames(reportId, theatre) : []
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
      this.#findNames(reportId, theatre).filter(({ levels }) => hasLevel(levels, level))
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
    const passed = this.#model.all<{ levels: number }>(
      'select levels from incident_seq where theatre = ? and seq >= ?',
      ...[theatre, seq]
    )
    const levels = passed.reduce((mask, { levels }) => mask & ~levels, readers)
    if (levels !== 0)
      this.#model.run('insert or replace into incident_seq values(?, ?, ?)', theatre, levels, seq)
    return levels
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
    if (same === undefined) this.#takeRows(theatre, incidentId, levels)
    const { lastInsertRowid } = this.#model.run(
      `insert or replace into incident(n, theatre, incident_id, levels, touched_at, cause, withdrawn,
         occurred, occurred_to, category, country, admin1, sources)
       values(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ...[same?.n ?? null, theatre, incidentId, levels, ...facts]
    )
    const n = Number(lastInsertRowid)
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
      for (const alias of state.aliases) this.#dropName(alias, 'alias', theatre, here, id)
      for (const { reportId } of state.reports) {
        this.#dropName(reportId, 'report', theatre, here, id)
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

  #findNames(reportId: string, theatre: string) {
    return this.#model.all<{ incidentId: string; levels: number }>(
      `select incident_id as incidentId, levels from incident_name
       where name = ? and kind = 'report' and theatre = ?`,
      ...[reportId, theatre]
    )
  }

  /** For these levels a name is that of an incident, and of no other. */
  #setName(
    name: string,
    kind: NameKind,
    { theatre, incidentId }: IncidentState,
    levels: number
  ): void {
    this.#model.run(
      `update incident_name set levels = levels & ~?
       where name = ? and kind = ? and theatre = ? and incident_id <> ? and levels & ?`,
      ...[levels, name, kind, theatre, incidentId, levels]
    )
    this.#model.run(
      `insert into incident_name values(?, ?, ?, ?, ?)
       on conflict do update set levels = levels | excluded.levels
       where levels & excluded.levels <> excluded.levels`,
      ...[name, kind, theatre, incidentId, levels]
    )
  }

  /** For these levels a name is no more that of an incident; null: of any. */
  #dropName(
    name: string,
    kind: NameKind,
    theatre: string,
    levels: number,
    incidentId: string | null
  ): void {
    this.#model.run(
      `update incident_name set levels = levels & ~?1
       where name = ?2 and kind = ?3 and theatre = ?4 and levels & ?1
         and incident_id = coalesce(?5, incident_id)`,
      ...[levels, name, kind, theatre, incidentId]
    )
  }
}

interface StoredIncident {
  readonly touchedAt: string
  readonly cause: string | null
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

/** The incidents that have a name, ?1, for a level, ?2. */
const selectNamed = (kind: NameKind) => `
  select n from incident_name named cross join incident using(incident_id, theatre)
  where name = ?1 and kind = '${kind}' and named.levels & ?2 and incident.levels & ?2`
/** Standing incidents, then the most recently changed. */
const bestFirst = 'order by withdrawn, touched_at desc, theatre'

function holds({ state }: IncidentEntry, reportId: string): boolean {
  return state.reports.some(report => report.reportId === reportId)
}
