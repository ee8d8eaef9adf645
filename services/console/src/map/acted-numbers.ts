// Where the numbers of what is acted on stand: at its mark; of what is known to an extent alone at
// the edge of that, since in its middle a number would be a place. Pure.

import type { Corner, Feature, Point } from './base-map.ts'
import type { ExtentMark } from './extent-marks.ts'
import type { ShownPlaces } from './shown-places.ts'

export interface ActedNumber {
  readonly at: Corner
  /** From 1, in order: of what lies at one place together. */
  readonly numbers: readonly number[]
  /** It is of an extent: no ring is drawn around it. */
  readonly isOfExtent: boolean
}

const kmPerDegree = 111.2

/** `acted`: ids, in order. `drawn`: the extents as they are drawn. O(marks). */
export function actedNumbers(
  places: ShownPlaces,
  acted: readonly string[],
  drawn: readonly ExtentMark[]
): readonly ActedNumber[] {
  if (acted.length === 0) return []
  const marks = placed(places.centres.features, acted, ({ geometry }) => geometry.coordinates)
  const extents = placed(places.extents.features, acted, extent => edgeOf(extent, drawn))
  return [...together(marks, false), ...together(extents, true)]
}

interface Placed {
  readonly at: Corner
  readonly number: number
}

function placed(
  features: readonly Feature<Point>[],
  acted: readonly string[],
  atOf: (feature: Feature<Point>) => Corner
): readonly Placed[] {
  return acted.flatMap((id, i) =>
    features
      .filter(({ properties }) => properties.id === id)
      .map(feature => ({ at: atOf(feature), number: i + 1 }))
  )
}

function together(all: readonly Placed[], isOfExtent: boolean): readonly ActedNumber[] {
  return Object.values(Object.groupBy(all, ({ at }) => at.join(' '))).flatMap((there = []) => {
    const [first] = there
    return first === undefined
      ? []
      : [{ at: first.at, numbers: there.map(({ number }) => number), isOfExtent }]
  })
}

/**
 * The frame that stands for it, or the southern edge of its circle: its words are at the northern.
 */
function edgeOf({ properties, geometry }: Feature<Point>, drawn: readonly ExtentMark[]): Corner {
  const frame = drawn.find(({ isFramed, ids }) => isFramed && ids.includes(String(properties.id)))
  if (frame !== undefined) return frame.mark.geometry.coordinates
  const [lon, lat] = geometry.coordinates
  return [lon, Math.max(-85, lat - Number(properties.km) / kmPerDegree)]
}
