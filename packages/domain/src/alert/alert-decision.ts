// Decides an alert's machine event, status and notification after a record. Pure functions of the
// alert and the record's context.

import { evidenceMax, type Finding } from '../finding/finding.ts'
import {
  listTheSame,
  saysTheSame,
  supportChangeOf,
  type ToldTo
} from '../finding/finding-difference.ts'
import { triggerReportsOf } from '../finding/report-change.ts'
import type { Severity } from '../record/severity.ts'
import type { Asker } from '../record/theatre-record.ts'
import { type Handling, maySee } from '../report/handling.ts'
import { dayMs } from '../space-time/event-time.ts'
import type { AlertState, AlertStatus, MachineEvent, Notify } from './alert.ts'
import { contentOf, levelOf, severityOf } from './alert-content.ts'
import type { IncidentRevisions } from './alert-evidence.ts'
import type { Claimant, SeenFinding } from './match-candidates.ts'
import { mayPage, outlastsSilence } from './paging.ts'

/**
 * What ended, or was last triggered, longer ago than this pages nobody. Source:
 * core-idea.md#from-findings-to-alerts.
 */
const oldNewsMs = 30 * dayMs

/** The common input of all decisions of one record. */
export interface RecordContext {
  readonly recordId: string
  /** acceptedAt of the record, ISO 8601. */
  readonly time: string
  /** Caused by backfill, or by a change of rules or engine: pages nobody. */
  readonly quiet: boolean
  readonly horizonMs: number
  /** When an officer acts, in the theatre's time: what occurred later is news to them. */
  readonly nowMs: number
  /** The furthest position of any watermark. */
  readonly watermarkMs: number | null
  /** The watermark from the reports that readers of a level may see. */
  readonly watermarkAt: (level: Handling) => number | null
  /** The watermark has moved: provisional alerts may be confirmed. */
  readonly watermarkMoved: boolean
  /** The record is the first tick of a day: what waits is published. */
  readonly newDay: boolean
  readonly revisions: IncidentRevisions
  /**
   * Handling of the record: readers below it must not learn its time from an event that could
   * equally come with the next record.
   */
  readonly handling: Handling
}

export interface AlertEntry {
  readonly state: AlertState
  readonly firstSeq: number
  /** Its current finding; null if it has lost its support. */
  readonly held: SeenFinding | null
  /** The finding that was last published. */
  readonly published: SeenFinding
  /** At least one of its events was not quiet. */
  readonly told: boolean
  /** If an operator closed it: when, and at which level. */
  readonly closedByHand: { readonly atMs: number; readonly level: number } | null
  readonly standing: (Asker & { readonly handling?: Handling; readonly at: string }) | null
  /** The alert that took a finding sharing its reports: named in the final event. */
  readonly mergedInto: string | null
  /** Alerts that were merged into it and must be named. */
  readonly absorbed: readonly string[]
}

/**
 * The first event that applies, or none; `news` gives the news of this alert, which others may have
 * asked for. Source: core-idea.md#from-findings-to-alerts.
 */
export function decide(
  entry: AlertEntry,
  context: RecordContext,
  news: (entry: AlertEntry) => News
): { event: MachineEvent; reason: string | null } | null {
  const { status } = entry.state
  if (entry.held === null) {
    return status === 'retracted'
      ? null
      : { event: 'retracted', reason: entry.mergedInto ? 'merged' : 'support-fell-away' }
  }
  const { finding } = entry.held
  const published = entry.published.finding
  // Other reports of the same situation do not restore support: a retracted alert stays retracted.
  if (status === 'retracted')
    return {
      event: 'reopened',
      reason: sharesTriggers(finding, published) ? 'support-returned' : 'same-situation'
    }
  if (entry.closedByHand) {
    const laterTrigger = finding.triggers.some(i => i.fromMs > (entry.closedByHand?.atMs ?? 0))
    const higher = levelOf(finding) > entry.closedByHand.level
    if (finding.toMs === null && (laterTrigger || higher))
      return { event: 'reopened', reason: laterTrigger ? 'later-trigger' : 'higher-level' }
    return isDueNow(news(entry)) ? { event: 'revised', reason: null } : null
  }
  if (finding.toMs !== null && status !== 'resolved')
    return { event: 'resolved', reason: 'situation-ended' }
  if (finding.toMs === null && status === 'resolved')
    return { event: 'reopened', reason: 'situation-goes-on' }
  if (levelOf(finding) > levelOf(published))
    return { event: 'escalated', reason: finding.levels.at(-1)?.reason ?? null }
  if (
    status === 'provisional' &&
    mayBeHeard(entry, context) &&
    isComplete(finding, context.watermarkAt(entry.state.handling))
  )
    return { event: 'confirmed', reason: null }
  return isDueNow(news(entry)) ? { event: 'revised', reason: null } : null
}

/** True if everyone who may see an alert may also see the record. */
export function mayBeHeard({ state }: AlertEntry, { handling }: RecordContext): boolean {
  return maySee(state.handling, handling)
}

function sharesTriggers(a: Finding, b: Finding): boolean {
  const known = new Set(triggerReportsOf(b))
  return triggerReportsOf(a).some(report => known.has(report))
}

/** How an alert differs from what was published of it. `support`: in nothing else. */
export type News =
  | { readonly kind: 'none' | 'material' }
  /**
   * The least handling of what is published at once, null if all of it waits; and of all that
   * differs.
   */
  | { readonly kind: 'support'; readonly now: Handling | null; readonly any: Handling }

const none: News = { kind: 'none' }
const material: News = { kind: 'material' }

/**
 * Support that is gone or corrected is published at once: nobody may rest on it. Growth waits; but
 * no change of a rule does.
 */
export function newsOf({ held, published, absorbed }: AlertEntry, toldTo?: ToldTo): News {
  if (absorbed.length > 0 || held === null) return material
  if (held === published) return none
  if (severityIn(held) !== severityIn(published)) return material
  const change = supportChangeOf(published.finding, held.finding, toldTo)
  if (change === null) return differUnseen(published, held) ? none : material
  const { lost, any } = change
  return any === null
    ? none
    : { kind: 'support', now: held.ruleVersion === published.ruleVersion ? lost : any, any }
}

function isDueNow(news: News): boolean {
  return news.kind === 'material' || (news.kind === 'support' && news.now !== null)
}

/**
 * True if readers could see no difference, neither in the finding nor in its severity by the rule.
 */
export function showTheSame(a: SeenFinding, b: SeenFinding): boolean {
  return (
    a === b ||
    (severityIn(a) === severityIn(b) && (saysTheSame(a.finding, b.finding) || differUnseen(a, b)))
  )
}

/**
 * True for findings that name more triggers than are listed and differ in others alone, if an alert
 * states the same of both.
 */
function differUnseen(a: SeenFinding, b: SeenFinding): boolean {
  const most = Math.max(a.finding.triggers.length, b.finding.triggers.length)
  if (most <= evidenceMax || a.finding.measure.value !== b.finding.measure.value) return false
  return listTheSame(a.finding, b.finding) && statementOf(a) === statementOf(b)
}

/** What an alert states of a finding, without evidence. */
function statementOf({ finding, severities }: SeenFinding): string {
  const {
    evidence: _,
    evidenceOmitted: _omitted,
    ...stated
  } = contentOf(finding, severities, noRevisions).shown
  return JSON.stringify(stated)
}

const noRevisions: IncidentRevisions = {
  revisionOf: () => undefined,
  changes: 0,
  changedSince: () => null
}

/**
 * True for an alert that ended with the finding that it holds and has said all of it: no further
 * look gives it an event.
 */
export function isOver({ state, held, published, absorbed }: AlertEntry): boolean {
  if (
    state.status !== 'resolved' ||
    held === null ||
    held.finding.toMs === null ||
    absorbed.length > 0
  )
    return false
  return showTheSame(held, published)
}

function severityIn({ finding, severities }: SeenFinding): Severity {
  return severityOf(levelOf(finding), severities)
}

/** The watermark has passed its window; for an open finding, its entry. */
function isComplete(finding: Finding, watermarkMs: number | null): boolean {
  return watermarkMs !== null && watermarkMs >= completeMs(finding)
}

/**
 * How far the watermark must come before the finding is complete: the end of its window; for an
 * open finding, its entry.
 */
export function completeMs(finding: Finding): number {
  return finding.toMs ?? finding.levels[0]?.atMs ?? Number.POSITIVE_INFINITY
}

/** The status of an alert after a machine event. */
export function statusAfter(before: AlertStatus, event: MachineEvent): AlertStatus {
  switch (event) {
    case 'retracted':
      return 'retracted'
    case 'resolved':
      return 'resolved'
    case 'raised':
    case 'reopened':
      return 'provisional'
    case 'confirmed':
      return 'confirmed'
    case 'escalated':
    case 'revised':
      return before
    default:
      return event satisfies never
  }
}

/**
 * Events that continue or end an alert without news: no reason to page anyone who was never told of
 * it.
 */
const goesOnByItself: ReadonlySet<MachineEvent> = new Set(['confirmed', 'resolved', 'retracted'])

/**
 * Who is notified of an event: people at once, lists only, or those who know the alert. Source:
 * core-idea.md#from-findings-to-alerts; decision 0011.
 */
export function notifyOf(entry: AlertEntry, event: MachineEvent, context: RecordContext): Notify {
  const stated = entry.held ?? entry.published
  const { toMs } = stated.finding
  const oldNews = toMs !== null && toMs < context.horizonMs - oldNewsMs
  const quietAfterHand = entry.closedByHand !== null && event === 'revised'
  const ofNothingTold = !entry.told && goesOnByItself.has(event)
  if (context.quiet || oldNews || quietAfterHand || ofNothingTold) return 'quiet'
  const isNew = event === 'raised' || event === 'escalated' || event === 'reopened' || !entry.told
  if (!isNew) return 'update'
  if (isStale(entry.state.pattern, stated.finding, context.horizonMs))
    return entry.told ? 'update' : 'quiet'
  return mayPage(entry.state.pattern, severityIn(stated)) ? 'page' : 'update'
}

/**
 * True if the last trigger and the last level of a finding are old news. A hold that ended it, or
 * keeps it open, makes it no newer. Where silence ends nothing, an open finding is never stale.
 */
function isStale(pattern: string, { triggers, levels }: Finding, horizonMs: number): boolean {
  if (outlastsSilence(pattern)) return false
  const limitMs = horizonMs - oldNewsMs
  return (
    triggers.every(trigger => trigger.toMs < limitMs) && levels.every(({ atMs }) => atMs < limitMs)
  )
}

/** The alert as matching sees it. */
export function claimantOf(entry: AlertEntry): Claimant {
  return {
    alertId: entry.state.alertId,
    firstSeq: entry.firstSeq,
    open: isOpen(entry.state),
    holds: entry.held !== null,
    finding: findingOf(entry)
  }
}

/**
 * Whether an event, by its type or that of its CloudEvent, is the end of its alert: others may
 * follow.
 */
export function isEnding(eventType: string): boolean {
  return isResolution(eventType) || /\balert\.retracted\b/.test(eventType)
}

/** Whether it is the end of an alert whose situation was true. */
export function isResolution(eventType: string): boolean {
  return /\balert\.resolved\b/.test(eventType)
}

/** Provisional or confirmed. */
export function isOpen({ status }: Pick<AlertState, 'status'>): boolean {
  return status === 'provisional' || status === 'confirmed'
}

/** The current finding of an alert, or the last one. */
export function findingOf({ held, published }: AlertEntry): Finding {
  return (held ?? published).finding
}
