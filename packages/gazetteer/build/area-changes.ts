// Changes of areas since the map was drawn that the map does not show: changed codes, merged areas,
// and which settlements determine the successor that a part of a split area belongs to
// (`src/area/area-successors.ts`). Entered by hand in `tables/area-changes.tsv`; no available
// source verifies them.

import { readFileSync } from 'node:fs'
import { areaSeats } from '../src/area/area-seats.ts'

/**
 * `joined`: the new code of a renamed or merged area. `code`: the current area for a GeoNames code,
 * of the first level or with finer codes appended. `place`: the area of a settlement which GeoNames
 * lists elsewhere, or in an area that was split since.
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

/** The new code of a renamed or merged area; null if the code is unchanged. Pure. */
export function findJoined(code: string): string | null {
  return changes.get(`joined ${code}`) ?? null
}

/** The successor of a split area that contains a GeoNames settlement; null if unknown. Pure. */
export function findSuccessor(
  place: {
    readonly geonameId: number
    readonly adminCode: string
    readonly finerCodes: readonly string[]
  },
  successors: readonly string[]
): string | null {
  // The remainder of a split area keeps the settlements without other evidence.
  const byCode = [...place.finerCodes, place.adminCode].flatMap(
    code => changes.get(`code ${code}`) ?? []
  )[0]
  const code =
    changes.get(`place ${place.geonameId}`) ??
    byCode ??
    (place.adminCode === 'ET.54' ? 'ET-SN' : null)
  return code !== null && successors.includes(code) ? code : null
}

/** Codes of all areas that are determined by settlements. */
export const toldCodes: ReadonlySet<string> = new Set([
  ...changes.values(),
  ...areaSeats.map(seat => seat.admin1),
  'ET-SN'
])

/** Settlements that are in several successors: an entire city. */
export const spanning: ReadonlySet<number> = new Set([
  // Nouakchott
  2377450
])
