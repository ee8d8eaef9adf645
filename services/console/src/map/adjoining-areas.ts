// Which first-level areas share a border. Pure.

import type { PackedMap } from './base-map.ts'

/** By code. Areas without one, such as disputed land, adjoin nothing. */
export function adjoiningAreas({
  areas,
  sides
}: PackedMap): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, Set<string>>()
  const add = (code: string, other: string) => {
    found.set(code, (found.get(code) ?? new Set()).add(other))
  }
  for (const [one = '', other = ''] of sides.map(pair => pair.map(area => areas[area]?.[1]))) {
    if (one === '' || other === '' || one === other) continue
    add(one, other)
    add(other, one)
  }
  return new Map([...found].map(([code, others]) => [code, [...others]]))
}
