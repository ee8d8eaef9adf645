// How the map is drawn: its layers from below, in the colours of the page. No glyphs are fetched:
// names are drawn by the browser.

import type { FilterSpecification, StyleSpecification } from 'maplibre-gl'
import type { BaseMap } from '../../map/base-map.ts'
import { countryLabels } from '../../map/country-labels.ts'
import { countryWords } from '../../words/code-names.ts'
import { words } from '../../words/words.ts'

export interface MapColours {
  readonly sea: string
  readonly land: string
  readonly border: string
  readonly text: string
  readonly extreme: string
  readonly severe: string
  readonly moderate: string
  readonly minor: string
  readonly accent: string
  /** How large words are: a wall is read from afar. */
  readonly scale: number
}

/** Of letters of the page at a desk, px. */
const deskPx = 14

/** The colours and the size of letters that the page has now, as the browser works them out. */
export function coloursOf(element: Element): MapColours {
  const probe = element.ownerDocument.createElement('i')
  element.append(probe)
  const style = getComputedStyle(probe)
  const of = (name: string) => {
    probe.style.color = `var(--${name})`
    return style.color
  }
  const colours = {
    sea: of('sea'),
    land: of('land'),
    border: of('frontier'),
    text: of('ink'),
    extreme: of('extreme'),
    severe: of('severe-line'),
    moderate: of('moderate-line'),
    minor: of('minor-line'),
    accent: of('accent'),
    scale: Math.max(1, Number.parseFloat(getComputedStyle(document.body).fontSize) / deskPx)
  }
  probe.remove()
  return colours
}

/** Of a severity or of a role of evidence. */
export function colourOf(colours: MapColours, kind: string): string {
  if (kind === 'extreme' || kind === 'severe' || kind === 'moderate' || kind === 'minor')
    return colours[kind]
  return kind === 'support' ? colours.border : colours.accent
}

/** Many marks may lie on one place: together they must not look like one that is chosen. */
export const markOpacity = 0.04

/** Circles of extents that are at least so wide, px at zoom 0: see `seenFromPx`. */
export function extentsFrom(px: number): FilterSpecification {
  return ['all', ['==', ['get', 'isExtent'], true], ['>=', ['get', 'radiusPx'], px]]
}

const empty = { type: 'FeatureCollection', features: [] } as const
/** Beyond the mark of a place, also one that is chosen. */
const ringOffPx = 24

export function mapStyle(base: BaseMap, colours: MapColours): StyleSpecification {
  const px = (atDesk: number) => atDesk * colours.scale
  const kinds = ['extreme', 'severe', 'moderate', 'minor', 'support']
  const byKind = [
    'match',
    ['get', 'kind'],
    ...kinds.flatMap(kind => [kind, colourOf(colours, kind)]),
    colours.accent
  ] as never
  const borders = (
    id: string,
    kind: string,
    width: number,
    dashes: number[] | null,
    minzoom: number
  ) => ({
    id,
    type: 'line' as const,
    source: 'borders',
    minzoom,
    filter: ['==', ['get', 'kind'], kind] as never,
    paint: {
      'line-color': colours.border,
      'line-width': width,
      ...(dashes === null ? {} : { 'line-dasharray': dashes })
    }
  })
  const shaped = (id: string, part: string) => ({
    id: `shapes-${id}`,
    source: 'shapes',
    filter: ['==', ['get', 'part'], part] as never
  })
  // Each by its own kind of line, in one colour: no pattern is told by colour alone.
  const shape = (part: string, dashes: number[], width: number) => ({
    ...shaped(part, part),
    type: 'line' as const,
    paint: {
      'line-color': colours.text,
      'line-width': width,
      'line-opacity': 0.7,
      'line-dasharray': dashes
    }
  })
  const shapeWords = (id: string, part: string, layout: object) => ({
    ...shaped(id, part),
    type: 'symbol' as const,
    layout: {
      'text-font': ['sans-serif'],
      'text-allow-overlap': true,
      'text-ignore-placement': true,
      ...layout
    },
    paint: { 'text-color': colours.text, 'text-halo-color': colours.land, 'text-halo-width': 2.5 }
  })
  const outlined = (id: string, colour: string, width: number) => ({
    id,
    type: 'line' as const,
    source: 'land',
    filter: false as never,
    paint: { 'line-color': colour, 'line-width': width }
  })
  const eye = (kind: string, colour: string, radius: number, width = 4) => ({
    id: `eyes-${kind}`,
    type: 'circle' as const,
    source: 'eyes',
    filter: ['==', ['get', 'kind'], kind] as never,
    paint: {
      'circle-radius': radius,
      'circle-opacity': 0,
      'circle-stroke-color': colour,
      'circle-stroke-width': width
    }
  })
  const eyeWords = (kind: string, offset: [number, number]) => ({
    id: `words-${kind}`,
    type: 'symbol' as const,
    source: 'eyes',
    filter: ['==', ['get', 'kind'], kind] as never,
    layout: {
      'text-field': ['get', 'said'] as never,
      'text-size': px(17),
      'text-offset': offset,
      'text-font': ['sans-serif'],
      'text-allow-overlap': true,
      'text-ignore-placement': true
    },
    paint: { 'text-color': colours.text, 'text-halo-color': colours.land, 'text-halo-width': 2.5 }
  })
  return {
    version: 8,
    sources: {
      land: {
        type: 'geojson',
        data: base.land,
        maxzoom: 8,
        buffer: 8,
        tolerance: 0.3,
        attribution: words.map.attribution
      },
      borders: { type: 'geojson', data: base.borders, maxzoom: 8 },
      towns: { type: 'geojson', data: base.towns, maxzoom: 8 },
      countries: { type: 'geojson', data: countryLabels(base.land, countryWords), maxzoom: 8 },
      shapes: { type: 'geojson', data: empty as never },
      circles: { type: 'geojson', data: empty as never },
      loose: { type: 'geojson', data: empty as never },
      'loose-circles': { type: 'geojson', data: empty as never },
      centres: { type: 'geojson', data: empty as never },
      extents: { type: 'geojson', data: empty as never },
      gathered: { type: 'geojson', data: empty as never },
      eyes: { type: 'geojson', data: empty as never }
    },
    layers: [
      { id: 'sea', type: 'background', paint: { 'background-color': colours.sea } },
      {
        id: 'land',
        type: 'fill',
        source: 'land',
        paint: { 'fill-color': colours.land, 'fill-antialias': false }
      },
      {
        id: 'areas',
        type: 'fill',
        source: 'land',
        filter: false,
        paint: { 'fill-color': colours.accent, 'fill-opacity': 0.2, 'fill-antialias': false }
      },
      borders('area-borders', 'area', 0.5, [2, 2], 4),
      borders('country-borders', 'country', 1.1, null, 0),
      borders('disputed-borders', 'disputed', 1.1, [3, 3], 0),
      outlined('chosen-areas', colours.text, 3.5),
      outlined('pointed-area', colours.accent, 5),
      {
        ...shaped('band-fill', 'band'),
        type: 'fill',
        paint: { 'fill-color': colours.text, 'fill-opacity': 0.1, 'fill-antialias': false }
      },
      shape('band', [2, 2], 1.2),
      shape('way', [1, 0], 3.5),
      shape('arrow', [1, 0], 2.5),
      shape('link', [2, 2], 2),
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
          'circle-stroke-color': colours.text,
          'circle-stroke-opacity': 0.8,
          'circle-stroke-width': 3
        }
      },
      // Below what alerts have: dotted, and no colour of a severity.
      {
        id: 'loose-circles',
        type: 'line',
        source: 'loose-circles',
        paint: { 'line-color': colours.border, 'line-width': 1.5, 'line-dasharray': [0.5, 2.5] }
      },
      {
        id: 'loose',
        type: 'symbol',
        source: 'loose',
        layout: {
          'text-field': '◇',
          'text-size': px(16),
          'text-font': ['sans-serif'],
          'text-allow-overlap': true,
          'text-ignore-placement': true
        },
        paint: {
          'text-color': colours.border,
          'text-halo-color': colours.land,
          'text-halo-width': 1.6
        }
      },
      {
        id: 'circles',
        type: 'fill',
        source: 'circles',
        filter: ['!=', ['get', 'isExtent'], true],
        paint: { 'fill-color': byKind, 'fill-opacity': 0.08 }
      },
      {
        id: 'extent-circles',
        type: 'fill',
        source: 'circles',
        filter: extentsFrom(0),
        paint: { 'fill-color': byKind, 'fill-opacity': 0.12 }
      },
      {
        id: 'circle-lines',
        type: 'line',
        source: 'circles',
        filter: ['!=', ['get', 'isExtent'], true],
        paint: { 'line-color': byKind, 'line-width': 1.5 }
      },
      // Dashed: what is in it is known to be somewhere in it.
      {
        id: 'extent-lines',
        type: 'line',
        source: 'circles',
        filter: extentsFrom(0),
        paint: { 'line-color': byKind, 'line-width': 2, 'line-dasharray': [3, 2] }
      },
      {
        id: 'pointed-extent',
        type: 'line',
        source: 'circles',
        filter: false,
        paint: { 'line-color': colours.accent, 'line-width': 5 }
      },
      ...[0, 1, 2, 3, 4].map(rank => ({
        id: `towns-${rank}`,
        type: 'symbol' as const,
        source: 'towns',
        minzoom: [2, 4, 5, 6, 7][rank] as number,
        filter: ['==', ['get', 'rank'], rank] as never,
        layout: {
          'text-field': ['get', 'name'] as never,
          'text-size': px(rank === 0 ? 13 : 11.5),
          'symbol-sort-key': ['get', 'order'] as never,
          'text-font': ['sans-serif']
        },
        paint: {
          'text-color': colours.text,
          'text-halo-color': colours.land,
          'text-halo-width': 1.4
        }
      })),
      // After the towns: its name is what a map of a continent is read by.
      {
        id: 'countries',
        type: 'symbol',
        source: 'countries',
        maxzoom: 5.5,
        layout: {
          'text-field': ['get', 'name'] as never,
          'text-size': ['interpolate', ['linear'], ['zoom'], 1, px(11), 5, px(16)] as never,
          'text-letter-spacing': 0.12,
          'text-max-width': 7,
          'text-variable-anchor': ['center', 'top', 'bottom'],
          'symbol-sort-key': ['get', 'order'] as never,
          'text-font': ['sans-serif']
        },
        paint: {
          'text-color': colours.border,
          'text-halo-color': colours.land,
          'text-halo-width': 1.6
        }
      },
      {
        id: 'extents',
        type: 'symbol',
        source: 'extents',
        layout: {
          'icon-image': ['case', ['get', 'isFramed'], ['concat', 'frame-', ['get', 'kind']], ''],
          'icon-allow-overlap': true,
          'icon-ignore-placement': true,
          'text-field': ['get', 'said'] as never,
          'text-size': px(13),
          'text-anchor': 'bottom',
          // Above the frame, or on the edge of the circle.
          'text-offset': [
            'case',
            ['get', 'isFramed'],
            ['literal', [0, -1.3]],
            ['literal', [0, -0.2]]
          ],
          'symbol-sort-key': ['get', 'rank'] as never,
          'text-font': ['sans-serif'],
          'text-allow-overlap': true,
          'text-ignore-placement': true
        },
        paint: { 'text-color': colours.text, 'text-halo-color': colours.land, 'text-halo-width': 2 }
      },
      {
        id: 'centres',
        type: 'circle',
        source: 'centres',
        layout: { 'circle-sort-key': ['get', 'rank'] as never },
        paint: {
          'circle-radius': ['case', ['==', ['get', 'id'], ''], 11, 8] as never,
          'circle-color': byKind,
          'circle-opacity': markOpacity,
          'circle-stroke-color': byKind,
          'circle-stroke-width': 2.5
        }
      },
      // The town of the alert itself, which many a map has too small to name: before the names of
      // other towns.
      {
        id: 'centre-names',
        type: 'symbol',
        source: 'centres',
        layout: {
          'text-field': ['coalesce', ['get', 'label'], ''] as never,
          'text-size': px(14),
          'text-variable-anchor': ['left', 'right', 'top', 'bottom'],
          'text-radial-offset': 1.2,
          'symbol-sort-key': ['-', 0, ['get', 'rank']] as never,
          'text-font': ['sans-serif']
        },
        paint: { 'text-color': colours.text, 'text-halo-color': colours.land, 'text-halo-width': 2 }
      },
      {
        id: 'gathered',
        type: 'circle',
        source: 'gathered',
        layout: { 'circle-sort-key': ['get', 'rank'] as never },
        paint: {
          'circle-radius': ['step', ['get', 'count'], px(17), 100, px(20), 1000, px(24)] as never,
          'circle-color': colours.land,
          'circle-stroke-color': byKind,
          'circle-stroke-width': 3
        }
      },
      {
        id: 'gathered-words',
        type: 'symbol',
        source: 'gathered',
        layout: {
          'text-field': ['get', 'said'] as never,
          'text-size': px(13),
          'text-line-height': 1,
          'text-font': ['sans-serif'],
          'text-allow-overlap': true,
          'text-ignore-placement': true
        },
        paint: { 'text-color': colours.text }
      },
      {
        id: 'eyes-framed',
        type: 'symbol',
        source: 'eyes',
        filter: ['==', ['get', 'kind'], 'framed'],
        layout: {
          'icon-image': 'frame-chosen',
          'icon-allow-overlap': true,
          'icon-ignore-placement': true
        }
      },
      shapeWords('arrow-heads', 'arrow', {
        'symbol-placement': 'line-center',
        'text-field': '▶',
        'text-size': px(20),
        'text-rotation-alignment': 'map',
        'text-keep-upright': false
      }),
      shapeWords('numbers', 'number', {
        ...{
          'text-field': ['get', 'said'],
          'text-size': px(18),
          'text-anchor': 'right',
          'text-offset': [-0.8, 0]
        }
      }),
      eye('acted', colours.text, 20),
      eye('picked', colours.text, 14, 2),
      eye('picked-many', colours.text, px(21), 2),
      eye('chosen', colours.text, 14),
      eye('pointed', colours.accent, 30),
      // Beside the mark, and below the words of an extent.
      eyeWords('picked-words', [1.3, 1.1]),
      // Beyond the ring of the keyboard.
      eyeWords('acted', [0, -2.5]),
      // Below a frame, or the edge of a circle.
      eyeWords('acted-extent', [0, 1.4])
    ]
  }
}
