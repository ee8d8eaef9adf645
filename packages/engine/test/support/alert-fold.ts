// An alert book with findings made by hand, and a reader of its events.

import {
  type AlertChange,
  type AlertEvent3,
  type AlertSum,
  addAlertChange,
  changesAlert,
  parseAlertRecord
} from '@tocsin/contracts/record/alert-event-v3'
import { exportAlert, type RuleSettings, restoreAlert } from '../../src/alerts/alert.ts'
import { AlertBook, type BookOptions } from '../../src/alerts/alert-book.ts'
import type { TheatreClock } from '../../src/alerts/officer-desk.ts'
import { Incidents } from '../../src/data/incidents.ts'
import { Reports } from '../../src/data/reports.ts'
import { convertToDay, convertToMs, never } from '../../src/data/time.ts'
import type { AlertLink, Certainty, Facts, Finding, Group } from '../../src/rules/finding.ts'
import type { RuleBase } from '../../src/rules/rule-base.ts'
import { makeReport, type ReportSketch } from './make-report.ts'

export const surge: RuleBase = { id: 'surge', pattern: 'surge' }
export const siege: RuleBase = {
  id: 'siege',
  pattern: 'siege',
  identityDays: 30,
  outlastsSilence: true
}

export class MadeFinding implements Finding {
  readonly rule: RuleBase
  readonly group: Group
  startDay: number
  endDay = never
  level = 1
  alert: AlertLink | null = null
  isDrill = false
  rows: number[]
  value: number
  threshold = 3
  levelDays: number[]
  facts: Facts = {}
  certainty: Certainty | null = null

  constructor(
    rows: readonly number[],
    startDay: number,
    rule = surge,
    group: Group = { admin1: 'ML-4' }
  ) {
    this.rule = rule
    this.group = group
    this.rows = [...rows]
    this.value = rows.length
    this.startDay = startDay
    this.levelDays = [startDay]
  }

  getValue = () => this.value
  measure = () => ({ value: this.value, threshold: this.threshold, baseline: null })
  listFacts = () => this.facts
  computeCertainty = () => this.certainty
  listLevelDays = () => [...this.levelDays]
  listTriggers = () => this.rows

  add(...rows: readonly number[]): void {
    this.rows.push(...rows)
    this.value = this.rows.length
  }

  reach(level: number, day: number): void {
    this.level = level
    while (this.levelDays.length < level) this.levelDays.push(day)
    this.levelDays.length = level
  }
}

export const firstDay = convertToDay(Date.parse('2025-06-01'))
export const settings: RuleSettings = {
  version: 1,
  severities: ['moderate', 'severe', 'extreme'],
  pagesFrom: 'minor',
  isQuiet: false
}

export class AlertFold {
  readonly reports = new Reports()
  readonly incidents = new Incidents(this.reports)
  book: AlertBook
  readonly #options: BookOptions
  readonly records: string[] = []
  readonly events: AlertEvent3[] = []
  readonly sums = new Map<string, AlertSum>()
  today = firstDay
  watermark = 0
  #recordCount = 0

  constructor(options: Partial<BookOptions> = {}) {
    const write = (record: string) => this.#read(record)
    this.#options = {
      ...{ theatre: 'sahel', fold: 'public', engine: '1.0.0', readSettings: () => settings },
      ...options,
      write
    }
    this.book = new AlertBook(this.incidents, this.#options)
  }

  /** Replaces the book by one from its plain data. */
  restore(): void {
    const { alerts, chain } = this.book
    const book = new AlertBook(this.incidents, this.#options)
    for (const alert of alerts.values()) {
      const { rule, finding, earlier } = alert
      const fields = structuredClone(exportAlert(alert))
      book.restore(restoreAlert(fields, rule, finding, earlier ?? []))
    }
    book.chain.seq = chain.seq
    book.chain.previous = chain.previous
    this.book = book
  }

  #read(record: string): void {
    this.records.push(record)
    const { envelope, event } = parseAlertRecord(record)
    this.events.push(event)
    if (!changesAlert(event)) return
    const { alertId } = event.data
    this.sums.set(alertId, addAlertChange(this.sums.get(alertId) ?? null, envelope, event.data))
  }

  /** Adds an incident of one report. Returns its row. */
  addReport(dayOffset = 0, sketch: ReportSketch = {}): number {
    const at = new Date(convertToMs(firstDay + dayOffset)).toISOString().slice(0, 10)
    const report = makeReport({ reportId: `r-${this.reports.rowCount + 1}`, at, ...sketch })
    const row = this.reports.acceptRevision(report)
    this.reports.write(row, report)
    return this.incidents.compose([row])
  }

  addReports(count: number, dayOffset = 0, sketch: ReportSketch = {}): number[] {
    return Array.from({ length: count }, () => this.addReport(dayOffset, sketch))
  }

  get cause() {
    return {
      id: `record-${this.#recordCount}`,
      time: new Date(convertToMs(this.today) + this.#recordCount).toISOString()
    }
  }

  get clock(): TheatreClock {
    return { nowMs: convertToMs(this.today), watermarkDay: this.watermark }
  }

  /** Publishes what findings report in one record. */
  apply(
    report: () => void,
    { isTick = false, isQuiet = false, isCorrecting = false } = {}
  ): readonly string[] {
    this.#recordCount += 1
    this.book.isQuiet = isQuiet
    this.book.isCorrecting = isCorrecting
    const before = this.events.length
    report()
    this.book.publishChanges(this.cause, this.today, this.watermark, isTick)
    return this.events.slice(before).map(({ type }) => type.replace('alert.', ''))
  }

  change(...findings: readonly Finding[]): readonly string[] {
    return this.apply(() => {
      for (const finding of findings) this.book.onChanged(finding)
    })
  }

  tick(days = 1): readonly string[] {
    this.today += days
    return this.apply(() => this.book.desk.lapse(this.cause, this.clock.nowMs), { isTick: true })
  }

  /** The last event. */
  get last(): AlertChange {
    return this.events.at(-1)!.data as AlertChange
  }

  getSum(finding: Finding): AlertSum {
    return this.sums.get(finding.alert!.id)!
  }
}
