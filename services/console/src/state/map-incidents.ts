// Incidents on the map of the list: those that changed last, filtered as the list is. Shown unless
// the address turns them off.

import { computed } from '@preact/signals'
import { suite } from '../http/requests.ts'
import { computeDots } from '../map/shown-places.ts'
import { wantedValues } from '../queue/queue-filter.ts'
import { address, setAddress } from './address.ts'
import { filter } from './console-state.ts'
import { resource } from './resource.ts'

/** A map with more is grey. */
const incidentsMax = 500

export const areIncidentsShown = computed(() => address.value.get('incidents') !== 'no')

export function showIncidents(isOn: boolean): void {
  setAddress({ incidents: isOn ? null : 'no' })
}

/** The alert filters that incidents support too. */
export const incidentsAsked = computed(() => {
  const { country, admin1, theatre } = wantedValues(filter.value)
  const query = new URLSearchParams({ limit: String(incidentsMax) })
  for (const [name, values] of Object.entries({ country, admin1, theatre }))
    if (values.length > 0) query.set(name, values.join(','))
  return query.toString()
})

export const mapIncidents = resource(() => suite.incidents(incidentsAsked.peek()))

export const incidentDots = computed(() =>
  computeDots(areIncidentsShown.value ? (mapIncidents.state.value.body?.items ?? []) : [])
)
