// A fold of all reports whose events are whole statements, as readers of the alerts log render them:
// for a backtest, and for the examples of rules.

import {
  type AlertChange,
  type AlertEnvelope,
  type AlertEvent3,
  type AlertStatement,
  type AlertSum,
  addAlertChange
} from '@tocsin/contracts/record/alert-event-v3'
import type { Severity } from '@tocsin/contracts/theatre/severity'
import type { TheatreRecord } from '@tocsin/contracts/theatre/theatre-record'
import { compareText } from '@tocsin/domain/compare-text'
import { convertToMs, never } from '../data/time.ts'
import { FoldLookup } from '../render/incident-facts.ts'
import { listAlert, OpenAlerts } from '../render/part-of.ts'
import { renderStatement } from '../render/statement.ts'
import { LevelFold, type LevelOptions } from './level-fold.ts'
import { type RuleSet, readRuleWords } from './rule-set.ts'

export interface StatedEvent {
  readonly type: AlertEvent3['type']
  readonly envelope: AlertEnvelope
  /** Its `partOf` is null: that changes without events. */
  readonly statement: AlertStatement
}

interface StatedAlert {
  readonly sum: AlertSum
  readonly firstSeq: number
}

export class StatementFold {
  readonly #fold: LevelFold
  readonly #lookup: FoldLookup
  readonly #alerts = new Map<string, StatedAlert>()
  readonly #open = new OpenAlerts()
  #events: StatedEvent[] = []

  constructor(rules: RuleSet, options: Omit<LevelOptions, 'fold' | 'write'>) {
    const words = new Map(Array.from(rules.byId, ([id, one]) => [id, readRuleWords(one)]))
    const write: LevelOptions['write'] = (_, envelope, event) => this.#add(envelope, event)
    this.#fold = new LevelFold(rules, { ...options, fold: 'restricted', write })
    const { engine } = this.#fold
    this.#lookup = new FoldLookup(engine.incidents, id => words.get(id) ?? null)
    engine.incidentEvents = this.#lookup
  }

  /** Returns the events of a record. Acts of officers are not for this fold. */
  apply(record: TheatreRecord): readonly StatedEvent[] {
    this.#fold.apply(record)
    const events = this.#events
    if (events.length > 0) this.#events = []
    return events
  }

  #add(envelope: AlertEnvelope, event: AlertEvent3): void {
    const change = sortGroup(event.data as AlertChange)
    const before = this.#alerts.get(change.alertId)
    const sum = addAlertChange(before?.sum ?? null, envelope, change)
    const { isOpen } = this.#fold.book.alerts.get(change.alertId)!
    const statement = renderStatement(sum, { lookup: this.#lookup, language: 'en' })
    const firstSeq = before?.firstSeq ?? change.seq
    this.#alerts.set(sum.alertId, { sum, firstSeq })
    if (isOpen) this.#open.put(listAlert(sum, statement, firstSeq))
    else this.#open.delete(sum.alertId)
    this.#events.push({ type: event.type, envelope, statement })
  }

  /** The alert under which an open one is listed now; null: none. */
  findParent(alertId: string): string | null {
    return this.#open.findParent(alertId)
  }

  /** How grave an open alert is now; null for any other. */
  getSeverity(alertId: string): Severity | null {
    return this.#open.get(alertId)?.severity ?? null
  }

  /** The first time at which a tick alone may publish anything, ms; null if none is known. */
  findNextTickMs(): number | null {
    const day = this.#fold.findNextTickDay()
    return day === never ? null : convertToMs(day)
  }
}

/** The names of a group have the order that they have in the record. */
function sortGroup(change: AlertChange): AlertChange {
  if (change.group === undefined) return change
  const group = Object.entries(change.group).sort(([a], [b]) => compareText(a, b))
  return { ...change, group: Object.fromEntries(group) }
}
