// The made-up log of the known answers: three towns, a countryside, and one cluster of five. And a
// scan over a log.

import { ScanWorld } from '../../src/rules/scan/scan-world.ts'
import type { Situation } from '../../src/rules/significance/situations.ts'
import type { ScannedReport } from './scan-naively.ts'

const towns = [
  [12, 2, 45],
  [13.5, -1, 25],
  [14.2, 4.1, 10]
] as const
const firstDay = 730_000

/** A plain generator of integers, so that any language can repeat it. */
export function makeUpLog(seed: number, years: number, perWeek: number): ScannedReport[] {
  let state = seed
  const draw = (below: number) => {
    state = (state * 48_271) % 2_147_483_647
    return state % below
  }
  const reports: ScannedReport[] = []
  const add = (id: string, day: number, lat: number, lon: number) => {
    const points = [{ lat: round(lat), lon: round(lon) }]
    reports.push({ row: reports.length, id, day: firstDay + day, points })
  }
  const count = Math.round((perWeek * 365 * years) / 7)
  for (let i = 0; i < count; i++) {
    const day = draw(365 * years)
    let share = draw(100)
    const [a, b] = [draw(2001) - 1000, draw(2001) - 1000]
    const town = towns.find(([, , part]) => {
      if (share < part) return true
      share -= part
      return false
    })
    const id = `r${String(i).padStart(4, '0')}`
    if (town === undefined) add(id, day, 13 + a / 400, 1.5 + b / 250)
    else add(id, day, town[0] + a / 5000, town[1] + b / 5000)
  }
  for (let i = 0; i < 5; i++)
    add(`x${i}`, 1000 + 2 * i, 12.9 + draw(2001) / 20_000, 0.4 + draw(2001) / 20_000)
  return reports
}

function round(degrees: number): number {
  return Math.round(degrees * 1e4) / 1e4
}

export function findFirstDay(reports: readonly ScannedReport[]): number {
  return Math.min(...reports.map(({ day }) => day))
}

/** Scans reports in the order of the list. */
export function scanAll(
  reports: readonly ScannedReport[],
  firstDay: number,
  budget: number
): { readonly world: ScanWorld; readonly situations: readonly Situation[] } {
  const ids = new Map(reports.map(({ row, id }) => [row, id]))
  const world = new ScanWorld(budget, row => ids.get(row)!)
  for (const report of reports) world.add(report.row, report)
  world.setFirstDay(firstDay)
  world.refresh(0)
  return { world, situations: world.situations.all }
}
