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

export function mapStyle(base: BaseMap, colours: MapColours): StyleSpecification {
  const px = (atDesk: number) => atDesk * colours.scale
  const { font } = colours
  const strong = [`${font[0]} semibold`, ...font]
  const halo = { 'text-halo-color': colours.land, 'text-halo-width': px(1.5) }
  const outlineOf = [
    'match',
    ['get', 'kind'],
    ...severities.flatMap(severity => [severity, colours[severity].outline]),
    colours.text
  ] as never
  const border = (kind: string, dashes: readonly number[]): LayerSpecification => ({
    id: `borders-${kind}`,
    type: 'line',
    source: 'borders',
    minzoom: kind === 'area' ? 4 : 0,
    filter: ['==', ['get', 'kind'], kind],
    paint: {
      'line-color': kind === 'area' ? colours.region : colours.border,
      'line-width': kind === 'area' ? 0.8 : 1.1,
      'line-dasharray': [...dashes]
    }
  })
  const shaped = (id: string, part: string) => ({
    id: `shapes-${id}`,
    source: 'shapes',
    filter: ['==', ['get', 'part'], part] as never
  })
  // Each has its own line style, in one colour: colour alone never distinguishes patterns.
  const shape = (part: string, dashes: number[], width: number): LayerSpecification => ({
    ...shaped(part, part),
    type: 'line',
    paint: {
      'line-color': colours.ink,
      'line-width': width,
      'line-opacity': 0.7,
      'line-dasharray': dashes
    }
  })
  // Names are placed where they overlap no mark and no other name, the greatest first.
  const towns = townZooms.map(
    (minzoom, rank): LayerSpecification => ({
      id: `towns-${rank}`,
      type: 'symbol',
      source: 'towns',
      minzoom,
      filter: ['==', ['get', 'rank'], rank],
      layout: {
        'icon-image': ['case', ['get', 'isCapital'], 'capital', 'town'],
        'text-field': ['get', 'name'],
        'text-size': px(12),
        'text-font':
          rank === 0
            ? ['case', ['get', 'isCapital'], ['literal', strong], ['literal', [...font]]]
            : [...font],
        'text-variable-anchor': ['left', 'right'],
        'text-radial-offset': 0.6,
        'symbol-sort-key': ['get', 'order']
      },
      paint: { 'text-color': ['case', ['get', 'isCapital'], colours.ink, colours.town], ...halo }
    })
  )
  return {
    version: 8,
    sources: {
      land: { type: 'geojson', data: base.land, maxzoom: 8, buffer: 8, tolerance: 0.3 },
      borders: { type: 'geojson', data: base.borders, maxzoom: 8 },
      rivers: { type: 'geojson', data: base.rivers, maxzoom: 8 },
      lakes: { type: 'geojson', data: base.lakes, maxzoom: 8 },
      towns: { type: 'geojson', data: base.towns, maxzoom: 8 },
      countries: { type: 'geojson', data: countryLabels(base.land, countryWords), maxzoom: 8 },
      shapes: { type: 'geojson', data: empty as never },
      circles: { type: 'geojson', data: empty as never },
      dots: { type: 'geojson', data: empty as never },
      marks: { type: 'geojson', data: empty as never },
      rings: { type: 'geojson', data: empty as never }
    },
    layers: [
      { id: 'sea', type: 'background', paint: { 'background-color': colours.sea } },
      {
        id: 'land',
        type: 'fill',
        source: 'land',
        paint: { 'fill-color': colours.otherLand, 'fill-antialias': false }
      },
      {
        id: 'own-land',
        type: 'fill',
        source: 'land',
        filter: false,
        paint: { 'fill-color': colours.land, 'fill-antialias': false }
      },
      { id: 'lakes', type: 'fill', source: 'lakes', paint: { 'fill-color': colours.river } },
      {
        id: 'rivers',
        type: 'line',
        source: 'rivers',
        minzoom: 3,
        layout: { 'line-join': 'round' },
        paint: {
          'line-color': colours.river,
          'line-width': ['interpolate', ['linear'], ['zoom'], 3, 0.6, 6, 1.6]
        }
      },
      border('area', [1, 0]),
      border('country', [1, 0]),
      border('disputed', [3, 3]),
      // Outlined and never filled: the exact place within is unknown.
      {
        id: 'areas',
        type: 'line',
        source: 'land',
        filter: false,
        layout: { 'line-join': 'round' },
        paint: { 'line-color': colours.text, 'line-width': 1.4, 'line-dasharray': [4, 3] }
      },
      shape('cluster', [3, 2], 2),
      {
        ...shaped('ring', 'ring'),
        type: 'circle',
        paint: {
          // Outside the circle of its place by as much at every zoom.
          'circle-radius': [
            ...['interpolate', ['exponential', 2], ['zoom']],
            ...[0, ['+', ringOffPx, ['get', 'radiusPx']]],
            ...[24, ['+', ringOffPx, ['*', ['get', 'radiusPx'], 2 ** 24]]]
          ] as never,
          'circle-opacity': 0,
          'circle-stroke-color': colours.ink,
          'circle-stroke-opacity': 0.8,
          'circle-stroke-width': 3
        }
      },
      {
        id: 'circle-fill',
        type: 'fill',
        source: 'circles',
        filter: ['==', ['get', 'kind'], 'extreme'],
        paint: { 'fill-color': colours.extreme.fill, 'fill-opacity': 0.07 }
      },
      {
        id: 'circle-lines',
        type: 'line',
        source: 'circles',
        paint: { 'line-color': outlineOf, 'line-width': px(1.4), 'line-dasharray': [4, 3] }
      },
      {
        id: 'dots',
        type: 'circle',
        source: 'dots',
        layout: { 'circle-sort-key': ['get', 'rank'] },
        // Hollow: somewhere around it.
        paint: {
          'circle-radius': ['match', ['get', 'kind'], 'support', px(2.6), px(4)],
          'circle-color': [
            'match',
            ['get', 'kind'],
            'support',
            colours.dot,
            'trigger',
            colours.ink,
            colours.accent
          ],
          'circle-opacity': ['case', ['get', 'isExtent'], 0, 0.55],
          'circle-stroke-color': colours.dot,
          'circle-stroke-opacity': 0.55,
          'circle-stroke-width': ['case', ['get', 'isExtent'], 1, 0]
        }
      },
      ...towns,
      {
        id: 'countries',
        type: 'symbol',
        source: 'countries',
        maxzoom: 7,
        layout: {
          'text-field': ['get', 'name'],
          'text-size': px(12),
          'text-transform': 'uppercase',
          'text-letter-spacing': 0.14,
          'text-max-width': 9,
          'text-variable-anchor': ['center', 'top', 'bottom'],
          'symbol-sort-key': ['get', 'order'],
          'text-font': [...font]
        },
        paint: { 'text-color': colours.country, ...halo }
      },
      {
        id: 'names',
        type: 'symbol',
        source: 'marks',
        layout: {
          'text-field': ['get', 'label'],
          'text-size': px(12),
          'text-font': strong,
          'text-variable-anchor': ['top', 'left', 'right', 'bottom'],
          'text-radial-offset': 1.9,
          'symbol-sort-key': ['-', 0, ['get', 'rank']]
        },
        paint: { 'text-color': colours.ink, ...halo }
      },
      {
        id: 'rings',
        type: 'circle',
        source: 'rings',
        paint: {
          'circle-radius': px(24),
          'circle-opacity': 0,
          'circle-stroke-color': colours.accent,
          'circle-stroke-width': px(2.5)
        }
      },
      // Its circle is hidden by the mark at this scale.
      {
        id: 'dashed',
        type: 'symbol',
        source: 'marks',
        filter: ['get', 'isDashed'],
        layout: {
          'icon-image': ['concat', 'dashed-', ['get', 'kind']],
          'icon-allow-overlap': true,
          'icon-ignore-placement': true
        }
      },
      {
        id: 'marks',
        type: 'symbol',
        source: 'marks',
        layout: {
          'icon-image': ['concat', 'mark-', ['get', 'kind'], '-', ['get', 'glyph']],
          'icon-allow-overlap': true,
          'icon-padding': 0,
          'symbol-sort-key': ['get', 'rank']
        }
      },
      {
        id: 'counts',
        type: 'symbol',
        source: 'marks',
        filter: ['>', ['get', 'count'], 1],
        layout: {
          'icon-image': ['concat', 'plate-', ['to-string', ['get', 'count']]],
          'icon-offset': [px(13), px(-12)],
          'icon-allow-overlap': true,
          'icon-ignore-placement': true,
          'symbol-sort-key': ['get', 'rank']
        }
      }
    ]
  }
}
