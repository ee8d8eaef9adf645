// A page whose link is good, or was cut, and the alerts that it shows.

import { batch } from '@preact/signals'
import type { ShownAlert } from '../../src/shown/shown-alert.ts'
import { heardAtMs, link, nowMs, picture, pictureAge } from '../../src/state/console-state.ts'

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

/** The suite tells all alerts that are open, and the page draws them. */
export function draw(...alerts: readonly ShownAlert[]): void {
  picture.takePart(alerts, { isFirst: true, isLast: true })
  pictureAge.value += 1
}
