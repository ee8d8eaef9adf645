// Sets of handling levels as stored in tables: a bit for each.

import { type Handling, handlings, maySee } from '@tocsin/contracts/theatre/handling'

export function computeBit(level: Handling): number {
  return 1 << handlings.indexOf(level)
}

export function computeMask(levels: readonly Handling[]): number {
  return levels.reduce((mask, level) => mask | computeBit(level), 0)
}

export function hasLevel(mask: number, level: Handling): boolean {
  return (mask & computeBit(level)) !== 0
}

export function levelsIn(mask: number): readonly Handling[] {
  return handlings.filter(level => hasLevel(mask, level))
}

/** Those that may see something of this handling. */
export function maskAbove(handling: Handling): number {
  return computeMask(handlings.filter(level => maySee(level, handling)))
}
