// That a watch was changed since a form of it was opened, and who is on now.

import type { Watch } from '../../shown/answers.ts'
import { words } from '../../words/words.ts'

/**
 * Null: the form is of what is known. A list that was asked before the change is older than the
 * form.
 */
export function newerWords(held: Watch, version: number): string | null {
  if (held.version <= version) return null
  const on = held.onWatch.map(({ officer }) => officer).join(', ')
  return words.watches.newer(on === '' ? words.watches.nobody : on)
}
