// Outcomes of reports: the incident that each belongs to and the alerts that rest on it, from the
// read model of the process. Alerts in full are served by the notifier.

import type { AlertState } from '@tocsin/contracts/alert/alert'
import type { IncidentState } from '@tocsin/contracts/incident/incident-event'
import { type Handling, maySee } from '@tocsin/contracts/theatre/handling'
import type { ProcessModel } from '@tocsin/read-model/process/process-model'

export class ReportOutcomes {
  readonly #model: ProcessModel

  constructor(model: ProcessModel) {
    this.#model = model
  }

  /**
   * The incident that a report belongs to in a theatre, as readers of a level have it; null before it
   * is assembled and after a withdrawal.
   */
  findIncident(theatre: string, reportId: string, level: Handling): IncidentState | null {
    const found = this.#model.incidents.findByReport(level, theatre, reportId)
    return found === null || found.isWithdrawn ? null : found.state
  }

  /**
   * Alerts that rest on an incident, under any of its ids, or on a report of that incident, for a
   * level, in order of id.
   */
  listAlerts(
    theatre: string,
    { incidentId, aliases }: Pick<IncidentState, 'incidentId' | 'aliases'>,
    { level, reportId }: { readonly level: Handling; readonly reportId: string }
  ) {
    const { links, numbers } = this.#model
    const found = new Map<string, AlertState>()
    // Readers below the handling of a piece of evidence must not learn that it counts.
    for (const name of new Set([incidentId, ...aliases]))
      for (const alertId of links.listByIncident(theatre, name)) {
        const alert = this.#model.findAlert(alertId, level)
        if (alert?.sum !== null) continue
        const item = alert.state.evidence.findLast(each => each.incidentId === name)
        if (item !== undefined && maySee(level, item.handling)) found.set(alertId, alert.state)
      }
    for (const [fold, number] of numbers.list(theatre, reportId))
      for (const alertId of links.listByNumber(theatre, fold, number)) {
        const alert = this.#model.findAlert(alertId, level)
        if (alert?.sum?.fold !== fold || !alert.sum.triggers.includes(number)) continue
        if (maySee(level, alert.sum.handling)) found.set(alertId, alert.state)
      }
    const states = [...found.values()].sort((a, b) => (a.alertId < b.alertId ? -1 : 1))
    return pickOutcomes(states, level)
  }

  /**
   * Alerts that a withdrawal changed: what the report had supported. In order of id. An alert that
   * lost its support by a later event with another cause is missing.
   */
  alertsBefore(level: Handling, withdrawalId: string) {
    const states = [...this.#model.links.listCausedBy(withdrawalId)]
      .sort()
      .flatMap(alertId => this.#model.findAlert(alertId, level)?.state ?? [])
    return pickOutcomes(states, level)
  }
}

function pickOutcomes(states: readonly AlertState[], level: Handling) {
  return states
    .filter(({ handling }) => maySee(level, handling))
    .map(({ alertId, status, severity, ruleId, headline }) => ({
      alertId,
      status,
      severity,
      ruleId,
      headline
    }))
}
