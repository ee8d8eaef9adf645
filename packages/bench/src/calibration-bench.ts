// Bench `calibration`: makes the table of chances of the rule `cluster` again, in worlds without
// clusters; counts what the rule tells there against its budget; measures its cost.

import { writeFileSync } from 'node:fs'
import { windowDays } from '@tocsin/engine/rules/significance/method'
import { isNotice, Situations, type Trigger } from '@tocsin/engine/rules/significance/situations'
import { TableCounts } from './load/chance-table.ts'
import {
  drawReports,
  makeUpPlaces,
  makeWorld,
  type Place,
  readPlaces,
  scanReports,
  type WorldReport
} from './load/null-world.ts'
import type { Figure } from './runner/figures.ts'
import type { Bench, BenchOptions } from './runner/run-bench.ts'

const years = 12
/** The first year warms the rule up. */
const noticeYears = years - 1
const traffics = [3.75, 7.5, 15, 30]
const budgets = [12, 8, 4, 1]
/** By how much of their mean the attacks rise and fall in a year. */
const swings = [0, 0.5, 0.8]
const costTraffics = [7.5, 30, 72]

export const bench: Bench = {
  name: 'calibration',
  what: `worlds of ${years} years without clusters, one at each traffic for each second`,
  cases: [
    { name: 'table', measure: measureTable },
    { name: 'budget', measure: measureBudgets },
    { name: 'cost', measure: measureCost }
  ]
}

function choosePlaces({ places }: BenchOptions): readonly Place[] {
  return places === undefined ? makeUpPlaces() : readPlaces(places)
}

function countWorlds({ seconds }: BenchOptions): number {
  return Math.max(1, Math.floor(seconds))
}

/** Writes the table to `--out`. */
async function measureTable(options: BenchOptions): Promise<readonly Figure[]> {
  const places = choosePlaces(options)
  const counts = new TableCounts()
  for (let seed = 1; seed <= countWorlds(options); seed++)
    for (const perWeek of traffics) counts.add(drawReports(places, years, perWeek, seed))
  if (options.out !== undefined)
    writeFileSync(options.out, `${JSON.stringify(counts.makeTable(), null, 2)}\n`)
  return [
    {
      what: `mean difference of the logarithms, ${counts.size} reports`,
      value: counts.computeDifference(),
      target: { below: 0.15 }
    }
  ]
}

/** Notices a year beside the budget, and how many worlds have more than chance explains. */
async function measureBudgets(options: BenchOptions): Promise<readonly Figure[]> {
  const places = choosePlaces(options)
  const worlds = swings.flatMap(swing => traffics.map(perWeek => ({ swing, perWeek })))
  return worlds.flatMap(({ swing, perWeek }) => {
    const triggers = Array.from({ length: countWorlds(options) }, (_, seed) =>
      listTriggers(drawReports(places, years, perWeek, 1001 + seed, swing))
    )
    return budgets.flatMap(budget => {
      const what = `budget ${budget}, ${perWeek} a week, ± ${swing * 100} %`
      const notices = triggers.map(one => countNotices(one, budget))
      const value = notices.reduce((sum, one) => sum + one, 0) / noticeYears / notices.length
      const most = findMost(budget * noticeYears)
      const above = notices.filter(one => one > most).length
      return [
        {
          what: `notices a year, ${what}`,
          ...{ value, ceiling: budget, ratioTarget: { below: 1.5 } }
        },
        {
          what: `worlds with more than ${most} notices, ${what}`,
          ...{ unit: '%', value: (100 * above) / notices.length }
        }
      ]
    })
  })
}

/** In order. A trigger of a budget is one of every greater budget too. */
function listTriggers(reports: readonly WorldReport[]): readonly Trigger[] {
  const { all } = scanReports(reports, Math.max(...budgets)).situations
  const triggers = all.flatMap(({ steps }) => steps.map(({ trigger }) => trigger))
  return triggers.sort((a, b) => a.row - b.row)
}

function countNotices(triggers: readonly Trigger[], budget: number): number {
  const situations = new Situations(budget)
  for (const trigger of triggers)
    if (situations.isRare(trigger.logYears[windowDays - 1]!)) situations.apply(trigger)
  return situations.all.reduce((sum, { steps }) => sum + steps.filter(isNotice).length, 0)
}

/** Of a Poisson count with this mean: the end of its 95 % interval. */
function findMost(mean: number): number {
  let [count, chance] = [0, Math.exp(-mean)]
  let sum = chance
  while (sum < 0.975) {
    count += 1
    chance *= mean / count
    sum += chance
  }
  return count
}

/** Reports one by one, in order: from the third year on, when their past is whole. */
async function measureCost(options: BenchOptions): Promise<readonly Figure[]> {
  const places = choosePlaces(options)
  return costTraffics.map(perWeek => {
    const reports = drawReports(places, 4, perWeek, 7)
    const world = makeWorld(8)
    const from = reports.findIndex(({ day }) => day >= reports[0]!.day + 2 * 365)
    let began = process.cpuUsage()
    for (const [row, report] of reports.entries()) {
      if (row === from) began = process.cpuUsage()
      world.add(row, report)
      world.refresh(0)
    }
    const { user, system } = process.cpuUsage(began)
    const value = (user + system) / (reports.length - from)
    const what = `CPU time of a report at ${perWeek} a week`
    return { what, unit: 'µs', value, target: { below: 500 } }
  })
}
