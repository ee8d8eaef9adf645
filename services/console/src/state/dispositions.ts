// How often alerts of rules were false alarms: asked for where it is shown.

import { ask } from '../http/answers.ts'
import type { RuleDispositions } from '../shown/answers.ts'
import { mayUse } from './console-state.ts'
import { resource, useAsking } from './resource.ts'

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
