// One theatre of a backtest: its records go through an owner as in the rules service, and its
// figures are collected.

import { noFacts } from '@tocsin/rules/theatre/published-alerts'
import { TheatreOwner } from '@tocsin/rules/theatre/theatre-owner'
import { CommandError } from '../terminal/output.ts'
import { AlertFigures, type FiguresPart } from './alert-figures.ts'
import type { OrderedRecord } from './backtest-records.ts'

/**
 * At most so many records are folded together: some days of a theatre, and less time than between
 * two looks at a signal.
 */
const togetherMax = 64

export class TheatreReplay {
  readonly #owner: TheatreOwner
  /** When the first report of an incident became known: the incident has that report's id. */
  readonly #known = new Map<string, number>()
  readonly #figures = new AlertFigures(incidentId => this.#known.get(incidentId) ?? null)
  /** Asked for every day, but changed only by records; undefined: not asked since the last one. */
  #dueMs: number | null | undefined
  /** To be folded together. */
  #waiting: OrderedRecord[] = []
  readonly #told: (ordered: OrderedRecord, events: readonly Uint8Array[]) => void

  /** `told`: gets the alert events of each record as the log would contain them, in order. */
  constructor(
    theatre: string,
    told: (ordered: OrderedRecord, events: readonly Uint8Array[]) => void
  ) {
    this.#told = told
    // Incident events are not published: no figure uses them.
    this.#owner = new TheatreOwner(
      theatre,
      { ...noFacts(), lastIncidentSeq: Number.MAX_SAFE_INTEGER },
      null
    )
  }

  /**
   * Immediately while output is pending; else the next deadline of a rule, or the end of
   * a source's cadence, which moves the watermark.
   */
  nextDueMs(): number | null {
    this.fold()
    const { fold } = this.#owner
    if (this.#dueMs === undefined)
      this.#dueMs = fold.alerts.hasMoreToSay ? Number.NEGATIVE_INFINITY : fold.nextDeadlineMs()
    return this.#dueMs
  }

  /**
   * Takes the next record. It is folded with others; `fold` folds all that wait. Throws as `fold`.
   */
  add(ordered: OrderedRecord): void {
    const { told } = ordered
    if (told?.item.kind === 'report')
      this.#known.set(told.item.revision.reportId, told.firstKnownMs)
    this.#waiting.push(ordered)
    if (this.#waiting.length >= togetherMax) this.fold()
  }

  /** Folds what waits. Throws CommandError for a rule that can't compile. */
  fold(): void {
    if (this.#waiting.length === 0) return
    this.#dueMs = undefined
    const taken = this.#waiting
    this.#waiting = []
    const outputs = this.#owner.takeAll(taken.map(({ record }) => record))
    for (const [i, { alerts, events, ignored }] of outputs.entries()) {
      const ordered = taken[i] as OrderedRecord
      const { record } = ordered
      if (record.type === 'rule.configured' && ignored !== null)
        throw new CommandError(`rule ${record.data.ruleId} cannot be compiled: ${ignored}`)
      for (const event of events) this.#figures.take(event)
      this.#told(
        ordered,
        alerts.flatMap(({ value }) => value ?? [])
      )
    }
  }

  collectFigures(): FiguresPart {
    return this.#figures.collect()
  }
}
