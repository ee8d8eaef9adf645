// Incidents in the area of the open alert, for its picture: those that changed last.

import { computed } from '@preact/signals'
import { suite } from '../http/suite.ts'
import { detail } from './alert-detail.ts'
import { resource } from './resource.ts'

/** More would be drawn as the same bars. */
export const areaIncidentsMax = 500

/** Its first-level areas; where none is known, its countries. */
const query = computed(() => {
  if (detail.value.kind !== 'shown') return ''
  const { area, theatre } = detail.value.alert
  const asked = new URLSearchParams({ limit: String(areaIncidentsMax), theatre })
  if (area.admin1.length > 0) asked.set('admin1', area.admin1.join(','))
  else if (area.country.length > 0) asked.set('country', area.country.join(','))
  return asked.toString()
})

export const areaIncidents = resource(() => suite.incidents(query.peek()), {
  key: () => query.value
})
