// How much the people of each theatre were notified of: notices a week, weeks with many, updates of an
// alert. A notice raises or escalates an alert that is part of none as grave; quiet events are none.
// Pure.

import { dayMs } from '@tocsin/domain/space-time/event-time'
import type { BacktestAlert } from './backtest-alerts.ts'
import { computeWeekNumber, roundHundredths } from './figure-math.ts'
import type { KnownItem } from './known-items.ts'
import { computeRunSpan } from './notified-items.ts'

export interface TheatreTold {
  readonly reports: number
  /** From its first report to the end of the run. */
  readonly weeks: number
  /** Alerts of which people were notified. */
  readonly alerts: number
  readonly notices: number
  readonly noticesAWeek: number
  /** Weeks in which people were notified of more than two new alerts. */
  readonly weeksWithMoreThanTwo: number
}

export interface NotifiedFigures {
  readonly alerts: number
  readonly notices: number
  /** Of the median theatre; null without theatres. */
  readonly noticesAWeek: number | null
  /** Of the weeks of all theatres. */
  readonly shareOfWeeksWithMoreThanTwo: number
  /** Of the median alert of which people were notified; null without any. */
  readonly noticesAnAlert: number | null
  readonly updatesAnAlert: number | null
  readonly theatres: Readonly<Record<string, TheatreTold>>
}

export function computeNotifiedFigures(
  alerts: readonly BacktestAlert[],
  items: readonly KnownItem[]
): NotifiedFigures {
  const told = alerts.filter(({ notices }) => notices.length > 0)
  const byTheatre = Map.groupBy(told, ({ theatre }) => theatre)
  const { lastEndMs } = computeRunSpan(items)
  const theatres = [...groupReports(items)]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([theatre, { reports, firstMs }]) => {
      const weeks = (lastEndMs - Math.floor(firstMs / dayMs) * dayMs) / (7 * dayMs)
      const own = byTheatre.get(theatre) ?? []
      return [theatre, { reports, ...countNotices(own, weeks) }] as const
    })
  const all = theatres.map(([, one]) => one)
  const sum = (read: (one: TheatreTold) => number) => all.reduce((a, one) => a + read(one), 0)
  const weeks = sum(one => one.weeks)
  return {
    alerts: told.length,
    notices: sum(({ notices }) => notices),
    noticesAWeek: computeMedian(all.map(one => one.noticesAWeek)),
    shareOfWeeksWithMoreThanTwo:
      weeks === 0 ? 0 : Math.round((1e4 * sum(one => one.weeksWithMoreThanTwo)) / weeks) / 1e4,
    noticesAnAlert: computeMedian(told.map(({ notices }) => notices.length)),
    updatesAnAlert: computeMedian(told.map(({ updates }) => updates)),
    theatres: Object.fromEntries(theatres)
  }
}

function countNotices(
  alerts: readonly BacktestAlert[],
  weeks: number
): Omit<TheatreTold, 'reports'> {
  const notices = alerts.reduce((sum, one) => sum + one.notices.length, 0)
  const raised = Map.groupBy(alerts, one => computeWeekNumber(one.notices[0]!.atMs))
  return {
    weeks: roundHundredths(weeks),
    alerts: alerts.length,
    notices,
    noticesAWeek: Math.round((1000 * notices) / weeks) / 1000,
    weeksWithMoreThanTwo: [...raised.values()].filter(({ length }) => length > 2).length
  }
}

export interface TheatreReports {
  reports: number
  readonly firstMs: number
}

/** By theatre; items are sorted by time of knowledge. */
export function groupReports(items: readonly KnownItem[]): ReadonlyMap<string, TheatreReports> {
  const theatres = new Map<string, TheatreReports>()
  for (const item of items) {
    if (item.kind !== 'report') continue
    const { theatre } = item.revision
    const known = theatres.get(theatre)
    if (known === undefined) theatres.set(theatre, { reports: 1, firstMs: item.knownMs })
    else known.reports += 1
  }
  return theatres
}

/** Of two in the middle their mean, to three decimals; null for an empty list. */
function computeMedian(values: readonly number[]): number | null {
  if (values.length === 0) return null
  const sorted = values.toSorted((a, b) => a - b)
  const middle = (sorted.length - 1) / 2
  const sum = sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!
  return Math.round(500 * sum) / 1000
}
