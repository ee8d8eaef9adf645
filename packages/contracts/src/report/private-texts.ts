// The private part of a report: texts, links and names of persons. They are readable only inside
// intake and in answers to readers with the scope for persons; everywhere else they are sealed.

import { listOf, optional, record, text, type ValueOf } from '../format/format.ts'
import { normalizeName, normalizeNameOrNull, normalizeWord, removeRepeats } from './normal-text.ts'
import { closed, line } from './posted-text.ts'

const person = record(
  {
    name: optional(line('the name of a person, at most 200 characters on one line', 200)),
    aliases: optional(
      listOf(
        line('a name, at most 200 characters on one line', 200),
        'a list of at most 10 further names',
        { maxItems: 10 }
      )
    ),
    role: optional(line('a role such as captured, at most 60 characters', 60)),
    kind: optional(line('a kind such as commander, at most 60 characters', 60))
  },
  {
    ...closed('a person with a name, or with what is known without it: a role or a kind'),
    minProperties: 1
  }
)

export const privateFormat = record(
  {
    narrative: optional(
      text('a text of at most 20000 characters', {
        minLength: 1,
        maxLength: 20_000,
        pattern: '^[^\\u0000-\\u0008\\u000B\\u000C\\u000E-\\u001F\\u007F\\p{Cs}]*$'
      })
    ),
    links: optional(
      listOf(
        text('an address that begins with http:// or https://, at most 2000 characters', {
          maxLength: 2000,
          pattern: '^[Hh][Tt][Tt][Pp][Ss]?://[^\\s\\p{Cc}\\p{Cs}]+$'
        }),
        'a list of at most 20 links',
        { maxItems: 20 }
      )
    ),
    persons: optional(listOf(person, 'a list of at most 50 persons', { maxItems: 50 }))
  },
  closed('an object with narrative, links and persons')
)

export type PrivateTexts = NonNullable<ReturnType<typeof normalizePrivate>>

/** The normal form of the private part; null for an empty one. Pure. */
export function normalizePrivate(posted: ValueOf<typeof privateFormat> = {}) {
  const narrative = posted.narrative?.normalize('NFC').trim() || null
  const links = removeRepeats(posted.links)
  const persons = (posted.persons ?? []).map(({ name, aliases = [], role, kind }) => ({
    /** Null for a person whom the report does not name. */
    name: normalizeNameOrNull(name),
    aliases: [...new Set(aliases.map(normalizeName))].filter(alias => alias !== ''),
    role: normalizeWord(role),
    kind: normalizeWord(kind)
  }))
  const isEmpty = narrative === null && links.length === 0 && persons.length === 0
  return isEmpty ? null : { narrative, links, persons }
}
