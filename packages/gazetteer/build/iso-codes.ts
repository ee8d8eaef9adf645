// Maps the codes of the map to the ISO 3166-2 list in force: the map is older, and where codes were
// reassigned, the name gives the current code of an area.

import { bareKey } from '../src/name/area-names.ts'
import { nameKey } from '../src/name/place-names.ts'

export interface IsoEntry {
  readonly code: string
  readonly name: string
  readonly parent: string
}

interface Named {
  readonly code: string
  readonly names: readonly string[]
}

/** Codes that names do not determine: other spellings, and names that the list has twice. */
const known: Readonly<Record<string, string>> = {
  'IR-01': 'IR-03',
  'IR-02': 'IR-04',
  'IR-07': 'IR-23',
  'IR-13': 'IR-11',
  'IR-18': 'IR-17',
  'IR-31': 'IR-28',
  // Kaafu and its capital, which both the map and ISO list separately.
  'MV-26': 'MV-26'
}
/**
 * Countries whose areas were redrawn under old names or codes, and one whose areas have the names
 * of its towns.
 */
const leftAlone = new Set(['MA', 'ML', 'BF', 'NE', 'NP', 'SI'])

/**
 * New codes by old ones, for the renamed areas of one country. Pure; a name that fits two areas
 * changes neither.
 */
export function mapRenamedCodes(
  areas: readonly Named[],
  entries: readonly IsoEntry[]
): ReadonlyMap<string, string> {
  if (leftAlone.has(areas[0]?.code.slice(0, 2) ?? '')) return new Map()
  const matches = areas.map(area => ({ area, entry: findEntry(area, entries) }))
  const taken = Map.groupBy(
    matches.filter(m => m.entry !== null),
    m => m.entry?.code
  )
  const moved = new Map<string, string>()
  for (const { area, entry } of matches) {
    const code =
      known[area.code] ??
      (entry !== null && taken.get(entry.code)?.length === 1 ? entry.code : area.code)
    if (code !== area.code) moved.set(area.code, code)
  }
  return moved
}

/** The one entry that has a name of the area; its own code is preferred. */
function findEntry({ code, names }: Named, entries: readonly IsoEntry[]): IsoEntry | null {
  const own = names.slice(0, 1)
  const readings = [own, names].flatMap(some => [nameKey, bareKey].map(keyOf => ({ some, keyOf })))
  for (const { some, keyOf } of readings) {
    const keys = new Set(some.map(keyOf).filter(key => key !== ''))
    const fits = entries.filter(entry => listIsoNames(entry).some(name => keys.has(keyOf(name))))
    const same = fits.find(entry => entry.code === code)
    if (same) return same
    const [first, second] = fits
    if (first && !second) return first
  }
  return null
}

/** ISO writes `Name [other name]` and `Name, Kind of`. */
export function listIsoNames({ name }: IsoEntry): readonly string[] {
  return name
    .split(/[[\]()/]/)
    .flatMap(part => [part, part.replace(/^(.*), (.*)$/, '$2 $1')])
    .map(part => part.trim())
    .filter(part => part !== '')
}
