// Faults of a declared supply hub, which comes from a file.

import type { ParameterFault } from './definition.ts'

const hubMembers = ['name', 'country', 'admin1', 'lat', 'lon', 'corridors']
const corridorMembers = ['name', 'bearing', 'points']

/** Faults of a value as a hub; paths from the value down. */
export function listHubFaults(value: unknown): readonly ParameterFault[] {
  if (!isObject(value)) return [makeFault([], 'must be a hub: {name, country, lat, lon}')]
  const { country = null, admin1 = null, lat, lon, corridors = [] } = value
  const faults = [...listNameFaults(value), ...listUnknownMembers(value, hubMembers)]
  if (!isCodeOrNull(country, /^[A-Z]{2}$/))
    faults.push(makeFault(['country'], 'must be a code of ISO 3166-1, such as "ML", or null'))
  if (!isCodeOrNull(admin1, /^[A-Z]{2}-[A-Z0-9]{1,3}$/))
    faults.push(makeFault(['admin1'], 'must be a code of ISO 3166-2, such as "ML-4"'))
  if (!isWithin(lat, -90, 90)) faults.push(makeFault(['lat'], 'must be degrees, -90 to 90'))
  if (!isWithin(lon, -180, 180)) faults.push(makeFault(['lon'], 'must be degrees, -180 to 180'))
  if (!Array.isArray(corridors))
    return [...faults, makeFault(['corridors'], 'must be a list of corridors')]
  for (const [i, corridor] of corridors.entries())
    for (const { path, detail } of listCorridorFaults(corridor))
      faults.push(makeFault(['corridors', i, ...path], detail))
  return faults
}

function listCorridorFaults(value: unknown): readonly ParameterFault[] {
  if (!isObject(value))
    return [makeFault([], 'must be a corridor: {name, bearing} or {name, points}')]
  const { bearing, points } = value
  const faults = [...listNameFaults(value), ...listUnknownMembers(value, corridorMembers)]
  if (bearing === undefined && points === undefined)
    return [...faults, makeFault([], 'lacks a bearing or points')]
  if (bearing !== undefined && !isWithin(bearing, 0, 360))
    faults.push(makeFault(['bearing'], 'must be degrees from north, 0 to 360'))
  if (points === undefined) return faults
  if (!Array.isArray(points) || points.length === 0)
    return [...faults, makeFault(['points'], 'must be a list of points, at least one: [lat, lon]')]
  for (const [i, point] of points.entries())
    if (!isPoint(point)) faults.push(makeFault(['points', i], 'must be [lat, lon] in degrees'))
  return faults
}

function listNameFaults({ name }: Readonly<Record<string, unknown>>): ParameterFault[] {
  const isName = typeof name === 'string' && name.trim() !== ''
  return isName ? [] : [makeFault(['name'], 'must be a name')]
}

function listUnknownMembers(value: object, members: readonly string[]): ParameterFault[] {
  const unknown = Object.keys(value).filter(name => !members.includes(name))
  return unknown.map(name =>
    makeFault([name], `is not known here; there are ${members.join(', ')}`)
  )
}

function isPoint(value: unknown): boolean {
  if (!Array.isArray(value) || value.length !== 2) return false
  return isWithin(value[0], -90, 90) && isWithin(value[1], -180, 180)
}

function isCodeOrNull(value: unknown, form: RegExp): boolean {
  return value === null || (typeof value === 'string' && form.test(value))
}

function isWithin(value: unknown, least: number, most: number): boolean {
  return typeof value === 'number' && value >= least && value <= most
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function makeFault(path: readonly (string | number)[], detail: string): ParameterFault {
  return { path, detail }
}
