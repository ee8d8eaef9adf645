// Twenty areas around the centres of the places: what districts or provinces are to a theatre.

import { computePlaceKm, listDistinct, type Place } from '../load/null-world.ts'

const areaCount = 20
const rounds = 12

export class Areas {
  readonly #centres: readonly Place[]

  /** By k-means of the distinct places, from places that are far from each other. */
  constructor(places: readonly Place[]) {
    const distinct = listDistinct(places)
    let centres = chooseFar(distinct)
    for (let round = 0; round < rounds; round++) {
      const groups = Map.groupBy(distinct, place => findNearest(centres, place))
      centres = centres.map((centre, i) => average(groups.get(i) ?? [centre]))
    }
    this.#centres = centres
  }

  find(place: Place): string {
    return `A${findNearest(this.#centres, place) + 1}`
  }
}

function chooseFar(places: readonly Place[]): readonly Place[] {
  const chosen = [places[0]!]
  while (chosen.length < Math.min(areaCount, places.length)) {
    const far = places.map(place => computePlaceKm(place, chosen[findNearest(chosen, place)]!))
    chosen.push(places[far.indexOf(Math.max(...far))]!)
  }
  return chosen
}

function average(places: readonly Place[]): Place {
  const mean = (read: (place: Place) => number) =>
    places.reduce((sum, place) => sum + read(place), 0) / places.length
  return { lat: mean(({ lat }) => lat), lon: mean(({ lon }) => lon) }
}

function findNearest(centres: readonly Place[], place: Place): number {
  let [nearest, least] = [0, Number.POSITIVE_INFINITY]
  for (const [i, centre] of centres.entries()) {
    const km = computePlaceKm(centre, place)
    if (km < least) [nearest, least] = [i, km]
  }
  return nearest
}
