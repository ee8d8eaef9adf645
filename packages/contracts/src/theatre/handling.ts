// Who may see what: handling levels from open to closed, and their order.

import { shared, type ValueOf, words } from '../format/format.ts'

export const handlings = ['public', 'partners', 'internal', 'restricted'] as const
export const handlingFormat = shared('handling', words(handlings))
export type Handling = ValueOf<typeof handlingFormat>

/** Clearance for reports of every handling. */
export const strictest: Handling = 'restricted'

/** The level a report has when its reporter states none. Source: formats.md#a-report. */
export const defaultHandling: Handling = 'internal'

/** The level of what officers say and of their names, where they state none. */
export const talkHandling: Handling = 'internal'

/** True when a reader cleared up to `clearance` may see something marked `marked`. */
export function maySee(clearance: Handling, marked: Handling): boolean {
  return marked === clearance || handlings.indexOf(marked) <= handlings.indexOf(clearance)
}

/** The stricter of two levels. */
export function stricter(a: Handling, b: Handling): Handling {
  return a === b || handlings.indexOf(a) >= handlings.indexOf(b) ? a : b
}
