// Categories and areas of alerts, which filters need at each event: an event's additions are added
// to what was known, since an alert may have thousands of triggers.

import type { AlertState } from '@tocsin/contracts/alert/alert'
import type { AlertSum } from '@tocsin/contracts/record/alert-event-v3'
import { AreaSum } from '@tocsin/engine/render/area'
import { describePlace } from '@tocsin/service/alerts/alert-statement'
import type { TheatreNumbers } from '@tocsin/service/alerts/theatre-numbers'
import { LRUCache } from 'lru-cache'
import type { IncidentEntry } from './incident-index.ts'
import type { IncidentViews } from './incident-views.ts'

export type PlaceFacts = Pick<AlertState, 'area' | 'category'>

export interface PlaceSources {
  readonly numbers: TheatreNumbers
  readonly incidentViews: IncidentViews
}

/**
 * Maximum number of triggers of the cached alerts; the alert that changed longest ago goes first.
 */
const triggersMax = 1_000_000

interface Places {
  triggers: readonly number[]
  readonly incidents: IncidentEntry[]
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
      known !== undefined && this.#isCurrent(known, sum)
        ? findAdded(known.triggers, triggers)
        : null
    const places = known === undefined || added === null ? makePlaces() : known
    this.#add(places, sum, added ?? triggers)
    // Set again, so that its new size is counted.
    this.#known.delete(key)
    this.#known.set(key, places)
    return { area: places.area.describe(group), category: [...places.categories].sort() }
  }

  #isCurrent(places: Places, { fold }: AlertSum): boolean {
    const { incidentViews } = this.#sources
    if (places.checkedAt === incidentViews.changeCount) return true
    const index = incidentViews.at(fold)
    return places.isWhole && !places.incidents.some(entry => index.isReplaced(entry))
  }

  #add(places: Places, { fold, theatre, triggers }: AlertSum, added: readonly number[]): void {
    const { numbers, incidentViews } = this.#sources
    const index = incidentViews.at(fold)
    for (const number of added) {
      const reportId = numbers.find(theatre, fold, number)
      const entry = reportId === null ? undefined : index.findByReport(theatre, reportId)
      if (entry === undefined) {
        places.isWhole = false
        continue
      }
      places.incidents.push(entry)
      places.area.add(describePlace(entry.state.place))
      places.categories.add(entry.state.category)
    }
    places.triggers = triggers
    places.checkedAt = incidentViews.changeCount
  }
}

function makePlaces(): Places {
  return {
    triggers: [],
    incidents: [],
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
