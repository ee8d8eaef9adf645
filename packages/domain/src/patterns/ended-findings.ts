// Findings of episodes that are over, as a state keeps them until they are forgotten.

import type { Finding } from '../pattern.ts'

/** Without what ended before a moment; the very same list where nothing did, so that a state need not be made anew. Pure. */
export function endedSince(findings: readonly Finding[], beforeMs: number): readonly Finding[] {
  const isKept = ({ toMs }: Finding) => toMs === null || toMs >= beforeMs
  return findings.every(isKept) ? findings : findings.filter(isKept)
}
