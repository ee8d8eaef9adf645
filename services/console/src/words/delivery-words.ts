// What became of a delivery, in words.

import type { Delivery } from '../shown/answers.ts'
import { words } from './words.ts'

/** What became of a delivery, and why if its policy never tells it. */
export function deliveryWords({
  state,
  because = null
}: Pick<Delivery, 'state' | 'because'>): string {
  const text = words.told.deliveryStates[state] ?? state
  return state === 'muted' && because !== null
    ? `${text}: ${words.told.mutes[because] ?? because}`
    : text
}
