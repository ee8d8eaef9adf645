// The calls of all alerts as one level of readers was told of them, in columns: a report reads
// every one of them, and following each alert to its calls would wait for memory most of the time.
// Kept up with each event.

import type { AlertState } from '@tocsin/contracts/alert/alert'
import type { Handling } from '@tocsin/contracts/theatre/handling'
import { type Severity, severities } from '@tocsin/contracts/theatre/severity'
import { parseTimeMs } from '@tocsin/domain/space-time/event-time'
import { type AlertCalls, type Call, isUnacknowledged } from '../calls/alert-calls.ts'
import { type Answers, answersOf, secondsBetween } from '../calls/response-times.ts'

/** An alert as the table reads it. */
export interface CalledAlert {
  readonly alertId: string
  readonly theatre: string
  /** As readers of a level may see it; null if hidden from them. */
  stateAt(level: Handling): Pick<AlertState, 'drill' | 'area' | 'window' | 'operator'> | null
  callsAt(level: Handling): AlertCalls
}

/** Who acknowledged, and who may read that name. */
export interface CallOfficer {
  readonly by: string
  readonly byId: string | null
  readonly handling: Handling
}

/** A call with what reports count it by. */
export interface CallRow extends Answers {
  readonly pagedAtMs: number
  readonly severity: Severity
  readonly drill: boolean
  readonly theatre: string
  readonly area: Pick<AlertState['area'], 'country' | 'admin1'>
  readonly officer: CallOfficer | null
}

/**
 * Values that many rows share, by number. They are as many as there were different ones, and none
 * is taken out.
 */
class Shared<T> {
  readonly all: T[] = []
  readonly #numbers = new Map<string, number>()

  numberOf(key: string, value: T): number {
    const known = this.#numbers.get(key)
    if (known !== undefined) return known
    this.#numbers.set(key, this.all.length)
    return this.all.push(value) - 1
  }
}

/**
 * Columns of a row: the first says whether it is taken. Times are ms and seconds, negative for
 * none.
 */
const [used, paged, taken, done, severity, flags, officer, detected, theatre, area, width] = [
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
]
const [drillFlag, unacknowledgedFlag] = [1, 2]
const roomAtFirst = 1024

/** What an alert's rows hold: most events change nothing of it. */
interface Held {
  readonly rows: readonly number[]
  readonly calls: AlertCalls
  readonly areaKey: string
  readonly drill: boolean
  /** When its situation began. */
  readonly startedAt: string
  readonly isUnacknowledged: boolean
}

export class CallTable {
  readonly #level: Handling
  #cells = new Float64Array(roomAtFirst * width)
  /** Rows that were ever taken. */
  #end = 0
  readonly #free: number[] = []
  readonly #held = new Map<string, Held>()
  readonly #theatres = new Shared<string>()
  readonly #areas = new Shared<CallRow['area']>()
  readonly #officers = new Shared<CallOfficer>()

  constructor(level: Handling) {
    this.#level = level
  }

  /** Rows, taken or not: an index is below it. */
  get end(): number {
    return this.#end
  }

  /** Takes up the calls of an alert as they are now; none where it is hidden. */
  set(entry: CalledAlert): void {
    const { alertId } = entry
    const shown = entry.stateAt(this.#level)
    const calls = entry.callsAt(this.#level)
    if (shown === null || calls.calls.length === 0) {
      this.delete(alertId)
      return
    }
    const { drill, area: where, operator } = shown
    const { from: startedAt } = shown.window
    const waits = isUnacknowledged(calls, operator)
    const areaKey = `${where.country.join()} ${where.admin1.join()}`
    const before = this.#held.get(alertId)
    if (
      before !== undefined &&
      before.calls === calls &&
      before.drill === drill &&
      before.areaKey === areaKey &&
      before.startedAt === startedAt &&
      before.isUnacknowledged === waits
    )
      return
    const kept = before?.rows ?? []
    for (const row of kept.slice(calls.calls.length)) this.#release(row)
    const rows = calls.calls.map((_, i) => kept[i] ?? this.#free.pop() ?? this.#end++)
    this.#held.set(alertId, { rows, calls, areaKey, drill, startedAt, isUnacknowledged: waits })
    const shared = [
      this.#theatres.numberOf(entry.theatre, entry.theatre),
      this.#areas.numberOf(areaKey, { country: where.country, admin1: where.admin1 })
    ]
    for (const [i, call] of calls.calls.entries()) {
      const answers = answersOf(call, {
        detectedS: i === 0 ? secondsBetween(parseTimeMs(startedAt), call.pagedAtMs) : null,
        isUnacknowledged: waits && i === calls.calls.length - 1
      })
      this.#write(rows[i] as number, [...this.#cellsOf(call, answers, drill), ...shared])
    }
  }

  delete(alertId: string): void {
    const known = this.#held.get(alertId)
    if (known === undefined) return
    for (const row of known.rows) this.#release(row)
    this.#held.delete(alertId)
  }

  /** A row whose call began in a span, ms; null for any other and where there is none. */
  rowIn(index: number, fromMs: number, toMs: number): CallRow | null {
    const cells = this.#cells
    const at = index * width
    const pagedAtMs = cells[at + paged] as number
    if (cells[at + used] !== 1 || pagedAtMs < fromMs || pagedAtMs >= toMs) return null
    const [takenS, doneS, detectedS, marks] = [
      cells[at + taken] as number,
      cells[at + done] as number,
      cells[at + detected] as number,
      cells[at + flags] as number
    ]
    return {
      pagedAtMs,
      acknowledgedS: takenS < 0 ? null : takenS,
      respondedS: doneS < 0 ? null : doneS,
      detectedS: detectedS < 0 ? null : detectedS,
      isUnacknowledged: (marks & unacknowledgedFlag) !== 0,
      drill: (marks & drillFlag) !== 0,
      severity: severities[cells[at + severity] as number] as Severity,
      theatre: this.#theatres.all[cells[at + theatre] as number] as string,
      area: this.#areas.all[cells[at + area] as number] as CallRow['area'],
      officer: this.#officers.all[cells[at + officer] as number] ?? null
    }
  }

  #cellsOf(call: Call, answers: Answers, drill: boolean): number[] {
    const { acknowledgedS, respondedS, detectedS } = answers
    const by = call.taken
    const who = by === null ? -1 : this.#officers.numberOf(`${by.byId} ${by.handling} ${by.by}`, by)
    const marks = (drill ? drillFlag : 0) + (answers.isUnacknowledged ? unacknowledgedFlag : 0)
    return [
      1,
      call.pagedAtMs,
      acknowledgedS ?? -1,
      respondedS ?? -1,
      severities.indexOf(call.severity),
      marks,
      who,
      detectedS ?? -1
    ]
  }

  #write(row: number, cells: readonly number[]): void {
    if ((row + 1) * width > this.#cells.length) {
      const room = new Float64Array(this.#cells.length * 2)
      room.set(this.#cells)
      this.#cells = room
    }
    this.#cells.set(cells, row * width)
  }

  #release(row: number): void {
    this.#cells[row * width + used] = 0
    this.#free.push(row)
  }
}
