// The parent that a recorded alert of the second version states. Later versions state none: it is
// computed from the open alerts that a reader sees.

import type { AlertState } from '@tocsin/contracts/alert/alert'
import type { Handling } from '@tocsin/contracts/theatre/handling'

/** The parent for readers who may see everything, and the others for whom it is another. */
type Parents = Pick<AlertState, 'partOf' | 'partOfFor'>

/** The parent that an alert states for readers of a level; null for none. */
export function findStatedParent({ partOf, partOfFor }: Parents, level: Handling): string | null {
  const own = level === 'restricted' ? undefined : partOfFor?.[level]
  return own === undefined ? partOf : own
}
