// Where on the map what is selected in the list is marked: at its mark, at what it is gathered
// into, at the edge of what is known to an extent alone, and in its area. Pure.

import type { Corner } from './base-map.ts'
import { type ExtentMark, wordsPlace } from './extent-marks.ts'
import type { GatheredMark } from './gathered-marks.ts'
import type { ShownPlaces } from './shown-places.ts'

export interface PickedMark {
  readonly at: Corner
  /** How many of the selected ones are there, and of how many. */
  readonly count: number
  readonly of: number
  /**
   * It has a mark, around which a ring is drawn: in the middle of an area or an extent that would
   * be a place.
   */
  readonly hasMark: boolean
}

export interface DrawnMarks {
  readonly gathered: readonly GatheredMark[]
  readonly extents: readonly ExtentMark[]
  readonly anchors: ReadonlyMap<string, Corner>
}

/** `drawn`: as marks are at the present scale. O(marks). */
export function pickedMarks(
  { areas, areasOf }: Pick<ShownPlaces, 'areas' | 'areasOf'>,
  picked: ReadonlySet<string>,
  { gathered, extents, anchors }: DrawnMarks
): readonly PickedMark[] {
  if (picked.size === 0) return []
  const countIn = (ids: readonly string[]) => ids.filter(id => picked.has(id)).length
  const byArea = new Map<string, number>()
  for (const id of picked)
    for (const code of areasOf[id] ?? []) byArea.set(code, (byArea.get(code) ?? 0) + 1)
  return [
    ...gathered.map(({ mark, ids }) => ({
      ...{ at: mark.geometry.coordinates, count: countIn(ids), of: ids.length },
      hasMark: true
    })),
    ...extents.map(each => ({
      at: wordsPlace(each),
      count: countIn(each.ids),
      of: each.ids.length,
      hasMark: false
    })),
    ...[...byArea].flatMap(([code, count]): PickedMark[] => {
      const at = anchors.get(code)
      return at === undefined
        ? []
        : [{ at, count, of: areas[code]?.count ?? count, hasMark: false }]
    })
  ].filter(({ count }) => count > 0)
}
