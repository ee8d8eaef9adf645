// Builds `src/world/area-neighbours.tsv` from the map and the settlements next to it. Run by hand,
// after `build-areas.ts` and `build-places.ts`.

import { readFileSync, writeFileSync } from 'node:fs'
import { readArea } from '../src/area/admin-areas.ts'
import {
  findNeighboursOnMaps,
  listCodesWithin,
  writeNeighbours
} from '../src/area/area-neighbours.ts'
import { AreaMap } from '../src/map/area-map.ts'
import { decodeRings } from '../src/map/ring-codec.ts'
import { Settlements } from '../src/settlement/settlements.ts'
import { Tables } from '../src/table/table-file.ts'

const world = (name: string) => new URL(`../src/world/${name}`, import.meta.url)
const tables = new Tables(readFileSync(world('areas.bin')))
const settlements = new Settlements(new Tables(readFileSync(world('places.bin'))))
const rings = decodeRings({
  ringLengths: tables.readU32('ringLengths'),
  ringAreas: tables.readU16('ringAreas'),
  corners: tables.readU8('corners')
})
const codes = tables.readLines('areas').map(line => [...listCodesWithin(readArea(line))])
addUndrawn(codes)
const neighbours = findNeighboursOnMaps([{ rings, codes }])
const text = writeNeighbours(neighbours)
writeFileSync(world('area-neighbours.tsv'), text)
console.log(`area-neighbours.tsv: ${text.length} bytes, ${neighbours.size} areas`)

/**
 * Areas known only by settlements, such as those of Somaliland, are in an area of the map that has
 * no code.
 */
function addUndrawn(codes: string[][]): void {
  const map = new AreaMap(rings)
  const drawn = new Set(codes.flat())
  for (let row = 0; row < settlements.size; row++) {
    const code = settlements.getAdmin1(row)
    const own =
      code === null || drawn.has(code)
        ? undefined
        : codes[map.findArea(settlements.getSettlement(row))]
    if (code !== null && own?.length === 0) own.push(code)
    else if (
      code !== null &&
      own !== undefined &&
      !own.includes(code) &&
      own.every(other => !drawn.has(other))
    )
      own.push(code)
  }
}
