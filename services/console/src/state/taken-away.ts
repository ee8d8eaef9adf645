// What was taken from who is signed in, and what was assigned to them.

import { signal } from '@preact/signals'
import { findHolder } from '../derived/taken-since.ts'
import { isOpen, type Severity, type ShownAlert } from '../shown/shown-alert.ts'
import { readHeadline } from '../words/alert-texts.ts'
import { words } from '../words/words.ts'
import { announce } from './announcements.ts'
import { notifyInBrowser } from './browser-notices.ts'
import { caller } from './console-state.ts'
import { ofKey } from './session/of-key.ts'

export interface TakenAway {
  readonly alertId: string
  readonly headline: string
  readonly severity: Severity
  /** Who has it now; null: nobody. */
  readonly holder: string | null
  readonly by: string
  /** ISO 8601 */
  readonly at: string
}

/** Of more, the last: whoever reads none of them has the list. */
const keptMax = 20

/** The last first, each alert once, until somebody says that it was read. */
export const takenAway = ofKey(signal<readonly TakenAway[]>([]))

/**
 * Told of every event, with the state of its alert before; null where none was known. Who thinks to
 * have an alert that another officer took over or gave back would go on with it, or leave it to
 * nobody; who is assigned one does not know of it.
 */
export function noteTakenAway(before: ShownAlert | null, after: ShownAlert, at: string): void {
  const me = caller.peek()?.name
  const holder = findHolder(after.operator)
  const { alertId, severity, action } = after
  const headline = readHeadline(after)
  if (me === undefined || before === null) return
  const isAssigned = before.operator.assignedTo !== me && after.operator.assignedTo === me
  if (!isAssigned && (findHolder(before.operator) !== me || holder === me)) return
  // What lapses or escalates calls again by itself, and what is closed needs nobody.
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
