// The fold of one handling level: an engine over the reports that its readers may see, the alerts
// that it publishes, and what officers do about them.

import type { AlertRequest, TheatreRecord } from '@tocsin/contracts/theatre/theatre-record'
import type { ActTarget } from '../alerts/act-target.ts'
import type { RuleSettings } from '../alerts/alert.ts'
import { AlertBook } from '../alerts/alert-book.ts'
import type { ChainOptions } from '../alerts/event-chain.ts'
import { evicted } from '../data/reports.ts'
import { never } from '../data/time.ts'
import type { RuleBase } from '../rules/rule-base.ts'
import { scanReachDays } from '../rules/scan/scan.ts'
import { Engine, type EngineOptions, type IgnoredReason } from './engine.ts'
import type { ConfiguredRule, RuleSet } from './rule-set.ts'

/** How often what is older than retention is removed, days. */
const defaultEvictionDays = 180

export interface LevelOptions extends ChainOptions, EngineOptions {
  /** Days after which growth alone is published; 1 publishes it at each tick. */
  readonly growthDays?: number
  /** Days between removals of what is older than retention. */
  readonly evictionDays?: number
}

export class LevelFold {
  readonly engine: Engine
  readonly book: AlertBook
  readonly options: LevelOptions
  nextEvictionDay = 0

  constructor(rules: RuleSet, options: LevelOptions) {
    this.options = options
    const readSettings = ({ id }: RuleBase) => {
      const configured = this.engine.rules.byId.get(id)
      return configured === undefined ? null : makeSettings(configured)
    }
    let book: AlertBook | null = null
    this.engine = new Engine(
      rules,
      incidents => {
        book = new AlertBook(incidents, { ...options, readSettings })
        return book
      },
      options
    )
    this.book = book!
  }

  /** Returns the reason of an ignored record; else null. */
  apply(record: TheatreRecord): IgnoredReason | null {
    const { engine, book } = this
    const { today } = engine
    const ignored = engine.apply(record)
    const isTick = record.type === 'clock.ticked' || record.type === 'clock.set'
    if (!isTick || ignored !== null) return ignored
    book.desk.lapse(record, engine.nowMs)
    if (engine.today > today && engine.today >= this.nextEvictionDay) this.#evict()
    return null
  }

  #evict(): void {
    const { engine, book, options } = this
    this.nextEvictionDay = engine.today + (options.evictionDays ?? defaultEvictionDays)
    evictOld(engine, book)
  }

  /** The first day on which a tick may publish anything, if no report comes; `never` without one. */
  findNextTickDay(): number {
    const { engine, book } = this
    const { today, watermark } = engine
    const awaitedDay = Math.min(engine.findNextWatermarkDay(), book.findNextConfirmDay())
    return Math.min(
      engine.findNextTimerDay(),
      book.growth.findNextDueDay(today),
      awaitedDay === never ? never : watermark.findNextMove(awaitedDay, today)
    )
  }

  /** Decides on an act. Returns what identifies its alert in other folds; null if it is refused. */
  act(request: AlertRequest, cause: TheatreRecord): ActTarget | null {
    const { desk } = this.book
    const target = desk.describeTarget(request)
    return desk.act(request, cause, this.engine) ? target : null
  }
}

function makeSettings({ version, definition }: ConfiguredRule): RuleSettings {
  return {
    version: version.ruleVersion,
    severities: version.severities ?? definition.severities ?? ['moderate', 'severe', 'extreme'],
    pagesFrom: definition.pagesFrom ?? 'minor',
    isQuiet: version.notify === 'quiet'
  }
}

/** Sums share an interval out over at most as many days. */
const leastLookBackDays = 400

/**
 * Removes what can no longer change or be read, and moves the cut-off. Rows stay for as long as a
 * window or a baseline of a retained day may need them; what an alert names, until the alert goes.
 */
function evictOld(engine: Engine, book: AlertBook): void {
  const { reports, incidents, assembly, index, rules } = engine
  const changesFrom = engine.today - engine.retentionDays
  const reaches = [
    ...rules.dayRules.map(rule => rule.reachDays),
    ...rules.scanRules.map(() => scanReachDays)
  ]
  const rowsFrom = changesFrom - Math.max(leastLookBackDays, ...reaches)
  engine.cutOffDay = Math.max(engine.cutOffDay, changesFrom)
  const { present } = reports.columns
  const ended = reports.listEndedBefore(rowsFrom)
  // A report stays as long as others of the same incident.
  const rows = assembly.selectWholeIncidents(ended)
  const selected = new Set(rows)
  // A restored engine adds them to its scopes again.
  const staying = new Set(
    ended.filter(row => !selected.has(row)).map(row => assembly.findIncident(row))
  )
  index.evictBefore(rowsFrom, changesFrom, staying)
  for (const one of [...engine.clusters, ...engine.findingReaders]) one.evictBefore(rowsFrom)
  const evictable = rows.filter(row => present[row] !== evicted)
  for (const clusters of engine.clusters) clusters.evict(evictable)
  for (const row of evictable) {
    assembly.evict(row)
    incidents.evict(row)
    engine.incidentEvents?.evict(row)
    present[row] = evicted
  }
  book.evictBefore(rowsFrom)
  const isNamed = new Uint8Array(reports.rowCount)
  for (const { triggers } of book.alerts.values()) for (const row of triggers) isNamed[row] = 1
  for (const row of rows) if (isNamed[row] === 0) reports.releaseRow(row)
}
