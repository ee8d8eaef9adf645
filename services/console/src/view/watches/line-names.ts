// Lines of watches by the address of their subscription, as far as the reader may know it.

import type { Watch } from '../../shown/watch.ts'
import { subscriptions } from '../../state/webhooks/subscriptions.ts'
import { distinctNames } from '../../upkeep/watch-draft.ts'
import { words } from '../../words/words.ts'

export interface LineChoice {
  readonly id: string
  readonly name: string
}

const own = () => subscriptions.state.value.body?.items ?? []

/** The address, and whether the subscription follows another watch or none: then nothing goes to it as a line. */
export function lineWords(line: string, watchId: string): { readonly name: string; readonly warning: string | null } {
  const known = own().find(({ id }) => id === line)
  if (known === undefined) return { name: line, warning: null }
  return { name: known.url, warning: known.policy?.watch === watchId ? null : words.watches.notFollowing }
}

/** Subscriptions that can be lines of a watch: those that follow it and the reader manages, and those of its shifts. */
export function lineChoices(watch: Watch): readonly LineChoice[] {
  const following = own().filter(({ policy }) => policy?.watch === watch.id)
  const ids = new Set([...following.map(({ id }) => id), ...watch.shifts.flatMap(({ lines }) => lines)])
  return distinctNames([...ids].map(id => ({ id, name: lineWords(id, watch.id).name })))
}
