// Settlement ids. They are stored in alerts and logs permanently, so the rule is fixed:
// `<area>/<slug>`, plus `@<lat>,<lon>` (one decimal) if the area has two of the name or is a whole
// country.

import type { Point } from '@tocsin/domain/space-time/geometry'
import { buildSlug } from './place-names.ts'

/** Area of a settlement in an unknown country. ISO 3166 reserves ZZ for users. */
const nowhere = 'ZZ'

/**
 * The id of a settlement; null for a name without letters or digits. Pure. `isAlone`: its
 * first-level area contains no other of the name.
 */
export function buildSettlementId(
  name: string,
  admin1: string | null,
  country: string | null,
  at: Point,
  isAlone: boolean
): string | null {
  const slug = buildSlug(name)
  if (slug === '') return null
  const area = admin1 ?? country ?? nowhere
  return admin1 !== null && isAlone
    ? `${area}/${slug}`
    : `${area}/${slug}@${formatOneDecimal(at.lat)},${formatOneDecimal(at.lon)}`
}

function formatOneDecimal(degrees: number): string {
  const text = degrees.toFixed(1)
  return text === '-0.0' ? '0.0' : text
}
