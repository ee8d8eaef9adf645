// Warns above every view, if the key may read rosters, that no one on shift can be reached: until
// somebody can, all subscriptions of the roster are notified, and the queue does not show why.

import { unstaffedAmong } from '../../records/roster.ts'
import { nowMs } from '../../state/console-state.ts'
import { currentView, openViews } from '../../state/current-view.ts'
import { useAsking } from '../../state/resource.ts'
import { watches } from '../../state/watches.ts'
import { words } from '../../words/words.ts'
import { ViewLink } from '../parts/view-link.tsx'

export function UnstaffedLink() {
  return openViews.value.includes('watches') && currentView.value !== 'watches' ? <Asked /> : null
}

function Asked() {
  useAsking(watches.load, ['watches'])
  const names = unstaffedAmong(watches.state.value.body?.items ?? [], nowMs.value)
  return (
    <span role="status">
      {names.length === 0 ? null : (
        <ViewLink to="watches" class="unstaffed-link" title={names.join(', ')}>
          <span aria-hidden="true">▲</span>{' '}
          <span class="light-said">
            {words.views.unstaffed}
            <span class="visually-hidden">: {names.join(', ')}</span>
          </span>
        </ViewLink>
      )}
    </span>
  )
}
