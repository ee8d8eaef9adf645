// The queue: its rows (alert, place, owner and age in one line), and below them how many wait and how
// many are hidden. An empty list says why it is empty and what to do next: it must not look quiet while
// the state is unknown.

import '../../state/queue-state.ts'
import { computed } from '@preact/signals'
import {
  elementScroll,
  observeElementOffset,
  observeElementRect,
  Virtualizer
} from '@tanstack/virtual-core'
import type { RefObject } from 'preact'
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks'
import { closedMax } from '../../live/picture.ts'
import {
  formatAddress,
  isNarrowed,
  makeEmptyList,
  type QueueFilter,
  wholeQueue
} from '../../queue/queue-filter.ts'
import { makeWhole, type QueueRow } from '../../queue/queue-rows.ts'
import { mayReport } from '../../shown/console-views.ts'
import {
  findOwner,
  isOldNews,
  isOpen,
  isUnacknowledged,
  knownFromMs,
  type ShownAlert,
  severities
} from '../../shown/shown-alert.ts'
import { act, blankDraft } from '../../state/acts.ts'
import { setAddress } from '../../state/address.ts'
import {
  caller,
  chosenId,
  closedStanding,
  filter,
  heardAtMs,
  isLive,
  mayUse,
  nowIn,
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
  isSelected,
  isWhole,
  notePointer,
  pausedSinceMs,
  pick,
  queue,
  returnTo,
  rowNow,
  savedNow,
  selection,
  showWaiting,
  unfolded
} from '../../state/queue-state.ts'
import {
  answeredWords,
  dispositionWords,
  placeWords,
  readHeadline,
  shortPlaceWords
} from '../../words/alert-words.ts'
import { reasonWords } from '../../words/code-names.ts'
import { groupWords } from '../../words/filter-words.ts'
import { ageWords, timeAtWords, waitWords } from '../../words/time-words.ts'
import { words } from '../../words/words.ts'
import { AlertHeadline, AlertMark, sinceHere } from '../parts/alert-mark.tsx'
import { Button } from '../parts/basics.tsx'
import { Icon } from '../parts/icon.tsx'
import { Later } from '../parts/later.tsx'
import { isTyping, ViewLink } from '../parts/view-page.tsx'
import { activeParts, partWords } from './filter-words.ts'
import { tabNow } from './queue-tools.tsx'

const rowPx = 44
/** Frames to wait for the row of a closed alert: a narrow screen had drawn no list. */
const framesMax = 60

function focusRow(id: string, framesLeft: number): void {
  // Who has gone on into a field stays there: keys typed into the list would act.
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
    <section class="queue column slim surface" aria-labelledby="queue-title">
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

/** Outside the component: closures of its scope would retain the first rows for days. */
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
  // Stable while the rows are the same: another function recomputes all rows in each frame.
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
      class="scroller scrolls"
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

/** At the foot, so that no row moves: what waits, active filters, what is unknown. */
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
            class="token breaks fine"
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

function toggle(id: string): void {
  const next = new Set(unfolded.value)
  if (!next.delete(id)) next.add(id)
  unfolded.value = next
}

/** A row at its position in the list, with the current state of the alert. */
export function QueueRowNow({ row }: { readonly row: QueueRow }) {
  // Redraws when the row changes, not on every evaluation.
  const now = useMemo(() => computed(() => rowNow(row)), [row])
  return <QueueRowView row={now.value} />
}

function QueueRowView({ row }: { readonly row: QueueRow }) {
  return (
    <>
      {row.group === null ? null : (
        <h3 class="group line">
          <bdi>{groupWords(filter.value.group, row.group.key)}</bdi>{' '}
          <span class="soft">
            {words.queueWork.groupCount(row.group.count, words.severities[row.group.worst])}
          </span>
        </h3>
      )}
      <Line row={row} />
      {row.rest.length === 0 ? null : <Rest rest={row.rest} partOf={row.alert} />}
    </>
  )
}

/** The parts that are not shown yet, by severity. */
function Rest({ rest, partOf }: { rest: readonly ShownAlert[]; partOf: ShownAlert }) {
  const counts = severities.flatMap(severity => {
    const count = rest.filter(each => each.severity === severity).length
    return count === 0 ? [] : [`${count} ${words.severities[severity]}`]
  })
  const whole = queue
    .peek()
    .rows.findLast(
      ({ depth, parts }) => depth === 0 && parts.some(({ alertId }) => alertId === partOf.alertId)
    )
  return (
    <Button
      class="row-more"
      onClick={() => whole !== undefined && toggle(makeWhole(whole.alert.alertId))}
    >
      {words.queue.moreParts(rest.length, counts.join(', '))}
    </Button>
  )
}

/** The dot and the mark are pressed to select; the box appears when it is of use. */
function Picker({ row, isNew }: { readonly row: QueueRow; readonly isNew: boolean }) {
  const { alertId, pattern } = row.alert
  return (
    <label class="row-pick as-grid gap-3">
      <input
        type="checkbox"
        aria-label={words.queueWork.select(readHeadline(row.alert))}
        checked={isSelected(selection.value, row)}
        onClick={event => pick(queue.peek().rows, alertId, event.shiftKey, rowNow)}
      />
      <span class="dot">
        {isNew ? <span class="visually-hidden">{words.unacknowledged.one}</span> : null}
      </span>
      <AlertMark severity={row.severity} pattern={pattern} />
    </label>
  )
}

/** Start of the shown age: when it was raised, in the list of unacknowledged alerts. */
function computeFromMs({ alert, changedAt, depth }: QueueRow): number {
  if (filter.value.unacknowledged) return knownFromMs(alert)
  return Date.parse(depth === 1 ? alert.times.detectedAt : changedAt)
}

function Age({ row }: { readonly row: QueueRow }) {
  const { alert } = row
  const fromMs = computeFromMs(row)
  const iso = new Date(fromMs).toISOString()
  const time = timeAtWords(iso, alert.area)
  return (
    <time
      class="row-age one-line soft"
      dateTime={iso}
      title={filter.value.unacknowledged ? words.unacknowledged.since(time) : time}
    >
      {ageWords(nowIn(alert.theatre) - fromMs)}
    </time>
  )
}

function Owner({ alert }: { readonly alert: ShownAlert }) {
  const holder = findOwner(alert.operator)
  const isMine = holder !== null && holder === caller.value?.name
  return (
    <span
      class={`row-holder in-line slim faint ${holder === null ? '' : 'is-taken'}`}
      title={answeredWords(alert.operator, alert.area)}
    >
      {holder === null ? (
        words.holder.nobodyAlone
      ) : (
        <>
          <Face name={holder} isMine={isMine} />
          <bdi class="cut soft">{isMine ? words.filters.owners.me : holder}</bdi>
        </>
      )}
    </span>
  )
}

export function Face({ name, isMine }: { readonly name: string; readonly isMine: boolean }) {
  return (
    <span class={`face stay fine strong soft ${isMine ? 'is-mine' : ''}`} aria-hidden="true">
      {Array.from(name)[0]?.toUpperCase() ?? ''}
    </span>
  )
}

/** Unusual properties, shown before the headline. */
function listTags(alert: ShownAlert): readonly string[] {
  const { queue: texts } = words
  return [
    ...(alert.drill ? [texts.drill] : []),
    ...(alert.describes === true ? [texts.describes] : []),
    ...(alert.describes !== true && isOldNews(alert) ? [texts.oldNews] : [])
  ]
}

/** Status and disposition; no status if retracted, since the headline shows that. */
function endWords({ status, operator }: ShownAlert): string {
  const judged = dispositionWords(operator.disposition ?? '').toLowerCase()
  if (status === 'retracted') return judged
  const ended = words.statuses[status].toLowerCase()
  return judged === '' ? ended : `${ended}: ${judged}`
}

function Headline({ alert }: { readonly alert: ShownAlert }) {
  return (
    <ViewLink
      to="alerts"
      members={{ alert: alert.alertId }}
      isInPlace={chosenId.value !== null}
      class="row-main cut slim soft"
      data-alert={alert.alertId}
      aria-current={chosenId.value === alert.alertId ? 'true' : undefined}
    >
      <AlertHeadline alert={alert} />
    </ViewLink>
  )
}

function Parts({ row }: { readonly row: QueueRow }) {
  const { alert, parts, isUnfolded } = row
  if (parts.length === 0) return null
  return (
    <Button
      class="row-parts one-line fine soft"
      aria-expanded={isUnfolded}
      onClick={() => toggle(alert.alertId)}
    >
      <Icon name={isUnfolded ? 'down' : 'forward'} />
      {words.queue.parts(parts.length)}
      <span class="visually-hidden"> {words.queue.partsOf(readHeadline(alert))}</span>
    </Button>
  )
}

function Line({ row }: { readonly row: QueueRow }) {
  const { alert, depth, folded, severity } = row
  // Computed separately: acknowledgements arrive in other messages than the alert.
  const isNewNow = useMemo(
    () =>
      computed(() => {
        pictureAge.value
        return [alert, ...folded].some(isUnacknowledged)
      }),
    [alert, folded]
  )
  const isNew = isNewNow.value
  const isChosen = chosenId.value === alert.alertId
  const isClosed = !isOpen(alert)
  const states = [
    `sev-${severity}`,
    `depth-${depth}`,
    isNew ? 'is-new' : '',
    isClosed ? 'is-closed' : '',
    isChosen ? 'is-chosen' : ''
  ]
  return (
    <div class={`row ${states.filter(state => state !== '').join(' ')}`}>
      <Picker row={row} isNew={isNew} />
      <span class="row-what in-line gap-2 slim">
        <span class="row-title in-line gap-2 slim">
          {listTags(alert).map(tag => (
            <span key={tag} class="tag">
              {tag}
            </span>
          ))}
          <Headline alert={alert} />
          {isClosed && endWords(alert) !== '' ? (
            <span class="row-end cut soft stay" title={reasonWords(alert.reason)}>
              {endWords(alert)}
            </span>
          ) : null}
        </span>
        <Parts row={row} />
        {isNew && isUnacknowledged(alert) && isLive.value && mayUse('alerts:operate') ? (
          <Button class="row-act push small" onClick={() => void act(alert, blankDraft)}>
            {words.acts.acknowledge}
          </Button>
        ) : null}
      </span>
      <span class="row-place cut soft" title={placeWords(alert)}>
        <bdi>{shortPlaceWords(alert)}</bdi>
      </span>
      <Owner alert={alert} />
      <Age row={row} />
    </div>
  )
}
