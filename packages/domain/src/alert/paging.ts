// The severity from which alerts of a pattern page people. Removed patterns page at every severity,
// since a missed page is the worse error.

import { patterns } from '../patterns/pattern-catalogue.ts'
import { type Severity, severities } from '../record/severity.ts'

/**
 * True if an alert of a pattern may page at a severity; otherwise it is an update. Pure. Source:
 * the patterns' own `pagesFrom`.
 */
export function mayPage(pattern: string, severity: Severity): boolean {
  const from = patterns.get(pattern)?.pagesFrom ?? 'minor'
  return severities.indexOf(severity) >= severities.indexOf(from)
}
