// The evidence of an alert on a line of time: a mark an incident, as long as its date is uncertain,
// and a line where a level was reached. For eyes alone: the list below it says the same.

import { useEffect, useRef } from 'preact/hooks'
import type { AlertDetail } from '../../shown/shown-alert.ts'
import { dayWords } from '../../words/time-words.ts'
import { words } from '../../words/words.ts'

/** Drawn in these units and stretched to the width there is. */
const width = 1000
const height = 64
const axis = 40
const markMin = 6

interface TimelineProps {
  readonly alert: AlertDetail
  readonly picked: string | null
  readonly onPick: (id: string) => void
}

export function Timeline({ alert, picked, onPick }: TimelineProps) {
  const drawing = useRef<SVGSVGElement>(null)
  const pick = useRef(onPick)
  pick.current = onPick
  const isDrawn = alert.evidence.some(({ incident }) => incident !== null)
  useEffect(() => {
    // The list has a button for each: marks are pressed by who sees them.
    const press = ({ target }: MouseEvent) => {
      const id = target instanceof SVGElement ? target.dataset.incident : undefined
      if (id !== undefined) pick.current(id)
    }
    const svg = drawing.current
    svg?.addEventListener('click', press)
    return () => svg?.removeEventListener('click', press)
  }, [isDrawn])
  const incidents = alert.evidence.flatMap(({ role, incident }) =>
    incident === null ? [] : [{ role, ...incident }]
  )
  const times = [
    ...incidents.flatMap(({ occurred }) => [Date.parse(occurred.from), Date.parse(occurred.to)]),
    ...alert.levels.map(({ at }) => Date.parse(at))
  ].filter(Number.isFinite)
  if (incidents.length === 0 || times.length === 0) return null
  const [from, to] = [Math.min(...times), Math.max(...times)]
  const x = (at: string) =>
    ((Date.parse(at) - from) / Math.max(1, to - from)) * (width - 2 * markMin) + markMin
  const [first, last] = [
    dayWords(new Date(from).toISOString()),
    dayWords(new Date(to).toISOString())
  ]
  return (
    <figure class="timeline">
      <svg
        ref={drawing}
        viewBox={`0 0 ${width} ${height}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={words.evidence.timelineOf(incidents.length, first, last)}
      >
        <line class="axis" x1="0" x2={width} y1={axis} y2={axis} />
        {alert.levels.map(({ level, at }) => (
          <line key={level} class="level" x1={x(at)} x2={x(at)} y1="6" y2={axis} />
        ))}
        {incidents.map(({ incidentId, role, occurred, withdrawn }) => {
          const start = x(occurred.from)
          const long = Math.max(markMin, x(occurred.to) - start)
          return (
            <rect
              key={incidentId}
              class={`mark ${role} ${withdrawn ? 'withdrawn' : ''} ${incidentId === picked ? 'is-picked' : ''}`}
              data-incident={incidentId}
              x={start - markMin / 2}
              y={role === 'trigger' ? axis - 16 : axis + 4}
              width={long}
              height="12"
            />
          )
        })}
      </svg>
      <figcaption>
        <span>{first}</span>
        <span class="soft">{words.evidence.timelineKey}</span>
        <span>{last}</span>
      </figcaption>
    </figure>
  )
}
