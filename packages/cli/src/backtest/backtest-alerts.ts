// The alerts of a backtest: each as its last event states it, and when people were notified of it.
// Pure: events in order of publication in, plain data out, which travels between threads.

import type { AlertStatement } from '@tocsin/contracts/record/alert-event-v3'
import { type Severity, severities } from '@tocsin/contracts/theatre/severity'
import { dayMs, parseTimeMs } from '@tocsin/domain/space-time/event-time'

const noticeKinds = ['raised', 'escalated', 'reopened'] as const
type NoticeKind = (typeof noticeKinds)[number]

/** An event by which people were notified. */
export interface AlertNotice {
  readonly kind: NoticeKind
  readonly atMs: number
  /** Ids of the incidents that the event names as triggers. */
  readonly triggers: readonly string[]
}

export interface BacktestAlert {
  readonly alertId: string
  readonly theatre: string
  readonly ruleId: string
  readonly pattern: string
  /** When it was raised, ms. */
  readonly atMs: number
  /** When it was resolved or retracted; null while it is open. */
  endedMs: number | null
  headline: string
  severity: string
  status: string
  /** Of the place: the settlement, else the name in its group, else the area. */
  place: string
  /** Latitude, longitude, km. */
  circle: readonly [number, number, number] | null
  triggers: number
  deaths: AlertStatement['fatalities']
  /** Under which alert it was listed at the end of the day of its last event. */
  partOf: string | null
  readonly notices: AlertNotice[]
  /** Events after the one that raised it of which people were notified. */
  updates: number
  /** True if it was part of no other at the end of the day on which it was raised. */
  isTopLevel: boolean
  readonly countries: readonly string[]
  /** From the start of its first incident, and from when its last trigger was known. */
  readonly firstIncidentDays: number
  readonly reportDays: number
  escalated: boolean
  reopened: boolean
  retracted: boolean
}

/** By the time at which they were raised, then by id. */
export function compareRaised(a: BacktestAlert, b: BacktestAlert): number {
  return a.atMs - b.atMs || (a.alertId < b.alertId ? -1 : 1)
}

/** The alerts and counts of some theatres. */
export interface AlertsPart {
  readonly alerts: readonly BacktestAlert[]
  readonly eventsByRule: readonly (readonly [
    ruleId: string,
    counts: Readonly<Record<string, number>>
  ])[]
  readonly paged: number
}

/** The country of alerts and reports of which none is known. */
export const noCountry = 'unknown'

export class AlertCollector {
  readonly #knownMsOf: (incidentId: string) => number | null
  readonly #alerts = new Map<string, BacktestAlert>()
  readonly #eventsByRule = new Map<string, Record<string, number>>()
  #paged = 0

  /** `knownMsOf`: when an incident was first known. */
  constructor(knownMsOf: (incidentId: string) => number | null) {
    this.#knownMsOf = knownMsOf
  }

  /** `parentSeverity`: of the alert that it is part of; null if it is part of none. */
  take(
    type: `alert.${string}`,
    data: AlertStatement,
    parentSeverity: Severity | null = null
  ): void {
    const kind = type.slice('alert.'.length)
    const events = this.#eventsByRule.get(data.ruleId) ?? {}
    events[kind] = (events[kind] ?? 0) + 1
    this.#eventsByRule.set(data.ruleId, events)
    if (data.notify === 'page') this.#paged += 1
    const earlier = this.#alerts.get(data.alertId)
    const alert = earlier ?? this.#createAlert(data)
    const atMs = parseTimeMs(data.times.detectedAt)
    Object.assign(alert, describeState(data))
    if (isSameDay(atMs, alert.atMs)) alert.isTopLevel = data.partOf === null
    alert.escalated ||= kind === 'escalated'
    alert.reopened ||= kind === 'reopened'
    alert.retracted ||= kind === 'retracted'
    alert.endedMs = data.status === 'resolved' || data.status === 'retracted' ? atMs : null
    if (data.notify === 'quiet' || isCovered(data, parentSeverity)) return
    if (earlier !== undefined) alert.updates += 1
    if (isNoticeKind(kind)) alert.notices.push({ kind, atMs, triggers: listTriggers(data) })
  }

  /** What was collected. */
  collect(): AlertsPart {
    return {
      alerts: [...this.#alerts.values()],
      eventsByRule: [...this.#eventsByRule],
      paged: this.#paged
    }
  }

  #createAlert(data: AlertStatement): BacktestAlert {
    const atMs = parseTimeMs(data.times.detectedAt)
    const known = listTriggers(data).flatMap(id => this.#knownMsOf(id) ?? [])
    const alert = {
      alertId: data.alertId,
      theatre: data.theatre,
      ruleId: data.ruleId,
      pattern: data.pattern,
      atMs,
      endedMs: null,
      ...describeState(data),
      notices: [],
      updates: 0,
      isTopLevel: false,
      countries: data.area.country.length === 0 ? [noCountry] : data.area.country,
      firstIncidentDays: (atMs - parseTimeMs(data.times.occurredFrom)) / dayMs,
      reportDays: known.length === 0 ? 0 : (atMs - known.reduce((a, b) => Math.max(a, b))) / dayMs,
      escalated: false,
      reopened: false,
      retracted: false
    }
    this.#alerts.set(data.alertId, alert)
    return alert
  }
}

function describeState(data: AlertStatement) {
  const { area, group, evidence, evidenceOmitted } = data
  return {
    headline: data.headline,
    severity: data.severity,
    status: data.status,
    place: area.settlement ?? group.near ?? area.admin1[0] ?? area.country[0] ?? '',
    circle: area.circle,
    triggers: evidence.filter(({ role }) => role === 'trigger').length + evidenceOmitted,
    deaths: data.fatalities,
    partOf: data.partOf
  }
}

function listTriggers({ evidence }: AlertStatement): readonly string[] {
  return evidence.flatMap(({ incidentId, role }) => (role === 'trigger' ? [incidentId] : []))
}

/** Of a part that is graver than the whole people are notified too, as by a subscription. */
function isCovered({ severity }: AlertStatement, parentSeverity: Severity | null): boolean {
  if (parentSeverity === null) return false
  return severities.indexOf(parentSeverity) >= severities.indexOf(severity)
}

function isNoticeKind(kind: string): kind is NoticeKind {
  return noticeKinds.some(one => one === kind)
}

function isSameDay(one: number, other: number): boolean {
  return Math.floor(one / dayMs) === Math.floor(other / dayMs)
}
