// The reports that the address asks for: digest, times to answers, the board of an earlier time; and how
// often alerts of rules were false alarms.

import { computed } from '@preact/signals'
import { ask } from '../http/answers.ts'
import type { Page } from '../http/requests.ts'
import { digestAskIn, digestPath, timesAskIn, timesPath } from '../records/response-times.ts'
import type { Digest, ResponseTimes, RuleDispositions } from '../shown/answers.ts'
import type { ShownAlert } from '../shown/shown-alert.ts'
import { address } from './address.ts'
import { latestNow, mayUse, theatres } from './console-state.ts'
import { createPages, resource, useAsking } from './resource.ts'

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

export const timesAsk = computed(() => timesAskIn(address.value))

export const responseTimes = resource(() => ask<ResponseTimes>(timesPath(timesAsk.peek())), {
  key: () => timesPath(timesAsk.value)
})

/** What officers judge changes it, and no more. */
const askEveryMs = 60_000

export const dispositionList = resource(() =>
  ask<{ readonly items: readonly RuleDispositions[] }>('/v1/dispositions')
)

/** Of a rule in each theatre that has alerts of it; null: not told to this key, or not yet. */
export function useDispositions(ruleId: string): readonly RuleDispositions[] | null {
  useAsking(async () => {
    if (mayUse('alerts:read')) await dispositionList.load()
  }, askEveryMs)
  return dispositionList.state.value.body?.items.filter(row => row.ruleId === ruleId) ?? null
}
