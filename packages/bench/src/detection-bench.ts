// Bench `detection`: the public benchmark of detectors of clusters. It hides clusters among attacks at
// given places, and counts how many each detector finds within a day of their third report, at equal
// false alarms a year.

import { Areas } from './detection/areas.ts'
import { type DetectionSet, drawSet } from './detection/detection-sets.ts'
import { listClusterNotices, rivals } from './detection/detectors.ts'
import {
  type JudgedScore,
  judgeSets,
  pickThreshold,
  selectAlarms
} from './detection/judged-alarms.ts'
import { readAlarms, writeSets } from './detection/set-files.ts'
import { makeUpPlaces, readPlaces } from './load/null-world.ts'
import type { Figure, Target } from './runner/figures.ts'
import { type Bench, type BenchOptions, BenchUsageError } from './runner/run-bench.ts'

/** By budget: the share that rule `cluster` has to find. */
const budgets: readonly (readonly [budget: number, target: Target])[] = [
  [12, { atLeast: 94 }],
  [4, { atLeast: 92 }],
  [1, { atLeast: 82 }]
]

export const bench: Bench = {
  name: 'detection',
  what: 'clusters of 3 to 8 attacks in up to 10 days, hidden in worlds of 12 years; two for each second',
  cases: [{ name: 'clusters', measure: measureDetectors }]
}

interface Sets {
  readonly hidden: readonly DetectionSet[]
  /** Worlds without clusters. */
  readonly empty: readonly DetectionSet[]
}

async function measureDetectors(options: BenchOptions): Promise<readonly Figure[]> {
  const sets = drawSets(options)
  if (options.out !== undefined) writeSets(options.out, [...sets.hidden, ...sets.empty])
  if (options.alarms !== undefined) return judgeAlarmFile(options.alarms, sets)
  const scored = rivals.map(({ name, listAlarms }) => {
    const score = (set: DetectionSet) => ({ set, scored: listAlarms(set.reports) })
    return { name, hidden: sets.hidden.map(score), empty: sets.empty.map(score) }
  })
  return budgets.flatMap(([budget, target]) => {
    const own = judgeSets(
      [...sets.hidden, ...sets.empty].map(set => {
        return { set, alarms: listClusterNotices(set.reports, budget) }
      })
    )
    const others = scored.flatMap(({ name, hidden, empty }) => {
      const threshold = pickThreshold(empty, own.falseAlarmsAYear)
      const alarmed = [...hidden, ...empty].map(({ set, scored }) => {
        return { set, alarms: selectAlarms(scored, threshold) }
      })
      return describe(`${budget}: ${name}`, judgeSets(alarmed))
    })
    return [...describe(`${budget}: cluster`, own, target), ...others]
  })
}

function drawSets({ places: file, seconds }: BenchOptions): Sets {
  const places = file === undefined ? makeUpPlaces() : readPlaces(file)
  const areas = new Areas(places)
  const seeds = Array.from({ length: Math.max(1, Math.floor(seconds)) }, (_, i) => i + 1)
  return {
    hidden: seeds.map(seed => drawSet(places, areas, seed, true)),
    empty: seeds.map(seed => drawSet(places, areas, 1000 + seed, false))
  }
}

function judgeAlarmFile(file: string, { hidden, empty }: Sets): readonly Figure[] {
  const alarms = readAlarms(file)
  const sets = [...hidden, ...empty]
  const unknown = [...alarms.keys()].filter(name => sets.every(set => set.name !== name))
  if (unknown.length > 0)
    throw new BenchUsageError(
      `there is no set ${unknown[0]}: use the --places and --seconds that made the sets`
    )
  const alarmed = sets.map(set => ({ set, alarms: alarms.get(set.name) ?? [] }))
  return describe(file, judgeSets(alarmed))
}

function describe(name: string, score: JudgedScore, target?: Target): readonly Figure[] {
  const { share, shareInterval, falseAlarmsAYear, falseInterval, clusters } = score
  const [low, high] = shareInterval
  return [
    {
      what: `${name}, found of ${clusters}`,
      ...{ unit: '%', value: 100 * share, interval: [100 * low, 100 * high], target }
    },
    { what: `${name}, false alarms a year`, value: falseAlarmsAYear, interval: falseInterval }
  ]
}
