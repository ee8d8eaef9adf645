// Builds `src/world/area-zones.ts`: the time zones of first-level areas, by the zone that GeoNames
// states for each settlement. Run by hand when the sources change, after `build-places.ts`.

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openWorldGazetteer } from '../src/world-gazetteer.ts'
import { readZones, type ZonedPlace } from './geonames.ts'
import { fetchSource } from './sources.ts'

/**
 * Not in the list of places: the border of Mexico with Texas has its summer time in a
 * zone made since, and Xinjiang keeps the time of Beijing next to its own.
 */
const alsoThere: Readonly<Record<string, readonly string[]>> = {
  'MX-CHH': ['America/Ciudad_Juarez'],
  'CN-XJ': ['Asia/Shanghai']
}

const [scratch] = process.argv.slice(2)
if (scratch === undefined) throw new Error('node build/build-area-zones.ts <scratch folder>')

const gazetteer = openWorldGazetteer()
const places = readZones(join(fetchSource('cities', scratch), 'cities1000.txt'))
/** Countries with one zone need no areas: whoever reads the table takes the country's. */
const manifold = new Set(
  [...Map.groupBy(places, ({ country }) => country)]
    .filter(([, own]) => new Set(own.map(({ zone }) => zone)).size > 1)
    .map(([country]) => country)
)
/**
 * By zone, the country that most of its settlements are in: a town beyond a border has that of its
 * neighbour by mistake.
 */
const homes = new Map(
  [...Map.groupBy(places, ({ zone }) => zone)].map(([zone, own]) => {
    const counts = [...Map.groupBy(own, ({ country }) => country)].sort(
      ([, a], [, b]) => b.length - a.length
    )
    return [zone, counts[0]?.[0]]
  })
)
const byArea = Map.groupBy(
  places.filter(({ country }) => manifold.has(country)),
  place => findArea(place)
)
const areasByZone = new Map<string, string[]>()
for (const [area, own] of byArea) {
  if (area === null) continue
  for (const zone of findZones(area, own))
    areasByZone.set(zone, [...(areasByZone.get(zone) ?? []), area])
}
const lines = [...areasByZone]
  .sort(([a], [b]) => (a < b ? -1 : 1))
  .map(([zone, areas]) => `  '${zone}': '${areas.sort().join(' ')}',`)
const text = `// Made by build/build-area-zones.ts: the areas of each time zone, for countries that have several. Data of GeoNames, CC BY 4.0.

export const areasByZone: Readonly<Record<string, string>> = {
${lines.join('\n').replace(/,$/, '')}
}
`
writeFileSync(new URL('../src/world/area-zones.ts', import.meta.url), text)
console.log(
  `area-zones.ts: ${text.length} bytes, ${manifold.size} countries, ${byArea.size} areas, ${areasByZone.size} zones`
)

/**
 * Of the settlement that the tables have there; a settlement of another country at a border does
 * not count.
 */
function findArea({ country, lat, lon }: ZonedPlace): string | null {
  const area = gazetteer.settlements.findNearest({ lat, lon }, 1)?.admin1
  return area?.startsWith(`${country}-`) ? area : null
}

/**
 * The zones of its settlements, and what is added by hand. One town alone is at a border that
 * the map draws differently.
 */
function findZones(area: string, own: readonly ZonedPlace[]): readonly string[] {
  const zones = [...Map.groupBy(own, ({ zone }) => zone)]
  const counted = zones.filter(
    ([zone, there]) => there.length > 1 && homes.get(zone) === area.slice(0, 2)
  )
  const kept = counted.length === 0 ? zones : counted
  return [...kept.map(([zone]) => zone), ...(alsoThere[area] ?? [])]
}
