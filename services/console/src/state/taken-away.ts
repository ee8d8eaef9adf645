// What was taken from who is signed in, and what was assigned to them.

import { signal } from '@preact/signals'
import { findOwner, isOpen, type Severity, type ShownAlert } from '../shown/shown-alert.ts'
import { readHeadline } from '../words/alert-texts.ts'
import { words } from '../words/words.ts'
import { announce } from './announcements.ts'
import { notifyInBrowser } from './browser-notices.ts'
import { caller } from './console-state.ts'

export interface TakenAway {
  readonly alertId: string
  readonly headline: string
  readonly severity: Severity
  /** Present owner; null: unassigned. */
  readonly holder: string | null
  readonly by: string
  /** ISO 8601 */
  readonly at: string
}

/** Only the last ones: whoever reads none has the list. */
const keptMax = 20

/** The last first, each alert once, until somebody confirms having read it. */
export const takenAway = signal<readonly TakenAway[]>([])

/**
 * Called for every event, with the state of its alert before; null if none was known. An officer
 * whose alert another one took over or released would continue with it, or leave it unassigned; an
 * assignee may not know about it.
 */
export function noteTakenAway(before: ShownAlert | null, after: ShownAlert, at: string): void {
  const me = caller.peek()?.name
  const holder = findOwner(after.operator)
  const { alertId, severity, action } = after
  const headline = readHeadline(after)
  if (me === undefined || before === null) return
  const isAssigned = before.operator.assignedTo !== me && after.operator.assignedTo === me
  if (!isAssigned && (findOwner(before.operator) !== me || holder === me)) return
  // What lapses or escalates pages again by itself, and what is closed needs no owner.
  if (action === undefined || action === null || action.by === me || !isOpen(after)) return
  const told: TakenAway = { alertId, headline, severity, holder, by: action.by, at }
  takenAway.value = [told, ...takenAway.peek().filter(each => each.alertId !== alertId)].slice(
    0,
    keptMax
  )
  announce(`${takenAwayWords(told)} ${headline}`)
  notifyInBrowser({ alertId, title: takenAwayWords(told), body: headline })
}

export function takenAwayWords({ holder, by }: TakenAway): string {
  const told = words.acts.takenAway
  if (holder === caller.peek()?.name) return told.assigned(by)
  return holder === null
    ? told.givenBack(by)
    : holder === by
      ? told.taken(by)
      : told.given(holder, by)
}

export function readTakenAway(): void {
  takenAway.value = []
}
