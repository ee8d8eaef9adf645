// Incidents that have raised no alert, for the map: asked for while somebody wants them, which
// stands in the address.

import { computed } from '@preact/signals'
import { suite } from '../../http/suite.ts'
import { type LooseIncidents, looseIncidents, noLoose } from '../../map/loose-incidents.ts'
import { wantedValues } from '../../queue/export-path.ts'
import { address, setAddress } from '../address.ts'
import { filter, picture } from '../console-state.ts'
import { mapped } from '../queue-state.ts'
import { resource } from '../resource.ts'

/** Those that changed last; a map with thousands says nothing. */
export const looseMax = 200

export const areLooseAsked = computed(() => address.value.get('incidents') === 'yes')

export function askLoose(isOn: boolean): void {
  setAddress({ incidents: isOn ? 'yes' : null })
}

/** As the list is filtered, as far as incidents can be. */
export const looseAsked = computed(() => {
  const { country, admin1, theatre } = wantedValues(filter.value)
  const query = new URLSearchParams({ limit: String(looseMax) })
  for (const [name, value] of Object.entries({ country, admin1, theatre }))
    if (value !== '') query.set(name, value)
  return query.toString()
})

export const looseList = resource(() => suite.incidents(looseAsked.peek()))

/** Of what the suite told: what no alert names that this page knows, listed or not. */
export const loose = computed<LooseIncidents>(() => {
  const { body } = looseList.state.value
  // Alerts that came since may name some.
  mapped.value
  if (!areLooseAsked.value || body === null) return noLoose
  return looseIncidents(body.items, picture.alerts.values())
})
