// Judges notices by labels: which labels a notice met, which it met first, and which notices met none.
// A label is a place and days that deserved an alert. Pure.

import { distanceKm, type Point } from '@tocsin/domain/space-time/geometry'

export interface Label {
  readonly id: string
  /** What it is, for counts; null: not stated. */
  readonly kind: string | null
  /** A theatre, a country or an area that a site of the notice must name; null: any. */
  readonly area: string | null
  /** A site must lie in the circle; null: anywhere in the area. */
  readonly circle: (Point & { readonly radiusKm: number }) | null
  readonly fromMs: number
  /** The end of its last day. */
  readonly toMs: number
  /** The end of the day by which it should be found; null: not stated. */
  readonly byMs: number | null
}

/** Something that a notice rests on, or where it is. */
export interface Site {
  /** Null: only its areas are known. */
  readonly point: Point | null
  /** Around the point. */
  readonly radiusKm: number
  readonly areas: readonly string[]
  readonly fromMs: number
  readonly toMs: number
}

export interface Notice {
  readonly atMs: number
  readonly sites: readonly Site[]
}

export interface Judgement<N extends Notice> {
  readonly labels: readonly {
    readonly label: Label
    /** The first notice that met it; null if it was missed. */
    readonly first: N | null
  }[]
  /** Ids of the labels that each notice met; none: it was false. */
  readonly met: ReadonlyMap<N, readonly string[]>
}

/**
 * A notice meets a label if it came after the label began, and one of its sites is in the place and
 * on the days of the label. Both may come in any order.
 */
export function judge<N extends Notice>(
  labels: readonly Label[],
  notices: readonly N[]
): Judgement<N> {
  const byStart = labels.toSorted((a, b) => a.fromMs - b.fromMs)
  const inOrder = notices.toSorted((a, b) => a.atMs - b.atMs)
  const first = new Map<Label, N>()
  const met = new Map<N, readonly string[]>()
  for (const notice of inOrder) {
    const own: string[] = []
    for (const label of byStart) {
      if (label.fromMs > notice.atMs) break
      if (!notice.sites.some(site => isIn(site, label))) continue
      own.push(label.id)
      if (!first.has(label)) first.set(label, notice)
    }
    met.set(notice, own)
  }
  return { labels: labels.map(label => ({ label, first: first.get(label) ?? null })), met }
}

function isIn(site: Site, { area, circle, fromMs, toMs }: Label): boolean {
  if (site.fromMs >= toMs || site.toMs < fromMs) return false
  if (area !== null && !site.areas.includes(area)) return false
  if (circle === null) return true
  return site.point !== null && distanceKm(site.point, circle) <= circle.radiusKm + site.radiusKm
}

/** The interval of a share with 95 % confidence, by Wilson; 0 to 1 of nothing. */
export function computeWilson(found: number, all: number): readonly [number, number] {
  if (all === 0) return [0, 1]
  const z = 1.96
  const share = found / all
  const scale = 1 + (z * z) / all
  const middle = (share + (z * z) / (2 * all)) / scale
  const reach = (z / scale) * Math.sqrt((share * (1 - share)) / all + (z * z) / (4 * all * all))
  return [Math.max(0, middle - reach), Math.min(1, middle + reach)]
}
