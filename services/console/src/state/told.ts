// Who was told of the chosen alert. The first page is asked for again and again, further ones when somebody wants them.

import { signal } from '@preact/signals'
import type { Page } from '../http/suite.ts'
import { webhooks } from '../http/webhooks.ts'
import type { AlertDelivery } from '../shown/subscription.ts'
import { chosenId } from './console-state.ts'
import { resource } from './resource.ts'

export const told = resource(() => webhooks.toldOf(chosenId.peek() ?? '', null))
/** Null: none was asked for. */
export const furtherTold = signal<Page<AlertDelivery> | null>(null)

export async function loadFurtherTold(alertId: string, next: string): Promise<void> {
  const answer = await webhooks.toldOf(alertId, next)
  if (answer.kind !== 'ok' || chosenId.peek() !== alertId) return
  furtherTold.value = { items: [...(furtherTold.peek()?.items ?? []), ...answer.body.items], next: answer.body.next }
}

/** Another alert is shown now. */
export function forgetTold(): void {
  told.state.value = { body: null, failure: null }
  furtherTold.value = null
}
