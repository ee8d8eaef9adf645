// What the shape of a pattern on a map says, for who reads it beside the map.

import type { PatternShapes } from '../../map/pattern-shapes.ts'
import { words } from '../../words/words.ts'

export function ShapeWords({
  said,
  isSoft = false
}: {
  readonly said: PatternShapes['said']
  readonly isSoft?: boolean
}) {
  return said === null ? null : <p class={isSoft ? 'soft' : ''}>{words.onMap.shapes[said]}</p>
}
