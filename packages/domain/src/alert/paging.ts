// Which alerts of a pattern page people: from which severity, and for how long. Removed patterns
// page always, since a missed page is the worse error.

import { compoundPatterns, patterns } from '../patterns/pattern-catalogue.ts'
import { type Severity, severities } from '../record/severity.ts'

/**
 * True if an alert of a pattern may page at a severity; otherwise it is an update. Pure. Source:
 * the patterns' own `pagesFrom`.
 */
export function mayPage(pattern: string, severity: Severity): boolean {
  const from = patterns.get(pattern)?.pagesFrom ?? 'minor'
  return severities.indexOf(severity) >= severities.indexOf(from)
}

/** True if findings of a pattern stay news while they are open, however old their triggers are. */
export function outlastsSilence(pattern: string): boolean {
  const known = patterns.get(pattern) ?? compoundPatterns.get(pattern)
  return known === undefined || known.outlastsSilence === true
}
