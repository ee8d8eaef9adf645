// How much waits for an answer, above every view of who may answer: one press leads to it.

import { presetFilter } from '../../queue/presets.ts'
import { addressOf } from '../../queue/queue-filter.ts'
import { severityMarks } from '../../shown/shown-alert.ts'
import { setAddress } from '../../state/address.ts'
import { filter, mayUse } from '../../state/console-state.ts'
import { hrefOf, openViews } from '../../state/current-view.ts'
import { unansweredCount } from '../../state/unanswered.ts'
import { words } from '../../words/words.ts'
import { isFollowedHere } from '../parts/followed-link.ts'
import { sinceHere } from '../parts/since-here.ts'

export function UnansweredLink() {
  if (!mayUse('alerts:operate') || !openViews.value.includes('alerts')) return null
  const told = words.unanswered
  const { count, isCut, worst, unknownSinceMs } = unansweredCount.value
  const wanted = { ...addressOf(presetFilter('unanswered', filter.value)), name: null }
  const follow = (event: MouseEvent) => {
    if (isFollowedHere(event))
      setAddress({ ...wanted, view: null, item: null, alert: null }, { push: true })
  }
  return (
    <a
      class={`unanswered-link ${worst ?? ''}`}
      href={hrefTo(wanted)}
      title={told.title}
      onClick={follow}
    >
      {worst === null ? null : <span aria-hidden="true">{severityMarks[worst]} </span>}
      {count === null ? told.unknown : told.count(count, isCut)}
      {count === null || unknownSinceMs === null ? null : (
        <span role="status"> · {told.notSince(sinceHere(unknownSinceMs))}</span>
      )}
      {worst === null ? null : (
        <span class="visually-hidden">{told.worst(words.severities[worst])}</span>
      )}
    </a>
  )
}

function hrefTo(members: Readonly<Record<string, string | null>>): string {
  const query = new URLSearchParams(hrefOf('alerts').replace(/^[^?]*/, ''))
  query.delete('alert')
  for (const [name, value] of Object.entries(members))
    value === null ? query.delete(name) : query.set(name, value)
  return `?${query}`
}
