// A page whose link is good, or was cut, as the acts on it see it.

import { batch } from '@preact/signals'
import { heardAtMs, link, nowMs } from '../../src/state/console-state.ts'

/** By its own clock, ms. */
export function thePageIsLive(atMs = Date.now()): void {
  batch(() => {
    nowMs.value = atMs
    heardAtMs.value = atMs
    link.value = { kind: 'live', transport: 'websocket', isCaughtUp: true }
  })
}

/** The last word from the suite is a minute old. */
export function thePageIsStale(): void {
  heardAtMs.value = nowMs.peek() - 60_000
}
