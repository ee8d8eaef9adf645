// The sets as CSV, for detectors that are not of this repository, and the alarms that they make.

import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readNamedTable } from '@tocsin/cli/backtest/named-table'
import { dayMs, formatTime } from '@tocsin/domain/space-time/event-time'
import type { DetectionSet } from './detection-sets.ts'
import type { Alarm } from './detectors.ts'

/** Writes `reports.csv` and `labels.csv`. */
export function writeSets(dir: string, sets: readonly DetectionSet[]): void {
  const reports = sets.flatMap(({ name, reports }) =>
    reports.map(({ day, points: [point], area }, i) => {
      const { lat, lon } = point!
      return [
        name,
        `${name}-${i + 1}`,
        formatDay(day * dayMs),
        lat.toFixed(4),
        lon.toFixed(4),
        area
      ]
    })
  )
  const labels = sets.flatMap(({ name, labels }) =>
    labels.map(({ id, area, circle, fromMs, toMs, byMs }) => {
      const { lat, lon, radiusKm } = circle!
      const days = [fromMs, toMs - 1, byMs! - 1].map(formatDay)
      return [name, id, area, lat.toFixed(4), lon.toFixed(4), radiusKm, ...days]
    })
  )
  mkdirSync(dir, { recursive: true })
  write(join(dir, 'reports.csv'), ['set', 'id', 'day', 'lat', 'lon', 'area'], reports)
  write(
    join(dir, 'labels.csv'),
    ['set', 'id', 'areaOfSet', 'lat', 'lon', 'radiusKm', 'from', 'to', 'by'],
    labels
  )
}

function write(file: string, names: readonly string[], rows: readonly (readonly unknown[])[]) {
  writeFileSync(file, [names, ...rows].map(row => `${row.join(',')}\n`).join(''))
}

function formatDay(ms: number): string {
  return formatTime(ms).slice(0, 10)
}

/** Alarms by set, in order of their days: `set`, `day`, and `lat`, `lon`, `radiusKm` or `area`. */
export function readAlarms(file: string): ReadonlyMap<string, readonly Alarm[]> {
  const rows = readNamedTable(file, ['set', 'day']).map(row => {
    const day = row.requireDay('day') / dayMs
    const lat = row.readNumber('lat', -90, 90)
    const lon = row.readNumber('lon', -180, 180)
    const area = row.read('area')
    const point = lat === null || lon === null ? null : { lat, lon }
    if (point === null && area === null) row.fail('states no lat and lon, and no area')
    const radiusKm = row.readNumber('radiusKm', 0, 20_000) ?? 0
    return { set: row.require('set'), alarm: { day, point, radiusKm, area } }
  })
  return new Map(
    [...Map.groupBy(rows, ({ set }) => set)].map(([set, of]) => [
      set,
      of.map(({ alarm }) => alarm).sort((a, b) => a.day - b.day)
    ])
  )
}
