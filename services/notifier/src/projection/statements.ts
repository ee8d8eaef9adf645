// Renders the statements of alerts from what the notifier has folded.

import type { AlertEventType, AlertState } from '@tocsin/contracts/alert/alert'
import type { IncidentState } from '@tocsin/contracts/incident/incident-event'
import type { AlertSum } from '@tocsin/contracts/record/alert-event-v3'
import { type Handling, talkHandling } from '@tocsin/contracts/theatre/handling'
import type { IncidentFacts } from '@tocsin/engine/render/lookup'
import { describeIncident, renderAlert } from '@tocsin/service-kit/alerts/alert-statement'
import type { RuleWordsIndex } from '@tocsin/service-kit/alerts/rule-words'
import type { TheatreNumbers } from '@tocsin/service-kit/alerts/theatre-numbers'
import type { IncidentViews } from './incident-views.ts'
import type { ReportIndex } from './report-index.ts'

export interface FoldedSources {
  readonly numbers: TheatreNumbers
  readonly reports: ReportIndex
  readonly incidentViews: IncidentViews
  readonly rules: RuleWordsIndex
}

/** Events that are nothing but words, which have a handling of their own. */
const wordsAlone: ReadonlySet<AlertEventType> = new Set(['alert.commented', 'alert.answered'])

export class Statements {
  readonly #sources: FoldedSources
  /** Events of an alert with many incidents describe the same ones. */
  readonly #described = new WeakMap<IncidentState, IncidentFacts>()

  constructor(sources: FoldedSources) {
    this.#sources = sources
  }

  /** The state of an alert after an event of this type. */
  render(sum: AlertSum, type: AlertEventType): AlertState {
    const { numbers, rules } = this.#sources
    const state = renderAlert(sum, {
      ...{ numbers, rules },
      findIncident: (...at) => this.#findIncident(...at)
    })
    if (sum.action === null || !wordsAlone.has(type)) return state
    return { ...state, concerns: sum.action.handling ?? talkHandling }
  }

  #findIncident(theatre: string, fold: Handling, reportId: string) {
    const { incidentViews, reports } = this.#sources
    const entry = incidentViews.at(fold).findByReport(theatre, reportId)
    if (entry === undefined) return null
    const { state } = entry
    const facts =
      this.#described.get(state) ?? describeIncident(state, reports.get(reportId)?.reportedAt)
    this.#described.set(state, facts)
    return facts
  }
}
