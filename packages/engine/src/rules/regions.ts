// Regions of neighbouring countries. A theatre may be the world, and unrelated attacks never make
// one alert: a rule without a place of its own looks at each region alone. They are the subregions of
// UN M49, but for conflicts that cross their borders: Lake Chad, the Great Lakes, the Nile.

import type { Incidents } from '../data/incidents.ts'
import { cacheByName } from './cache.ts'
import type { Parameter } from './definition.ts'

const regions = `
BF BJ CI CM CV GH GM GN GW LR ML MR NE NG SH SL SN TD TG
AO BI CD CF CG GA GQ RW ST TZ UG ZM
DJ ER ET KE SD SO SS
BW KM LS MG MU MW MZ NA RE SC SZ YT ZA ZW
DZ EG EH LY MA TN
AE BH CY IL IQ JO KW LB OM PS QA SA SY TR YE
AM AZ GE
KG KZ TJ TM UZ
AF BD BT IN IR LK MV NP PK
BN KH ID LA MM MY PH SG TH TL VN
CN HK JP KP KR MN MO TW
BY MD RU UA
AX BG CZ DK EE FI FO HU IS LT LV NO PL RO SE SJ SK
AL BA ES GI GR HR IT ME MK MT PT RS SI SM VA XK AD
AT BE CH DE FR GB GG IE IM JE LI LU MC NL
BZ CR GT HN MX NI PA SV
AG AI AW BB BL BQ BS CU CW DM DO GD GP HT JM KN KY LC MF MQ MS PR SX TC TT VC VG VI
AR BO BR CL CO EC FK GF GS GY PE PY SR UY VE
BM CA GL PM US
AU CC CX HM NF NZ
FJ NC PG SB VU
CK FM GU KI MH MP NR NU PF PN PW TK TO TV UM WF WS AS`

/** Everywhere, and the region of an incident without a country. */
export const everywhere = 0

const regionByCountry: ReadonlyMap<string, number> = new Map(
  regions
    .trim()
    .split('\n')
    .flatMap((line, index) => line.split(' ').map(country => [country, index + 1] as const))
)

/** From here on everything on Earth is within reach. */
export const endlessKm = 20_000

export const reachParameter: Parameter<number> = {
  default: 800,
  unit: 'km',
  meaning:
    'incidents that lie farther apart belong together only by others between them; 20000: all of the theatre, else a region of neighbouring countries',
  source: 'patterns.md#reach',
  min: 1
}

/** The number of the region of an incident; `everywhere` if the reach is endless. */
export function makeRegionReader(reachKm: number): (incidents: Incidents, row: number) => number {
  if (reachKm >= endlessKm) return () => everywhere
  const getRegion = cacheByName(country => regionByCountry.get(country) ?? everywhere)
  return ({ columns, reports }, row) =>
    columns.country[row]! < 0 ? everywhere : getRegion(reports.names, columns.country[row]!)
}
