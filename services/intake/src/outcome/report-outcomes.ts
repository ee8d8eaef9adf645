// Outcomes of reports: the incident that each belongs to and the alerts that rest on it, from the
// assembly and alerts logs. Only what a reporter is shown is stored here; alerts in full are served
// by the notifier.

import type { RecordedAlert } from '@tocsin/contracts/alert/alert'
import { type IncidentEvent, listReaders } from '@tocsin/contracts/incident/incident-event'
import {
  type AlertEvent3,
  type AlertSum,
  changesAlert
} from '@tocsin/contracts/record/alert-event-v3'
import type { Envelope } from '@tocsin/contracts/record/envelope'
import { isVersion3 } from '@tocsin/contracts/record/records'
import type { Handling } from '@tocsin/contracts/theatre/handling'
import type { IncidentFacts } from '@tocsin/engine/render/lookup'
import {
  describeIncident,
  renderAlert,
  type StatementSources
} from '@tocsin/service/alerts/alert-statement'
import { RuleWordsIndex } from '@tocsin/service/alerts/rule-words'
import { TheatreFolds } from '@tocsin/service/alerts/theatre-folds'
import { TheatreNumbers } from '@tocsin/service/alerts/theatre-numbers'
import { ScratchRecords } from '@tocsin/service/scratch/scratch-records'
import type { Captured, SnapshotPart } from '@tocsin/service/snapshot/snapshot-state'
import {
  type AlertOfIncident,
  type AlertOutcome,
  closedAlertsMax,
  KnownAlerts
} from './known-alerts.ts'
import { LevelledAlerts } from './levelled-alerts.ts'

export interface IncidentOutcome {
  readonly incidentId: string
  readonly revision: number
  /** The content of the report that this revision of the incident rests on. */
  readonly contentHash: string
  /** Earlier ids of the incident that still answer. */
  readonly aliases: readonly string[]
  /**
   * The strictest handling of its reports: readers below it must not learn that others report the
   * same.
   */
  readonly handling: Handling
}

/** Values for readers, each with their levels: in most cases one value for all who have any. */
type ByReaders<Value extends readonly unknown[]> = readonly (readonly [
  readers: readonly Handling[],
  ...Value
])[]

type ReportRow = readonly [incidentId: string, contentHash: string]
type IncidentRow = readonly [
  revision: number,
  handling: Handling,
  aliases: readonly string[],
  facts: IncidentFacts
]

/**
 * Most alerts that are remembered per cause: a withdrawal changes few, a tick may change many at
 * once.
 */
const causedMax = 50

export class ReportOutcomes {
  /**
   * Incidents by theatre and report, and data of incidents by theatre and incident, stored once for
   * all their reports: there may be millions.
   */
  readonly #incidents: ScratchRecords
  /** Ids of the alerts that a record changed, by its id. */
  readonly #causes: ScratchRecords
  readonly alerts: KnownAlerts
  /** By which the events of alerts name their triggers, and their rules. */
  readonly numbers = new TheatreNumbers()
  readonly rules = new RuleWordsIndex()
  readonly #folds = new TheatreFolds()
  readonly #levelled = new LevelledAlerts(this.numbers, this.#folds, closedAlertsMax)
  readonly #lastSeq = { assembly: new Map<string, number>(), alerts: new Map<string, number>() }

  /**
   * `incidents`: storage for the incident of each report, `causes`: for what each record changed;
   * default in memory.
   */
  constructor(
    { incidents = new ScratchRecords(), causes = new ScratchRecords() } = {},
    { alerts = new KnownAlerts() } = {}
  ) {
    this.#incidents = incidents
    this.#causes = causes
    this.alerts = alerts
  }

  /** Memory in use for the incidents of reports, bytes. */
  get memoryBytes(): number {
    return this.#incidents.memoryBytes + this.#causes.memoryBytes
  }

  /** Applies a record of the assembly log. The first record at a seq wins. */
  applyIncident({ type, data }: IncidentEvent): void {
    if (!this.#isNext('assembly', data.theatre, data.seq)) return
    const { theatre, incidentId, revision, aliases, handling } = data
    const readers = listReaders(data)
    const isGone = type === 'incident.withdrawn'
    for (const { reportId, contentHash } of data.reports) {
      const key = `${theatre}/${reportId}`
      if (data.readers === undefined) this.#hide(key, contentHash, readers)
      if (!isGone) this.#put<ReportRow>(key, readers, [incidentId, contentHash])
      const inIt = readers.filter(
        level => this.findIncident(theatre, reportId, level)?.incidentId === incidentId
      )
      if (!isGone || inIt.length === 0) continue
      this.#put<ReportRow>(key, inIt, null)
      this.#incidents.set(`gone/${key}`, incidentId)
    }
    const row = [revision, handling, aliases, describeIncident(data)] as const
    this.#put<IncidentRow>(`incident/${theatre}/${incidentId}`, readers, isGone ? null : row)
  }

  /** Sets what the readers of these levels have. */
  #put<Value extends readonly unknown[]>(
    key: string,
    readers: readonly Handling[],
    value: Value | null
  ): void {
    const rows: [readonly Handling[], ...Value][] = value === null ? [] : [[readers, ...value]]
    for (const [levels, ...before] of this.#read<Value>(key)) {
      const others = levels.filter(level => !readers.includes(level))
      if (others.length > 0) rows.push([others, ...before] as [readonly Handling[], ...Value])
    }
    if (rows.length === 0) this.#incidents.delete(key)
    else this.#incidents.set(key, JSON.stringify(rows))
  }

  #read<Value extends readonly unknown[]>(key: string): ByReaders<Value> {
    const text = this.#incidents.get(key)
    return text === undefined ? [] : JSON.parse(text)
  }

  /**
   * In an event of an earlier version: other readers know the incident of the report as long as its
   * content is the same.
   */
  #hide(key: string, contentHash: string, readers: readonly Handling[]): void {
    const changed = this.#read<ReportRow>(key).flatMap(([levels, , known]) =>
      known === contentHash ? [] : levels
    )
    const hidden = changed.filter(level => !readers.includes(level))
    if (hidden.length > 0) this.#put<ReportRow>(key, hidden, null)
  }

  /** Applies a record of the alerts log. The first record at a seq wins. */
  applyAlert(
    recorded: RecordedAlert | AlertEvent3,
    { cause, theatre: of = '', time }: Pick<Envelope, 'cause' | 'theatre' | 'time'>,
    position: bigint
  ): void {
    if (isVersion3(recorded)) {
      this.#applyChange(recorded, { cause, theatre: of, time }, position)
      return
    }
    const { alertId, theatre, seq } = recorded.data
    if (!this.#isNext('alerts', theatre, seq)) return
    this.#caused(cause, alertId)
    this.alerts.put(recorded)
  }

  #applyChange(
    event: AlertEvent3,
    envelope: Pick<Envelope, 'cause' | 'time'> & { readonly theatre: string },
    position: bigint
  ): void {
    const { theatre, cause } = envelope
    const { fold, seq } = event.data
    if (!this.#isNext('alerts', `${theatre}|${fold}`, seq)) return
    this.#folds.take(theatre, fold, position)
    if (event.type === 'alert.fold-began') return
    this.#caused(cause, event.data.alertId)
    if (changesAlert(event)) this.#levelled.put(envelope, event.data, position)
  }

  /**
   * The incident that a report belongs to in a theatre, as readers of a level have it; null before it
   * is assembled and after a withdrawal.
   */
  findIncident(
    theatre: string,
    reportId: string,
    level: Handling
  ): (IncidentOutcome & { readonly facts: IncidentFacts }) | null {
    const find = <Value extends readonly unknown[]>(key: string) =>
      this.#read<Value>(key).find(([readers]) => readers.includes(level))
    const report = find<ReportRow>(`${theatre}/${reportId}`)
    if (report === undefined) return null
    const [, incidentId, contentHash] = report
    const incident = find<IncidentRow>(`incident/${theatre}/${incidentId}`)
    if (incident === undefined) return null
    const [, revision, handling, aliases, facts] = incident
    return { incidentId, revision, contentHash, aliases, handling, facts }
  }

  /**
   * Alerts that rest on an incident or on a report of that incident, for a level, in order of id.
   */
  listAlerts(
    theatre: string,
    { incidentId, aliases }: Pick<IncidentOutcome, 'incidentId' | 'aliases'>,
    { level, reportId }: { readonly level: Handling; readonly reportId: string }
  ): AlertOfIncident[] {
    const found = new Map<string, AlertOfIncident>()
    const names = new Set([incidentId, ...aliases])
    for (const sum of this.#levelled.find(theatre, new Set([...names, reportId]), level))
      found.set(sum.alertId, { ...this.#describe(sum), evidenceHandling: sum.handling })
    for (const name of names) {
      for (const alertId of this.alerts.listIds(theatre, name)) {
        const alert = this.alerts.restingOn(alertId, name)
        if (alert !== undefined && !found.has(alertId)) found.set(alertId, alert)
      }
    }
    return [...found.values()].sort((a, b) => (a.alertId < b.alertId ? -1 : 1))
  }

  /**
   * Alerts that a withdrawal changed, and those that still name the incident that it removed: what
   * the report had supported. In order of id. An alert that lost its support by a later event with
   * another cause is missing. So are closed ones beyond the limit.
   */
  alertsBefore(
    theatre: string,
    { level, reportId }: { readonly level: Handling; readonly reportId: string },
    withdrawalId: string
  ): AlertOutcome[] {
    const incident = this.#incidents.get(`gone/${theatre}/${reportId}`)
    const named = incident === undefined ? [] : this.alerts.listIds(theatre, incident)
    const ids = new Set([...this.#causedBy(withdrawalId), ...named])
    return [...ids].sort().flatMap(id => {
      const sum = this.#levelled.get(id, level)
      return (sum === null ? this.alerts.get(id) : this.#describe(sum)) ?? []
    })
  }

  #describe(sum: AlertSum): AlertOutcome {
    const { numbers, rules } = this
    const sources: StatementSources = {
      ...{ numbers, rules },
      findIncident: (theatre, fold, reportId) =>
        this.findIncident(theatre, reportId, fold)?.facts ?? null
    }
    const statement = renderAlert(sum, sources, { inAllLanguages: false })
    const { alertId, status, severity, ruleId, headline, handling } = statement
    return { alertId, status, severity, ruleId, headline, handling }
  }

  #caused(cause: string | null, alertId: string): void {
    if (cause === null) return
    const before = this.#causedBy(cause)
    if (before.length < causedMax && !before.includes(alertId))
      this.#causes.set(cause, [...before, alertId].join())
  }

  #causedBy(cause: string): readonly string[] {
    return this.#causes.get(cause)?.split(',') ?? []
  }

  /** What is folded from the assembly log, for its snapshot. */
  get assemblyParts(): readonly SnapshotPart[] {
    return [this.#incidents, new SeqPart(this.#lastSeq.assembly)]
  }

  /** The same of the alerts log. */
  get alertParts(): readonly SnapshotPart[] {
    const seqs = new SeqPart(this.#lastSeq.alerts)
    return [this.#causes, this.alerts, seqs, this.#folds, this.#levelled]
  }

  close(): void {
    this.#incidents.close()
    this.#causes.close()
  }

  #isNext(log: 'assembly' | 'alerts', theatre: string, seq: number): boolean {
    const last = this.#lastSeq[log]
    if (seq <= (last.get(theatre) ?? -1)) return false
    last.set(theatre, seq)
    return true
  }
}

/** The last seq of each theatre, or of each fold of a theatre. */
class SeqPart implements SnapshotPart {
  readonly #seqs: Map<string, number>

  constructor(seqs: Map<string, number>) {
    this.#seqs = seqs
  }

  capture(): Captured {
    return { rows: [...this.#seqs] }
  }

  restore(row: unknown): void {
    const [theatre, seq] = row as readonly [string, number]
    this.#seqs.set(theatre, seq)
  }
}
