// Outcomes of reports: the incident that each belongs to and the alerts that rest on it, from the
// read model of the process. Alerts in full are served by the notifier.

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
    // Readers below the handling of a piece of evidence must not learn that it counts.
    const byName = [incidentId, ...aliases].flatMap(name =>
      links.listByIncident(theatre, name).filter(alertId => {
        const alert = this.#model.findAlert(alertId, level)
        if (alert?.sum !== null) return false
        const item = alert.state.evidence.findLast(each => each.incidentId === name)
        return item !== undefined && maySee(level, item.handling)
      })
    )
    const byNumber = numbers.list(theatre, reportId).flatMap(([fold, number]) =>
      links.listByNumber(theatre, fold, number).filter(alertId => {
        const sum = this.#model.findAlert(alertId, level)?.sum
        return sum?.fold === fold && sum.triggers.includes(number) && maySee(level, sum.handling)
      })
    )
    return this.#describe([...byName, ...byNumber], level)
  }

  /**
   * Alerts that a withdrawal changed: what the report had supported. In order of id. An alert that
   * lost its support by a later event with another cause is missing.
   */
  alertsBefore(level: Handling, withdrawalId: string) {
    return this.#describe(this.#model.links.listCausedBy(withdrawalId), level)
  }

  /** Those that a level may see, each once, in order of id. */
  #describe(alertIds: readonly string[], level: Handling) {
    return [...new Set(alertIds)].sort().flatMap(alertId => {
      const state = this.#model.findAlert(alertId, level)?.state
      if (state === undefined || !maySee(level, state.handling)) return []
      const { status, severity, ruleId, headline } = state
      return [{ alertId, status, severity, ruleId, headline }]
    })
  }
}
