// Watches, and what is being typed about them.

import { signal } from '@preact/signals'
import { watches as asks } from '../../http/watches.ts'
import type { Watch } from '../../shown/answers.ts'
import {
  blankHandOver,
  blankWatch,
  draftOfHandOver,
  draftOfWatch,
  type HandOverDraft,
  handOverFields,
  shiftBetween,
  type WatchDraft,
  watchFields
} from '../../upkeep/watch-draft.ts'
import { command } from '../command.ts'
import { suiteNowMs } from '../console-state.ts'
import { currentItem } from '../current-view.ts'
import { form } from '../form-draft.ts'
import { resource } from '../resource.ts'
import { ofPerson } from '../session/of-key.ts'

export const watches = resource(() => asks.list())

const key = () => currentItem.value ?? ''
export const newWatch = form<WatchDraft>('watch', () => blankWatch, { fields: watchFields })

/** Which form is open, and of which watch. */
export const openForm = ofPerson(
  signal<{ readonly kind: 'change' | 'hand-over'; readonly id: string } | null>(null)
)

/** The change of a watch that is being typed; those of others are kept. */
export const changedWatch = form<WatchDraft>('watch-change', () => blankWatch, {
  ...{ keyOf: ({ seen }) => seen?.id ?? '', key, fields: watchFields, restsOnSeen: true }
})
export const handedOver = form<HandOverDraft>('watch-hand-over', () => blankHandOver, {
  ...{ keyOf: ({ of }) => of, key, fields: handOverFields, restsOnSeen: true }
})
export const withdrawing = command({ restsOnSeen: true })

/** `gap`: a further shift fills it. */
export function beginChange(
  held: Watch,
  gap?: { readonly fromMs: number; readonly untilMs: number }
): void {
  changedWatch.show(draftOfWatch(held, suiteNowMs.peek()))
  if (gap !== undefined) {
    const { shifts } = changedWatch.typed.peek()
    changedWatch.change({ shifts: [...shifts, shiftBetween(shifts, gap.fromMs, gap.untilMs)] })
  }
  changedWatch.forget()
  openForm.value = { kind: 'change', id: held.id }
}

export function beginHandOver(held: Watch): void {
  handedOver.show(draftOfHandOver(held, suiteNowMs.peek()))
  handedOver.forget()
  openForm.value = { kind: 'hand-over', id: held.id }
}

/** The name of a watch, where the reader may know it. */
export function watchName(id: string): string {
  return watches.state.value.body?.items.find(each => each.id === id)?.name ?? id
}
