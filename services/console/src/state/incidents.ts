// The incidents that the address asks for: those of an area whole, as a list in pages, and on the map
// of the list.

import { computed, signal } from '@preact/signals'
import { ask } from '../http/answers.ts'
import { type Page, suite, wholeList } from '../http/requests.ts'
import { computeDots } from '../map/shown-places.ts'
import { wantedValues } from '../queue/queue-filter.ts'
import { computePlaceKind, incidentAskIn, incidentQuery } from '../records/incident.ts'
import type { ShownAlert } from '../shown/shown-alert.ts'
import { address, setAddress } from './address.ts'
import { filter, nowIn, picture, theatres } from './console-state.ts'
import { currentView } from './current-view.ts'
import { createPages, resource } from './resource.ts'

export const adjoining = signal<ReadonlyMap<string, readonly string[]>>(new Map())

export const incidentAsk = computed(() => incidentAskIn(address.value))

/** The theatre that gives the clock for a place. */
export function findTheatre(place: string | null): string {
  const all = theatres.value
  const own = all.find(({ id }) => id === place)
  const alert = [...picture.alerts.values()].find(({ area }) =>
    [...area.admin1, ...area.country].includes(place ?? '')
  )
  const first = all.find(({ id }) => id !== 'world') ?? all[0]
  return own?.id ?? alert?.theatre ?? first?.id ?? ''
}

/** By the day: the same question all day. */
export const askedNowMs = computed(() => nowIn(findTheatre(incidentAsk.value.place)))

const pageMax = 500
/** Of an area. */
const pagesMax = 4
export const areaIncidentsMax = pagesMax * pageMax

const isArea = computed(() => currentView.value === 'area')

const areaQuery = computed(() => {
  const { place } = incidentAsk.value
  // Without a place there is no comparison.
  const spans = place === null ? 1 : 2
  return isArea.value ? incidentQuery(incidentAsk.value, askedNowMs.value, spans).toString() : ''
})

function paged(query: string, limit: number, cursor: string | null): string {
  const asked = new URLSearchParams(query)
  asked.set('limit', String(limit))
  if (cursor !== null) asked.set('cursor', cursor)
  return asked.toString()
}

const wholeQuery = (query: string) =>
  wholeList(cursor => suite.incidents(paged(query, pageMax, cursor)), pagesMax)

/** Of the asked days and, of a place, of as many before; of no place those of all areas. */
export const incidentsOfArea = resource(() => wholeQuery(areaQuery.peek()), {
  key: () => areaQuery.value
})

/** The areas around the asked one; empty: none, or not known yet. */
export const neighbours = computed(() => adjoining.value.get(incidentAsk.value.place ?? '') ?? [])

const nearQuery = computed(() => {
  const query = incidentQuery({ ...incidentAsk.value, place: null }, askedNowMs.value)
  query.set('admin1', neighbours.value.join(','))
  return query.toString()
})

export const incidentsNear = resource(() => wholeQuery(nearQuery.peek()), {
  key: () => nearQuery.value
})

const alertQuery = computed(() => {
  const { place } = incidentAsk.value
  return isArea.value && place !== null
    ? `${computePlaceKind(place)}=${encodeURIComponent(place)}`
    : ''
})

/** Open and over, those that changed last. */
export const alertsOfArea = resource(
  () =>
    ask<Page<ShownAlert>>(
      `/v1/alerts?status=provisional,confirmed,retracted,resolved&limit=${pageMax}&${alertQuery.peek()}`
    ),
  { key: () => alertQuery.value }
)

const listPage = 100
const listQuery = computed(() => incidentQuery(incidentAsk.value, askedNowMs.value).toString())

export const listedIncidents = createPages(
  cursor => suite.incidents(paged(listQuery.peek(), listPage, cursor)),
  { key: () => listQuery.value }
)

/** The file with the listed incidents, as the suite writes it, whole. */
export const incidentsFile = computed(() => {
  const query = incidentQuery(incidentAsk.value, askedNowMs.value)
  // People open the file in Excel, which takes a file without the mark for another encoding.
  for (const [name, value] of [
    ['kind', 'incidents'],
    ['format', 'csv'],
    ['bom', 'true']
  ] as const)
    query.set(name, value)
  return `/v1/export?${query}`
})

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
