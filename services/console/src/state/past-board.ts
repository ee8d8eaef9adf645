// The open alerts of an earlier time, as the address asks for it.

import { computed } from '@preact/signals'
import { ask } from '../http/answers.ts'
import type { Page } from '../http/suite.ts'
import type { ShownAlert } from '../shown/shown-alert.ts'
import { address } from './address.ts'
import { latestNow } from './console-state.ts'
import { createPages } from './resource.ts'

const hourMs = 3_600_000

/** Without a time in the address: an hour ago. */
export const boardAtMs = computed(() => {
  const ms = Date.parse(address.value.get('at') ?? '')
  return Number.isNaN(ms) ? Math.floor(latestNow() / hourMs - 1) * hourMs : ms
})

const path = computed(() => {
  const asOf = new Date(boardAtMs.value).toISOString()
  return `/v1/alerts?asOf=${asOf}&status=provisional,confirmed&sort=gravity&limit=100`
})

export const pastBoard = createPages(
  cursor => {
    const more = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`
    return ask<Page<ShownAlert>>(path.peek() + more)
  },
  { key: () => path.value }
)
