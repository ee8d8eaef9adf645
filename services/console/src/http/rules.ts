// What the console asks of rules.

import type { NearMisses, Rule, RulePreview, RuleVersion } from '../shown/answers.ts'
import { ask } from './answers.ts'
import type { Page } from './suite.ts'

const path = (id: string) => `/v1/rules/${encodeURIComponent(id)}`
const ifMatch = (version: number | null) =>
  version === null ? {} : { headers: { 'if-match': `"${version}"` } }
/** All retained reports are folded again, ms. */
const previewMs = 180_000

export const rules = {
  list: () => ask<Page<Rule>>('/v1/rules'),
  read: (id: string) => ask<Rule>(path(id)),
  /** `signal` ends it in the suite too. */
  preview: (rule: object, signal: AbortSignal) =>
    ask<RulePreview>('/v1/rules/preview', {
      method: 'POST',
      body: { rules: [rule] },
      withinMs: previewMs,
      signal
    }),
  /** What the rule alone would have raised over all that is retained. */
  backtest: (rule: object, signal: AbortSignal) =>
    ask<RulePreview>('/v1/rules/preview', {
      method: 'POST',
      body: { rules: [rule], against: 'nothing' },
      withinMs: previewMs,
      signal
    }),
  /** For who may not see everything the suite folds anew what they may see. */
  near: (id: string) => ask<NearMisses>(`${path(id)}/near`, { withinMs: previewMs }),
  versions: (id: string) => ask<Page<RuleVersion>>(`${path(id)}/versions`),
  /** `version`: the one that was seen; null for a new rule. */
  put: (id: string, body: object, version: number | null) =>
    ask<Rule>(path(id), { method: 'PUT', body, ...ifMatch(version) }),
  delete: (id: string, version: number) =>
    ask<null>(path(id), { method: 'DELETE', ...ifMatch(version) })
}
