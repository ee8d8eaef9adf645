// What became of areas since the map was drawn, as far as the map itself can't tell: codes that changed, areas that were joined, and which settlements
// tell into which of its successors a part of a cut area went (`src/area/area-successors.ts`). Entered by hand in `tables/area-changes.tsv`; no source at hand
// checks what they stand for.

import { readFileSync } from 'node:fs'
import { areaSeats } from '../src/area/area-seats.ts'

/**
 * `joined`: the new code of an area that changed its own, or was joined to others. `code`: the area of today of a code of GeoNames, of the first level or
 * with the finer ones behind it. `place`: that of a settlement which GeoNames has elsewhere, or in one that was cut since.
 */
const changes: ReadonlyMap<string, string> = new Map(
  readFileSync(new URL('./tables/area-changes.tsv', import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .slice(1)
    .map(line => {
      const [kind = '', of = '', area = ''] = line.split('\t')
      return [`${kind} ${of}`, area]
    })
)

/** The new code of an area that changed its own, or was joined to others; null for one that has it still. Pure. */
export function joinedTo(code: string): string | null {
  return changes.get(`joined ${code}`) ?? null
}

/** The successor of a cut area that a settlement of GeoNames is known to lie in; null where it says nothing. Pure. */
export function successorAt(
  place: { readonly geonameId: number; readonly adminCode: string; readonly finerCodes: readonly string[] },
  successors: readonly string[]
): string | null {
  // What is left of a cut area keeps the settlements that nothing else is known of.
  const byCode = [...place.finerCodes, place.adminCode].flatMap(code => changes.get(`code ${code}`) ?? [])[0]
  const code = changes.get(`place ${place.geonameId}`) ?? byCode ?? (place.adminCode === 'ET.54' ? 'ET-SN' : null)
  return code !== null && successors.includes(code) ? code : null
}

/** Codes of all areas that settlements tell. */
export const toldCodes: ReadonlySet<string> = new Set([...changes.values(), ...areaSeats.map(seat => seat.admin1), 'ET-SN'])

/** Settlements that lie in several of the parts: the whole of a city. */
export const spanning: ReadonlySet<number> = new Set([
  // Nouakchott
  2377450
])
