// Incidents in the area of the open alert, for its picture: those of the days that it shows.

import { computed, signal } from '@preact/signals'
import { computeSpan, dayMs, type Span } from '../change/picture.ts'
import { suite } from '../http/suite.ts'
import type { AlertDetail, ShownIncident } from '../shown/shown-alert.ts'
import { detail } from './alert-detail.ts'
import { nowIn } from './console-state.ts'
import { resource } from './resource.ts'

/** More would be drawn as the same bars. */
export const areaIncidentsMax = 500

const picked = signal<{ readonly of: string; readonly span: Span } | null>(null)

export function ownIncidents({ evidence }: Pick<AlertDetail, 'evidence'>): ShownIncident[] {
  return evidence.flatMap(({ incident }) => (incident === null ? [] : [incident]))
}

/** By the day: it is not drawn again each second. */
export function pictureDay(theatre: string): number {
  return Math.floor(nowIn(theatre) / dayMs) * dayMs
}

/** As picked for this alert, else the shortest that has the whole situation. */
export const pictureSpan = computed<Span>(() => {
  if (detail.value.kind !== 'shown') return 0
  const { alert } = detail.value
  if (picked.value?.of === alert.alertId) return picked.value.span
  return computeSpan({ alert, own: ownIncidents(alert), nowMs: pictureDay(alert.theatre) })
})

export function pickSpan(of: string, span: Span): void {
  picked.value = { of, span }
}

/** Its first-level areas; where none is known, its countries. */
const query = computed(() => {
  if (detail.value.kind !== 'shown') return ''
  const { area, theatre } = detail.value.alert
  const asked = new URLSearchParams({ limit: String(areaIncidentsMax), theatre })
  if (area.admin1.length > 0) asked.set('admin1', area.admin1.join(','))
  else if (area.country.length > 0) asked.set('country', area.country.join(','))
  const span = pictureSpan.value
  if (span > 0) {
    // Bars of a week begin up to six days before.
    const fromMs = pictureDay(theatre) - (span + 6) * dayMs
    asked.set('from', new Date(fromMs).toISOString().slice(0, 10))
  }
  return asked.toString()
})

export const areaIncidents = resource(() => suite.incidents(query.peek()), {
  key: () => query.value
})
