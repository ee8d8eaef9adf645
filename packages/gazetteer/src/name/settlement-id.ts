// Ids of settlements. They stand in alerts and in the log for ever, so the rule is fixed: `<area>/<slug>`, and with `@<lat>,<lon>` (one decimal)
// where the area holds two of the name or is a whole country.

import type { Point } from '@tocsin/domain/space-time/geometry'
import { slugOf } from './place-names.ts'

/** Where nothing is known of the area, not even the country. ISO 3166 leaves ZZ to users. */
const nowhere = 'ZZ'

/** The id of a settlement; null for a name without letters or digits. Pure. `isAlone`: its first-level area holds no other of the name. */
export function settlementId(
  name: string,
  admin1: string | null,
  country: string | null,
  at: Point,
  isAlone: boolean
): string | null {
  const slug = slugOf(name)
  if (slug === '') return null
  const area = admin1 ?? country ?? nowhere
  return admin1 !== null && isAlone ? `${area}/${slug}` : `${area}/${slug}@${oneDecimal(at.lat)},${oneDecimal(at.lon)}`
}

function oneDecimal(degrees: number): string {
  const text = degrees.toFixed(1)
  return text === '-0.0' ? '0.0' : text
}
