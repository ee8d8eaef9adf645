// The quarantine as it is listed, the opened entry, and what is typed to mend it.

import { computed } from '@preact/signals'
import { quarantine } from '../http/quarantine.ts'
import type { QuarantineEntry } from '../shown/quarantine.ts'
import { beginningOf } from '../upkeep/mended-report.ts'
import { address } from './address.ts'
import { currentItem } from './current-view.ts'
import { formDraft, sending } from './form-draft.ts'
import { pagesOf, resource } from './resource.ts'

export const quarantineStates = ['open', 'settled', 'all'] as const
export const shownState = computed(() => quarantineStates.find(state => state === address.value.get('state')) ?? 'open')

export const entries = pagesOf(cursor => quarantine.list(shownState.value, cursor))
export const entry = resource(() => quarantine.read(currentItem.value ?? ''))

/** Of which entry, and the report that is typed. */
export const mended = formDraft(() => ({ id: '', text: '' }))
export const mending = sending()

/** Begins a mending unless that of this entry has begun. */
export function beginMending({ id, content }: QuarantineEntry): void {
  if (mended.typed.peek().id === id) return
  mended.clear()
  mended.typed.value = { id, text: beginningOf(content?.text ?? null) }
  mending.state.value = { kind: 'idle' }
}
