// Until when a source was alive anywhere, and until when elsewhere: what the silence about one of its areas is measured by.

export interface LivelyArea {
  readonly admin1: string
  /** Until when the source has spoken of the area in such a way that it shows it alive. */
  readonly aliveMs: number
}

/** Until when a source was alive anywhere, where that was, and until when it was alive elsewhere. */
export interface Liveliest {
  readonly admin1: string | null
  readonly firstMs: number
  readonly secondMs: number
}

const nowhere: Liveliest = { admin1: null, firstMs: Number.MIN_SAFE_INTEGER, secondMs: Number.MIN_SAFE_INTEGER }

/** What was asked last: a step goes on from the areas of the one before it, and what stands is asked of the last one twice. */
let lastLiveliest: { readonly areas: readonly LivelyArea[]; readonly alive: Liveliest } = { areas: [], alive: nowhere }

/** O(areas), where it was not asked for these or noted for them just before. */
export function liveliest(areas: readonly LivelyArea[]): Liveliest {
  if (lastLiveliest.areas === areas) return lastLiveliest.alive
  let alive = nowhere
  for (const area of areas) alive = livelier(alive, area)
  lastLiveliest = { areas, alive }
  return alive
}

/** The same after word of one more area, or later word of one of them: of areas that were alive equally long either may be the first. */
function livelier(alive: Liveliest, { admin1, aliveMs }: LivelyArea): Liveliest {
  if (admin1 === alive.admin1) return aliveMs > alive.firstMs ? { ...alive, firstMs: aliveMs } : alive
  if (aliveMs > alive.firstMs) return { admin1, firstMs: aliveMs, secondMs: alive.firstMs }
  return aliveMs > alive.secondMs ? { ...alive, secondMs: aliveMs } : alive
}

/** Notes what holds of these areas, which are others with word of one more: it is likely to be asked for next. */
export function noteOneMore(areas: readonly LivelyArea[], before: Liveliest, told: LivelyArea): void {
  lastLiveliest = { areas, alive: livelier(before, told) }
}
