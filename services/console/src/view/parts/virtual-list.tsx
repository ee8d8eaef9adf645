// A list with only the visible rows in the document: ten thousand rows cost as much as thirty.

import {
  elementScroll,
  observeElementOffset,
  observeElementRect,
  Virtualizer
} from '@tanstack/virtual-core'
import type { ComponentChildren, RefObject } from 'preact'
import { useCallback, useLayoutEffect, useRef, useState } from 'preact/hooks'

export interface VirtualListProps<Row> {
  readonly rows: readonly Row[]
  readonly keyOf: (row: Row) => string
  readonly draw: (row: Row, index: number) => ComponentChildren
  readonly label: string
  readonly rowPx: number
  readonly onScrolled: (isAway: boolean) => void
  readonly onFocus: (isInside: boolean) => void
  /** The mouse or a finger moves over the rows (true), or the mouse has left them. */
  readonly onPoint: (isInside: boolean) => void
  /** The row to keep in view when it changes. */
  readonly current: number
}

const overscan = 8
/** Farther than this from the top somebody reads, px. */
const awayPx = 8

type RowVirtualizer = Virtualizer<HTMLDivElement, HTMLLIElement>

/**
 * Outside the component, without rows in scope: closures of one scope share what they capture, so
 * an object as old as the list would retain the first rows, with their old alerts, for days.
 */
function useVirtualizer(scroller: RefObject<HTMLDivElement | null>, rowPx: number): RowVirtualizer {
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

export function VirtualList<Row>({
  rows,
  keyOf,
  draw,
  label,
  rowPx,
  onScrolled,
  onFocus,
  onPoint,
  current
}: VirtualListProps<Row>) {
  const scroller = useRef<HTMLDivElement>(null)
  const [, redraw] = useState(0)
  const virtualizer = useVirtualizer(scroller, rowPx)
  // Stable while the rows are the same: another function would recompute the positions of all rows
  // in every frame of a scroll.
  const getItemKey = useCallback(
    (index: number) => (rows[index] === undefined ? index : keyOf(rows[index])),
    [rows, keyOf]
  )
  virtualizer.setOptions({
    ...virtualizer.options,
    count: rows.length,
    overscan,
    estimateSize: () => rowPx,
    getItemKey,
    onChange: changed => {
      redraw(count => count + 1)
      onScrolled((changed.scrollOffset ?? 0) > awayPx)
    }
  })
  useInView(virtualizer, current)
  return (
    <div
      class="scroller"
      ref={scroller}
      onFocusIn={() => onFocus(true)}
      onFocusOut={({ relatedTarget, currentTarget }) => {
        // From row to row: the focus is inside all the time.
        if (!(relatedTarget instanceof Node && currentTarget.contains(relatedTarget)))
          onFocus(false)
      }}
      onPointerDown={() => onPoint(true)}
      onPointerMove={() => onPoint(true)}
      // A finger that is lifted leaves too, just before the press counts.
      onPointerLeave={({ pointerType }) => pointerType === 'mouse' && onPoint(false)}
    >
      <ul class="rows" aria-label={label} style={{ blockSize: `${virtualizer.getTotalSize()}px` }}>
        {virtualizer.getVirtualItems().map(item => {
          const row = rows[item.index]
          return row === undefined ? null : (
            <li
              key={item.key}
              data-index={item.index}
              aria-setsize={rows.length}
              aria-posinset={item.index + 1}
              ref={virtualizer.measureElement}
              style={{ transform: `translateY(${item.start}px)` }}
            >
              {draw(row, item.index)}
            </li>
          )
        })}
      </ul>
    </div>
  )
}
