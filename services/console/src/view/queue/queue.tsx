// The queue: filters, the bar of what waits, and the rows.

import { useEffect } from 'preact/hooks'
import '../../style/list-state.css'
import { closedMax } from '../../live/picture.ts'
import { emptyListOf } from '../../queue/empty-list.ts'
import { isNarrowed, type QueueFilter } from '../../queue/queue-filter.ts'
import type { QueueRow } from '../../queue/queue-rows.ts'
import { selectedMax } from '../../queue/selection.ts'
import { address } from '../../state/address.ts'
import { chosenId, closedStanding, filter, isLive, pictureAge } from '../../state/console-state.ts'
import { closedSearch } from '../../state/queue/closed-search.ts'
import {
  counts,
  hasFocus,
  isScrolled,
  isWhole,
  notePointer,
  pause,
  pausedSinceMs,
  queue,
  returnTo,
  rowNow,
  showWaiting
} from '../../state/queue-state.ts'
import { isSelecting, pickAll } from '../../state/selection.ts'
import { showHelp } from '../../state/single-keys.ts'
import { unansweredCount } from '../../state/unanswered.ts'
import { words } from '../../words/words.ts'
import { MapToggle } from '../map/overview.tsx'
import { isTyping } from '../parts/is-typing.ts'
import { sinceHere } from '../parts/since-here.ts'
import { VirtualList } from '../parts/virtual-list.tsx'
import { BulkBar } from './bulk-bar.tsx'
import { Filters } from './filters.tsx'
import { CopyView, OnlyCountry, Presets } from './presets.tsx'
import { QueueRowNow } from './queue-row.tsx'

const rowPx = 62
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

/** Where an alert stands; -1 for none. */
function placeOf(rows: readonly QueueRow[], id: string | null): number {
  return id === null ? -1 : rows.findIndex(({ alert }) => alert.alertId === id)
}

const keyOf = (row: QueueRow) => row.alert.alertId
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
  const { shown, open, all } = counts.value
  const { status } = filter.value
  const back = returnTo.value
  const viewName = (address.value.get('name') ?? '').slice(0, 80)
  useEffect(() => {
    if (back !== null) focusRow(back, framesMax)
  }, [back])
  const isLoading = !isWhole.value
  return (
    <section class="queue" aria-labelledby="queue-title">
      <div class="queue-top">
        <div class="queue-head">
          <h2 id="queue-title" tabIndex={-1}>
            {words.queue.title}
            {viewName === '' ? null : (
              <>
                {': '}
                <bdi>{viewName}</bdi>
              </>
            )}
          </h2>
          <span class="spread" />
          <CopyView />
          <Pause />
          <MapToggle />
        </div>
        <Presets />
      </div>
      <Filters />
      <BulkBar />
      <div class={`list-state ${pausedSinceMs.value === null ? '' : 'is-paused'}`}>
        <p class="count" role="status">
          {words.queue.count(shown, status === 'open' ? open : all)}
          {isLoading ? `, ${isLive.value ? words.queue.loading : words.queue.notAll}` : ''}
          {pausedSinceMs.value === null ? null : (
            <b> · {words.queue.paused(sinceHere(pausedSinceMs.value))}</b>
          )}
        </p>
        <Waiting />
        <span class="spread" />
        <OnlyCountry />
        <Selecting />
      </div>
      {rows.length === 0 ? (
        <p class="empty">{emptyWords()}</p>
      ) : (
        <VirtualList
          rows={rows}
          keyOf={keyOf}
          draw={draw}
          label={words.queue.label}
          rowPx={rowPx}
          onFocus={onFocus}
          onPoint={notePointer}
          onScrolled={onScrolled}
          current={placeOf(rows, chosenId.value ?? returnTo.value)}
        />
      )}
      <UnansweredNote />
      <ClosedNote />
      <p class="keys soft">
        {words.queue.keys}{' '}
        <button type="button" class="as-link" onClick={showHelp}>
          {words.queue.allKeys}
        </button>
      </p>
    </section>
  )
}

function emptyWords(): string {
  if (isOnlyUnanswered(filter.value)) {
    const { count, unknownSinceMs } = unansweredCount.value
    if (count === null) return words.unanswered.notKnown
    if (unknownSinceMs !== null) return words.unanswered.notKnownSince(sinceHere(unknownSinceMs))
    if (isLive.value && isWhole.value) return words.unanswered.none
  }
  const kind = emptyListOf({
    isLive: isLive.value,
    isWhole: isWhole.value,
    isNarrowed: isNarrowed(filter.value),
    lacksClosed: filter.value.status !== 'open' && closedStanding.value === 'unknown'
  })
  return words.queue.nothing[kind]
}

/** All that nobody answered is asked for, and nothing else. */
function isOnlyUnanswered(asked: QueueFilter): boolean {
  return asked.unanswered && !isNarrowed({ ...asked, unanswered: false })
}

/** The list of what nobody answered begins with the gravest. */
function UnansweredNote() {
  const { count, isCut, unknownSinceMs } = unansweredCount.value
  if (!filter.value.unanswered || count === null || !(isCut || unknownSinceMs !== null)) return null
  const since = unknownSinceMs === null ? null : sinceHere(unknownSinceMs)
  return (
    <p class="soft" role="status">
      {isCut ? words.unanswered.cut(count) : ''}{' '}
      {since === null ? '' : words.unanswered.notKnownSince(since)}
    </p>
  )
}

/** What was sought beyond those that are held here. */
function searchedWords(): string {
  const search = closedSearch.value
  const { closedSought } = words.queue
  return search.kind === 'told'
    ? closedSought.told(search.found, search.hasMore)
    : closedSought[search.kind]
}

/** The stream has all open alerts; of closed ones the page holds those that changed last. */
function ClosedNote() {
  const standing = closedStanding.value
  if (filter.value.status === 'open' || standing === 'whole') return null
  return (
    <p class="soft" role="status">
      {words.queue.closed[standing](closedMax)} {standing === 'cut' ? searchedWords() : ''}
    </p>
  )
}

/** For who has begun to select: all of what is listed, up to what one act may be on. */
function Selecting() {
  const { rows } = queue.value
  if (!isSelecting.value) return null
  const { queueWork } = words
  return (
    <button
      type="button"
      class="select-all"
      onClick={() => pickAll(rows.slice(0, selectedMax).map(rowNow))}
    >
      {rows.length > selectedMax ? queueWork.selectAllUpTo(selectedMax) : queueWork.selectAll}
    </button>
  )
}

/** For who wants to read without a row that moves, whatever the hand does. */
function Pause() {
  const isOn = pausedSinceMs.value !== null
  return (
    <button type="button" class="pause" aria-pressed={isOn} onClick={() => pause(!isOn)}>
      <span aria-hidden="true">{isOn ? '▶' : '‖'}</span> {words.queue.pause}
    </button>
  )
}

function Waiting() {
  const { waiting, worstWaiting, moved } = queue.value
  if (waiting === 0 && moved === 0) return null
  const worst = worstWaiting === null ? null : words.severities[worstWaiting]
  return (
    <button type="button" class={`waiting ${worstWaiting ?? ''}`} onClick={showWaiting}>
      {waiting === 0 ? words.queue.waitingGone(moved) : words.queue.waiting(waiting, worst)}
    </button>
  )
}
