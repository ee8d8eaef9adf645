// Whether the preview of a rule still shows what publishing would do. Pure: times are passed in.

import type { Rule } from '../shown/answers.ts'

/** The basis of a preview in addition to the reports; null: not known then. */
export interface PreviewBasis {
  readonly rules: readonly Pick<Rule, 'ruleId' | 'ruleVersion'>[] | null
  readonly theatres:
    | readonly { readonly id: string; readonly clock: string; readonly retentionDays?: number }[]
    | null
}

/**
 * `rules`, `window`: they were changed since. `old`: reports have come since, and the windows have
 * moved on.
 */
export type PreviewStanding = 'current' | 'rules' | 'window' | 'old'

/**
 * Long enough to read one, and to ask a second person; a busy theatre has some new alerts in it,
 * ms.
 */
export const previewGoodMs = 5 * 60_000

/**
 * `id`: of the previewed rule. The suite refuses a change after another change of the same rule,
 * and names the author. `ageMs`: since the preview was requested.
 */
export function previewStanding(
  id: string,
  then: PreviewBasis,
  now: PreviewBasis,
  ageMs: number
): PreviewStanding {
  if (differ(rulesBeside(id, then), rulesBeside(id, now))) return 'rules'
  if (differ(computeWindows(then), computeWindows(now))) return 'window'
  // With a clock that was set back, the age is unknown.
  return ageMs < 0 || ageMs >= previewGoodMs ? 'old' : 'current'
}

function rulesBeside(id: string, { rules }: PreviewBasis): readonly string[] | null {
  return (
    rules
      ?.filter(({ ruleId }) => ruleId !== id)
      .map(({ ruleId, ruleVersion }) => `${ruleId} ${ruleVersion}`) ?? null
  )
}

function computeWindows({ theatres }: PreviewBasis): readonly string[] | null {
  return theatres?.map(({ id, clock, retentionDays }) => `${id} ${clock} ${retentionDays}`) ?? null
}

function differ(then: readonly string[] | null, now: readonly string[] | null): boolean {
  return then !== null && now !== null && [...then].sort().join('\n') !== [...now].sort().join('\n')
}
