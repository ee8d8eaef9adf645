// Attacks of a week by area, against the usual week of the same area. Exact: the rate is learned from
// the base, so the count is gamma-Poisson, and a short or quiet past makes the comparison milder.

import { trendWeeks } from '@tocsin/contracts/alert/digest'
import type { IncidentState } from '@tocsin/contracts/incident/incident-event'
import { attackCategories, type Category } from '@tocsin/contracts/theatre/report'
import { compareText } from '@tocsin/domain/compare-text'
import { dayMs } from '@tocsin/domain/space-time/event-time'
import { binomialTail } from '../rules/binomial-tail.ts'
import { formatSiteCell } from '../rules/cells.ts'
import { countedMax } from '../rules/scan/crowds.ts'

export const weekDays = 7
/** 1 January 1970 was a Thursday. */
const mondayShift = 3
export const baseDaysMax = 364
/** A shorter past says too little of a usual week. */
const baseDaysMin = 84
/** An area is well above its usual with so many attacks of so small a probability. */
const attacksMin = 3
const chanceMax = 0.01
/** Grades of reports that are doubted; 6 means that nobody can judge. */
const doubted: ReadonlySet<number> = new Set([4, 5])

export interface WeekFigures {
  readonly attacks: number
  readonly usual: number | null
  readonly chance: number | null
  readonly trend: readonly number[]
}

export interface AreaWeek extends WeekFigures {
  readonly admin1: string
  readonly isAbove: boolean
}

/** Attacks of the week, of its base, and of the weeks of the trend. */
interface Tally {
  week: number
  base: number
  readonly trend: number[]
}

/** Incidents of a day and cell of which nobody can say which are the same. */
interface Crowd {
  attacks: number
  readonly bySource: Map<string, number>
}

export class WeekCount {
  readonly #start: number
  #firstDay: number
  readonly #total = makeTally()
  readonly #byArea = new Map<string, Tally>()
  readonly #crowds = new Map<string, Crowd>()

  /**
   * `start`: the Monday of the week, days since 1970. `firstMs`: when the first incident of the
   * theatre ended; null: among those that are added.
   */
  constructor(start: number, firstMs: number | null = null) {
    this.#start = start
    this.#firstDay = firstMs === null ? start : Math.min(start, Math.floor(firstMs / dayMs))
  }

  /** Counts an incident of the theatre; in any order. */
  add(incident: IncidentState): void {
    const { occurred, category, place, credibility, drill } = incident
    const [from, to] = [toDay(occurred.from), toDay(occurred.to)]
    // The past of a theatre begins with whatever is known first. What lasts from long before until
    // then says nothing of the weeks between.
    if (to < this.#firstDay) this.#firstDay = to
    const isCounted =
      drill !== true &&
      attackCategories.has(category as Category) &&
      !doubted.has(credibility) &&
      // A longer interval is in no week for certain.
      to - from < weekDays
    const back = this.#start + weekDays - 1 - from
    if (!isCounted || back < 0 || back >= weekDays + baseDaysMax) return
    if (incident.inCrowd === true && !this.#countInCrowd(incident, from)) return
    addTo(this.#total, back)
    if (place.admin1 === null) return
    const tally = this.#byArea.get(place.admin1) ?? makeTally()
    this.#byArea.set(place.admin1, tally)
    addTo(tally, back)
  }

  /**
   * True if the crowd of an incident is one attack more with it. A crowd has as many as its source with
   * the most reports has, as for the rule `cluster`.
   */
  #countInCrowd({ place: { admin1, lat, lon }, reports }: IncidentState, day: number): boolean {
    const key = `${day} ${admin1} ${lat === null || lon === null ? '' : formatSiteCell(lat, lon)}`
    const crowd = this.#crowds.get(key) ?? { attacks: 0, bySource: new Map() }
    this.#crowds.set(key, crowd)
    let most = 0
    for (const source of new Set(reports.map(({ sourceId }) => sourceId))) {
      const count = (crowd.bySource.get(source) ?? 0) + 1
      crowd.bySource.set(source, count)
      most = Math.max(most, count)
    }
    if (most <= crowd.attacks || crowd.attacks === countedMax) return false
    crowd.attacks += 1
    return true
  }

  /** Days before the week that are compared with. */
  get baseDays(): number {
    return Math.min(baseDaysMax, this.#start - this.#firstDay)
  }

  get total(): WeekFigures {
    return this.#describe(this.#total)
  }

  /** All with an attack that counts, and some others; the rarest first. */
  listAreas(others: readonly string[] = []): readonly AreaWeek[] {
    return [...new Set([...this.#byArea.keys(), ...others])]
      .map(admin1 => {
        const figures = this.#describe(this.#byArea.get(admin1) ?? makeTally())
        const { attacks, chance } = figures
        const isAbove = chance !== null && chance <= chanceMax && attacks >= attacksMin
        return { admin1, ...figures, isAbove }
      })
      .sort(
        (a, b) =>
          (a.chance ?? 1) - (b.chance ?? 1) ||
          b.attacks - a.attacks ||
          compareText(a.admin1, b.admin1)
      )
  }

  #describe({ week, base, trend }: Tally): WeekFigures {
    const { baseDays } = this
    if (baseDays < baseDaysMin) return { attacks: week, usual: null, chance: null, trend }
    const share = weekDays / (weekDays + baseDays)
    return {
      attacks: week,
      usual: round((base * weekDays) / baseDays),
      // With one more attack, the gamma-Poisson tail is a binomial one over base and week.
      chance: round(binomialTail(base + week, share, week)),
      trend
    }
  }
}

/** The Monday of the week of a day, both in days since 1970. */
export function findMonday(day: number): number {
  return day - ((day + mondayShift) % weekDays)
}

function makeTally(): Tally {
  return { week: 0, base: 0, trend: Array.from({ length: trendWeeks }, () => 0) }
}

/** `back`: days before the last day of the week. */
function addTo(tally: Tally, back: number): void {
  const weeksBack = Math.floor(back / weekDays)
  if (weeksBack === 0) tally.week++
  else tally.base++
  if (weeksBack < trendWeeks) tally.trend[trendWeeks - 1 - weeksBack]!++
}

function toDay(moment: string): number {
  return Math.floor(Date.parse(moment) / dayMs)
}

/** More digits than two would claim more than is known. */
function round(value: number): number {
  return Number(value.toPrecision(2))
}
