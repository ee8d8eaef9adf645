// What the console asks of dispositions.

import type { RuleDispositions } from '../shown/answers.ts'
import { type Answer, ask } from './answers.ts'

export function askDispositions(): Promise<
  Answer<{ readonly items: readonly RuleDispositions[] }>
> {
  return ask('/v1/dispositions')
}
