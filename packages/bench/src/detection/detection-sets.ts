// Sets of the benchmark of detectors: worlds of attacks at given places, with clusters that nobody
// marks. A detector sees reports; where the clusters are is in the labels.

import type { Label } from '@tocsin/cli/backtest/label-judgement'
import { dayMs } from '@tocsin/domain/space-time/event-time'
import {
  drawReports,
  listDistinct,
  movePlace,
  type Place,
  type WorldReport
} from '../load/null-world.ts'
import { makeRandom } from '../load/theatre-records.ts'
import type { Areas } from './areas.ts'

export interface SetReport extends WorldReport {
  readonly area: string
}

export interface DetectionSet {
  readonly name: string
  /** In order of their days. */
  readonly reports: readonly SetReport[]
  /** None in a world without clusters. */
  readonly labels: readonly Label[]
}

export const years = 12
/** Nothing is judged in the first year, from which detectors learn what is usual. */
export const learningDays = 365
export const judgedYears = years - 1
const perWeek = 7.5

/** A cluster: so many attacks within so many days, so near a place; one begins in each stretch. */
const [leastSize, mostSize] = [3, 8]
const [leastDays, mostDays] = [3, 10]
const spreadKm = 5
const stretchDays = 45
/** A cluster that is found a day after its third report is found in time. */
const graceDays = 1

/** `withClusters` false: to choose thresholds, and to count false alarms. */
export function drawSet(
  places: readonly Place[],
  areas: Areas,
  seed: number,
  withClusters: boolean
): DetectionSet {
  const random = makeRandom(seed)
  const background = drawReports(places, years, perWeek, seed)
  const name = `${withClusters ? 'set' : 'null'}-${seed}`
  const startDay = background[0]!.day
  const clusters = withClusters ? drawClusters(places, startDay, random) : []
  const reports = [...background, ...clusters.flatMap(({ reports }) => reports)]
    .map(report => ({ ...report, area: areas.find(report.points[0]!), tie: random() }))
    .sort((a, b) => a.day - b.day || a.tie - b.tie)
  const labels = clusters.map(({ centre, reports }, i): Label => {
    const days = reports.map(({ day }) => day).sort((a, b) => a - b)
    return {
      ...{ id: `${name}-c${i + 1}`, kind: null, area: areas.find(centre) },
      circle: { ...centre, radiusKm: spreadKm },
      fromMs: days[0]! * dayMs,
      toMs: (days.at(-1)! + 1) * dayMs,
      byMs: (days[2]! + graceDays + 1) * dayMs
    }
  })
  return { name, reports, labels }
}

interface Cluster {
  readonly centre: Place
  readonly reports: readonly WorldReport[]
}

/** By turns at a place as often as attacks are there, and at any place where one ever was. */
function drawClusters(
  places: readonly Place[],
  startDay: number,
  random: () => number
): readonly Cluster[] {
  const distinct = listDistinct(places)
  const clusters: Cluster[] = []
  const endDay = startDay + years * 365 - stretchDays
  for (let from = startDay + learningDays; from < endDay; from += stretchDays) {
    const among = clusters.length % 2 === 0 ? places : distinct
    const centre = among[Math.floor(random() * among.length)]!
    const first = from + Math.floor(random() * (stretchDays - 2 * mostDays))
    const days = drawWhole(leastDays, mostDays, random)
    const reports = Array.from({ length: drawWhole(leastSize, mostSize, random) }, () => ({
      day: first + Math.floor(random() * days),
      points: [movePlace(centre, spreadKm, random)]
    }))
    clusters.push({ centre, reports })
  }
  return clusters
}

function drawWhole(least: number, most: number, random: () => number): number {
  return least + Math.floor(random() * (most - least + 1))
}
