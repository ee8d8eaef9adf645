// What stands for an alert: its severity as a shape with its word, its mark (shape for how grave, glyph
// for what), its headline, and a button that opens it; and times in UTC, followed by those at the place.

import { type ComponentChildren, createContext } from 'preact'
import { useContext } from 'preact/hooks'
import { computeGlyph, glyphs, markShapes, markSide } from '../../shown/mark-shapes.ts'
import type { Severity, ShownAlert } from '../../shown/shown-alert.ts'
import { nowMs } from '../../state/console-state.ts'
import { openAlert } from '../../state/current-view.ts'
import { readHeadlineIn } from '../../words/alert-words.ts'
import { sinceWords, type TimePlace, thereWords, timeWords } from '../../words/time-words.ts'
import { words } from '../../words/words.ts'
import { Button } from './basics.tsx'

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
    <span class={`severity of-${severity}`}>
      <AlertMark severity={severity} isNamed /> {words.severities[severity]}
    </span>
  )
}

export function SuiteProse({ text, lang }: { readonly text: string; readonly lang: string }) {
  return <bdi lang={lang}>{text}</bdi>
}

export function AlertHeadline({ alert }: { readonly alert: Parameters<typeof readHeadlineIn>[0] }) {
  const { headline, language } = readHeadlineIn(alert)
  return <SuiteProse text={headline} lang={language} />
}

export function AlertLink({ id, children }: { id: string; children: ComponentChildren }) {
  return (
    <Button class="as-link" onClick={() => openAlert(id)}>
      {children}
    </Button>
  )
}

export function NamedAlert({ alert }: { readonly alert: ShownAlert }) {
  return (
    <>
      <SeverityMark severity={alert.severity} />{' '}
      <AlertLink id={alert.alertId}>
        <AlertHeadline alert={alert} />
      </AlertLink>
    </>
  )
}

/** The default place of all times below: that of the open alert. */
export const PlaceOfTimes = createContext<TimePlace | undefined>(undefined)

interface TimeProps {
  readonly at: string
  readonly place?: TimePlace | undefined
  /** If no finer place is known. */
  readonly country?: string | undefined
}

export function Time({ at, place, country }: TimeProps) {
  const around = useContext(PlaceOfTimes)
  const there = thereWords(
    at,
    place ?? around ?? (country === undefined ? undefined : { country: [country], admin1: [] })
  )
  return (
    <time dateTime={at}>
      {timeWords(at)}
      {there === null ? null : <span class="soft"> ({there})</span>}
    </time>
  )
}

/** `14:03:10 UTC`, with its day where that is long ago. */
export function sinceHere(ms: number): string {
  return sinceWords(ms, nowMs.value)
}
