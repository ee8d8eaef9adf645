// A severity as a shape with its word, and the mark of an alert: shape for how grave, glyph for what.

import { computeGlyph, glyphs, markShapes, markSide } from '../../shown/mark-shapes.ts'
import type { Severity } from '../../shown/shown-alert.ts'
import { words } from '../../words/words.ts'

interface AlertMarkProps {
  readonly severity: Severity
  /** Left out: the shape alone. */
  readonly pattern?: string
  /** The word is next to it. */
  readonly isNamed?: boolean
}

export function AlertMark({ severity, pattern, isNamed = false }: AlertMarkProps) {
  const box = `0 0 ${markSide} ${markSide}`
  return (
    <svg
      class={`mark of-${severity}`}
      viewBox={box}
      role="img"
      aria-label={words.severities[severity]}
      aria-hidden={isNamed}
    >
      <path class="shape" d={markShapes[severity]} />
      {pattern === undefined ? null : <path class="glyph" d={glyphs[computeGlyph(pattern)]} />}
    </svg>
  )
}

export function SeverityMark({ severity }: { readonly severity: Severity }) {
  return (
    <span class={`severity ${severity}`}>
      <AlertMark severity={severity} isNamed /> {words.severities[severity]}
    </span>
  )
}
