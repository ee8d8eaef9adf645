// Checks a requested filter against the values that alerts can have: the empty answer to a country
// or a pattern that does not exist would look like quiet. Theatres and rules are not looked up: a
// refusal would reveal which ones there are.

import type { AlertFilter, FilterError, ParsedFilter } from '@tocsin/contracts/alert/alert-filter'
import { isCountryCode } from '@tocsin/contracts/report/iso-3166-1'
import { findPatternFault } from '@tocsin/engine/theatre/rule-check'

/**
 * A parsed filter, refused with the first value of a name that no alert can have. Rules name only
 * patterns of the catalogue. None was ever withdrawn; alerts would keep the name of one that is, so
 * it must stay known here.
 */
export function askedFilter(parsed: ParsedFilter): ParsedFilter {
  if (!parsed.ok) return parsed
  const { country, pattern }: AlertFilter = parsed.filter
  const errors = [
    firstFault('country', country, countryFault),
    firstFault('pattern', pattern, findPatternFault)
  ].filter(error => error !== null)
  return errors.length === 0 ? parsed : { ok: false, errors }
}

function firstFault(
  name: 'country' | 'pattern',
  values: readonly string[] = [],
  faultOf: (value: string) => string | null
): FilterError | null {
  const at = values.findIndex(value => faultOf(value) !== null)
  return at < 0 ? null : { pointer: `/${name}/${at}`, detail: faultOf(values[at] as string) ?? '' }
}

function countryFault(code: string): string | null {
  return isCountryCode(code) ? null : `is not an ISO 3166-1 alpha-2 code: ${code}`
}
