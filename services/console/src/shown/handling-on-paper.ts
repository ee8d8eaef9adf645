// How a printed alert is marked: by the most that is on it. Pure.

import type { Handling } from '@tocsin/client'
import type { AlertDetail } from './shown-alert.ts'

const order: readonly Handling[] = ['public', 'partners', 'internal', 'restricted']
/** Officers' names and words of records that state none. Source: decision 0033. */
const talkHandling: Handling = 'internal'

/** Of the alert, its evidence and officers' texts. `namesTold`: it lists who was notified. */
export function handlingOnPaper(
  { handling, evidence, revisions, revisionsOmitted }: AlertDetail,
  namesTold: boolean
): Handling {
  const talk = revisions.flatMap(({ data }) =>
    data.action ? [data.action.handling ?? talkHandling] : []
  )
  const described = evidence.flatMap(each => (each.incident === null ? [] : [each.handling]))
  // The owner may be on it without the event that assigned it.
  const rest = namesTold || revisionsOmitted > 0 ? [talkHandling] : []
  const most = Math.max(
    ...[handling, ...talk, ...described, ...rest].map(each => order.indexOf(each))
  )
  return order[most] ?? 'restricted'
}
