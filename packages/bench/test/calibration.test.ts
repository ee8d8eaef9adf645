// The rule `cluster` keeps to its budget in worlds without clusters, and they give its table again.

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { TableCounts } from '@tocsin/bench/load/chance-table'
import { drawReports, makeUpPlaces, readPlaces, scanReports } from '@tocsin/bench/load/null-world'
import { isNotice } from '@tocsin/engine/rules/significance/situations'
import { makeTempDir, removeDir } from '@tocsin/testing/process/temp-dir'
import { expect, it } from 'vitest'

const places = makeUpPlaces()
const years = 12

/** Of 99.9 % of Poisson counts with this mean, nearly: the usual approximation. */
function computeBounds(mean: number): readonly [number, number] {
  return [mean - 3.3 * Math.sqrt(mean), mean + 3.3 * Math.sqrt(mean) + 2]
}

it.each([
  [3.75, 4, 0],
  [7.5, 12, 0],
  [7.5, 8, 0],
  [15, 4, 0],
  [30, 1, 0],
  [30, 4, 0.5]
])(
  'makes at %d attacks a week the notices that a budget of %d allows, with a season of ± %d',
  (perWeek, budget, swing) => {
    const { all } = scanReports(drawReports(places, years, perWeek, 3, swing), budget).situations
    const notices = all.flatMap(({ steps }) => steps.filter(isNotice)).length
    const [least, most] = computeBounds(budget * (years - 1))
    expect(notices).toBeGreaterThan(least)
    expect(notices).toBeLessThan(most)
  }
)

it('makes a table that is near the one of the engine', () => {
  const counts = new TableCounts()
  for (const perWeek of [7.5, 15]) counts.add(drawReports(places, years, perWeek, 1))
  expect(counts.computeDifference()).toBeLessThan(0.25)
  const { logChances } = counts.makeTable()
  const falls = logChances.every((row, i) =>
    row.every((chance, bin) => i === 0 || chance <= logChances[i - 1]![bin]! + 0.2)
  )
  expect(falls).toBe(true)
})

it('refuses a file of places that is missing, empty or states none', async () => {
  const dir = await makeTempDir()
  try {
    const file = join(dir, 'places.csv')
    expect(() => readPlaces(file)).toThrow(`${file} cannot be read`)
    writeFileSync(file, '\n')
    expect(() => readPlaces(file)).toThrow(`${file} has no places`)
    writeFileSync(file, '12.5,-3\n95,10\n')
    expect(() => readPlaces(file)).toThrow(`${file}: no place: 95,10`)
    writeFileSync(file, '12.5,-3\n')
    expect(readPlaces(file)).toEqual([{ lat: 12.5, lon: -3 }])
  } finally {
    await removeDir(dir)
  }
})
