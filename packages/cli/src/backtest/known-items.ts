// What a backtest replays: reports and withdrawals, each with the moment at which it was known, in that order. Pure; reading files is backtest-reading.ts.

import { reportingBlackout } from '@tocsin/domain/patterns/compound/reporting-blackout'
import type { RuleVersion } from '@tocsin/domain/record/theatre-record'
import type { ReportRevision } from '@tocsin/domain/report/report'
import { formatTime, parseSpan, parseTimeMs } from '@tocsin/domain/space-time/event-time'
import { archiveFormats, type ImportFormat } from '@tocsin/importers/formats'

interface KnownBase {
  /** When it was known, ms. */
  readonly knownMs: number
  /** Of the file, as a spreadsheet numbers it. */
  readonly row: number
  /** Id of the record that it becomes. */
  readonly recordId: string
}

export interface KnownReport extends KnownBase {
  readonly kind: 'report'
  readonly revision: ReportRevision
}

export interface KnownWithdrawal extends KnownBase {
  readonly kind: 'withdrawal'
  readonly reportId: string
  readonly reason: string
}

export type KnownItem = KnownReport | KnownWithdrawal

/** When a report was known, and why then. */
export interface Knowledge {
  readonly knownMs: number
  /** `event`: the file says nothing, and its own last day counts; `event-later`: what it says lies before that day's end, and is a slip. */
  readonly by: 'stated' | 'event' | 'event-later'
}

/** Nobody knows of an event, as its row has it, before it has ended; that is when it was known where nothing else is said. Pure. */
export function knowledgeOf(occurred: ReportRevision['occurred'], reportedAt: string | null): Knowledge {
  const endedMs = parseSpan(occurred).toMs
  if (reportedAt === null) return { knownMs: endedMs, by: 'event' }
  const statedMs = parseTimeMs(reportedAt)
  // A day's end is written in whole seconds as well as to the last millisecond.
  return statedMs >= Math.floor(endedMs / 1000) * 1000
    ? { knownMs: statedMs, by: 'stated' }
    : { knownMs: endedMs, by: 'event-later' }
}

/**
 * Rules that a file can show, and those that it can't: of an archive of events nobody can tell whether its reporters were silent or there was peace. Pure.
 * Source: decision 0018: archives never make a silence.
 */
export function rulesShownBy(
  format: ImportFormat,
  rules: readonly RuleVersion[]
): { readonly shown: readonly RuleVersion[]; readonly leftOut: readonly RuleVersion[] } {
  const isOfReporters = ({ pattern }: RuleVersion) => pattern === reportingBlackout.id
  if (!archiveFormats.has(format)) return { shown: rules, leftOut: [] }
  return { shown: rules.filter(rule => !isOfReporters(rule)), leftOut: rules.filter(isOfReporters) }
}

/** How much ground a theatre of a backtest has: all of the file, or one country. */
export const theatreScopes = ['country', 'one'] as const
export type TheatreScope = (typeof theatreScopes)[number]

/** The theatre that replays what lies in a country; one for what lies nowhere known. Pure. */
export function theatreFor(scope: TheatreScope, country: string | null): string {
  return scope === 'one' ? 'backtest' : `backtest-${country?.toLowerCase() ?? 'unknown'}`
}

/** In order of knowledge; what was known at one moment keeps the order of the file. Sorts in place. */
export function sortByKnowledge(items: KnownItem[]): void {
  items.sort((a, b) => a.knownMs - b.knownMs || a.row - b.row)
}

/** ISO 8601, UTC, ms. */
export function knownAt({ knownMs }: Knowledge): string {
  return formatTime(knownMs)
}
