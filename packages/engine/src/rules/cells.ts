// Cells of the grid in which past incidents are counted.

import type { Incidents } from '../data/incidents.ts'

export const cellDegrees = 0.2

/** The cell of the main point of an incident, as groups name it. */
export function formatCell({ columns, sites }: Incidents, row: number): string {
  const site = columns.site[row]!
  if (site < 0) return ''
  return formatSiteCell(sites.lat[site]!, sites.lon[site]!)
}

export function formatSiteCell(lat: number, lon: number): string {
  return `${Math.floor(lat / cellDegrees)}:${Math.floor(lon / cellDegrees)}`
}
