// Which incidents evidence names. The limit holds for the readers of each handling by themselves:
// an incident that they may not see takes no place from one that they may see. Pure. Source:
// decision 0033.

import type { Incident } from '../incident/incident.ts'
import { type Handling, handlings } from '../report/handling.ts'
import { evidenceMax, type Finding } from './finding.ts'

type Marked = Pick<Incident, 'handling'>

/**
 * True if one more is named: less than the limit of those that its readers may see are, or none of
 * its handling.
 */
export function isNamedBeside(
  kept: readonly Marked[],
  { handling }: Marked,
  most = evidenceMax
): boolean {
  return kept.length < most || new NamedCounts(kept).leavesRoomFor(handling, most)
}

/**
 * True if none of its handling is named: an alert's handling is the strictest of its triggers', and
 * has to cover all.
 */
export function isFirstOfHandling(kept: readonly Marked[], { handling }: Marked): boolean {
  return kept.every(named => named.handling !== handling)
}

/** Those of a list that are named, in its order; the same list if all are. */
export function namedOf<I extends Marked>(
  incidents: readonly I[],
  most = evidenceMax
): readonly I[] {
  if (incidents.length <= most) return incidents
  const counts = new NamedCounts([])
  return incidents.filter(({ handling }) => {
    const isNamed = counts.leavesRoomFor(handling, most)
    if (isNamed) counts.add(handling)
    return isNamed
  })
}

/**
 * As many triggers as are listed, in order: the first of each handling, then the first. All who see
 * the alert see all.
 */
export function listedTriggers<I extends Marked>(
  triggers: readonly I[],
  most = evidenceMax
): readonly I[] {
  if (triggers.length <= most) return triggers
  const firsts = new Set(
    handlings.map(level => triggers.find(({ handling }) => handling === level))
  )
  let others = most - triggers.filter(trigger => firsts.has(trigger)).length
  return triggers.filter(trigger => firsts.has(trigger) || others-- > 0)
}

/**
 * As much support as is listed, in order: the most open first, so that nobody's depends on what is
 * hidden from them.
 */
export function listedSupport<I extends Marked>(support: readonly I[], most: number): readonly I[] {
  if (support.length <= most) return support
  const room = new Map<Handling, number>()
  let left = Math.max(0, most)
  for (const level of handlings) {
    const count = support.reduce((sum, { handling }) => (handling === level ? sum + 1 : sum), 0)
    room.set(level, Math.min(count, left))
    left -= Math.min(count, left)
  }
  return support.filter(({ handling }) => {
    const places = room.get(handling) as number
    room.set(handling, places - 1)
    return places > 0
  })
}

/**
 * The support that an alert's evidence names beside its triggers: what there is no room for is only
 * counted.
 */
export function namedSupport({
  triggers,
  support
}: Pick<Finding, 'triggers' | 'support'>): readonly Incident[] {
  return listedSupport(support, evidenceMax - triggers.length)
}

/** How many are named of each handling. */
export class NamedCounts {
  readonly #counts: number[] = handlings.map(() => 0)

  constructor(kept: readonly Marked[]) {
    for (const { handling } of kept) this.add(handling)
  }

  add(handling: Handling): void {
    this.#change(handling, 1)
  }

  take(handling: Handling): void {
    this.#change(handling, -1)
  }

  #change(handling: Handling, by: number): void {
    const rank = handlings.indexOf(handling)
    this.#counts[rank] = (this.#counts[rank] as number) + by
  }

  leavesRoomFor(handling: Handling, most = evidenceMax): boolean {
    return this.#counts[handlings.indexOf(handling)] === 0 || this.visibleTo(handling) < most
  }

  /** How many are named that readers of a handling may see. */
  visibleTo(handling: Handling): number {
    let visible = 0
    for (let rank = handlings.indexOf(handling); rank >= 0; rank--)
      visible += this.#counts[rank] as number
    return visible
  }
}
