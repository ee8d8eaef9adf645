// What the shape of a pattern on a map says, for who reads it beside the map.

import { isOrdered } from '../../map/shapes/hit-order.ts'
import type { ShapeSaid } from '../../map/shapes/pattern-shapes.ts'
import { words } from '../../words/words.ts'

export function ShapeWords({
  said,
  isSoft = false
}: {
  readonly said: ShapeSaid | null
  readonly isSoft?: boolean
}) {
  if (said === null) return null
  return (
    <p class={isSoft ? 'soft' : ''}>
      <bdi>{formatWords(said)}</bdi>
    </p>
  )
}

function formatWords(said: ShapeSaid): string {
  const { shapes } = words.onMap
  if (said.kind === 'ways') return shapes.ways(said.hub, said.count)
  if (said.kind !== 'arc') return shapes[said.kind]
  const { places, steps } = said.order
  const names = places.map(({ name }) => name || shapes.unnamed)
  if (!isOrdered(said.order)) return shapes.arcUnordered(names.join(', '))
  const named = places.map(({ number }, i) => shapes.arcPlace(number, names[i] ?? '')).join(', ')
  return [shapes.arc(named), ...(steps.every(step => step.isOrdered) ? [] : [shapes.arcOpen])].join(
    ' '
  )
}
