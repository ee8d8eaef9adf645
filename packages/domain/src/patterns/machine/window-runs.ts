// The episodes of a scope along its rows, as the machine of windows keeps them.

import type { Finding } from '../../finding/finding.ts'
import type { PassedRows } from '../episode/window-rows.ts'

export interface Ended<E> {
  readonly episode: E
  readonly toMs: number
}

/** A finding, and what it was made from. */
export interface Shown<E> {
  readonly episode: E
  readonly toMs: number | null
  readonly finding: Finding
}

/** An episode along the rows. */
export interface Run<E> {
  /** Index of its first row; −1 if that has left the rows. */
  start: number
  readonly startDay: number
  /** Index of the row before which it was over; infinity while none shows that. */
  endAt: number
  ended: Ended<E> | null
  /** The episode after its last row. */
  episode: E
  /**
   * The episode after some of its rows, by their distance from the first: a late incident goes on
   * from there.
   */
  places: { readonly row: number; readonly episode: E }[]
  shown: Shown<E> | null
}

/** A run whose end has left the rows. */
export interface PassedRun<E> {
  readonly ended: Ended<E>
  shown: Shown<E> | null
}

export interface Base<E> {
  readonly passed?: PassedRows
  readonly ended: readonly Ended<E>[]
  readonly open: E | null
}
