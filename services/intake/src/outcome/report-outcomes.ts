// Outcomes of reports: the incident that each belongs to and the alerts that rest on it, from the
// read model of the process. Alerts in full are served by the notifier.

import type { AlertStatus } from '@tocsin/contracts/alert/alert'
import type { Handling } from '@tocsin/contracts/theatre/handling'
import type { Severity } from '@tocsin/contracts/theatre/severity'
import type { FoundAlert, ProcessModel } from '@tocsin/read-model/process/process-model'

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
}

export class ReportOutcomes {
  readonly #model: ProcessModel

  constructor(model: ProcessModel) {
    this.#model = model
  }

  /**
   * The incident that a report belongs to in a theatre, as readers of a level have it; null before it
   * is assembled and after a withdrawal.
   */
  findIncident(theatre: string, reportId: string, level: Handling): IncidentOutcome | null {
    const found = this.#model.incidents.findByReport(level, theatre, reportId)
    if (found === null || found.isWithdrawn) return null
    const { incidentId, revision, aliases } = found.state
    return { incidentId, revision, aliases }
  }

  /**
   * Alerts that rest on an incident or on a report of that incident, for a level, in order of id.
   */
  listAlerts(
    theatre: string,
    { incidentId, aliases }: Pick<IncidentOutcome, 'incidentId' | 'aliases'>,
    { level, reportId }: { readonly level: Handling; readonly reportId: string }
  ): AlertOfIncident[] {
    const { links, numbers } = this.#model
    const found = new Map<string, AlertOfIncident>()
    for (const name of new Set([incidentId, ...aliases]))
      for (const alertId of links.listByIncident(theatre, name)) {
        const alert = this.#model.findAlert(alertId, level)
        const item =
          alert?.sum === null
            ? alert.state.evidence.findLast(each => each.incidentId === name)
            : null
        if (alert != null && item != null)
          found.set(alertId, { ...pickOutcome(alert), evidenceHandling: item.handling })
      }
    for (const [fold, number] of numbers.list(theatre, reportId))
      for (const alertId of links.listByNumber(theatre, fold, number)) {
        const alert = this.#model.findAlert(alertId, level)
        if (alert?.sum?.fold === fold && alert.sum.triggers.includes(number))
          found.set(alertId, { ...pickOutcome(alert), evidenceHandling: alert.sum.handling })
      }
    return [...found.values()].sort((a, b) => (a.alertId < b.alertId ? -1 : 1))
  }

  /**
   * Alerts that a withdrawal changed: what the report had supported. In order of id. An alert that
   * lost its support by a later event with another cause is missing.
   */
  alertsBefore(level: Handling, withdrawalId: string): AlertOutcome[] {
    return [...this.#model.links.listCausedBy(withdrawalId)].sort().flatMap(alertId => {
      const alert = this.#model.findAlert(alertId, level)
      return alert === null ? [] : pickOutcome(alert)
    })
  }
}

function pickOutcome({ state }: FoundAlert): AlertOutcome {
  const { alertId, status, severity, ruleId, headline, handling } = state
  return { alertId, status, severity, ruleId, headline, handling }
}
