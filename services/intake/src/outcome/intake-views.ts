// The logs that intake follows, and the fold of each: incidents (known reports, theatre time),
// assembly and alerts (outcomes of reports). Waiting for a position is here too; answering when it
// does not come is up to the caller.

import type { RecordedAlert } from '@tocsin/contracts/alert/alert'
import type { IncidentEvent } from '@tocsin/contracts/incident/incident-event'
import type { AlertEvent3 } from '@tocsin/contracts/record/alert-event-v3'
import {
  decodeAlertEvent,
  decodeIncidentEvent,
  decodeTheatreRecord
} from '@tocsin/contracts/record/records'
import { readReportHead } from '@tocsin/contracts/report/report-head'
import type { TheatreRecord } from '@tocsin/contracts/theatre/theatre-record'
import { makeCursorBehind } from '@tocsin/event-log/cursor'
import { FirstOfEach } from '@tocsin/event-log/first-of-each'
import type { Cursor, RecordPosition, StoredRecord } from '@tocsin/event-log/port'
import { topics } from '@tocsin/event-log/topics'
import type { ReadPositionsOptions } from '@tocsin/service/projection/read-positions'
import type { RulesProgress } from '@tocsin/service/projection/rules-progress'
import { TopicView } from '@tocsin/service/projection/topic-view'
import type { OpenScratch } from '@tocsin/service/scratch/scratch-file'
import { ScratchRecords } from '@tocsin/service/scratch/scratch-records'
import type { ServiceDeps } from '@tocsin/service/service-deps'
import { idsPart, type SnapshotPart } from '@tocsin/service/snapshot/snapshot-state'
import type { SnapshotsOfView } from '@tocsin/service/snapshot/view-snapshots'
import type { Registry } from 'prom-client'
import { KnownReports } from '../known/known-reports.ts'
import { OwnRecords } from '../report/own-records.ts'
import { TheatreTime } from '../time/theatre-time.ts'
import { ReportOutcomes } from './report-outcomes.ts'

export interface IntakeViewsOptions extends Pick<ServiceDeps, 'log' | 'clock' | 'logger'> {
  /** Where the lag of the views is reported. */
  readonly metrics: Registry
  readonly progress: RulesProgress
  /** Storage for what is known of each report; default in memory. */
  readonly scratch?: OpenScratch
  /** Folder for snapshots of the views; default none. */
  readonly viewsFolder?: string
  /** Called with the position up to which the incidents log was followed. */
  readonly onFollowed: (cursor: Cursor) => void
  readonly onQuarantine: () => void
}

/** The views, by their names in the readiness report. */
type ViewName = 'incidents' | 'assembly' | 'alerts'
type RecordedEvent = RecordedAlert | AlertEvent3
type AnyView = TopicView<TheatreRecord> | TopicView<IncidentEvent> | TopicView<RecordedEvent>

/** Increase with any change to what is stored from a log, or to its rows. */
const snapshotFormats: Readonly<Record<ViewName, number>> = { incidents: 5, assembly: 3, alerts: 2 }

export class IntakeViews {
  readonly reports: KnownReports
  readonly time = new TheatreTime()
  readonly outcomes: ReportOutcomes
  readonly own = new OwnRecords()
  readonly #options: IntakeViewsOptions
  /** Ids of applied records. */
  readonly #ids = new FirstOfEach()
  readonly #incidents: TopicView<TheatreRecord>
  readonly #assembly: TopicView<IncidentEvent>
  readonly #alerts: TopicView<RecordedEvent>

  constructor(options: IntakeViewsOptions) {
    this.#options = options
    const recordsIn = (name: string) => new ScratchRecords(options.scratch?.(name) ?? null)
    this.reports = new KnownReports({
      records: recordsIn('reports')
    })
    this.outcomes = new ReportOutcomes({
      incidents: recordsIn('outcomes'),
      causes: recordsIn('causes')
    })
    this.#incidents = new TopicView<TheatreRecord>({
      ...options,
      topic: topics.incidents,
      snapshots: this.#snapshots(
        'incidents',
        [
          this.reports,
          this.reports.unassigned,
          this.time,
          this.outcomes.numbers,
          this.outcomes.rules,
          idsPart(this.#ids)
        ],
        cursor => this.reports.isBefore(cursor)
      ),
      decode: decodeTheatreRecord,
      isTaken: stored => this.#tookOwn(stored),
      take: batch => {
        for (const { stored, decoded } of batch.records) {
          // Two instances may have written different revisions under one id concurrently: the first
          // counts, here as for the rules.
          if (!this.#ids.isFirst(stored.id)) continue
          this.time.apply(decoded.record)
          this.outcomes.rules.apply(decoded.record)
          this.reports.apply(decoded.record, {
            partition: stored.partition,
            position: stored.position
          })
        }
        options.onFollowed(batch.cursor)
      }
    })
    this.#assembly = new TopicView<IncidentEvent>({
      ...options,
      topic: topics.assembly,
      snapshots: this.#snapshots('assembly', this.outcomes.assemblyParts),
      decode: decodeIncidentEvent,
      take: batch => {
        for (const { decoded } of batch.records) this.outcomes.applyIncident(decoded.record)
      }
    })
    this.#alerts = new TopicView<RecordedEvent>({
      ...options,
      topic: topics.alerts,
      snapshots: this.#snapshots('alerts', this.outcomes.alertParts),
      decode: decodeAlertEvent,
      take: batch => {
        for (const { stored, decoded } of batch.records)
          this.outcomes.applyAlert(decoded.record, decoded.envelope, stored.position)
      }
    })
  }

  #snapshots(
    name: ViewName,
    parts: readonly SnapshotPart[],
    mayCapture = (_: Cursor) => true
  ): SnapshotsOfView | undefined {
    const { viewsFolder: folder } = this.#options
    if (folder === undefined) return undefined
    return {
      folder,
      name: `intake-${name}`,
      state: { format: snapshotFormats[name], settings: null, parts },
      mayCapture
    }
  }

  /** Counts a report, and folds a record that this process wrote. False for any other record. */
  #tookOwn(stored: StoredRecord): boolean {
    const { id, partition, position, value } = stored
    const own = this.own.take(id)
    if (own === undefined) {
      this.outcomes.numbers.count(stored, value === null ? null : readReportHead(value))
      return false
    }
    const { record, isFolded } = own
    if (record.type === 'report.received') this.outcomes.numbers.count(stored, record.data)
    if (!isFolded) this.reports.apply(record, { partition, position })
    return true
  }

  /** Follows all three topics from their beginning; resolves once all have caught up. */
  async start(): Promise<void> {
    await Promise.all(this.#all().map(([, view]) => view.start()))
  }

  /** The error that ended each view, by name; null while it follows. */
  failures(): Readonly<Record<ViewName, Error | null>> {
    return {
      incidents: this.#incidents.failure,
      assembly: this.#assembly.failure,
      alerts: this.#alerts.failure
    }
  }

  /** Resolves with the first failure of a view. */
  get failed(): Promise<Error> {
    return Promise.race(this.#all().map(([, view]) => view.failed))
  }

  /** A cursor behind exactly the given places. Null before the start. */
  cursorBehind(places: readonly RecordPosition[]): Cursor | null {
    const cursor = this.#incidents.cursor
    if (cursor === null) return null
    return makeCursorBehind(cursor.topic, cursor.epoch, cursor.positions.length, places)
  }

  /** Why a log cannot be read at the moment, by the name of its view; null if it can. */
  troubles(): Readonly<Record<ViewName, string | null>> {
    return {
      incidents: this.#incidents.trouble,
      assembly: this.#assembly.trouble,
      alerts: this.#alerts.trouble
    }
  }

  /**
   * True once the fold of the incidents log has passed the end of the log `maxAgeMs` ago; 0 = its
   * end now.
   */
  catchUp(timeoutMs: number, maxAgeMs = 0): Promise<boolean> {
    return this.#incidents.catchUp(timeoutMs, maxAgeMs)
  }

  /** True once the fold of the incidents log has made a condition true; false after the timeout. */
  untilFolded(isReached: () => boolean, timeoutMs: number): Promise<boolean> {
    return this.#incidents.until(isReached, timeoutMs)
  }

  /** True once the view of a topic has passed the cursor; by the topics that are followed here. */
  get waits(): ReadPositionsOptions['waits'] {
    return {
      [topics.incidents]: (cursor, timeoutMs) => this.#incidents.waitFor(cursor, timeoutMs),
      [topics.assembly]: (cursor, timeoutMs) => this.#assembly.waitFor(cursor, timeoutMs),
      [topics.alerts]: (cursor, timeoutMs) => this.#alerts.waitFor(cursor, timeoutMs)
    }
  }

  /**
   * True once the rules have folded what the cursor covers, and their output was followed here.
   * False after `timeoutMs`.
   */
  assembled(cursor: Cursor, timeoutMs: number): Promise<boolean> {
    return this.#options.progress.outputIsFollowed(
      cursor,
      { assembly: this.#assembly, alerts: this.#alerts },
      timeoutMs
    )
  }

  async close(): Promise<void> {
    await Promise.all(this.#all().map(([, view]) => view.close()))
    this.reports.close()
    this.outcomes.close()
  }

  #all(): (readonly [ViewName, AnyView])[] {
    return [
      ['incidents', this.#incidents],
      ['assembly', this.#assembly],
      ['alerts', this.#alerts]
    ]
  }
}
