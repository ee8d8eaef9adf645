// Alerts by level, from events of version 3, as sums of what changed: they are put in words when
// somebody asks. Closed ones are stored up to a limit.

import {
  type AlertChange,
  type AlertEnvelope,
  type AlertSum,
  addAlertChange
} from '@tocsin/contracts/record/alert-event-v3'
import type { Handling } from '@tocsin/contracts/theatre/handling'
import type { TheatreFolds } from '@tocsin/service/alerts/theatre-folds'
import type { TheatreNumbers } from '@tocsin/service/alerts/theatre-numbers'
import type { Captured, SnapshotPart } from '@tocsin/service/snapshot/snapshot-state'

type AlertRow = readonly [alertId: string, level: Handling, AlertSum]

/** A trigger that is no report yet: the logs of reports and of alerts are read side by side. */
interface Unlinked {
  readonly alertId: string
  readonly theatre: string
  readonly fold: Handling
  readonly number: number
}

export class LevelledAlerts implements SnapshotPart {
  readonly #numbers: TheatreNumbers
  readonly #folds: TheatreFolds
  readonly #closedMax: number
  readonly #byId = new Map<string, Map<Handling, AlertSum>>()
  /** Ids of alerts by theatre and report. One that a report no longer triggers may be among them. */
  readonly #ofReport = new Map<string, Set<string>>()
  /** Closed alerts by theatre and level, in the order of closing. */
  readonly #closed = new Map<string, Set<string>>()
  #unlinked: Unlinked[] = []

  constructor(numbers: TheatreNumbers, folds: TheatreFolds, closedMax: number) {
    this.#numbers = numbers
    this.#folds = folds
    this.#closedMax = closedMax
  }

  /** Takes the next event of an alert. One of a forgotten alert counts once it is whole. */
  put(
    { theatre, time }: Pick<AlertEnvelope, 'theatre' | 'time'>,
    change: AlertChange,
    position: bigint
  ): void {
    const { alertId, fold, ruleId } = change
    const sums = this.#byId.get(alertId) ?? new Map<Handling, AlertSum>()
    const before = sums.get(fold) ?? null
    if (before === null && ruleId === undefined) return
    this.#byId.set(alertId, sums)
    const sum = addAlertChange(before, { theatre, time }, change)
    for (const level of this.#folds.listLevels(theatre, fold, position)) {
      sums.set(level, sum)
      this.#noteClosed(level, sum)
    }
    this.#link(alertId, sum, before)
  }

  /** The alerts of a level with a trigger among these reports. */
  *find(theatre: string, reportIds: ReadonlySet<string>, level: Handling): Generator<AlertSum> {
    this.#linkRest()
    const alertIds = new Set<string>()
    for (const reportId of reportIds)
      for (const id of this.#ofReport.get(`${theatre}/${reportId}`) ?? []) alertIds.add(id)
    for (const alertId of alertIds) {
      const sum = this.get(alertId, level)
      const isTrigger = (number: number) => {
        const reportId = sum === null ? null : this.#numbers.find(theatre, sum.fold, number)
        return reportId !== null && reportIds.has(reportId)
      }
      if (sum?.triggers.some(isTrigger)) yield sum
    }
  }

  get(alertId: string, level: Handling): AlertSum | null {
    return this.#byId.get(alertId)?.get(level) ?? null
  }

  capture(): Captured {
    const rows: AlertRow[] = []
    for (const [alertId, sums] of this.#byId)
      for (const [level, sum] of sums) rows.push([alertId, level, sum])
    return { rows }
  }

  restore(row: unknown): void {
    const [alertId, level, sum] = row as AlertRow
    const sums = this.#byId.get(alertId) ?? new Map<Handling, AlertSum>()
    this.#byId.set(alertId, sums.set(level, sum))
    this.#noteClosed(level, sum)
    this.#link(alertId, sum, null)
  }

  #link(alertId: string, { theatre, fold, triggers }: AlertSum, before: AlertSum | null): void {
    const known = new Set(before?.triggers)
    for (const number of triggers)
      if (!known.has(number)) this.#unlinked.push({ alertId, theatre, fold, number })
    this.#linkRest()
  }

  #linkRest(): void {
    this.#unlinked = this.#unlinked.filter(({ alertId, theatre, fold, number }) => {
      const reportId = this.#numbers.find(theatre, fold, number)
      if (reportId === null) return true
      const key = `${theatre}/${reportId}`
      this.#ofReport.set(key, (this.#ofReport.get(key) ?? new Set()).add(alertId))
      return false
    })
  }

  #noteClosed(level: Handling, { alertId, theatre, status }: AlertSum): void {
    const key = `${theatre}|${level}`
    const closed = this.#closed.get(key) ?? new Set<string>()
    this.#closed.set(key, closed)
    closed.delete(alertId)
    if (status !== 'resolved' && status !== 'retracted') return
    closed.add(alertId)
    if (closed.size > this.#closedMax) this.#forget(level, closed)
  }

  #forget(level: Handling, closed: Set<string>): void {
    const [alertId] = closed as unknown as [string]
    closed.delete(alertId)
    const sums = this.#byId.get(alertId)
    const sum = sums?.get(level)
    sums?.delete(level)
    if (sum === undefined || sums === undefined || sums.size > 0) return
    this.#byId.delete(alertId)
    for (const number of sum.triggers) {
      const key = `${sum.theatre}/${this.#numbers.find(sum.theatre, sum.fold, number)}`
      const alertIds = this.#ofReport.get(key)
      alertIds?.delete(alertId)
      if (alertIds?.size === 0) this.#ofReport.delete(key)
    }
  }
}
