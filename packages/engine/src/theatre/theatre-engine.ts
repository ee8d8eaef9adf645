// A theatre: one fold for each handling level that a report has, from the lowest. The fold of a level
// applies the reports of that level and below alone, so what its readers get does not
// depend on what they may not see.
//
// L1  A fold sees a report if the winning revision has its level or a lower one; of its revisions it
//     sees those of the level or a lower one.
// L2  A fold begins as a copy of the next lower one, with the first report of the level, and continues
//     its chain of events. Its first event states that.
// L3  An act has the handling of the alert as the officer saw it. It reaches the folds of that level
//     and above; the fold that the officer saw decides.
// L4  Each fold publishes the incidents of its own, as its alerts.
// L5  A fold counts all records with a report of the level or a lower one, repeated ones once: by that
//     number its events name a report, and a reader of the log counts the same.
// L6  The end of an acknowledgement within an hour is no tick of the folds that do not have its alert.

import { deserialize, serialize } from 'node:v8'
import type { IncidentEvent } from '@tocsin/contracts/incident/incident-event'
import { firstHash } from '@tocsin/contracts/record/alert-event-v3'
import { RecentIds } from '@tocsin/contracts/record/recent-ids'
import {
  type AlertRequest,
  asksAboutAlert,
  type RuleVersion,
  type TheatreRecord
} from '@tocsin/contracts/theatre/theatre-record'
import type { Cause } from '../alerts/event-chain.ts'
import { convertToMs, never } from '../data/time.ts'
import { type Handling, handlings } from '../data/vocabulary.ts'
import type { IgnoredReason } from './engine.ts'
import { LevelFold, type LevelOptions } from './level-fold.ts'
import {
  adoptAlerts,
  applyRuleRecord,
  changeRules,
  listPublished,
  type PublishedAlert
} from './rule-change.ts'
import { makeRuleSet, type RuleSet } from './rule-set.ts'
import { restoreSnapshot, writeSnapshot } from './snapshot.ts'
import {
  type PublishedIncidents,
  TheatreIncidents,
  type TheatreIncidentsState
} from './theatre-incidents.ts'

export interface TheatreOptions extends Omit<LevelOptions, 'fold' | 'write'> {
  /** Takes each alert event as it is published. */
  readonly write: (record: string, fold: Handling) => void
  readonly writeIncident: (event: IncidentEvent) => void
}

/** What was published of a fold: its last event, and its alerts in the order of their first events. */
export interface PublishedFold {
  readonly seq: number
  readonly previous: string
  readonly alerts: readonly PublishedAlert[]
}

export interface PublishedTheatre extends PublishedIncidents {
  readonly folds: ReadonlyMap<Handling, PublishedFold>
  /** Alerts of events without levels, of version 2: a fold has those that its readers may see. */
  readonly unlevelled?: readonly PublishedAlert[]
}

const hourMs = 3_600_000

const firstLink = { seq: 0, previous: firstHash }

interface Snapshot {
  readonly folds: readonly (readonly [rank: number, bytes: Uint8Array])[]
  readonly incidents: TheatreIncidentsState
  readonly actionIds: readonly string[]
  readonly recordIds: readonly string[]
  readonly versions: readonly RuleVersion[]
}

export class TheatreEngine {
  #rules: RuleSet
  readonly #options: TheatreOptions
  /** By rank of the handling; the first one always exists. */
  readonly #folds: (LevelFold | undefined)[] = []
  readonly #incidents: TheatreIncidents
  /** Ids of the acts that were decided, the latest. */
  readonly #actionIds = new RecentIds()
  /** Ids of the latest records with a report: one that comes twice does not count. */
  readonly #recordIds = new RecentIds()

  constructor(rules: RuleSet, options: TheatreOptions) {
    this.#rules = rules
    this.#options = options
    this.#incidents = new TheatreIncidents(options.theatre)
    this.#addFold(0, new LevelFold(rules, this.#makeOptions(0)))
  }

  get folds(): readonly LevelFold[] {
    return this.#folds.filter(fold => fold !== undefined)
  }

  /** The fold that readers of a clearance read: the highest in use within it. */
  getFold(clearance: Handling): LevelFold {
    let rank = handlings.indexOf(clearance)
    while (this.#folds[rank] === undefined) rank -= 1
    return this.#folds[rank]!
  }

  get #top(): LevelFold {
    return this.#folds.at(-1)!
  }

  /** Returns the reason of an ignored record; else null. */
  apply(record: TheatreRecord): IgnoredReason | null {
    const ignored = this.#applyToFolds(record)
    for (const event of this.#incidents.takeEvents()) this.#options.writeIncident(event)
    return ignored
  }

  #applyToFolds(record: TheatreRecord): IgnoredReason | null {
    if (record.type === 'report.received') return this.#receive(record)
    if (asksAboutAlert(record)) return this.#act(record.data, record)
    if (record.type === 'theatre.configured')
      for (const { engine } of this.folds) engine.retentionDays = record.data.retentionDays
    if (record.type === 'rule.configured' || record.type === 'rule.removed') {
      const rules = applyRuleRecord(this.#rules, record)
      if (rules === null) return 'unusable-rule'
      for (const fold of this.folds) changeRules(fold, rules, record)
      this.#rules = rules
      return null
    }
    const folds =
      record.type === 'clock.ticked' ? this.#listTicked(Date.parse(record.data.to)) : this.folds
    let ignored: IgnoredReason | null = null
    for (const fold of folds) ignored = fold.apply(record)
    return ignored
  }

  #receive(
    record: Extract<TheatreRecord, { readonly type: 'report.received' }>
  ): IgnoredReason | null {
    if (this.#recordIds.has(record.id)) return 'repeated'
    this.#recordIds.add(record.id)
    const { reportId, handling } = record.data
    const own = handlings.indexOf(handling)
    this.#ensureFold(own, record)
    const top = this.#top
    const before = top.engine.getHandling(reportId)
    const ignored = top.apply(record)
    // Whether an alert names a report beyond retention, each fold decides.
    const isFrozen = ignored === 'beyond-window'
    const after = isFrozen ? Math.max(before, own) : top.engine.getHandling(reportId)
    for (const [rank, fold] of this.#folds.entries()) {
      if (fold === undefined || fold === top) continue
      const isSeen = own <= rank && after <= rank
      // Also one that is withdrawn: its day counts for the warming of rules.
      if (isSeen)
        fold.apply(record) // L1
      else if (own <= rank) fold.engine.reports.recordCount += 1 // L5
      const isVisible = isSeen || (after >= 0 && after <= rank)
      if (isVisible || before < 0 || before > rank) continue
      this.#incidents.takeBack(rank)
      fold.engine.hide(record)
    }
    return ignored
  }

  /** Makes the fold of a level with its first report. (L2) */
  #ensureFold(rank: number, cause: Cause): void {
    if (this.#folds[rank] !== undefined) return
    const lower = this.getFold(handlings[rank]!)
    const fold = restoreSnapshot(writeSnapshot(lower), this.#rules, this.#makeOptions(rank))
    this.#addFold(rank, fold)
    fold.book.chain.begin(cause)
  }

  #addFold(rank: number, fold: LevelFold): void {
    this.#folds[rank] = fold
    this.#incidents.addFold(rank, fold.engine)
  }

  #makeOptions(rank: number): LevelOptions {
    const fold = handlings[rank]!
    return { ...this.#options, fold, write: record => this.#options.write(record, fold) }
  }

  /** The fold of the officer's clearance decides. (L3) */
  #act(request: AlertRequest, record: TheatreRecord): IgnoredReason | null {
    // A log may have a record twice.
    if (this.#actionIds.has(request.actionId)) return 'repeated'
    this.#actionIds.add(request.actionId)
    const seen = this.getFold(request.clearance ?? 'restricted')
    const handling = seen.book.alerts.get(request.alertId)?.handling ?? handlings.length
    const target = seen.act(request, record)
    if (target === null) return null
    for (const [rank, fold] of this.#folds.entries())
      if (fold !== undefined && fold !== seen && rank >= handling)
        fold.book.desk.follow(request, target, record, fold.engine)
    return null
  }

  /** What was published, for another engine to continue. */
  listPublished(): PublishedTheatre {
    const folds = this.folds.map(fold => {
      const { seq, previous } = fold.book.chain
      const alerts = listPublished(fold)
      return [fold.options.fold, { seq, previous, alerts }] as const
    })
    return {
      folds: new Map(folds),
      ...this.#incidents.listPublished()
    }
  }

  /**
   * Continues after another engine at the record that marks the change: what that one published
   * takes the place of the output of this one, and the difference is published.
   */
  adopt(published: PublishedTheatre, record: TheatreRecord): void {
    const adopted: [LevelFold, PublishedFold][] = []
    let lower: PublishedFold = { ...firstLink, alerts: [] }
    for (const [rank, fold] of this.#folds.entries()) {
      if (fold === undefined) continue
      const own = published.folds.get(handlings[rank]!)
      const isVisible = ({ state }: PublishedAlert) => handlings.indexOf(state.handling) <= rank
      const { chain } = fold.book
      chain.seq = (own ?? lower).seq
      chain.previous = (own ?? lower).previous
      if (own === undefined && rank > 0) chain.begin(record)
      const alerts = own?.alerts ?? published.unlevelled?.filter(isVisible) ?? lower.alerts
      lower = { seq: chain.seq, previous: chain.previous, alerts }
      adopted.push([fold, lower])
    }
    this.#incidents.adopt(published)
    for (const event of this.#incidents.takeEvents()) this.#options.writeIncident(event)
    for (const [fold, { alerts }] of adopted) adoptAlerts(fold, alerts, record)
  }

  get incidentSeq(): number {
    return this.#incidents.seq
  }

  /** Time of the last tick, ms; 0 before the first. */
  get nowMs(): number {
    return this.#top.engine.nowMs
  }

  /**
   * The next moment at which a tick changes something, ms: an acknowledgement lapses, or a day begins
   * that ends or raises a finding; null: none is known.
   */
  findNextDeadlineMs(): number | null {
    const next = Math.min(...this.folds.map(findDeadlineMs))
    return next < convertToMs(never) ? next : null
  }

  /** A tick within the hour is for the folds that have a deadline by then; without one, for all. (L6) */
  #listTicked(toMs: number): readonly LevelFold[] {
    const { folds } = this
    const isDue = (fold: LevelFold) =>
      Math.floor(fold.engine.nowMs / hourMs) < Math.floor(toMs / hourMs) ||
      findDeadlineMs(fold) <= toMs
    const due = folds.filter(isDue)
    return due.length > 0 ? due : folds
  }

  writeSnapshot(): Buffer {
    const folds = [...this.#folds.entries()].flatMap(([rank, fold]) =>
      fold === undefined ? [] : [[rank, writeSnapshot(fold)] as const]
    )
    const snapshot: Snapshot = {
      folds,
      incidents: this.#incidents.exportState(),
      actionIds: this.#actionIds.exportState(),
      recordIds: this.#recordIds.exportState(),
      versions: Array.from(this.#rules.byId.values(), ({ version }) => version)
    }
    return serialize(snapshot)
  }

  static restore(bytes: Uint8Array, options: TheatreOptions): TheatreEngine {
    const { folds, incidents, actionIds, recordIds, versions }: Snapshot = deserialize(bytes)
    const rules = makeRuleSet(versions)
    const theatre = new TheatreEngine(rules, options)
    for (const [rank, fold] of folds)
      theatre.#addFold(rank, restoreSnapshot(fold, rules, theatre.#makeOptions(rank)))
    theatre.#incidents.restore(incidents)
    for (const id of actionIds) theatre.#actionIds.add(id)
    for (const id of recordIds) theatre.#recordIds.add(id)
    return theatre
  }
}

function findDeadlineMs({ engine, book }: LevelFold): number {
  const lapseMs = book.desk.findNextLapseMs() ?? Number.POSITIVE_INFINITY
  return Math.min(lapseMs, convertToMs(engine.findNextTimerDay()))
}
