// The queue: its rows, and below them how many wait and how many are hidden. An empty list says why
// it is empty and what to do next: it must not look quiet while the state is unknown.

import { Button } from '../parts/button.tsx'
import '../../state/closed-search.ts'
import {
  elementScroll,
  observeElementOffset,
  observeElementRect,
  Virtualizer
} from '@tanstack/virtual-core'
import type { RefObject } from 'preact'
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { closedMax } from '../../live/picture.ts'
import {
  formatAddress,
  isNarrowed,
  makeEmptyList,
  type QueueFilter,
  wholeQueue
} from '../../queue/queue-filter.ts'
import type { QueueRow } from '../../queue/queue-rows.ts'
import { mayReport } from '../../shown/console-views.ts'
import { setAddress } from '../../state/address.ts'
import {
  caller,
  chosenId,
  closedStanding,
  filter,
  heardAtMs,
  isLive,
  nowMs,
  pictureAge,
  sourcesStanding,
  unacknowledgedCount
} from '../../state/console-state.ts'
import { openViews } from '../../state/current-view.ts'
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
import { waitWords } from '../../words/time-words.ts'
import { words } from '../../words/words.ts'
import { Icon } from '../parts/icon.tsx'
import { isTyping } from '../parts/is-typing.ts'
import { Later } from '../parts/later.tsx'
import { sinceHere } from '../parts/time.tsx'
import { ViewLink } from '../parts/view-page.tsx'
import { activeParts, partWords } from './filter-words.ts'
import { QueueRowNow } from './queue-row.tsx'
import { tabNow } from './queue-tools.tsx'

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
        <Rows rows={rows} current={makePlace(rows, chosenId.value ?? returnTo.value)} />
      )}
      <Later name="BulkBar" />
      <ListState />
    </section>
  )
}

const overscan = 8
/** Farther than this from the top somebody reads, px. */
const awayPx = 8

type RowVirtualizer = Virtualizer<HTMLDivElement, HTMLLIElement>

/**
 * Outside the component, without rows in scope: closures of one scope share what they capture, so
 * an object as old as the list would retain the first rows, with their old alerts, for days.
 */
function useVirtualizer(scroller: RefObject<HTMLDivElement | null>): RowVirtualizer {
  const [virtualizer] = useState(
    (): RowVirtualizer =>
      new Virtualizer({
        count: 0,
        getScrollElement: () => scroller.current,
        estimateSize: () => rowPx,
        scrollToFn: elementScroll,
        observeElementRect,
        observeElementOffset
      })
  )
  useLayoutEffect(() => virtualizer._didMount(), [virtualizer])
  return virtualizer
}

/** Separate for the same reason: the row to show may stay the same for days. */
function useInView(virtualizer: RowVirtualizer, current: number): void {
  useLayoutEffect(() => virtualizer._willUpdate())
  // Also when the list is there again: on a narrow screen the open alert takes its place.
  const height = virtualizer.scrollRect?.height ?? 0
  useLayoutEffect(() => {
    if (current >= 0 && height > 0) virtualizer.scrollToIndex(current, { align: 'auto' })
  }, [virtualizer, current, height])
}

interface RowsProps {
  readonly rows: readonly QueueRow[]
  /** The row to keep in view when it changes. */
  readonly current: number
}

/** Only the visible rows are in the document: ten thousand cost as much as thirty. */
function Rows({ rows, current }: RowsProps) {
  const scroller = useRef<HTMLDivElement>(null)
  const [, redraw] = useState(0)
  const virtualizer = useVirtualizer(scroller)
  // Stable while the rows are the same: another function would recompute the positions of all rows
  // in every frame of a scroll.
  const getItemKey = useCallback((index: number) => rows[index]?.alert.alertId ?? index, [rows])
  virtualizer.setOptions({
    ...virtualizer.options,
    count: rows.length,
    overscan,
    getItemKey,
    onChange: changed => {
      redraw(count => count + 1)
      isScrolled.value = (changed.scrollOffset ?? 0) > awayPx
    }
  })
  useInView(virtualizer, current)
  return (
    <div
      class="scroller"
      ref={scroller}
      onFocusIn={() => {
        hasFocus.value = true
      }}
      onFocusOut={({ relatedTarget, currentTarget }) => {
        // From row to row: the focus is inside all the time.
        if (!(relatedTarget instanceof Node && currentTarget.contains(relatedTarget)))
          hasFocus.value = false
      }}
      onPointerDown={() => notePointer(true)}
      onPointerMove={() => notePointer(true)}
      // A finger that is lifted leaves too, just before the press counts.
      onPointerLeave={({ pointerType }) => pointerType === 'mouse' && notePointer(false)}
    >
      <ul
        class="rows"
        aria-label={words.views.names.alerts}
        style={{ blockSize: `${virtualizer.getTotalSize()}px` }}
      >
        {virtualizer.getVirtualItems().map(({ key, index, start }) => {
          const row = rows[index]
          return row === undefined ? null : (
            <li
              key={key}
              data-index={index}
              aria-setsize={rows.length}
              aria-posinset={index + 1}
              ref={virtualizer.measureElement}
              style={{ transform: `translateY(${start}px)` }}
            >
              <QueueRowNow row={row} />
            </li>
          )
        })}
      </ul>
    </div>
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
    <div class={`list-state fine soft line ${pausedMs === null ? '' : 'is-paused'}`}>
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
    <Button class={`waiting strong ${worstWaiting ?? ''}`} onClick={showWaiting}>
      <Icon name="up" />
      {waiting === 0 ? words.queue.waitingGone(moved) : words.queue.waiting(waiting, worst)}
      <span class="key" aria-hidden="true">
        N
      </span>
    </Button>
  )
}

function ActiveFilters() {
  const now = filter.value
  const parts = activeParts(now)
  if (parts.length === 0 || tabNow(now) !== null) return null
  return (
    <ul class="line tight" aria-label={words.filters.activeOnes}>
      {parts.map(part => (
        <li key={part}>
          <Button
            class="token fine"
            aria-label={words.filters.drop(partWords(part, now))}
            onClick={() => setAddress(formatAddress({ ...now, [part]: wholeQueue[part] }))}
          >
            <bdi>{partWords(part, now)}</bdi> <Icon name="cross" />
          </Button>
        </li>
      ))}
    </ul>
  )
}

function EmptyList() {
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
    <div class="empty as-grid gap-3 soft">
      <p class="empty-title strong">{unacknowledged ?? title}</p>
      {unacknowledged === null && more !== '' ? <p>{more}</p> : null}
      {kind === 'quiet' ? <Working /> : null}
      {kind === 'filtered' ? (
        <p class="line">
          <Button class="primary" onClick={() => widen(now, {})}>
            {words.queue.clear}
          </Button>
          {now.status === 'open' && unacknowledged === null ? (
            <Button onClick={() => widen(now, { ...now, status: 'all' })}>
              {words.queue.searchAll}
            </Button>
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
      <ul class="working as-grid gap-2">
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
      <p class="line">
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
