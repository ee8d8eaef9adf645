// Bench `calibration`: makes the table of chances of the rule `cluster` again, in worlds without
// clusters; counts what the rule tells there against its budget; measures its cost.

import { writeFileSync } from 'node:fs'
import { isNotice } from '@tocsin/engine/rules/significance/situations'
import { TableCounts } from './load/chance-table.ts'
import {
  drawReports,
  makeUpPlaces,
  makeWorld,
  type Place,
  readPlaces,
  scanReports
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

/** Notices a year, beside the budget. */
async function measureBudgets(options: BenchOptions): Promise<readonly Figure[]> {
  const places = choosePlaces(options)
  const worlds = swings.flatMap(swing => traffics.map(perWeek => ({ swing, perWeek })))
  return worlds.flatMap(({ swing, perWeek }) =>
    budgets.map(budget => {
      let notices = 0
      for (let seed = 1; seed <= countWorlds(options); seed++) {
        const reports = drawReports(places, years, perWeek, 1000 + seed, swing)
        const { all } = scanReports(reports, budget).situations
        for (const { steps } of all) notices += steps.filter(isNotice).length
      }
      const value = notices / noticeYears / countWorlds(options)
      return {
        what: `notices a year, budget ${budget}, ${perWeek} a week, ± ${swing * 100} %`,
        ...{ value, ceiling: budget, ratioTarget: { below: 1.5 } }
      }
    })
  )
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
