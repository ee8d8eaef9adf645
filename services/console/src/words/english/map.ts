// Words of the map beside the list.

const count = (n: number, one: string, many: string): string =>
  `${n.toLocaleString('en')} ${n === 1 ? one : many}`

export const mapEn = {
  show: 'Map',
  overview:
    'Map of the alerts in the list, which says the same. A number counts alerts that lie close together.',
  evidence: 'Map of the evidence, of which the list below says the same',
  off: (byCountry: number, nowhere: number) => {
    const country =
      byCountry === 0 ? [] : [`${count(byCountry, 'alert', 'alerts')} known by country alone`]
    const none = nowhere === 0 ? [] : [`${count(nowhere, 'alert', 'alerts')} without a place`]
    return `Not on the map: ${[...country, ...none].join(', ')}. The list has them.`
  },
  bare: (max: number) =>
    `Of the circles in view the ${count(max, 'gravest is', 'gravest are')} drawn. For the others, what is framed is somewhere around its frame, and a mark stands in the middle of where it may be.`,
  loading: 'Loading the map…',
  drawing: 'Drawing the map…',
  notLoaded:
    'The map could not be loaded: the link hangs or was cut. The list says all that it would.',
  notDrawn: 'The map can not be shown here. The list says all that it would.',
  notOnPaper:
    'The map was not drawn when this was printed: it is drawn when it is first scrolled to. The list says all that it would.',
  again: 'Try again',
  attribution: 'Natural Earth · GeoNames (CC BY 4.0)',
  /** Of the library's own controls, by its names for them. */
  controls: {
    'NavigationControl.ZoomIn': 'Zoom in',
    'NavigationControl.ZoomOut': 'Zoom out',
    'AttributionControl.ToggleAttribution': 'Whose data this is',
    'ScaleControl.Meters': 'm',
    'ScaleControl.Kilometers': 'km'
  },
  alert: (severity: string, headline: string, place: string) =>
    `${severity}: ${headline} (${place})`,
  loose: {
    show: 'Incidents that no alert names',
    count: (n: number, off: number) =>
      `◇ or dotted: ${count(n, 'incident', 'incidents')} that no alert here names${off === 0 ? '' : `, ${off.toLocaleString('en')} of them at no place that can be drawn`}.`,
    at: (what: string, n: number) =>
      n === 1
        ? `No alert here names it: ${what}.`
        : `${count(n, 'incident', 'incidents')} close together that no alert here names, one of them: ${what}. Enter looks closer.`,
    cut: (max: number) => `Of the ${max} incidents that changed last alone: there are more.`
  },
  selected: (what: string) => `Selected: ${what}`,
  picked: '✓: selected in the list.',
  somewhere: (what: string, km: number) => `${what}, somewhere within ± ${km} km`,
  extents: 'Dashed or framed: somewhere within, at no known place.',
  marks: 'Marks on the map',
  keys: (stops: number) =>
    `${count(stops, 'mark', 'marks')}. Arrow keys go from mark to mark, Enter opens, + and − zoom, Shift with an arrow moves the map, Escape leaves.`,
  atOne: (what: string) => `${what}. Enter opens it.`,
  atOneToChoose: (what: string) => `${what}. Enter chooses it, or takes it back.`,
  atManyToChoose: (what: string, n: number) =>
    `${count(n, 'mark', 'marks')} close together, one of them: ${what}. Enter looks closer, or asks which.`,
  atAreaToChoose: (what: string) =>
    `${what}. An area, no mark: what is known by it alone is chosen in the list.`,
  atMany: (what: string, n: number) =>
    `${count(n, 'mark', 'marks')} close together, the gravest: ${what}. Enter looks closer.`,
  atArea: (what: string, n: number) =>
    `${n === 1 ? '' : `${n.toLocaleString('en')} known by this area alone, the gravest: `}${what}${n === 1 ? '. Known by its area alone' : ''}. Enter opens it.`,
  noFurther: 'No mark further in that direction.',
  nothing: 'There is no mark on the map.'
} as const
