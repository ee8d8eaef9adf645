// The queue: the rows, and at their foot what waits and what is not shown.

import '../../state/closed-search.ts'
import { useEffect } from 'preact/hooks'
import { closedMax } from '../../live/picture.ts'
import { isNarrowed } from '../../queue/queue-filter.ts'
import type { QueueRow } from '../../queue/queue-rows.ts'
import { chosenId, closedStanding, filter, isLive, pictureAge } from '../../state/console-state.ts'
import {
  counts,
  hasFocus,
  isScrolled,
  isWhole,
  notePointer,
  pausedSinceMs,
  queue,
  returnTo,
  showWaiting
} from '../../state/queue-state.ts'
import { savedNow } from '../../state/saved-views.ts'
import { words } from '../../words/words.ts'
import { Icon } from '../parts/icon.tsx'
import { isTyping } from '../parts/is-typing.ts'
import { Later } from '../parts/later.tsx'
import { sinceHere } from '../parts/since-here.ts'
import { VirtualList } from '../parts/virtual-list.tsx'
import { ActiveFilters } from './active-filters.tsx'
import { EmptyList } from './empty-list.tsx'
import { tabNow } from './presets.tsx'
import { QueueRowNow } from './queue-row.tsx'

const rowPx = 44
/**
 * How long the row of a closed alert is waited for, frames: on a narrow screen the list was not
 * drawn meanwhile.
 */
const framesMax = 60

function focusRow(id: string, framesLeft: number): void {
  // Who has gone on into a field meanwhile stays there: keys that were typed into the list would
  // act.
  if (isTyping()) {
    returnTo.value = null
    return
  }
  const row = document.querySelector<HTMLElement>(`[data-alert="${CSS.escape(id)}"]`)
  if (row?.checkVisibility()) row.focus()
  else if (framesLeft > 0 && returnTo.peek() === id) {
    requestAnimationFrame(() => focusRow(id, framesLeft - 1))
    return
  }
  returnTo.value = null
}

/** Index of an alert; -1 for none. */
function makePlace(rows: readonly QueueRow[], id: string | null): number {
  return id === null ? -1 : rows.findIndex(({ alert }) => alert.alertId === id)
}

const makeKey = (row: QueueRow) => row.alert.alertId
const draw = (row: QueueRow) => <QueueRowNow row={row} />
const onFocus = (isInside: boolean) => {
  hasFocus.value = isInside
}
const onScrolled = (isAway: boolean) => {
  isScrolled.value = isAway
}

export function Queue() {
  pictureAge.value
  const { rows } = queue.value
  const back = returnTo.value
  const name = savedNow.value?.name
  useEffect(() => {
    if (back !== null) focusRow(back, framesMax)
  }, [back])
  return (
    <section class="queue" aria-labelledby="queue-title">
      <h2 id="queue-title" class="visually-hidden" tabIndex={-1}>
        {words.views.names.alerts}
        {name === undefined ? null : (
          <>
            {': '}
            <bdi>{name}</bdi>
          </>
        )}
      </h2>
      {rows.length === 0 ? (
        <EmptyList />
      ) : (
        <VirtualList
          rows={rows}
          keyOf={makeKey}
          draw={draw}
          label={words.views.names.alerts}
          rowPx={rowPx}
          onFocus={onFocus}
          onPoint={notePointer}
          onScrolled={onScrolled}
          current={makePlace(rows, chosenId.value ?? returnTo.value)}
        />
      )}
      <Later name="BulkBar" />
      <ListState />
    </section>
  )
}

/**
 * At the foot, so that no row moves when it appears: waiting changes, active filters, and what is
 * unknown.
 */
function ListState() {
  const { shown, open, all } = counts.value
  const { status } = filter.value
  const ofStatus = status === 'open' ? open : status === 'closed' ? all - open : all
  const pausedMs = pausedSinceMs.value
  const isLoading = !isWhole.value
  const isPlain =
    pausedMs === null && !isLoading && (!isNarrowed(filter.value) || tabNow(filter.value) !== null)
  return (
    <div class={`list-state ${pausedMs === null ? '' : 'is-paused'}`}>
      <Waiting />
      <p class={`count ${isPlain ? 'visually-hidden' : ''}`} role="status">
        {words.queue.count(shown, ofStatus)}
        {isLoading ? `, ${isLive.value ? words.queue.loading : words.queue.notAll}` : ''}
        {pausedMs === null ? null : <b> · {words.queue.paused(sinceHere(pausedMs))}</b>}
      </p>
      <ActiveFilters />
      <ClosedNote />
    </div>
  )
}

/** The stream has all open alerts, but only the closed alerts that changed last. */
function ClosedNote() {
  const standing = closedStanding.value
  if (filter.value.status === 'open' || standing === 'whole') return null
  return (
    <p class="soft" role="status">
      {words.queue.closed[standing](closedMax)}
    </p>
  )
}

function Waiting() {
  const { waiting, worstWaiting, moved } = queue.value
  if (waiting === 0 && moved === 0) return null
  const worst = worstWaiting === null ? null : words.severities[worstWaiting]
  return (
    <button type="button" class={`waiting ${worstWaiting ?? ''}`} onClick={showWaiting}>
      <Icon name="up" />
      {waiting === 0 ? words.queue.waitingGone(moved) : words.queue.waiting(waiting, worst)}
      <span class="key" aria-hidden="true">
        N
      </span>
    </button>
  )
}
