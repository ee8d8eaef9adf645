// Who may know of what officers share: a roster, a view. It names people and places: what a partner
// declares is not shown to other partners unless it says so.

import { type Handling, maySee } from '@tocsin/contracts/theatre/handling'
import { type Reach, reaches } from '@tocsin/service-kit/access/authority'

/** What it is marked with unless its author says otherwise. */
export const usualHandling: Handling = 'internal'

/**
 * True for who declared it, within their theatres; for others by theatres and handling. Undefined:
 * false.
 */
export function mayKnow<T extends Reach & { readonly ownerKeyId: string }>(
  holder: Reach & { readonly id: string },
  shared: T | undefined
): shared is T {
  return (
    shared !== undefined &&
    reaches(
      holder.id === shared.ownerKeyId ? { ...holder, handling: shared.handling } : holder,
      shared
    )
  )
}

/**
 * Whether a key may mark a watch so: up to its own handling, and as is usual, which shows it to
 * nobody who holds less.
 */
export function mayMarkWatch(holder: Reach, asked: Handling): boolean {
  return asked === usualHandling || maySee(holder.handling, asked)
}
