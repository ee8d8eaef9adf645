// The colours and sizes of the page, as the map draws with them.

import { type Severity, severities } from '../../shown/shown-alert.ts'

interface MarkColours {
  readonly fill: string
  readonly line: string
  readonly ink: string
  /** Of a circle or an area around it. */
  readonly outline: string
}

const names = {
  sea: 'sea',
  land: 'land',
  otherLand: 'land-2',
  border: 'frontier',
  region: 'region',
  river: 'river',
  town: 'town',
  country: 'country',
  dot: 'dot',
  halo: 'halo',
  ink: 'ink',
  text: 'ink-2',
  accent: 'accent'
} as const

const markNames: Readonly<Record<Severity, readonly [fill: string, line: string, ink: string]>> = {
  extreme: ['extreme', 'extreme', 'on-extreme'],
  severe: ['severe', 'severe-line', 'severe-ink'],
  moderate: ['moderate', 'moderate-line', 'moderate-ink'],
  minor: ['minor', 'minor-line', 'minor-ink']
}

export type MapColours = Readonly<Record<keyof typeof names, string>> &
  Readonly<Record<Severity, MarkColours>> & {
    /** How large words are: a wall is read from afar. */
    readonly scale: number
    readonly font: readonly string[]
  }

/** Of small letters of the page at a desk, px. */
const deskPx = 12

/** As the page has them now, worked out by the browser. */
export function readColours(): MapColours {
  const probe = document.createElement('i')
  // Not in the map: that has a font of its own.
  document.body.append(probe)
  const style = getComputedStyle(probe)
  const of = (name: string) => {
    probe.style.color = `var(--${name})`
    return style.color
  }
  const marks = severities.map(severity => {
    const [fill, line, ink] = markNames[severity]
    const outline = severity === 'extreme' ? 'extreme-ink' : line
    return [severity, { fill: of(fill), line: of(line), ink: of(ink), outline: of(outline) }]
  })
  probe.style.fontSize = 'var(--size-s)'
  const colours = {
    ...Object.fromEntries(Object.entries(names).map(([key, name]) => [key, of(name)])),
    ...Object.fromEntries(marks),
    scale: Math.max(1, Number.parseFloat(style.fontSize) / deskPx),
    font: style.fontFamily.split(',').map(name => name.trim().replaceAll(/["']/g, ''))
  } as MapColours
  probe.remove()
  return colours
}
