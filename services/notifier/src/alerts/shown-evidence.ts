// The pieces of evidence that a statement of an alert names: few, even if it rests on many. Pure.
// Source: decision 0014.

import type { AlertLevel } from '@tocsin/contracts/alert/alert'

/** Maximum number of pieces that a statement names; it also counts all. */
export const shownMax = 20

interface Piece {
  readonly incidentId: string
  readonly role: 'trigger' | 'support'
}

/**
 * At most `shownMax` of the pieces that a reader may see, in their order: the triggers that reached
 * each level, then the newest triggers, then the newest support.
 */
export function pickEvidence<P extends Piece>(
  pieces: readonly P[],
  levels: readonly AlertLevel[]
): readonly P[] {
  if (pieces.length <= shownMax) return pieces
  const makers = new Set(levels.map(({ incidentId }) => incidentId))
  const chosen = new Set(
    pieces
      .filter(({ incidentId, role }) => role === 'trigger' && makers.has(incidentId))
      .slice(0, shownMax)
  )
  for (const role of ['trigger', 'support'] as const)
    for (let i = pieces.length - 1; i >= 0 && chosen.size < shownMax; i--) {
      const piece = pieces[i] as P
      if (piece.role === role) chosen.add(piece)
    }
  return pieces.filter(piece => chosen.has(piece))
}
