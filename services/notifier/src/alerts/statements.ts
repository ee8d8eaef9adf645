// The statements of alerts from what the notifier has folded. Most events are folded and never read, and
// an alert may have thousands of triggers: words are rendered when somebody reads them.

import type { AlertEventType, AlertState } from '@tocsin/contracts/alert/alert'
import type { IncidentState } from '@tocsin/contracts/incident/incident-event'
import type { AlertSum } from '@tocsin/contracts/record/alert-event-v3'
import { type Handling, talkHandling } from '@tocsin/contracts/theatre/handling'
import { AreaSum } from '@tocsin/engine/render/area'
import type { IncidentFacts } from '@tocsin/engine/render/lookup'
import { computeUrgency, describeWindow } from '@tocsin/engine/render/statement'
import type { ProcessModel } from '@tocsin/read-model/process/process-model'
import {
  describeIncident,
  describePlace,
  isWithheld,
  renderAlert,
  restsOnTakenBack
} from '@tocsin/service/alerts/alert-statement'
import { LRUCache } from 'lru-cache'

type FoldedSources = Pick<ProcessModel, 'numbers' | 'reports' | 'incidents' | 'rules'>

/** What is known of an alert's state in addition to the sum of the events. */
export type FoldedFacts = Pick<AlertState, 'area' | 'category' | 'concerns'>

interface Rendered {
  readonly state: AlertState
  /** What it was rendered with, by report. */
  readonly incidents: readonly (readonly [reportId: string, IncidentFacts | null])[]
  readonly isWithheld: boolean
  /** `#changeCount` when these were last found to be the same. */
  checkedAt: number
}

/** The incidents of an alert's triggers. */
interface Places {
  readonly triggers: readonly number[]
  readonly rows: number[]
  isWhole: boolean
  /** `changeCount` when its incidents were last confirmed. */
  readonly checkedAt: number
  readonly area: AreaSum
  readonly categories: Set<string>
}

/** Maximum number of triggers of the alerts whose places are cached. */
const triggersMax = 1_000_000

/** Events with words only, which have a handling of their own. */
const wordsAlone: ReadonlySet<AlertEventType> = new Set(['alert.commented', 'alert.answered'])

export class Statements {
  readonly #sources: FoldedSources
  /** Events of an alert with many incidents describe the same ones. */
  readonly #described = new WeakMap<IncidentState, IncidentFacts>()
  readonly #rendered = new WeakMap<AlertSum, Rendered>()
  /** By fold and alert; the alert that changed longest ago goes first. */
  readonly #places = new LRUCache<string, Places>({
    maxSize: triggersMax,
    sizeCalculation: ({ triggers }) => triggers.length + 1
  })

  constructor(sources: FoldedSources) {
    this.#sources = sources
  }

  /** The state of an alert after an event of this type. */
  fold(sum: AlertSum, type: AlertEventType): AlertState {
    const isWords = sum.action !== null && wordsAlone.has(type)
    const concerns = isWords ? (sum.action?.handling ?? talkHandling) : 'public'
    return this.restore(sum, { concerns, ...this.#findPlaces(sum) })
  }

  /**
   * Category and area of an alert, which filters need at each event, as its statement has them now.
   * An event's additions are added to what was known, since an alert may have thousands of triggers.
   */
  #findPlaces(sum: AlertSum) {
    const { alertId, fold, theatre, group, triggers } = sum
    const { numbers, incidents } = this.#sources
    const key = `${fold}|${alertId}`
    const known = this.#places.get(key)
    const isCurrent =
      known !== undefined &&
      (known.checkedAt === incidents.changeCount ||
        (known.isWhole && !known.rows.some(n => incidents.hasChanged(n, known.checkedAt))))
    const added = isCurrent ? findAdded(known.triggers, triggers) : null
    const places: Places =
      known !== undefined && added !== null
        ? known
        : {
            triggers,
            rows: [],
            isWhole: true,
            checkedAt: 0,
            area: new AreaSum(),
            categories: new Set()
          }
    for (const number of added ?? triggers) {
      const reportId = numbers.find(theatre, fold, number)
      const entry = reportId === null ? null : incidents.findByReport(fold, theatre, reportId)
      if (entry === null) {
        places.isWhole = false
        continue
      }
      places.rows.push(entry.n)
      places.area.add(describePlace(entry.state.place))
      places.categories.add(entry.state.category)
    }
    Object.assign(places, { triggers, checkedAt: incidents.changeCount })
    // Set again, so that its new size is counted.
    this.#places.delete(key)
    this.#places.set(key, places)
    return { area: places.area.describe(group), category: [...places.categories].sort() }
  }

  /** The state of an alert with these facts; words are rendered when they are read. */
  restore(sum: AlertSum, folded: FoldedFacts): AlertState {
    const render = () => this.restate(sum, folded)
    const { theatre, ruleId, ruleVersion } = sum
    // The rule may become known after the alert.
    const describes = () => this.#sources.rules.find(theatre, ruleId, ruleVersion)?.isQuiet === true
    return makeState(sum, folded, render, describes)
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

function makeState(
  sum: AlertSum,
  { area, category, concerns }: FoldedFacts,
  render: () => AlertState,
  describes: () => boolean
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

/** The numbers that the later list adds, both ascending; null if an earlier number is gone. */
function findAdded(before: readonly number[], after: readonly number[]): readonly number[] | null {
  const added: number[] = []
  let known = 0
  for (const number of after)
    if (number === before[known]) known++
    else added.push(number)
  return known === before.length ? added : null
}
