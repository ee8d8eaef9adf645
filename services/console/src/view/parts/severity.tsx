// A severity as shape, word and colour.

import { type Severity, severityMarks } from '../../shown/shown-alert.ts'
import { words } from '../../words/words.ts'

export function SeverityMark({ severity }: { readonly severity: Severity }) {
  return (
    <span class={`severity ${severity}`}>
      <span aria-hidden="true">{severityMarks[severity]}</span> {words.severities[severity]}
    </span>
  )
}
