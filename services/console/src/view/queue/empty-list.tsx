// An empty list shows why, so that it does not look like quiet if that is unknown, and what to do
// next.

import {
  formatAddress,
  isNarrowed,
  makeEmptyList,
  type QueueFilter,
  wholeQueue
} from '../../queue/queue-filter.ts'
import { mayReport } from '../../shown/console-views.ts'
import { setAddress } from '../../state/address.ts'
import {
  caller,
  closedStanding,
  filter,
  heardAtMs,
  isLive,
  nowMs,
  sourcesStanding
} from '../../state/console-state.ts'
import { openViews } from '../../state/current-view.ts'
import { isWhole } from '../../state/queue-state.ts'
import { unacknowledgedCount } from '../../state/unacknowledged.ts'
import { waitWords } from '../../words/time-words.ts'
import { words } from '../../words/words.ts'
import { Icon } from '../parts/icon.tsx'
import { ViewLink } from '../parts/view-link.tsx'

export function EmptyList() {
  const now = filter.value
  const kind = makeEmptyList({
    isLive: isLive.value,
    isWhole: isWhole.value,
    isNarrowed: isNarrowed(now),
    lacksClosed: now.status !== 'open' && closedStanding.value === 'unknown'
  })
  const { title, more } = words.queue.nothing[kind]
  const unacknowledged = isOnlyUnacknowledged(now) ? unacknowledgedSaid() : null
  return (
    <div class="empty">
      <p class="empty-title">{unacknowledged ?? title}</p>
      {unacknowledged === null && more !== '' ? <p>{more}</p> : null}
      {kind === 'quiet' ? <Working /> : null}
      {kind === 'filtered' ? (
        <p class="buttons">
          <button type="button" class="primary" onClick={() => widen(now, {})}>
            {words.queue.clear}
          </button>
          {now.status === 'open' && unacknowledged === null ? (
            <button type="button" onClick={() => widen(now, { ...now, status: 'all' })}>
              {words.queue.searchAll}
            </button>
          ) : null}
        </p>
      ) : null}
    </div>
  )
}

function widen({ sort, group }: QueueFilter, to: Partial<QueueFilter>): void {
  setAddress(formatAddress({ ...wholeQueue, sort, group, ...to }))
}

/** The filter is "unacknowledged" alone. */
function isOnlyUnacknowledged(asked: QueueFilter): boolean {
  return asked.unacknowledged && !isNarrowed({ ...asked, unacknowledged: false })
}

function unacknowledgedSaid(): string | null {
  const { count } = unacknowledgedCount.value
  if (count === null) return words.unacknowledged.notKnown
  return isLive.value && isWhole.value ? words.unacknowledged.none : null
}

/** Quiet is not taken for peace: what shows that alerts would come. */
function Working() {
  const { queue, lights } = words
  const standing = sourcesStanding.value
  const heard = heardAtMs.value
  return (
    <>
      <ul class="working">
        <li>
          <Icon name="check" />
          <span>{queue.working}</span>
          {heard === null ? null : (
            <span class="soft">{lights.linkHeard(waitWords(nowMs.value - heard))}</span>
          )}
        </li>
        {standing.kind === 'heard' && standing.silent.length > 0 ? (
          <li class="is-warn">
            <Icon name="warning" />
            <span>{queue.silent(standing.silent.length, standing.all)}</span>
          </li>
        ) : null}
      </ul>
      <p class="buttons">
        {mayReport(caller.value?.scopes ?? []) ? (
          <a class="button primary" href="/report">
            {words.views.report}
          </a>
        ) : null}
        {openViews.value.includes('sources') ? (
          <ViewLink to="sources" class="button">
            {queue.seeSources}
          </ViewLink>
        ) : null}
      </p>
    </>
  )
}
