// Formats that records share: days, instants, and theatres.

import { either, listOf, orNull, record, shared, text, words } from './format.ts'

export const textOrNull = orNull(text())

export const instantFormat = shared(
  'instant',
  text('ISO 8601, UTC, milliseconds.', {
    pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z$'
  })
)

export const dayFormat = shared(
  'day',
  text('A whole day, or an instant.', {
    pattern: '^\\d{4}-\\d\\d-\\d\\d(?:T\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z)?$'
  })
)

export const spanFormat = shared(
  'span',
  record(
    { from: dayFormat, to: dayFormat },
    'An interval. Days (`2025-06-01`) mean the whole day; instants are exact.'
  )
)

/** Which theatres somebody may see, or something is about. */
export const theatreChoiceFormat = shared(
  'theatresHeld',
  either(words(['*']), listOf(text()), 'Theatre ids, or * for all.')
)
