// A page that is loaded again has no sound until somebody presses for it, as browsers demand: who
// relied on it is reminded once.

import { computed, effect, signal } from '@preact/signals'
import { mayHaveSounded } from '../../live/shift-sound.ts'
import { severityRank } from '../../shown/shown-alert.ts'
import { address } from '../address.ts'
import { soundState } from '../sound.ts'
import { unacknowledged } from '../unacknowledged.ts'

const [navigation] = performance.getEntriesByType('navigation') as { readonly type?: string }[]
const hasSounded = mayHaveSounded(navigation?.type, address.peek())

/**
 * Somebody has read it, or has turned the sound on and knows where it is; it may be on when another
 * key signs in.
 */
const isOver = signal(false)
effect(() => {
  if (soundState.value !== 'off' && !isOver.value) isOver.value = true
})

/** How many severe and extreme alerts nobody answered while sound is off; 0: nobody is reminded. */
export const unheardCount = computed(() => {
  return !hasSounded || isOver.value
    ? 0
    : unacknowledged.value.filter(
        ({ severity }) => severityRank(severity) >= severityRank('severe')
      ).length
})

/** The sound stays off. */
export function leaveOff(): void {
  isOver.value = true
}
