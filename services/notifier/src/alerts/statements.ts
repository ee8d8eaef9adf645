// The statements of alerts from what the notifier has folded. Most events are folded and never read, and
// an alert may have thousands of triggers: words are rendered when somebody reads them.

import type { AlertEventType, AlertState } from '@tocsin/contracts/alert/alert'
import type { IncidentState } from '@tocsin/contracts/incident/incident-event'
import type { AlertSum } from '@tocsin/contracts/record/alert-event-v3'
import { type Handling, talkHandling } from '@tocsin/contracts/theatre/handling'
import type { IncidentFacts } from '@tocsin/engine/render/lookup'
import { computeUrgency, describeWindow } from '@tocsin/engine/render/statement'
import type { IncidentTable } from '@tocsin/read-model/incidents/incident-table'
import type { KnownReports } from '@tocsin/read-model/reports/known-reports'
import type { ReportNumbers } from '@tocsin/read-model/reports/report-numbers'
import {
  describeIncident,
  isWithheld,
  renderAlert,
  restsOnTakenBack
} from '@tocsin/service/alerts/alert-statement'
import type { RuleWordsIndex } from '@tocsin/service/alerts/rule-words'
import { AlertPlaces, type PlaceFacts } from './alert-places.ts'

export interface FoldedSources {
  readonly numbers: ReportNumbers
  readonly reports: KnownReports
  readonly incidents: IncidentTable
  readonly rules: RuleWordsIndex
}

interface Rendered {
  readonly state: AlertState
  /** What it was rendered with, by report. */
  readonly incidents: readonly (readonly [reportId: string, IncidentFacts | null])[]
  readonly isWithheld: boolean
  /** `#changeCount` when these were last found to be the same. */
  checkedAt: number
}

/** Events with words only, which have a handling of their own. */
const wordsAlone: ReadonlySet<AlertEventType> = new Set(['alert.commented', 'alert.answered'])

export class Statements {
  readonly #sources: FoldedSources
  /** Events of an alert with many incidents describe the same ones. */
  readonly #described = new WeakMap<IncidentState, IncidentFacts>()
  readonly #rendered = new WeakMap<AlertSum, Rendered>()
  readonly #places: AlertPlaces

  constructor(sources: FoldedSources) {
    this.#sources = sources
    this.#places = new AlertPlaces(sources)
  }

  /** The state of an alert after an event of this type. */
  fold(sum: AlertSum, type: AlertEventType): AlertState {
    const isWords = sum.action !== null && wordsAlone.has(type)
    const concerns = isWords ? (sum.action?.handling ?? talkHandling) : 'public'
    return this.restore(sum, { concerns, ...this.#places.find(sum) })
  }

  /** The state of an alert, with the facts of its incidents at the last event. */
  restore(sum: AlertSum, folded: FoldedFacts): AlertState {
    return makeState(sum, folded, {
      render: () => this.restate(sum, folded),
      describes: () => this.#describes(sum)
    })
  }

  /** The same as incidents are known now: the same object while they did not change. */
  restate(sum: AlertSum, { concerns }: Pick<AlertState, 'concerns'>): AlertState {
    const { theatre, fold } = sum
    const known = this.#rendered.get(sum)
    const checkedAt = this.#changeCount
    // Called for each reader of an event.
    if (known?.checkedAt === checkedAt) return known.state
    const isSame = ([reportId, facts]: readonly [string, IncidentFacts | null]) =>
      this.#findIncident(theatre, fold, reportId) === facts
    const { numbers, rules, incidents: table } = this.#sources
    const withheld = isWithheld(sum, { numbers, incidents: table })
    if (known?.isWithheld === withheld && known.incidents.every(isSame)) {
      known.checkedAt = checkedAt
      return known.state
    }
    const incidents: [string, IncidentFacts | null][] = []
    const findIncident = (_theatre: string, _fold: Handling, reportId: string) => {
      const facts = this.#findIncident(theatre, fold, reportId)
      incidents.push([reportId, facts])
      return facts
    }
    const sources = { numbers, rules, incidents: table, findIncident }
    const said = renderAlert(sum, sources, { inAllLanguages: true })
    // Not copied, to avoid reading all words.
    const state = Object.assign(said, { concerns })
    this.#rendered.set(sum, { state, incidents, isWithheld: withheld, checkedAt })
    return state
  }

  /** Whether readers of a level may not see a trigger any more. */
  isTakenBack(level: Handling, sum: AlertSum): boolean {
    return restsOnTakenBack(level, sum, this.#sources)
  }

  #describes({ theatre, ruleId, ruleVersion }: AlertSum): boolean {
    return this.#sources.rules.find(theatre, ruleId, ruleVersion)?.isQuiet === true
  }

  get #changeCount(): number {
    const { incidents, reports } = this.#sources
    return incidents.changeCount + reports.changeCount
  }

  #findIncident(theatre: string, fold: Handling, reportId: string): IncidentFacts | null {
    const { incidents, reports } = this.#sources
    const entry = incidents.findByReport(fold, theatre, reportId)
    if (entry === null) return null
    const { state } = entry
    const times = state.reports.map(report => reports.get(report.reportId)?.winner?.reportedAt)
    const firstReportedAt = times.filter(Boolean).sort()[0] ?? state.occurred.to
    const known = this.#described.get(state)
    if (known?.firstReportedAt === firstReportedAt) return known
    const facts = describeIncident(state, firstReportedAt)
    this.#described.set(state, facts)
    return facts
  }
}

/** What is known of an alert's state in addition to the sum of the events. */
export type FoldedFacts = PlaceFacts & Pick<AlertState, 'concerns'>

interface ReadLater {
  readonly render: () => AlertState
  /** The rule may become known after the alert. */
  readonly describes: () => boolean
}

/** A state that has the facts, and renders its words when they are read. */
function makeState(
  sum: AlertSum,
  { area, category, concerns }: FoldedFacts,
  { render, describes }: ReadLater
): AlertState {
  const { action, alertId, certainty, drill, group, handling, notify, operator } = sum
  const { operatorRevision, pattern, reason, references, revision, ruleId, ruleVersion } = sum
  const { seq, severity, status, theatre } = sum
  return {
    ...{ action, alertId, area, category, certainty, concerns, drill, group, handling, notify },
    ...{ operator, operatorRevision, partOf: null, pattern, reason, references, revision },
    ...{ ruleId, ruleVersion, seq, severity, status, theatre },
    urgency: computeUrgency(sum),
    window: describeWindow(sum),
    get describes() {
      return describes()
    },
    get evidence() {
      return render().evidence
    },
    get evidenceOmitted() {
      return render().evidenceOmitted
    },
    get explanation() {
      return render().explanation
    },
    get fatalities() {
      return render().fatalities
    },
    get headline() {
      return render().headline
    },
    get inLanguages() {
      return render().inLanguages as NonNullable<AlertState['inLanguages']>
    },
    get levels() {
      return render().levels
    },
    get measure() {
      return render().measure
    },
    get times() {
      return render().times
    }
  }
}
