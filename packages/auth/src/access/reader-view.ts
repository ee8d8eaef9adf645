// What a key may read of alerts and incidents, which every query takes: the stream of one level, in
// some theatres.

import { type Handling, maySee, strictest } from '@tocsin/contracts/theatre/handling'
import type { Reach } from './principal.ts'
import { mayReadTheatre } from './principal.ts'

export interface ReaderView {
  /** Its readers read the highest fold in use up to it. */
  readonly level: Handling
  readonly theatres: readonly string[] | '*'
}

export function makeView({ handling, theatres }: Reach): ReaderView {
  return { level: handling, theatres }
}

export function isInView(
  view: ReaderView,
  { theatre, handling }: { readonly theatre: string; readonly handling: Handling }
): boolean {
  return mayReadTheatre(view, theatre) && maySee(view.level, handling)
}

export function isWhole({ level, theatres }: ReaderView): boolean {
  return level === strictest && theatres === '*'
}

/** Equal keys for views that render an event to equal bytes, so that it is encoded once. */
export function makeRenderingKey(view: ReaderView): string {
  return isWhole(view) ? 'all' : view.level
}

/** Equal keys for views of equal reach. */
export function makeScopeKey({ level, theatres }: ReaderView): string {
  return `${level}|${theatres === '*' ? '*' : [...theatres].sort().join(',')}`
}
