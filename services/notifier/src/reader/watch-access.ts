// Who may know of a watch. A roster names people: what a partner declares is not shown to other
// partners unless it says so.

import type { WatchRecord } from '@tocsin/contracts/record/control-record'
import { type Handling, maySee } from '@tocsin/contracts/theatre/handling'
import { type Reach, reaches } from '@tocsin/service-kit/access/authority'

/** What a roster is marked with unless its author says otherwise. */
export const usualWatchHandling: Handling = 'internal'

/**
 * True for who declared it, within their theatres; for others by theatres and handling. Undefined:
 * false.
 */
export function mayKnowWatch(
  holder: Reach & { readonly id: string },
  watch: WatchRecord | undefined
): watch is WatchRecord {
  return (
    watch !== undefined &&
    reaches(
      holder.id === watch.ownerKeyId ? { ...holder, handling: watch.handling } : holder,
      watch
    )
  )
}

/**
 * Whether a key may mark a watch so: up to its own handling, and as is usual, which shows it to
 * nobody who holds less.
 */
export function mayMarkWatch(holder: Reach, asked: Handling): boolean {
  return asked === usualWatchHandling || maySee(holder.handling, asked)
}
