// The logs that intake follows, and what it folds of each: incidents (what reports there are, what time it is), assembly and alerts (what became
// of them). Waiting for a position is here too; what is answered when it does not come is the caller's.

import { setImmediate as nextTurn } from 'node:timers/promises'
import { decodeAlertEvent, decodeIncidentEvent, decodeTheatreRecord } from '@tocsin/contracts/record/records'
import type { AlertEvent } from '@tocsin/domain/alert/alert'
import type { IncidentEvent } from '@tocsin/domain/incident/incident-event'
import type { Clock } from '@tocsin/domain/ports'
import type { TheatreRecord } from '@tocsin/domain/record/theatre-record'
import { FirstOfEach } from '@tocsin/event-log/first-of-each'
import type { Cursor, EventLog, StoredRecord } from '@tocsin/event-log/port'
import { quarantineRecord } from '@tocsin/event-log/quarantine'
import { type Topic, topics } from '@tocsin/event-log/topics'
import { TopicView } from '@tocsin/service-kit/projection/topic-view'
import type { OpenScratch } from '@tocsin/service-kit/scratch/scratch-file'
import { ScratchRecords } from '@tocsin/service-kit/scratch/scratch-records'
import type { Logger } from '@tocsin/service-kit/telemetry/logger'
import type { Registry } from 'prom-client'
import type { Progress, RulesProgress } from '../backfill/rules-progress.ts'
import type { LogPlace } from '../known/known-report.ts'
import { KnownReports } from '../known/known-reports.ts'
import { OwnRecords } from '../report/own-records.ts'
import { TheatreTime } from '../time/theatre-time.ts'
import { ReportOutcomes } from './report-outcomes.ts'

export interface IntakeViewsOptions {
  readonly log: EventLog
  readonly clock: Clock
  readonly logger: Logger
  /** Where the lag of the views is shown. */
  readonly metrics: Registry
  readonly progress: RulesProgress
  /** Where lies what is kept of each report; default in memory. */
  readonly scratch?: OpenScratch
  /** Told how far the incidents log was followed. */
  readonly onFollowed: (cursor: Cursor) => void
  readonly onQuarantine: () => void
}

/** The views by the name under which readiness shows them. */
type ViewName = 'incidents' | 'assembly' | 'alerts'
type AnyView = TopicView<TheatreRecord> | TopicView<IncidentEvent> | TopicView<AlertEvent>

/** Noted alerts that are read in one turn: some milliseconds. */
const notedPerTurn = 100

export class IntakeViews {
  readonly reports: KnownReports
  readonly time = new TheatreTime()
  readonly outcomes: ReportOutcomes
  readonly own = new OwnRecords()
  readonly #options: IntakeViewsOptions
  /** Null where the log itself takes an id once. */
  readonly #ids: FirstOfEach | null
  readonly #incidents: TopicView<TheatreRecord>
  readonly #assembly: TopicView<IncidentEvent>
  readonly #alerts: TopicView<AlertEvent>
  /** While nobody asks for alerts: they are noted, and read at the end of the start. */
  #isStarting = true

  constructor(options: IntakeViewsOptions) {
    this.#options = options
    this.#ids = options.log.capabilities.exactIdDedup ? null : new FirstOfEach()
    // Only another instance can leave a report behind; of its own writes an instance knows.
    const recordsIn = (name: string) => new ScratchRecords(options.scratch?.(name) ?? null)
    this.reports = new KnownReports({ notesBehind: options.log.capabilities.sharedRoles, records: recordsIn('reports') })
    this.outcomes = new ReportOutcomes(recordsIn('outcomes'))
    this.#incidents = new TopicView<TheatreRecord>({
      ...options,
      topic: topics.incidents,
      decode: decodeTheatreRecord,
      isTaken: stored => this.#isOwn(stored),
      take: batch => {
        for (const { stored, decoded } of batch.records) {
          this.time.apply(decoded.record)
          // Two instances may have written different revisions under one id at once: the first counts, here as for the rules.
          if (this.#ids?.isFirst(stored.id) === false) continue
          this.reports.apply(decoded.record, { partition: stored.partition, position: stored.position })
        }
        options.onFollowed(batch.cursor)
      }
    })
    this.#assembly = new TopicView<IncidentEvent>({
      ...options,
      topic: topics.assembly,
      decode: decodeIncidentEvent,
      take: batch => {
        for (const { decoded } of batch.records) this.outcomes.applyIncident(decoded.record)
      }
    })
    this.#alerts = new TopicView<AlertEvent>({
      ...options,
      topic: topics.alerts,
      decode: decodeAlertEvent,
      isTaken: stored => this.#isStarting && this.outcomes.note(stored),
      take: batch => {
        for (const { decoded } of batch.records) this.outcomes.applyAlert(decoded.record, decoded.envelope.cause)
      }
    })
  }

  /** Folds a record that this process wrote itself, if its writer has not done so. False for any other. */
  #isOwn(stored: StoredRecord): boolean {
    const own = this.own.cameBack(stored)
    if (own?.record) this.reports.apply(own.record, { partition: stored.partition, position: stored.position })
    return own !== undefined
  }

  /** Follows all three from their beginning; resolves when all have caught up. */
  async start(): Promise<void> {
    await Promise.all(this.#all().map(([, view]) => view.start()))
    this.#isStarting = false
    await this.#readNoted()
  }

  /** Bytes that nobody can read are set aside, as they would have been where they stood. */
  async #readNoted(): Promise<void> {
    const { log, clock, logger, onQuarantine } = this.#options
    let count = 0
    for (const unreadable of this.outcomes.readNoted()) {
      if (unreadable !== null) {
        const { stored, reason } = unreadable
        await quarantineRecord(log, stored, reason, new Date(clock.nowMs()).toISOString())
        logger.error({ position: `${stored.topic}/${stored.partition}/${stored.position}`, reason }, 'bytes are in quarantine')
        onQuarantine()
      }
      if (++count % notedPerTurn === 0) await nextTurn()
    }
  }

  /** What ended each view for good, by name; null while it follows. */
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

  /** Where the fold of the incidents log stands. Null before the start. */
  get incidentsCursor(): Cursor | null {
    return this.#incidents.cursor
  }

  /** A cursor behind the given places and nothing else. Null before the start. */
  cursorBehind(places: readonly LogPlace[]): Cursor | null {
    const cursor = this.#incidents.cursor
    if (cursor === null) return null
    const positions = cursor.positions.map((_, partition) =>
      places.reduce((next, at) => (at.partition === partition && at.position >= next ? at.position + 1n : next), 0n)
    )
    return { ...cursor, positions }
  }

  /** Why a log can't be read at the moment, by the name of its view; null where it can. */
  troubles(): Readonly<Record<ViewName, string | null>> {
    return {
      incidents: this.#incidents.trouble,
      assembly: this.#assembly.trouble,
      alerts: this.#alerts.trouble
    }
  }

  /** True once the fold of the incidents log has passed all that the log held `maxAgeMs` ago; 0 = all that it holds now. */
  catchUp(timeoutMs: number, maxAgeMs = 0): Promise<boolean> {
    return this.#incidents.catchUp(timeoutMs, maxAgeMs)
  }

  /** True for the topics that are followed here. */
  follows(topic: Topic): boolean {
    return this.#viewOf(topic) !== undefined
  }

  /** True where the cursor is of this life of a topic that is followed here. */
  isOfThisLog({ topic, epoch, positions }: Cursor): boolean {
    const held = this.#viewOf(topic)?.cursor
    return held?.epoch === epoch && held.positions.length === positions.length
  }

  /** True once the view of the cursor's topic has passed it; false when that took longer, or no view follows it. */
  async waitFor(cursor: Cursor, timeoutMs: number): Promise<boolean> {
    return (await this.#viewOf(cursor.topic)?.waitFor(cursor, timeoutMs)) ?? false
  }

  /** True once the rules have folded what the cursor covers, and this side has taken what came of it. False after `timeoutMs`. */
  async assembled(cursor: Cursor, timeoutMs: number): Promise<boolean> {
    const { log, clock, progress } = this.#options
    const untilMs = clock.monotonicMs() + timeoutMs
    const left = () => Math.max(0, untilMs - clock.monotonicMs())
    const isFolded = ({ folded }: Progress) => cursor.positions.every((position, i) => position <= (folded[i] ?? 0n))
    if (!(await progress.until(isFolded, timeoutMs))) return false
    const ends = await Promise.all([log.cursorAt(topics.assembly, 'latest'), log.cursorAt(topics.alerts, 'latest')])
    const reached = await Promise.all([this.#assembly.waitFor(ends[0], left()), this.#alerts.waitFor(ends[1], left())])
    return reached.every(Boolean)
  }

  async close(): Promise<void> {
    await Promise.all(this.#all().map(([, view]) => view.close()))
    this.reports.close()
    this.outcomes.close()
  }

  #viewOf(topic: Topic): AnyView | undefined {
    return this.#all().find(([, view]) => view.cursor?.topic === topic)?.[1]
  }

  #all(): (readonly [ViewName, AnyView])[] {
    return [
      ['incidents', this.#incidents],
      ['assembly', this.#assembly],
      ['alerts', this.#alerts]
    ]
  }
}
