// How much waits to be acknowledged, above every view of who may: one press leads to it.

import { formatAddress, presetFilter } from '../../queue/queue-filter.ts'
import { filter, mayUse } from '../../state/console-state.ts'
import { openViews } from '../../state/current-view.ts'
import { unacknowledgedCount } from '../../state/unacknowledged.ts'
import { ageWords } from '../../words/time-words.ts'
import { words } from '../../words/words.ts'
import { ViewLink } from '../parts/view-link.tsx'

export function UnacknowledgedLink() {
  if (!mayUse('alerts:operate') || !openViews.value.includes('alerts')) return null
  const told = words.unacknowledged
  const { count, worst, oldestMs } = unacknowledgedCount.value
  return (
    <ViewLink
      to="alerts"
      members={{ ...formatAddress(presetFilter('unacknowledged', filter.value)), alert: null }}
      class={`unacknowledged-link ${count === 0 || count === null ? 'is-none' : ''}`}
      title={told.title}
    >
      <b>{count === null ? told.unknown : told.count(count)}</b>
      {count === null || count === 0 ? null : (
        <span class="oldest">
          {' · '}
          <span class="long">{told.oldest} </span>
          {ageWords(oldestMs)}
        </span>
      )}
      {worst === null ? null : (
        <span class="visually-hidden">{told.worst(words.severities[worst])}</span>
      )}
    </ViewLink>
  )
}
