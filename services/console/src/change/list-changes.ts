// What differs between two lists of an alert: its levels, and its pieces of evidence by those that
// its states name. Pure.

import { computeNamedCount, type ShownAlert } from '../shown/shown-alert.ts'
import { readReasons } from '../words/alert-texts.ts'
import { words } from '../words/words.ts'

export interface Change {
  readonly what: string
  /** Empty: it only came; so `after`, where it only went. */
  readonly before: string
  readonly after: string
  /** For several texts that others wrote: each separate, so that none turns the next one around. */
  readonly pieces?: readonly string[]
}

/** What a list has and another has not, as often as that. */
function without(list: readonly string[], other: readonly string[]): readonly string[] {
  const left = new Map<string, number>()
  for (const each of other) left.set(each, (left.get(each) ?? 0) + 1)
  return list.filter(each => {
    const count = left.get(each) ?? 0
    left.set(each, count - 1)
    return count <= 0
  })
}

/** Levels that came and went, a line for each; of the same ones in another order, all. */
export function levelsBetween(before: ShownAlert, after: ShownAlert): readonly Change[] {
  const { levels, levelsCame, levelsWent } = words.history
  const [was, is] = [readReasons(before), readReasons(after)]
  const [went, came] = [without(was, is), without(is, was)]
  const changes = [
    ...(came.length === 0 ? [] : [{ what: levelsCame, before: '', after: came.join(', ') }]),
    ...(went.length === 0 ? [] : [{ what: levelsWent, before: went.join(', '), after: '' }])
  ]
  const isMoved = changes.length === 0 && was.some((reason, i) => reason !== is[i])
  return isMoved ? [{ what: levels, before: was.join(', '), after: is.join(', ') }] : changes
}

/**
 * Ids of the pieces that came and went. A state names only the first of many: a piece in the other
 * state may have been unnamed in this one, and is reported only if all are named.
 */
export function piecesBetween(
  before: ShownAlert,
  after: ShownAlert
): { readonly came: readonly string[]; readonly went: readonly string[] } {
  const [was, is] = [before, after].map(({ evidence }) =>
    evidence.map(({ incidentId }) => incidentId)
  ) as [string[], string[]]
  return {
    came: was.length >= computeNamedCount(before) ? without(is, was) : [],
    went: is.length >= computeNamedCount(after) ? without(was, is) : []
  }
}
