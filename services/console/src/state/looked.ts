// What this officer saw of each alert when they last left it: what came since is new to them. For
// as long as the page is open; nothing is stored.

import { effect, signal, untracked } from '@preact/signals'
import type { AlertDetail } from '../shown/shown-alert.ts'
import { detail } from './alert-detail.ts'
import { nowIn } from './console-state.ts'

export interface Look {
  /** Id of the newest entry that was shown. */
  readonly entryId: string | null
  /** By the clock of the theatre, ms. */
  readonly atMs: number
}

/** By alert: the last look that is over. */
const looks = signal<ReadonlyMap<string, Look>>(new Map())

let open: AlertDetail | null = null
effect(() => {
  const shown = detail.value
  const alert = shown.kind === 'shown' ? shown.alert : null
  const left = open
  open = alert
  if (left !== null && left.alertId !== alert?.alertId)
    looks.value = new Map(looks.peek()).set(left.alertId, {
      entryId: left.revisions.at(-1)?.id ?? null,
      atMs: untracked(() => nowIn(left.theatre))
    })
})

/** Null: they have not looked at it before. */
export function lastLookAt(alertId: string): Look | null {
  return looks.value.get(alertId) ?? null
}
