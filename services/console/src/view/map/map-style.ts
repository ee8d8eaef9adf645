// How the map is drawn: its layers from below, in the colours of the page. No glyphs are fetched:
// names are drawn by the browser.

import type { LayerSpecification, StyleSpecification } from 'maplibre-gl'
import { type BaseMap, countryLabels } from '../../map/base-map.ts'
import { type Severity, severities } from '../../shown/shown-alert.ts'
import { countryWords } from '../../words/code-names.ts'

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

const empty = { type: 'FeatureCollection', features: [] } as const
/** Beyond the mark of a place, also one that is chosen. */
const ringOffPx = 24
/** At this zoom and nearer also small towns are named. */
const townZooms = [2, 4, 5, 6, 7] as const

type Members = Readonly<Record<string, unknown>>

const layer = (id: string, type: string, source: string, more: Members) =>
  ({ id, type, source, ...more }) as LayerSpecification
const isKind = (kind: string) => ['==', ['get', 'kind'], kind]
const lineIn = (colour: unknown, width: unknown, dashes?: number[]) => ({
  ...{ 'line-color': colour, 'line-width': width },
  ...(dashes && { 'line-dasharray': dashes })
})
const ringIn = (colour: string, width: number) => ({
  ...{ 'circle-opacity': 0, 'circle-stroke-color': colour, 'circle-stroke-width': width }
})
const pictured = (image: unknown[]) => ({ 'icon-image': image, 'icon-allow-overlap': true })

export function mapStyle(base: BaseMap, colours: MapColours): StyleSpecification {
  const px = (atDesk: number) => atDesk * colours.scale
  const { font } = colours
  const strong = [`${font[0]} semibold`, ...font]
  const inkOf = (colour: unknown) => ({
    'text-color': colour,
    ...{ 'text-halo-color': colours.land, 'text-halo-width': px(1.5) }
  })
  const named = (member: string, fonts: unknown) => ({
    ...{ 'text-field': ['get', member], 'text-size': px(12), 'text-font': fonts }
  })
  const outlineOf = [
    ...['match', ['get', 'kind']],
    ...severities.flatMap(severity => [severity, colours[severity].outline]),
    colours.text
  ]
  const border = (kind: string, dashes: number[]) =>
    layer(`borders-${kind}`, 'line', 'borders', {
      ...{ filter: isKind(kind), minzoom: kind === 'area' ? 4 : 0 },
      paint:
        kind === 'area' ? lineIn(colours.region, 0.8, dashes) : lineIn(colours.border, 1.1, dashes)
    })
  const capitals = ['case', ['get', 'isCapital'], ['literal', strong], ['literal', [...font]]]
  // Names are placed where they overlap no mark and no other name, the greatest first.
  const towns = townZooms.map((minzoom, rank) =>
    layer(`towns-${rank}`, 'symbol', 'towns', {
      ...{ minzoom, filter: ['==', ['get', 'rank'], rank] },
      layout: {
        'icon-image': ['case', ['get', 'isCapital'], 'capital', 'town'],
        ...named('name', rank === 0 ? capitals : [...font]),
        ...{ 'text-variable-anchor': ['left', 'right'], 'text-radial-offset': 0.6 },
        'symbol-sort-key': ['get', 'order']
      },
      paint: inkOf(['case', ['get', 'isCapital'], colours.ink, colours.town])
    })
  )
  const source = (data: unknown, more = {}) => ({ type: 'geojson', data, ...more }) as never
  const fixed = { maxzoom: 8 }
  return {
    version: 8,
    sources: {
      land: source(base.land, { ...fixed, buffer: 8, tolerance: 0.3 }),
      borders: source(base.borders, fixed),
      rivers: source(base.rivers, fixed),
      lakes: source(base.lakes, fixed),
      towns: source(base.towns, fixed),
      countries: source(countryLabels(base.land, countryWords), fixed),
      shapes: source(empty),
      circles: source(empty),
      dots: source(empty),
      marks: source(empty),
      rings: source(empty)
    },
    layers: [
      { id: 'sea', type: 'background', paint: { 'background-color': colours.sea } },
      layer('land', 'fill', 'land', {
        paint: { 'fill-color': colours.otherLand, 'fill-antialias': false }
      }),
      layer('own-land', 'fill', 'land', {
        ...{ filter: false, paint: { 'fill-color': colours.land, 'fill-antialias': false } }
      }),
      layer('lakes', 'fill', 'lakes', { paint: { 'fill-color': colours.river } }),
      layer('rivers', 'line', 'rivers', {
        ...{ minzoom: 3, layout: { 'line-join': 'round' } },
        paint: lineIn(colours.river, ['interpolate', ['linear'], ['zoom'], 3, 0.6, 6, 1.6])
      }),
      border('area', [1, 0]),
      border('country', [1, 0]),
      border('disputed', [3, 3]),
      // Outlined and never filled: the exact place within is unknown.
      layer('areas', 'line', 'land', {
        ...{ filter: false, layout: { 'line-join': 'round' } },
        paint: lineIn(colours.text, 1.4, [4, 3])
      }),
      // Each has its own line style, in one colour: colour alone never distinguishes patterns.
      layer('shapes-cluster', 'line', 'shapes', {
        filter: ['==', ['get', 'part'], 'cluster'],
        paint: { ...lineIn(colours.ink, 2, [3, 2]), 'line-opacity': 0.7 }
      }),
      layer('shapes-ring', 'circle', 'shapes', {
        filter: ['==', ['get', 'part'], 'ring'],
        paint: {
          // Outside the circle of its place by as much at every zoom.
          'circle-radius': [
            ...['interpolate', ['exponential', 2], ['zoom']],
            ...[0, ['+', ringOffPx, ['get', 'radiusPx']]],
            ...[24, ['+', ringOffPx, ['*', ['get', 'radiusPx'], 2 ** 24]]]
          ],
          ...{ ...ringIn(colours.ink, 3), 'circle-stroke-opacity': 0.8 }
        }
      }),
      layer('circle-fill', 'fill', 'circles', {
        filter: isKind('extreme'),
        paint: { 'fill-color': colours.extreme.fill, 'fill-opacity': 0.07 }
      }),
      layer('circle-lines', 'line', 'circles', { paint: lineIn(outlineOf, px(1.4), [4, 3]) }),
      layer('dots', 'circle', 'dots', {
        layout: { 'circle-sort-key': ['get', 'rank'] },
        // Hollow: somewhere around it.
        paint: {
          'circle-radius': ['match', ['get', 'kind'], 'support', px(2.6), px(4)],
          'circle-color': [
            ...['match', ['get', 'kind'], 'support', colours.dot, 'trigger', colours.ink],
            colours.accent
          ],
          'circle-opacity': ['case', ['get', 'isExtent'], 0, 0.55],
          'circle-stroke-color': colours.dot,
          'circle-stroke-opacity': 0.55,
          'circle-stroke-width': ['case', ['get', 'isExtent'], 1, 0]
        }
      }),
      ...towns,
      layer('countries', 'symbol', 'countries', {
        maxzoom: 7,
        layout: {
          ...named('name', [...font]),
          ...{ 'text-transform': 'uppercase', 'text-letter-spacing': 0.14, 'text-max-width': 9 },
          'text-variable-anchor': ['center', 'top', 'bottom'],
          'symbol-sort-key': ['get', 'order']
        },
        paint: inkOf(colours.country)
      }),
      layer('names', 'symbol', 'marks', {
        layout: {
          ...named('label', strong),
          'text-variable-anchor': ['top', 'left', 'right', 'bottom'],
          ...{ 'text-radial-offset': 1.9, 'symbol-sort-key': ['-', 0, ['get', 'rank']] }
        },
        paint: inkOf(colours.ink)
      }),
      layer('rings', 'circle', 'rings', {
        paint: { 'circle-radius': px(24), ...ringIn(colours.accent, px(2.5)) }
      }),
      // Its circle is hidden by the mark at this scale.
      layer('dashed', 'symbol', 'marks', {
        filter: ['get', 'isDashed'],
        layout: {
          ...pictured(['concat', 'dashed-', ['get', 'kind']]),
          'icon-ignore-placement': true
        }
      }),
      layer('marks', 'symbol', 'marks', {
        layout: {
          ...pictured(['concat', 'mark-', ['get', 'kind'], '-', ['get', 'glyph']]),
          ...{ 'icon-padding': 0, 'symbol-sort-key': ['get', 'rank'] }
        }
      }),
      layer('counts', 'symbol', 'marks', {
        filter: ['>', ['get', 'count'], 1],
        layout: {
          ...pictured(['concat', 'plate-', ['to-string', ['get', 'count']]]),
          'icon-offset': [px(13), px(-12)],
          ...{ 'icon-ignore-placement': true, 'symbol-sort-key': ['get', 'rank'] }
        }
      })
    ]
  }
}
