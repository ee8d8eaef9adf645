// Silences that stand and those that are over, and the one that is being typed.

import { silences as asks } from '../../http/silences.ts'
import { blankSilence, type SilenceDraft, silenceFields } from '../../upkeep/silence-draft.ts'
import { currentItem, openView } from '../current-view.ts'
import { formDraft, sending } from '../form-draft.ts'
import { pagesOf, resource } from '../resource.ts'

export const standing = pagesOf(cursor => asks.list('standing', cursor))
export const over = pagesOf(cursor => asks.list('over', cursor))
/** The one that the address names. */
export const chosenSilence = resource(() => asks.one(currentItem.peek() ?? ''))

/** The silence that is being typed; those that were begun for something else are kept. */
export const newSilence = formDraft<SilenceDraft>(
  'silence',
  () => blankSilence,
  ({ of }) => of
)
export const making = sending(silenceFields, { restsOnSeen: true })
export const ending = sending([], { restsOnSeen: true })

/** Opens the form for an alert, or for what a filter names: as it was left, if it was begun for the same. */
export function beginSilence(about: Partial<SilenceDraft>): void {
  const of = about.alertId === undefined ? JSON.stringify(about) : about.alertId
  goOnWith({ ...blankSilence, ...about, of })
}

/** Opens the form at one that was begun; what is typed in another one is kept. */
export function goOnWith(draft: SilenceDraft): void {
  newSilence.show(draft)
  making.forget()
  openView('silences', 'new')
}
