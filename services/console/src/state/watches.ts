// Rosters, and what is being typed about them.

import { signal } from '@preact/signals'
import { watches as asks } from '../http/requests.ts'
import {
  beginDraft,
  blankWatch,
  makeDraftKey,
  type ShiftOf,
  type WatchDraft,
  type WatchFormKind,
  watchPaths
} from '../records/roster.ts'
import type { Watch } from '../shown/answers.ts'
import { nowMs } from './console-state.ts'
import { currentItem } from './current-view.ts'
import { command, form } from './forms.ts'
import { resource } from './resource.ts'

export const watches = resource(() => asks.list())

export const newWatch = form<WatchDraft>(() => blankWatch, { fields: watchPaths })

/** Input about a roster or its shifts; input about others is stored. */
export const watchForm = form<WatchDraft>(() => blankWatch, {
  ...{ keyOf: makeDraftKey, key: () => currentItem.value ?? '' },
  ...{ fields: watchPaths, restsOnSeen: true }
})
/** Key of the draft with the open form. */
export const openForm = signal<string | null>(null)
export const withdrawing = command({ restsOnSeen: true })

export function beginForm(kind: Exclude<WatchFormKind, 'new'>, held: Watch, shift?: ShiftOf): void {
  const draft = beginDraft(kind, held, nowMs.peek(), shift)
  if (shift?.gap !== undefined) watchForm.drop(makeDraftKey(draft))
  watchForm.show(draft)
  watchForm.forget()
  openForm.value = makeDraftKey(draft)
}

/** The name of a roster, where the reader may know it. */
export function watchName(id: string): string {
  return watches.state.value.body?.items.find(each => each.id === id)?.name ?? id
}
