// Formats of what posted bodies share: texts, times, the names of sources and reports. A
// description ends the sentence of an error: "must be …".

import { text } from '../format/format.ts'
import { writtenCharacter } from '../theatre/written-text.ts'

/**
 * One line with something on it, without characters that no person writes or that turn the line
 * around.
 */
const postedLinePattern = `^(?=.*\\S)${writtenCharacter}*$`

const clock = '[Tt]\\d\\d:\\d\\d(?::\\d\\d(?:\\.\\d{1,9})?)?(?:[Zz]|[+-]\\d\\d:\\d\\d)'
const day = '\\d{4}-\\d\\d-\\d\\d'

export const closed = (description: string) => ({ description, additionalProperties: false })
export const line = (description: string, maxLength: number) =>
  text({ description, minLength: 1, maxLength, pattern: postedLinePattern })
export const dayOrInstant = text(
  'a day such as 2025-06-01, or an instant with its offset from UTC',
  { maxLength: 40, pattern: `^${day}(?:${clock})?$` }
)

export const postedInstant = text(
  'an instant with its offset from UTC, such as 2025-06-02T09:00:00Z',
  { maxLength: 40, pattern: `^${day}${clock}$` }
)

export const postedSource = {
  id: text(
    'an id of 1 to 64 letters, digits, dots, hyphens, underscores and colons that begins with a letter or digit',
    { pattern: '^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$' }
  )
}

/** The id of a source for an e-mail or web address, or a name; empty without a letter or digit. */
export function formatSourceId(text: string): string {
  return text
    .replace(/^[a-z]+:\/\//i, '')
    .replace(/[^A-Za-z0-9._:-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+|-+$/g, '')
    .slice(0, 64)
}

/** The id of a report at its source, in the given words. */
export const postedExternalId = (description: string) => line(description, 200)
