// The borders of first-level areas of some countries, to draw them. Coordinates: thousandths of a
// degree, longitude first.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { decodeRings } from '../map/ring-codec.ts'
import { Tables } from '../table/table-file.ts'
import { readArea } from './admin-areas.ts'

export type Outline = readonly (readonly [x: number, y: number])[]

export function readOutlines(countries: ReadonlySet<string>): readonly Outline[] {
  const tables = new Tables(readFileSync(join(import.meta.dirname, '..', 'world', 'areas.bin')))
  const areas = tables.readLines('areas').map(readArea)
  const { xs, ys, ringStarts, ringAreas } = decodeRings({
    ringLengths: tables.readU32('ringLengths'),
    ringAreas: tables.readU16('ringAreas'),
    corners: tables.readU8('corners')
  })
  return [...ringAreas].flatMap((area, ring) => {
    if (!countries.has(areas[area]?.country ?? '')) return []
    const [from, to] = [ringStarts[ring] as number, ringStarts[ring + 1] as number]
    return [Array.from({ length: to - from }, (_, i) => [xs[from + i]!, ys[from + i]!] as const)]
  })
}
