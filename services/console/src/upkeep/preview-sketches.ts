// The entries of a preview, one by one, as its list and map name them. Pure.

import type { PlacedAlert } from '../map/shown-places.ts'
import type { AlertSketch, RulePreview } from '../shown/answers.ts'

export const previewKinds = ['appear', 'change', 'vanish'] as const
export type PreviewKind = (typeof previewKinds)[number]

export interface NamedSketch {
  /** Unique in a preview. */
  readonly id: string
  readonly theatre: string
  readonly sketch: AlertSketch
  /** Its present state, for an alert that would change. */
  readonly before: AlertSketch | null
}

/** All listed differences of a kind, theatre by theatre. */
export function computeSketches(
  { theatres }: Pick<RulePreview, 'theatres'>,
  kind: PreviewKind
): readonly NamedSketch[] {
  return theatres.flatMap(preview => {
    const { theatre } = preview
    const pairs =
      kind === 'change'
        ? preview.change.map(({ before, after }) => ({ sketch: after, before }))
        : preview[kind].map(sketch => ({ sketch, before: null }))
    return pairs.map((pair, i) => ({ id: `${kind}-${theatre}-${i}`, theatre, ...pair }))
  })
}

/** The first kind with entries; null if the preview changes no alert. */
export function findFirstKind(preview: Pick<RulePreview, 'theatres'>): PreviewKind | null {
  return (
    previewKinds.find(kind => preview.theatres.some(theatre => theatre[kind].length > 0)) ?? null
  )
}

/** What the map draws for them. */
export function placedSketches(sketches: readonly NamedSketch[]): readonly PlacedAlert[] {
  return sketches.map(({ id, sketch: { severity, area, triggers, pattern } }) => ({
    ...{ alertId: id, severity, area, ...(pattern == null ? {} : { pattern }) },
    evidenceCount: { triggers }
  }))
}
