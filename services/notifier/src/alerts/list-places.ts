// Sealed page tokens of lists: the next page is requested with one.

import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import { openCursor, sealCursor } from '@tocsin/service/projection/sealed-cursor'

/** The place in a list where a page ended. Not a log position, so it contains no cursor. */
export function sealPlace(
  { cursorKey }: { readonly cursorKey: Buffer },
  list: string,
  after: unknown
): string {
  return sealCursor(cursorKey, { cursors: [], extra: { list, after } })
}

export function makePlace<T>(
  { cursorKey }: { readonly cursorKey: Buffer },
  list: string,
  text: string
): T {
  const opened = openCursor(cursorKey, text)
  const extra = opened.ok
    ? (opened.content.extra as { readonly list: string; readonly after: T } | undefined)
    : undefined
  if (extra?.list !== list || typeof extra.after !== 'object')
    throw new ProblemError('cursor-invalid', 'The cursor was not issued by this list.')
  return extra.after
}
