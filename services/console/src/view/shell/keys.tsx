// The keyboard: single keys, which can be switched off for those who speak to their machine, and
// Control K for the palette, which lists them.

import { effect } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { nextPlace } from '../../queue/queue-rows.ts'
import { alertKeys, areSingleKeys, type KeyActions, palette } from '../../state/address.ts'
import { chosenId } from '../../state/console-state.ts'
import { currentView, openAlert, openView, openViews } from '../../state/current-view.ts'
import {
  closeAlert,
  pause,
  pausedSinceMs,
  pick,
  pickNone,
  queue,
  rowNow,
  showWaiting
} from '../../state/queue-state.ts'

/** Last index of the open alert in the list. */
let lastAt: number | null = null
effect(() => {
  const id = chosenId.value
  const at = id === null ? -1 : queue.value.rows.findIndex(({ alert }) => alert.alertId === id)
  if (at >= 0) lastAt = at
})

function move(by: 1 | -1): void {
  const { rows } = queue.value
  const next =
    rows[
      nextPlace(rows, chosenId.value ?? focusedId(), by, chosenId.value === null ? null : lastAt)
    ]
  if (next === undefined) return
  if (chosenId.value !== null) openAlert(next.alert.alertId)
  else
    document.querySelector<HTMLElement>(`[data-alert="${CSS.escape(next.alert.alertId)}"]`)?.focus()
}

function pickAt(isRange: boolean): void {
  const id = chosenId.value ?? focusedId()
  if (id !== undefined) pick(queue.value.rows, id, isRange, rowNow)
}

function focusedId(): string | undefined {
  return document.activeElement?.closest('li')?.querySelector<HTMLElement>('[data-alert]')?.dataset
    .alert
}

/** Presses something of the row at which the focus is, if it is there. */
function pressInRow(selector: string): void {
  document.activeElement?.closest('.row')?.querySelector<HTMLElement>(selector)?.click()
}

/** While a row has the focus. */
const rowActions: KeyActions = {
  ArrowDown: () => move(1),
  ArrowUp: () => move(-1),
  ArrowRight: () => pressInRow('.row-parts[aria-expanded=false]'),
  ArrowLeft: () => pressInRow('.row-parts[aria-expanded=true]'),
  a: () => pressInRow('.row-act')
}

/** In the list of alerts. */
const listActions: KeyActions = {
  j: () => move(1),
  k: () => move(-1),
  x: () => pickAt(false),
  X: () => pickAt(true),
  n: showWaiting,
  p: () => pause(pausedSinceMs.peek() === null),
  f: () => document.querySelector<HTMLElement>('.filters > .menu-button')?.click(),
  '/': () => document.getElementById('search')?.focus()
}

/** What keys do now, where the focus is. */
function keysNow(): KeyActions {
  const views = openViews.value.slice(0, 9).map((name, i) => [`${i + 1}`, () => openView(name)])
  const isInRow = document.activeElement?.matches('.row-main') === true
  return {
    '?': showPalette,
    ...Object.fromEntries(views),
    ...(currentView.value === 'alerts'
      ? { ...listActions, ...(isInRow ? rowActions : {}), ...alertKeys.value }
      : {})
  }
}

export function showPalette(): void {
  palette.value = keysNow()
}

/** An open dialog gets all keys. */
function isDialogOpen(): boolean {
  return document.querySelector('dialog[open]') !== null
}

/** Out of the alert first, then out of the selection. */
function stepBack(): void {
  if (chosenId.value !== null) closeAlert()
  else pickNone()
}

function onKey(event: KeyboardEvent): void {
  if ((event.ctrlKey || event.metaKey) && event.key === 'k' && !isDialogOpen()) {
    event.preventDefault()
    showPalette()
    return
  }
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return
  const isTyping =
    event.target instanceof HTMLElement &&
    event.target.matches('input:not([type=checkbox], [type=radio]), textarea, select')
  if (event.key === 'Escape') {
    if (isTyping) (event.target as HTMLElement).blur()
    else if (!isDialogOpen() && currentView.value === 'alerts') stepBack()
    return
  }
  const action = keysNow()[event.key]
  if (action === undefined || isTyping || !areSingleKeys.value || isDialogOpen()) return
  event.preventDefault()
  action()
}

export function Keys() {
  useEffect(() => {
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [])
  return null
}
