// Until when a source was alive anywhere, and until when elsewhere: the silence about one of its
// areas is measured by this.

export interface LivelyArea {
  readonly admin1: string
  /** Until when reports of the area show the source alive. */
  readonly aliveMs: number
}

/** Until when a source was alive anywhere, in which area, and until when in another one. */
export interface Liveliest {
  readonly admin1: string | null
  readonly firstMs: number
  readonly secondMs: number
}

const nowhere: Liveliest = {
  admin1: null,
  firstMs: Number.MIN_SAFE_INTEGER,
  secondMs: Number.MIN_SAFE_INTEGER
}

/**
 * The last result: a step continues from the areas of the one before it, and findings ask twice for
 * the last one.
 */
let lastLiveliest: { readonly areas: readonly LivelyArea[]; readonly alive: Liveliest } = {
  areas: [],
  alive: nowhere
}

/** O(areas), unless it is the last result or was noted in advance. */
export function liveliest(areas: readonly LivelyArea[]): Liveliest {
  if (lastLiveliest.areas === areas) return lastLiveliest.alive
  let alive = nowhere
  for (const area of areas) alive = livelier(alive, area)
  lastLiveliest = { areas, alive }
  return alive
}

/**
 * The result with one more area, or a later report of one: of areas alive equally long either may
 * be the first.
 */
function livelier(alive: Liveliest, { admin1, aliveMs }: LivelyArea): Liveliest {
  if (admin1 === alive.admin1)
    return aliveMs > alive.firstMs ? { ...alive, firstMs: aliveMs } : alive
  if (aliveMs > alive.firstMs) return { admin1, firstMs: aliveMs, secondMs: alive.firstMs }
  return aliveMs > alive.secondMs ? { ...alive, secondMs: aliveMs } : alive
}

/**
 * Notes the result for these areas, which have one report more than before: the next call probably
 * asks for it.
 */
export function noteOneMore(
  areas: readonly LivelyArea[],
  before: Liveliest,
  told: LivelyArea
): void {
  lastLiveliest = { areas, alive: livelier(before, told) }
}
