// Subscriptions of a roster by the names that the reader may know them by.

import { distinctNames } from '../../records/roster.ts'
import type { Watch } from '../../shown/answers.ts'
import { subscriptions } from '../../state/subscriptions.ts'
import { subscriptionName } from '../../words/filter-words.ts'
import { words } from '../../words/words.ts'

export interface Line {
  readonly id: string
  /** Of two with one name with its id. */
  readonly name: string
  /** That it uses another roster, or none: then it is not notified by this one. */
  readonly warning: string | null
}

/** Those that use the roster and the reader manages, and those of its shifts. */
export function listLines({ id: roster, lineNames = [], shifts }: Watch): readonly Line[] {
  const own = subscriptions.state.value.body?.items ?? []
  const known = { own, names: lineNames, unnamed: words.told.unnamed }
  const using = own.filter(({ policy }) => policy?.watch === roster).map(({ id }) => id)
  const ids = new Set([...using, ...shifts.flatMap(({ lines }) => lines)])
  return distinctNames([...ids].map(id => ({ id, name: subscriptionName(id, known) }))).map(
    line => ({
      ...line,
      warning:
        using.includes(line.id) || own.every(({ id }) => id !== line.id)
          ? null
          : words.watches.notFollowing
    })
  )
}
