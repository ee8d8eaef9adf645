// Builds `src/world/places.bin`: fetches the list of places, finds the area of each on the map next
// to it, writes the tables. Run by hand when the sources change, after `build-areas.ts`. Ids of
// settlements never change: the program stops if one would. `--renumber` permits changes of ids
// that no release has used yet.

import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { AdminAreas } from '../src/area/admin-areas.ts'
import { Settlements } from '../src/settlement/settlements.ts'
import { Tables } from '../src/table/table-file.ts'
import { readCities, withSahel } from './geonames.ts'
import { buildPlaceTables } from './place-tables.ts'
import { fetchSource } from './sources.ts'

const [scratch, renumber] = process.argv.slice(2)
if (scratch === undefined)
  throw new Error('node build/build-places.ts <scratch folder> [--renumber]')

/** Countries with released ids: these never change. */
const released = new Set(['BF', 'ML', 'NE'])

const target = new URL('../src/world/places.bin', import.meta.url)
const areas = new AdminAreas(
  new Tables(readFileSync(new URL('../src/world/areas.bin', import.meta.url)))
)
const table = readFileSync(new URL('./tables/sahel-settlements.tsv', import.meta.url), 'utf8')
const bytes = buildPlaceTables(
  withSahel(readCities(join(fetchSource('cities', scratch), 'cities1000.txt')), table),
  areas
)
if (existsSync(target)) checkIds(readFileSync(target), bytes, renumber === '--renumber')
writeFileSync(target, bytes)
console.log(`places.bin: ${bytes.length} bytes, ${new Settlements(new Tables(bytes)).size} places`)

function checkIds(before: Uint8Array, after: Uint8Array, mayRenumber: boolean): void {
  const now = readIds(after)
  const changed = [...readIds(before)].filter(
    ([geonameId, id]) =>
      now.get(geonameId) !== id && !(mayRenumber && !released.has(id.slice(0, 2)))
  )
  if (changed.length === 0) return
  const shown = changed
    .slice(0, 20)
    .map(([geonameId, id]) => `${id} → ${now.get(geonameId) ?? 'gone'}`)
  throw new Error(
    `${changed.length} ids would change; they are stored in alerts and logs:\n${shown.join('\n')}`
  )
}

function readIds(bytes: Uint8Array): ReadonlyMap<number, string> {
  const tables = new Tables(bytes)
  const settlements = new Settlements(tables)
  return new Map(
    [...tables.readU32('geonameIds')].map((geonameId, row) => [
      geonameId,
      settlements.getSettlement(row).id
    ])
  )
}
