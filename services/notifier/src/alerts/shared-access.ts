// Who may know of what officers share: a roster, a view. It names people and places: other partners
// see a partner's declaration only if it is marked for them.

import { type Reach, reaches } from '@tocsin/auth/access/principal'
import { type Handling, maySee } from '@tocsin/contracts/theatre/handling'

/** The mark unless the author sets another. */
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
 * Whether a key may mark a roster so: up to its own handling, and the usual mark, which hides it
 * from all keys below that.
 */
export function mayMarkWatch(holder: Reach, asked: Handling): boolean {
  return asked === usualHandling || maySee(holder.handling, asked)
}
