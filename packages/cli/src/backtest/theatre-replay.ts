// One theatre of a backtest: its records go through a fold of all reports, and its alerts are
// collected. What is part of what is decided at the end of each day.

import { engineVersion } from '@tocsin/contracts/record/records'
import { defaultRetentionDays } from '@tocsin/contracts/theatre/retention'
import type { RuleVersion } from '@tocsin/contracts/theatre/theatre-record'
import { computeNeededRetention } from '@tocsin/engine/theatre/rule-retention'
import { makeRuleSet } from '@tocsin/engine/theatre/rule-set'
import { type StatedEvent, StatementFold } from '@tocsin/engine/theatre/statement-fold'
import type { AlertPiece } from './alert-parts.ts'
import { AlertCollector, type AlertsPart } from './backtest-alerts.ts'
import type { OrderedRecord } from './backtest-records.ts'

export class TheatreReplay {
  readonly #fold: StatementFold
  /** When the first report of an incident became known: the incident has that report's id. */
  readonly #known = new Map<string, number>()
  readonly #alerts = new AlertCollector(incidentId => this.#known.get(incidentId) ?? null)
  readonly #give: ((piece: AlertPiece) => void) | null
  /** Of the current day. */
  #stated: { readonly ordered: OrderedRecord; readonly events: readonly StatedEvent[] }[] = []

  /** `give` gets the events of each record; null: nobody does. */
  constructor(
    theatre: string,
    rules: readonly RuleVersion[],
    give: ((piece: AlertPiece) => void) | null
  ) {
    this.#give = give
    const options = { theatre, engine: engineVersion, retentionDays: computeRetentionDays(rules) }
    this.#fold = new StatementFold(makeRuleSet(rules), options)
  }

  /** When a tick alone may publish anything, ms; null if it never does. */
  nextDueMs(): number | null {
    return this.#fold.findNextTickMs()
  }

  /** Folds the next record. */
  add(ordered: OrderedRecord): void {
    const { told, record } = ordered
    if (record.type === 'clock.ticked') this.endDay()
    if (told?.item.kind === 'report')
      this.#known.set(told.item.revision.reportId, told.firstKnownMs)
    const events = this.#fold.apply(record)
    if (events.length > 0) this.#stated.push({ ordered, events })
  }

  /** Gives the events of the day. */
  endDay(): void {
    if (this.#stated.length === 0) return
    for (const { ordered, events } of this.#stated) {
      const lines = events.map(({ type, envelope, statement }) => {
        const partOf = this.#fold.findParent(statement.alertId)
        const data = { ...statement, partOf }
        const parentSeverity = partOf === null ? null : this.#fold.getSeverity(partOf)
        this.#alerts.take(type, data, parentSeverity)
        return this.#give === null ? '' : formatEvent(type, envelope, data)
      })
      this.#give?.({ order: ordered.order, bytes: Buffer.from(lines.join('\n')) })
    }
    this.#stated = []
  }

  collectAlerts(): AlertsPart {
    return this.#alerts.collect()
  }
}

/** As much as the rules must see, so that a rule can be tried before a theatre retains more for it. */
function computeRetentionDays(rules: readonly RuleVersion[]): number {
  return Math.max(defaultRetentionDays, ...rules.map(rule => computeNeededRetention(rule) ?? 0))
}

/** The event as a subscriber with the highest clearance gets it. */
function formatEvent(
  type: StatedEvent['type'],
  { cause, engine, id, previoushash, theatre, time }: StatedEvent['envelope'],
  data: StatedEvent['statement']
): string {
  return JSON.stringify({
    cause,
    data,
    datacontenttype: 'application/json',
    engine,
    id,
    previoushash,
    source: '/tocsin/rules',
    specversion: '1.0',
    theatre,
    time,
    type: `tocsin.${type}.v1`
  })
}
