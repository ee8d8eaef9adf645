// The HTTP body of a response, for officers and partners. Its allowed times are in deed-times.ts.

import { optional, orNull, text, words } from '@tocsin/contracts/format/format'
import { saidTextPattern } from '@tocsin/contracts/report/posted-text'
import { responseKinds } from '@tocsin/contracts/theatre/theatre-record'

/** What people write who act: 4,000 characters are two pages. */
export const written = { maxLength: 4000, pattern: saidTextPattern } as const

export const deedMembers = {
  kind: words(responseKinds),
  at: optional(orNull(text({ maxLength: 40 }))),
  text: optional(orNull(text(written)))
}

/** A record that no one acted needs the reason. */
export function lacksReason({
  kind,
  text: said
}: {
  readonly kind?: string | undefined
  readonly text?: string | null | undefined
}) {
  return kind === 'none' && !said?.trim()
}

export const reasonWords = 'is required where the response is `none`: say why nothing is done'
