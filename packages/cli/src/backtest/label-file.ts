// The file of --labels: what deserved an alert, as a CSV with the columns id, area or lat, lon and
// radiusKm, from, and if known to, kind and by.

import { dayMs } from '@tocsin/domain/space-time/event-time'
import type { Label } from './label-judgement.ts'
import { type NamedRow, readNamedTable } from './named-table.ts'

/** Throws UsageError without the file, CommandError for a row that states no label. */
export function readLabels(file: string): readonly Label[] {
  const seen = new Set<string>()
  return readNamedTable(file, ['id', 'from']).map(row => {
    const label = readLabel(row)
    if (seen.has(label.id)) row.fail(`id ${label.id} is there twice`)
    seen.add(label.id)
    return label
  })
}

function readLabel(row: NamedRow): Label {
  const fromMs = row.requireDay('from')
  const toMs = row.readDay('to') ?? fromMs
  if (toMs < fromMs) row.fail('to is before from')
  const byMs = row.readDay('by')
  const [area, circle] = [row.read('area') ?? row.read('theatre'), readCircle(row)]
  if (area === null && circle === null) row.fail('states no area, and no lat, lon and radiusKm')
  return {
    id: row.require('id'),
    kind: row.read('kind'),
    area,
    circle,
    fromMs,
    toMs: toMs + dayMs,
    byMs: byMs === null ? null : byMs + dayMs
  }
}

function readCircle(row: NamedRow): Label['circle'] {
  const lat = row.readNumber('lat', -90, 90)
  const lon = row.readNumber('lon', -180, 180)
  const radiusKm = row.readNumber('radiusKm', 0, 20_000)
  if (lat === null && lon === null && radiusKm === null) return null
  if (lat === null || lon === null || radiusKm === null)
    return row.fail('lat, lon and radiusKm belong together')
  return { lat, lon, radiusKm }
}
