// How a record is taken before rules and alerts follow: whether it is heeded at all, whether it can
// be taken before they have followed from the records before it, and what is kept of it until they
// do.

import type { AlertBook } from '../alert/alert-book.ts'
import type { RecordContext } from '../alert/alert-decision.ts'
import type { IncidentRevisions } from '../alert/alert-evidence.ts'
import type { AssemblyChange } from '../assembly/assembly.ts'
import { dropsIn, type Trim } from '../fold/trim-schedule.ts'
import type { IncidentEvent } from '../incident/incident-event.ts'
import type { TheatreConfig, TheatreRecord } from '../record/theatre-record.ts'
import { parseSpan } from '../space-time/event-time.ts'
import type { AppliedRecordIds } from './applied-record-ids.ts'
import type { IgnoredReason } from './fold-output.ts'
import type { HeardSources } from './heard-sources.ts'
import { handlingOf } from './record-handling.ts'
import type { TheatreReports } from './theatre-reports.ts'
import { type Dirty, newDirty, type RuleEffect } from './theatre-rules.ts'
import type { TheatreTime } from './theatre-time.ts'

/** What a record changes, as it is taken. */
export interface Taking {
  incidents: readonly IncidentEvent[]
  change: AssemblyChange
  readonly dirty: Dirty
}

const noEvents: readonly IncidentEvent[] = []
const noChange: AssemblyChange = { removed: [], added: [] }

/** Nothing yet. */
export function newTaking(): Taking {
  return { incidents: noEvents, change: noChange, dirty: newDirty() }
}

/** A record that was taken, with what it changes and what was known then. */
export interface Taken extends Readonly<Taking>, RuleEffect {
  readonly record: TheatreRecord
  /** Its place among those that are applied together. */
  readonly at: number
  readonly ignored: IgnoredReason | null
  readonly context: RecordContext
}

/**
 * True for a record that may read what rules and alerts say, so that they must have followed from
 * all before it. Pure.
 */
export function readsFindings({ type }: TheatreRecord): boolean {
  return type !== 'report.received' && type !== 'report.withdrawn' && type !== 'clock.ticked'
}

/**
 * True for a tick at which more is forgotten than rules trim, once all that came before it is done.
 * Pure.
 */
export function isForgetting(trim: Trim | null, boundaryMs: number): boolean {
  return trim !== null && (trim.boundaryMs > boundaryMs || dropsIn(trim.turns))
}

/** True for a report that ended before the boundary. Pure. */
export function isBeyond(
  occurred: { readonly from: string; readonly to: string },
  boundaryMs: number
): boolean {
  return parseSpan(occurred).toMs < boundaryMs
}

/** What the records before have left. */
export interface TakenBefore {
  readonly time: TheatreTime
  readonly ids: Pick<AppliedRecordIds, 'hasApplied' | 'wasBeyond'>
  readonly reports: Pick<TheatreReports, 'get' | 'hasHeard'>
  readonly sources: HeardSources
}

/**
 * Why a record must be ignored entirely, without even publishing pending events; null if it is not.
 */
export function reasonToPass(
  record: TheatreRecord,
  { time, ids, reports }: TakenBefore,
  boundaryMs: number
): IgnoredReason | null {
  switch (record.type) {
    case 'clock.ticked':
      return time.reasonToPass(record)
    case 'clock.set':
      return ids.hasApplied(record.id) ? 'repeated' : time.reasonToPass(record)
    case 'report.received': {
      const { reportId, occurred } = record.data
      if (reports.get(reportId) === undefined)
        return isBeyond(occurred, boundaryMs) ? 'beyond-window' : null
      return reports.hasHeard(reportId, record.id) || ids.wasBeyond(record.id) ? 'repeated' : null
    }
    case 'report.withdrawn':
      return reports.hasHeard(record.data.reportId, record.id) ? 'repeated' : null
    default:
      return ids.hasApplied(record.id) ? 'repeated' : null
  }
}

/** What else a record's context is made of. */
interface More {
  /** Of the first tick of another day. */
  readonly trim: Trim | null
  readonly dirty: Dirty
  readonly config: TheatreConfig | null
  readonly alerts: Pick<AlertBook, 'find'>
  readonly revisions: IncidentRevisions
}

/** What alerts need to know of a record that was taken. Moves the watermark. */
export function contextOf(
  record: TheatreRecord,
  { time, sources, reports }: TakenBefore,
  more: More
): RecordContext {
  const isTime = record.type === 'clock.ticked' || record.type === 'clock.set'
  const watermarkMoved = sources.moveWatermark(time.tickMs) || isTime
  const { watermarkMs, watermarkAt } = sources.watermarks
  return {
    recordId: record.id,
    time: record.time,
    quiet: more.dirty.quiet,
    horizonMs: time.tickMs,
    nowMs: time.nowMs(record, more.config?.clock ?? 'wall'),
    watermarkMs,
    watermarkAt,
    handling: handlingOf(record, reports, more.alerts),
    newDay: more.trim !== null,
    watermarkMoved,
    revisions: more.revisions
  }
}
