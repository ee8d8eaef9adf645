// The input of a backtest: reports and withdrawals, each with the time it became known, in that
// order. Pure; reading files is in backtest-reading.ts.

import type { ReportRevision } from '@tocsin/contracts/theatre/report'
import type { RuleVersion } from '@tocsin/contracts/theatre/theatre-record'
import { formatTime, parseSpan, parseTimeMs } from '@tocsin/domain/space-time/event-time'
import { reportingBlackout } from '@tocsin/engine/rules/reporting-blackout'
import { archiveFormats, type ImportFormat } from '@tocsin/importers/formats'

interface KnownBase {
  /** When it became known, ms. */
  readonly knownMs: number
  /** Row number in the file, as in a spreadsheet. */
  readonly row: number
  /** Id of the resulting record. */
  readonly recordId: string
}

export interface KnownReportItem extends KnownBase {
  readonly kind: 'report'
  readonly revision: ReportRevision
}

export interface KnownWithdrawalItem extends KnownBase {
  readonly kind: 'withdrawal'
  readonly reportId: string
  readonly reason: string
}

export type KnownItem = KnownReportItem | KnownWithdrawalItem

/** When a report became known, and the basis for that. */
export interface Knowledge {
  readonly knownMs: number
  /**
   * `event`: the file has no time, so the event's last day counts; `event-later`: the stated time
   * is before that day's end and counts as an error.
   */
  readonly by: 'stated' | 'event' | 'event-later'
}

/**
 * An event, as described by its row, can't be known before it has ended; without a statement that
 * time is used. Pure.
 */
export function deriveKnowledge(
  occurred: ReportRevision['occurred'],
  reportedAt: string | null
): Knowledge {
  const endedMs = parseSpan(occurred).toMs
  if (reportedAt === null) return { knownMs: endedMs, by: 'event' }
  const statedMs = parseTimeMs(reportedAt)
  // A day's end is written to the second or to the last millisecond.
  return statedMs >= Math.floor(endedMs / 1000) * 1000
    ? { knownMs: statedMs, by: 'stated' }
    : { knownMs: endedMs, by: 'event-later' }
}

/**
 * Rules that a file can exercise, and those it can't: an archive of events does not distinguish
 * silent reporters from peace. Pure. Source: decision 0011.
 */
export function selectRules(
  format: ImportFormat,
  rules: readonly RuleVersion[]
): { readonly shown: readonly RuleVersion[]; readonly leftOut: readonly RuleVersion[] } {
  const isReportingRule = ({ pattern }: RuleVersion) => pattern === reportingBlackout.id
  if (!archiveFormats.has(format)) return { shown: rules, leftOut: [] }
  return {
    shown: rules.filter(rule => !isReportingRule(rule)),
    leftOut: rules.filter(isReportingRule)
  }
}

/** The area of a backtest theatre: the whole file, or one country. */
export const theatreScopes = ['country', 'one'] as const
export type TheatreScope = (typeof theatreScopes)[number]

/** The theatre that replays a country, or one for unknown countries. Pure. */
export function resolveTheatre(scope: TheatreScope, country: string | null): string {
  return scope === 'one' ? 'backtest' : `backtest-${country?.toLowerCase() ?? 'unknown'}`
}

/** By time of knowledge; ties keep the order of the file. Sorts in place. */
export function sortByKnowledge(items: KnownItem[]): void {
  items.sort((a, b) => a.knownMs - b.knownMs || a.row - b.row)
}

/** ISO 8601, UTC, ms. */
export function formatKnownAt({ knownMs }: Knowledge): string {
  return formatTime(knownMs)
}
