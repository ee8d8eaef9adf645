// Categories and areas of alerts, which filters need at each event: an event's additions are added
// to what was known, since an alert may have thousands of triggers.

import type { AlertState } from '@tocsin/contracts/alert/alert'
import type { AlertSum } from '@tocsin/contracts/record/alert-event-v3'
import { AreaSum } from '@tocsin/engine/render/area'
import type { IncidentTable } from '@tocsin/read-model/incidents/incident-table'
import type { ReportNumbers } from '@tocsin/read-model/reports/report-numbers'
import { describePlace } from '@tocsin/service/alerts/alert-statement'
import { LRUCache } from 'lru-cache'

export type PlaceFacts = Pick<AlertState, 'area' | 'category'>

export interface PlaceSources {
  readonly numbers: ReportNumbers
  readonly incidents: IncidentTable
}

/**
 * Maximum number of triggers of the cached alerts; the alert that changed longest ago goes first.
 */
const triggersMax = 1_000_000

interface Places {
  triggers: readonly number[]
  /** The rows of its incidents. */
  readonly rows: number[]
  /** Each trigger was found. */
  isWhole: boolean
  /** `changeCount` when its incidents were last confirmed. */
  checkedAt: number
  readonly area: AreaSum
  readonly categories: Set<string>
}

export class AlertPlaces {
  readonly #sources: PlaceSources
  /** By fold and alert. */
  readonly #known = new LRUCache<string, Places>({
    maxSize: triggersMax,
    sizeCalculation: ({ triggers }) => triggers.length + 1
  })

  constructor(sources: PlaceSources) {
    this.#sources = sources
  }

  /** As the statement of the alert has them now. */
  find(sum: AlertSum): PlaceFacts {
    const { alertId, fold, group, triggers } = sum
    const key = `${fold}|${alertId}`
    const known = this.#known.get(key)
    const added =
      known !== undefined && this.#isCurrent(known) ? findAdded(known.triggers, triggers) : null
    const places = known === undefined || added === null ? makePlaces() : known
    this.#add(places, sum, added ?? triggers)
    // Set again, so that its new size is counted.
    this.#known.delete(key)
    this.#known.set(key, places)
    return { area: places.area.describe(group), category: [...places.categories].sort() }
  }

  #isCurrent({ checkedAt, isWhole, rows }: Places): boolean {
    const { incidents } = this.#sources
    if (checkedAt === incidents.changeCount) return true
    return isWhole && !rows.some(n => incidents.hasChanged(n, checkedAt))
  }

  #add(places: Places, { fold, theatre, triggers }: AlertSum, added: readonly number[]): void {
    const { numbers, incidents } = this.#sources
    for (const number of added) {
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
    places.triggers = triggers
    places.checkedAt = incidents.changeCount
  }
}

function makePlaces(): Places {
  return {
    triggers: [],
    rows: [],
    isWhole: true,
    checkedAt: 0,
    area: new AreaSum(),
    categories: new Set()
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
