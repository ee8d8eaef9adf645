// One theatre of a backtest: its records go through an owner as in the rules service, and its figures are collected.

import { noFacts } from '@tocsin/rules/theatre/published-alerts'
import { TheatreOwner } from '@tocsin/rules/theatre/theatre-owner'
import { CommandError } from '../terminal/output.ts'
import { AlertFigures, type FiguresPart } from './alert-figures.ts'
import type { OrderedRecord } from './backtest-records.ts'

export class TheatreReplay {
  readonly #owner: TheatreOwner
  /** When the first report of an incident became known: the incident has that report's id. */
  readonly #known = new Map<string, number>()
  readonly #figures = new AlertFigures(incidentId => this.#known.get(incidentId) ?? null)
  /** Asked for every day, but changed only by records; undefined: not asked since the last one. */
  #dueMs: number | null | undefined

  constructor(theatre: string) {
    // Incident events are not published: nobody uses them here.
    this.#owner = new TheatreOwner(theatre, { ...noFacts(), lastIncidentSeq: Number.MAX_SAFE_INTEGER }, null)
  }

  /** Immediately while output is pending; else the next deadline of a rule, or of a source whose silence moves the watermark. */
  nextDueMs(): number | null {
    const { fold } = this.#owner
    if (this.#dueMs === undefined) this.#dueMs = fold.alerts.hasMoreToSay ? Number.NEGATIVE_INFINITY : fold.nextDeadlineMs()
    return this.#dueMs
  }

  /** Folds a record; returns its alert events as the log would hold them. Throws CommandError for a rule that can't compile. */
  take({ record, told }: OrderedRecord): readonly Uint8Array[] {
    this.#dueMs = undefined
    if (told?.item.kind === 'report') this.#known.set(told.item.revision.reportId, told.firstKnownMs)
    const { alerts, events, ignored } = this.#owner.take(record)
    if (record.type === 'rule.configured' && ignored !== null)
      throw new CommandError(`rule ${record.data.ruleId} cannot be compiled: ${ignored}`)
    for (const event of events) this.#figures.take(event)
    return alerts.flatMap(({ value }) => value ?? [])
  }

  figures(): FiguresPart {
    return this.#figures.part()
  }
}
