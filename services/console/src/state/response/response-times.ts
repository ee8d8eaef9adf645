// The report of times to answers, as the address asks for it.

import { computed } from '@preact/signals'
import { ask } from '../../http/answers.ts'
import type { ResponseTimes } from '../../shown/answers.ts'
import { timesAskIn, timesPath } from '../../upkeep/response-times.ts'
import { address } from '../address.ts'
import { nowIn, suiteNowMs, theatres } from '../console-state.ts'
import { resource } from '../resource.ts'

export const timesAsk = computed(() => timesAskIn(address.value))

export const responseTimes = resource(() => ask<ResponseTimes>(timesPath(timesAsk.peek())), {
  key: () => timesPath(timesAsk.value)
})

/** The latest time in any theatre, ms: in a replay, that of the replay. */
export function latestNow(): number {
  const replays = theatres.peek().filter(({ clock }) => clock === 'replay')
  const times =
    replays.length === theatres.peek().length
      ? replays.map(({ id }) => nowIn(id))
      : [suiteNowMs.peek()]
  return times.length === 0 ? suiteNowMs.peek() : Math.max(...times)
}
