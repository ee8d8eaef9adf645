// The report of times to answers, as the address asks for it.

import { computed } from '@preact/signals'
import { ask } from '../../http/answers.ts'
import type { ResponseTimes } from '../../shown/answers.ts'
import { timesAskIn, timesPath } from '../../upkeep/response-times.ts'
import { address } from '../address.ts'
import { resource } from '../resource.ts'

export const timesAsk = computed(() => timesAskIn(address.value))

export const responseTimes = resource(() => ask<ResponseTimes>(timesPath(timesAsk.peek())), {
  key: () => timesPath(timesAsk.value)
})
