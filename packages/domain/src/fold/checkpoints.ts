// Where states of a fold are kept along a scope fold, and which of them go into a snapshot.

/**
 * Near the end of a fold every state is kept: incidents of one day are ordered by id only, so the
 * next one often lies some way before the end.
 */
export const eachFor = 64
/**
 * Further back their spacing is this share of the distance from the end: an incident that late
 * refolds everything after it anyway, and a long scope fold keeps dozens of states instead of
 * thousands.
 */
const checkpointShare = 1 / 8
/** Number of checkpoints at which they are thinned out. */
export const checkpointsMax = 256
/** Distance from the end of the first saved checkpoint; each further one is four times as far. */
const savedFrom = 64

export interface Checkpoint {
  readonly count: number
  readonly state: unknown
}

/** The states of a scope fold to save: the end, and checkpoints at growing distances from it. */
export function statesToSave({
  checkpoints,
  end
}: {
  readonly checkpoints: readonly Checkpoint[]
  readonly end: Checkpoint
}): Checkpoint[] {
  if (end.count === 0) return []
  const saved = [end]
  let distance = savedFrom
  for (const checkpoint of checkpoints.toReversed()) {
    if (checkpoint.count === 0 || end.count - checkpoint.count < distance) continue
    saved.push(checkpoint)
    distance = (end.count - checkpoint.count) * 4
  }
  return saved.reverse()
}

/**
 * Checkpoints in order, without those closer together than the spacing requires. The first is the
 * base.
 */
export function thinnedOut(checkpoints: readonly Checkpoint[], end: number): Checkpoint[] {
  const kept: Checkpoint[] = []
  for (const checkpoint of checkpoints.slice(1).toReversed()) {
    const apart = (kept.at(-1)?.count ?? Number.POSITIVE_INFINITY) - checkpoint.count
    const distance = end - checkpoint.count
    if (distance <= eachFor || apart >= distance * checkpointShare) kept.push(checkpoint)
  }
  return [checkpoints[0] as Checkpoint, ...kept.reverse()]
}
