// Outcomes of reports: the incident that each belongs to and the alerts that rest on it, from the
// assembly and alerts logs, in tables. Alerts in full are served by the notifier.

import type { AlertStatus, RecordedAlert } from '@tocsin/contracts/alert/alert'
import {
  type AlertSum,
  addAlertChange,
  changesAlert
} from '@tocsin/contracts/record/alert-event-v3'
import { type KnownEvidence, restoreWhole } from '@tocsin/contracts/record/alert-recording'
import type { Envelope } from '@tocsin/contracts/record/envelope'
import { isVersion3 } from '@tocsin/contracts/record/records'
import type { Handling } from '@tocsin/contracts/theatre/handling'
import type { Severity } from '@tocsin/contracts/theatre/severity'
import type { IncidentFacts } from '@tocsin/engine/render/lookup'
import type { Batch } from '@tocsin/event-log/follow'
import type { IncidentTable } from '@tocsin/read-model/incidents/incident-table'
import type {
  AlertFold,
  ProcessModel,
  RecordedEvent
} from '@tocsin/read-model/process/process-model'
import { ChainEnds, FactTable } from '@tocsin/read-model/reports/fact-table'
import { AlertOutcomes } from '@tocsin/read-model/reports/outcome-tables'
import type { ReportNumbers } from '@tocsin/read-model/reports/report-numbers'
import {
  describeIncident,
  renderAlert,
  type StatementSources
} from '@tocsin/service/alerts/alert-statement'
import type { RuleWordsIndex } from '@tocsin/service/alerts/rule-words'
import { TheatreFolds } from '@tocsin/service/alerts/theatre-folds'

export interface AlertOutcome {
  readonly alertId: string
  readonly status: AlertStatus
  readonly severity: Severity
  readonly ruleId: string
  readonly headline: string
  readonly handling: Handling
}

export interface AlertOfIncident extends AlertOutcome {
  /** Of the item of evidence: readers below it must not learn that the incident counts. */
  readonly evidenceHandling: Handling
}

export interface IncidentOutcome {
  readonly incidentId: string
  readonly revision: number
  /** Earlier ids of the incident that still answer. */
  readonly aliases: readonly string[]
  readonly facts: IncidentFacts
}

/** An alert by events of version 2, which state their evidence in items. */
interface AlertOfVersion2 {
  readonly outcome: AlertOutcome
  /** Null if events of the alert are missing, until one states its evidence whole. */
  readonly evidence: KnownEvidence | null
}

/** In place of a level and of a fold: all levels have the same events of version 2. */
const version2 = ''

export class ReportOutcomes implements AlertFold {
  readonly #numbers: ReportNumbers
  readonly #rules: RuleWordsIndex
  readonly #incidents: IncidentTable
  readonly #alerts: AlertOutcomes
  readonly #alertFacts: FactTable
  readonly #folds = new TheatreFolds()
  readonly #chains: ChainEnds

  constructor({
    file,
    numbers,
    rules,
    incidents
  }: Pick<ProcessModel, 'file' | 'numbers' | 'rules' | 'incidents'>) {
    this.#numbers = numbers
    this.#rules = rules
    this.#incidents = incidents
    this.#alerts = new AlertOutcomes(file)
    this.#alertFacts = new FactTable(file, 'alert_fact')
    this.#chains = new ChainEnds(this.#alertFacts)
  }

  load(): void {
    this.#chains.load()
    for (const [, row] of this.#alertFacts.list('fold|')) {
      const [theatre, fold, position] = row as readonly [string, Handling, string]
      this.#folds.take(theatre, fold, BigInt(position))
    }
  }

  take({ records }: Pick<Batch<RecordedEvent>, 'records'>): void {
    for (const { stored, decoded } of records)
      this.applyAlert(decoded.record, decoded.envelope, stored.position)
  }

  /** Applies a record of the alerts log. The first record at a seq wins. */
  applyAlert(
    recorded: RecordedEvent,
    { cause, theatre = '', time }: Pick<Envelope, 'cause' | 'theatre' | 'time'>,
    position: bigint
  ): void {
    if (!isVersion3(recorded)) {
      this.#applyVersion2(recorded, cause)
      return
    }
    const { fold, seq } = recorded.data
    if (!this.#chains.isNext(`${theatre}|${fold}`, seq)) return
    if (this.#folds.take(theatre, fold, position))
      this.#alertFacts.put(`fold|${theatre}|${fold}`, [theatre, fold, String(position)])
    if (recorded.type === 'alert.fold-began') return
    const { alertId } = recorded.data
    if (cause !== null) this.#alerts.noteCause(cause, alertId)
    if (!changesAlert(recorded)) return
    const before = this.#findSum(alertId, fold)
    if (before === null && recorded.data.ruleId === undefined) return
    const sum = addAlertChange(before, { theatre, time }, recorded.data)
    for (const level of this.#folds.listLevels(theatre, fold, position))
      this.#alerts.put(alertId, level, sum)
    // The numbers of another fold are others.
    const earlier = new Set(before?.fold === fold ? before.triggers : [])
    const now = new Set(sum.triggers)
    const nameReports = (triggers: Iterable<number>) =>
      [...triggers].flatMap(number => this.#numbers.find(theatre, fold, number) ?? [])
    this.#alerts.relink(
      { theatre, alertId, fold },
      {
        added: nameReports(now.difference(earlier)),
        removed: nameReports(earlier.difference(now))
      }
    )
  }

  #applyVersion2(recorded: RecordedAlert, cause: string | null): void {
    const { alertId, theatre, seq } = recorded.data
    if (!this.#chains.isNext(theatre, seq)) return
    if (cause !== null) this.#alerts.noteCause(cause, alertId)
    if (recorded.type === 'alert.action-refused') return
    const { status, severity, ruleId, headline, handling } = recorded.data
    const before = this.#findVersion2(alertId)?.evidence ?? null
    const { known: evidence } = restoreWhole(recorded, before)
    const outcome = { alertId, status, severity, ruleId, headline, handling }
    this.#alerts.put(alertId, version2, { outcome, evidence } satisfies AlertOfVersion2)
    const nameIncidents = (of: KnownEvidence | null) =>
      new Set(of?.items.map(({ incidentId }) => incidentId))
    const [earlier, now] = [nameIncidents(before), nameIncidents(evidence)]
    this.#alerts.relink(
      { theatre, alertId, fold: version2 },
      { added: now.difference(earlier), removed: earlier.difference(now) }
    )
  }

  /**
   * The incident that a report belongs to in a theatre, as readers of a level have it; null before it
   * is assembled and after a withdrawal.
   */
  findIncident(theatre: string, reportId: string, level: Handling): IncidentOutcome | null {
    const found = this.#incidents.findByReport(level, theatre, reportId)
    if (found === null || found.isWithdrawn) return null
    const { incidentId, revision, aliases } = found.state
    return { incidentId, revision, aliases, facts: describeIncident(found.state) }
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
    for (const name of new Set([reportId, incidentId, ...aliases]))
      for (const { alertId, fold } of this.#alerts.listLinks(theatre, name)) {
        const sum = this.#findSum(alertId, level)
        if (sum !== null && sum.fold === fold)
          found.set(alertId, { ...this.#describe(sum), evidenceHandling: sum.handling })
        if (fold !== version2 || found.has(alertId)) continue
        const known = this.#findVersion2(alertId)
        const item = known?.evidence?.items.findLast(each => each.incidentId === name)
        if (known !== null && item !== undefined)
          found.set(alertId, { ...known.outcome, evidenceHandling: item.handling })
      }
    return [...found.values()].sort((a, b) => (a.alertId < b.alertId ? -1 : 1))
  }

  /**
   * Alerts that a withdrawal changed: what the report had supported. In order of id. An alert that
   * lost its support by a later event with another cause is missing.
   */
  alertsBefore(level: Handling, withdrawalId: string): AlertOutcome[] {
    return [...this.#alerts.listCausedBy(withdrawalId)].sort().flatMap(alertId => {
      const sum = this.#findSum(alertId, level)
      return (sum === null ? this.#findVersion2(alertId)?.outcome : this.#describe(sum)) ?? []
    })
  }

  #findSum(alertId: string, level: Handling): AlertSum | null {
    return this.#alerts.find(alertId, level) as AlertSum | null
  }

  #findVersion2(alertId: string): AlertOfVersion2 | null {
    return this.#alerts.find(alertId, version2) as AlertOfVersion2 | null
  }

  #describe(sum: AlertSum): AlertOutcome {
    const sources: StatementSources = {
      numbers: this.#numbers,
      incidents: this.#incidents,
      rules: this.#rules,
      findIncident: (theatre, fold, reportId) =>
        this.findIncident(theatre, reportId, fold)?.facts ?? null
    }
    const statement = renderAlert(sum, sources, { inAllLanguages: false })
    const { alertId, status, severity, ruleId, headline, handling } = statement
    return { alertId, status, severity, ruleId, headline, handling }
  }
}
