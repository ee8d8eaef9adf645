// Four attacks that are a front, one of them reported by two sources.

import type { WholeSuite } from './whole-suite.ts'

type PostingSuite = Pick<WholeSuite, 'api'>

const day = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10)

export type Place = readonly [lat: number, lon: number]
export const frontPlaces = [
  [11.82, -5.14],
  [11.86, -5.17],
  [11.89, -5.11],
  [11.84, -5.09]
] as const satisfies readonly Place[]

/** Posts an attack of yesterday. */
export async function postAttack(
  suite: PostingSuite,
  source: string,
  externalId: string,
  [lat, lon]: Place,
  country = 'ML'
): Promise<string> {
  const body = {
    ...{ source: { id: source }, externalId, occurred: { from: day, to: day }, category: 'attack' },
    location: { country, lat, lon, radiusKm: 1 }
  }
  const { reportId } = (await suite.api.call('POST', '/v1/reports', { body })).body as {
    readonly reportId: string
  }
  return reportId
}

/**
 * Posts the front: `D-0` to `D-3` of `desk`, and `R-0` of `radio`, which belongs to the incident of
 * the first.
 */
export async function postFront(
  suite: PostingSuite,
  { country = 'ML', places = frontPlaces as readonly Place[], prefix = '' } = {}
): Promise<void> {
  for (const [i, place] of places.entries())
    await postAttack(suite, 'desk', `${prefix}D-${i}`, place, country)
  await postAttack(suite, 'radio', `${prefix}R-0`, places[0] as Place, country)
}
