// Where the states of a fold are kept along a track, and which of them go into a snapshot.

/**
 * At the end of a track every state is kept: incidents of one day have no order but that of their ids, so that the next one lies some way before the end as
 * often as not.
 */
export const eachFor = 64
/**
 * Further back they stand this share of their distance from the end apart: an incident so late folds all that came after it anyway, and a long track keeps
 * some dozens of them instead of thousands.
 */
const checkpointShare = 1 / 8
/** So many checkpoints are thinned out. */
export const checkpointsMax = 256
/** Of a track that is saved, checkpoints so far from its end go along, at most: each four times as far as the one before it. */
const savedFrom = 64

export interface Checkpoint {
  readonly count: number
  readonly state: unknown
}

/** The last states of a track: the end, and checkpoints ever further from it. */
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

/** Checkpoints in order, those left out that stand closer than their distance from the end asks for. The first is the base. */
export function thinnedOut(checkpoints: readonly Checkpoint[], end: number): Checkpoint[] {
  const kept: Checkpoint[] = []
  for (const checkpoint of checkpoints.slice(1).toReversed()) {
    const apart = (kept.at(-1)?.count ?? Number.POSITIVE_INFINITY) - checkpoint.count
    const distance = end - checkpoint.count
    if (distance <= eachFor || apart >= distance * checkpointShare) kept.push(checkpoint)
  }
  return [checkpoints[0] as Checkpoint, ...kept.reverse()]
}
