// The digest that the address asks for.

import { computed } from '@preact/signals'
import { ask } from '../http/answers.ts'
import type { Digest } from '../shown/answers.ts'
import { digestAskIn, digestPath } from '../upkeep/digest.ts'
import { address } from './address.ts'
import { theatres } from './console-state.ts'
import { resource } from './resource.ts'

export const digestAsk = computed(() =>
  digestAskIn(
    address.value,
    theatres.value.map(({ id }) => id)
  )
)

export const digest = resource(
  async () => {
    const asked = digestAsk.peek()
    return asked === null ? ({ kind: 'unreachable' } as const) : ask<Digest>(digestPath(asked))
  },
  { key: () => JSON.stringify(digestAsk.value) }
)
