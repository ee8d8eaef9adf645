// From which severity on the alerts of a pattern bring people. What is no pattern any more pages at every severity: silence is the graver fault.

import { patterns } from '../patterns/pattern-catalogue.ts'
import { type Severity, severities } from '../record/severity.ts'

/** True where an alert of a pattern may page at a severity; otherwise it is told as an update. Pure. Source: the patterns' own `pagesFrom`. */
export function mayPage(pattern: string, severity: Severity): boolean {
  const from = patterns.get(pattern)?.pagesFrom ?? 'minor'
  return severities.indexOf(severity) >= severities.indexOf(from)
}
