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
  type WatchDraft,
  watchFields
} from '../../upkeep/watch-draft.ts'
import { suiteNowMs } from '../console-state.ts'
import { formDraft, sending } from '../form-draft.ts'
import { resource } from '../resource.ts'
import { ofPerson } from '../session/of-key.ts'

export const watches = resource(() => asks.list())

export const newWatch = formDraft<WatchDraft>('watch', () => blankWatch)
export const making = sending(watchFields)

/** Which form is open, and of which watch. */
export const openForm = ofPerson(
  signal<{ readonly kind: 'change' | 'hand-over'; readonly id: string } | null>(null)
)

/** The change of a watch that is being typed; those of others are kept. */
export const changedWatch = formDraft<WatchDraft>(
  'watch-change',
  () => blankWatch,
  ({ seen }) => seen?.id ?? ''
)
export const changing = sending(watchFields, { restsOnSeen: true })

export const handedOver = formDraft<HandOverDraft>(
  'watch-hand-over',
  () => blankHandOver,
  ({ of }) => of
)
export const handingOver = sending(handOverFields, { restsOnSeen: true })
export const withdrawing = sending([], { restsOnSeen: true })

export function beginChange(held: Watch): void {
  changedWatch.show(draftOfWatch(held, suiteNowMs.peek()))
  changing.forget()
  openForm.value = { kind: 'change', id: held.id }
}

export function beginHandOver(held: Watch): void {
  handedOver.show(draftOfHandOver(held, suiteNowMs.peek()))
  handingOver.forget()
  openForm.value = { kind: 'hand-over', id: held.id }
}

/** Another one is shown now: no outcome of this one stands beside it. */
export function forgetActs(): void {
  for (const acting of [making, changing, handingOver]) acting.forget()
}

/** The name of a watch, where the reader may know it. */
export function watchName(id: string): string {
  return watches.state.value.body?.items.find(each => each.id === id)?.name ?? id
}
