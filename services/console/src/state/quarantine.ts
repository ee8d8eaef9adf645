// The quarantine as it is listed, the opened entry, and what is typed to mend it.

import { computed } from '@preact/signals'
import { quarantine } from '../http/quarantine.ts'
import type { QuarantineEntry } from '../shown/answers.ts'
import { computeBeginning } from '../upkeep/mended-report.ts'
import { words } from '../words/words.ts'
import { address } from './address.ts'
import { command } from './command.ts'
import { currentItem } from './current-view.ts'
import { form } from './form-draft.ts'
import { createPages, resource } from './resource.ts'

export const quarantineStates = ['open', 'settled', 'all'] as const
export const shownState = computed(
  () => quarantineStates.find(state => state === address.value.get('state')) ?? 'open'
)

export const entries = createPages(cursor => quarantine.list(shownState.value, cursor), {
  key: () => shownState.value
})
const key = () => currentItem.value ?? ''
export const entry = resource(() => quarantine.read(key()), { key })

/** The entry, and the report that is typed. Reports for other entries are stored. */
export interface Mending {
  readonly id: string
  readonly text: string
}
export const mended = form<Mending>('mending', () => ({ id: '', text: '' }), {
  ...{ keyOf: ({ id }) => id, key, restsOnSeen: true }
})
export const dismissing = command({ key, restsOnSeen: true })

/** Begins a mending unless that of this entry has begun. */
export function beginMending({ id, content }: QuarantineEntry): void {
  mended.show({ id, text: computeBeginning(content?.text ?? null) })
}

/** Puts the typed report in the place of an entry. What was typed meanwhile stays. */
export async function sendMended(report: unknown): Promise<void> {
  const done = await mended.submit(
    ({ id }) => quarantine.replay(id, report),
    ({ reportId }) => words.quarantine.accepted(reportId)
  )
  if (done !== null) await entry.load()
}

export async function dismiss(id: string): Promise<void> {
  const done = await dismissing.send(
    () => quarantine.dismiss(id),
    () => words.quarantine.dismissed
  )
  if (done !== null) await entry.load()
}
