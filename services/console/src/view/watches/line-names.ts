// Lines of watches by the name that the reader may know their subscriptions by.

import type { Watch } from '../../shown/answers.ts'
import { subscriptions } from '../../state/webhooks/subscriptions.ts'
import { subscriptionName } from '../../upkeep/subscriber-name.ts'
import { distinctNames } from '../../upkeep/watch-draft.ts'
import { words } from '../../words/words.ts'

export interface LineChoice {
  readonly id: string
  readonly name: string
}

const own = () => subscriptions.state.value.body?.items ?? []

/** By their ids. Two of one name have their ids beside it. */
function namesOf(ids: readonly string[], { lineNames = [] }: Watch): readonly LineChoice[] {
  const known = { own: own(), names: lineNames, unnamed: words.told.unnamed }
  return distinctNames(ids.map(id => ({ id, name: subscriptionName(id, known) })))
}

/**
 * Its name, and whether the subscription follows another watch or none: then nothing goes to it as
 * a line.
 */
export function lineWords(
  line: string,
  watch: Watch
): { readonly name: string; readonly warning: string | null } {
  const all = new Set([line, ...watch.shifts.flatMap(({ lines }) => lines)])
  const name = namesOf([...all], watch).find(({ id }) => id === line)?.name ?? line
  const managed = own().find(({ id }) => id === line)
  return {
    name,
    warning:
      managed === undefined || managed.policy?.watch === watch.id
        ? null
        : words.watches.notFollowing
  }
}

/**
 * Subscriptions that can be lines of a watch: those that follow it and the reader manages, and
 * those of its shifts.
 */
export function lineChoices(watch: Watch): readonly LineChoice[] {
  const following = own().filter(({ policy }) => policy?.watch === watch.id)
  const ids = new Set([
    ...following.map(({ id }) => id),
    ...watch.shifts.flatMap(({ lines }) => lines)
  ])
  return namesOf([...ids], watch)
}
