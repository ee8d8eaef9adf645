// Silences that stand and those that are over, and the one that is being typed.

import { silences as asks } from '../../http/silences.ts'
import { blankSilence, type SilenceDraft, silenceFields } from '../../upkeep/silence-draft.ts'
import { openView } from '../current-view.ts'
import { formDraft, sending } from '../form-draft.ts'
import { pagesOf } from '../resource.ts'

export const standing = pagesOf(cursor => asks.list('standing', cursor))
export const over = pagesOf(cursor => asks.list('over', cursor))

export const newSilence = formDraft<SilenceDraft>(() => blankSilence)
export const making = sending(silenceFields)
export const ending = sending()

/** Opens the form for an alert, or for what a filter names. */
export function beginSilence(about: Partial<SilenceDraft>): void {
  const { reason } = newSilence.typed.peek()
  const draft = { ...blankSilence, ...about }
  // A reason that was typed is kept, and guarded; what is given here alone is not.
  if (reason === '') newSilence.restart(draft)
  else newSilence.change({ ...draft, reason })
  making.forget()
  openView('silences', 'new')
}
