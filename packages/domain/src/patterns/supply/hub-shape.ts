// The shape of a declared supply hub, which comes from a file.

import type { ParameterFault } from '../../detection/pattern.ts'

const hubMembers = ['name', 'country', 'admin1', 'lat', 'lon', 'corridors']
const corridorMembers = ['name', 'bearing', 'points']

/** Faults of a value as a hub; paths from the value down. */
export function hubFaults(value: unknown): readonly ParameterFault[] {
  if (!isObject(value)) return [fault([], 'must be a hub: {name, country, lat, lon}')]
  const { country = null, admin1 = null, lat, lon, corridors = [] } = value
  return [
    ...nameFaults(value),
    ...unknownMembers(value, hubMembers),
    ...(country === null || (typeof country === 'string' && /^[A-Z]{2}$/.test(country))
      ? []
      : [fault(['country'], 'must be a code of ISO 3166-1, such as "ML", or null')]),
    ...(admin1 === null || (typeof admin1 === 'string' && /^[A-Z]{2}-[A-Z0-9]{1,3}$/.test(admin1))
      ? []
      : [fault(['admin1'], 'must be a code of ISO 3166-2, such as "ML-4"')]),
    ...numberFaults(lat, 'lat', 90),
    ...numberFaults(lon, 'lon', 180),
    ...(Array.isArray(corridors)
      ? corridors.flatMap((corridor, i) => within(['corridors', i], corridorFaults(corridor)))
      : [fault(['corridors'], 'must be a list of corridors')])
  ]
}

function corridorFaults(value: unknown): readonly ParameterFault[] {
  if (!isObject(value)) return [fault([], 'must be a corridor: {name, bearing} or {name, points}')]
  const { bearing, points } = value
  const faults = [...nameFaults(value), ...unknownMembers(value, corridorMembers)]
  if (bearing === undefined && points === undefined)
    return [...faults, fault([], 'lacks a bearing or points')]
  if (bearing !== undefined && !isWithin(bearing, 0, 360))
    faults.push(fault(['bearing'], 'must be degrees from north, 0 to 360'))
  if (points !== undefined && !(Array.isArray(points) && points.length > 0))
    return [...faults, fault(['points'], 'must be a list of points, at least one: [lat, lon]')]
  const isPoint = (p: unknown) =>
    Array.isArray(p) && p.length === 2 && isWithin(p[0], -90, 90) && isWithin(p[1], -180, 180)
  const wrong = ((points ?? []) as unknown[]).flatMap((p, i) =>
    isPoint(p) ? [] : [fault(['points', i], 'must be [lat, lon] in degrees')]
  )
  return [...faults, ...wrong]
}

function nameFaults({ name }: Readonly<Record<string, unknown>>): ParameterFault[] {
  return typeof name === 'string' && name.trim() !== '' ? [] : [fault(['name'], 'must be a name')]
}

function unknownMembers(value: object, members: readonly string[]): ParameterFault[] {
  const strange = Object.keys(value).filter(name => !members.includes(name))
  return strange.map(name => fault([name], `is not known here; there are ${members.join(', ')}`))
}

function numberFaults(value: unknown, name: string, most: number): ParameterFault[] {
  return isWithin(value, -most, most) ? [] : [fault([name], `must be degrees, -${most} to ${most}`)]
}

function isWithin(value: unknown, least: number, most: number): boolean {
  return typeof value === 'number' && value >= least && value <= most
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function within(
  path: readonly (string | number)[],
  faults: readonly ParameterFault[]
): ParameterFault[] {
  return faults.map(one => ({ path: [...path, ...one.path], detail: one.detail }))
}

function fault(path: readonly (string | number)[], detail: string): ParameterFault {
  return { path, detail }
}
