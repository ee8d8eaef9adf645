// Words of the map beside the list.

import { pluralIn } from '../language/language.ts'

const count = pluralIn('en')

const map = {
  overview:
    'Map of the alerts in the list, which says the same. A number counts alerts that lie close together.',
  evidence: 'Map of the evidence, of which the list below says the same',
  off: (byCountry: number, nowhere: number) => {
    const country =
      byCountry === 0 ? [] : [`${count(byCountry, 'alert', 'alerts')} known by country alone`]
    const none = nowhere === 0 ? [] : [`${count(nowhere, 'alert', 'alerts')} without a place`]
    return `Not on the map: ${[...country, ...none].join(', ')}. The list has them.`
  },
  loading: 'Loading the map…',
  drawing: 'Drawing the map…',
  notLoaded:
    'The map could not be loaded: the link hangs or was cut. The list says all that it would.',
  notDrawn: 'The map can not be shown here. The list says all that it would.',
  faulty: 'The map has a fault. The list says all that it would. Tell who runs Tocsin.',
  notOnPaper:
    'The map was not drawn when this was printed: it is drawn when it is first scrolled to. The list says all that it would.',
  again: 'Try again',
  attribution: 'Natural Earth · GeoNames (CC BY 4.0)',
  tools: { nearer: 'Zoom in', farther: 'Zoom out', all: 'Show all alerts', incidents: 'Incidents' },
  elsewhere: (n: number) => `${n.toLocaleString('en')} elsewhere: show all`,
  incident: 'Incident',
  extents: 'Exact place unknown',
  distance: (metres: number) =>
    metres >= 1_000 ? `${(metres / 1_000).toLocaleString('en')} km` : `${metres} m`,
  alert: (severity: string, headline: string, place: string) =>
    `${severity}: ${headline} (${place})`,
  card: {
    changed: (wait: string) => `last change ${wait} ago`,
    incidents: (n: number) => count(n, 'incident', 'incidents'),
    others: (n: number) => `and ${count(n, 'other alert', 'other alerts')} here`
  }
} as const

export const part = { map }
