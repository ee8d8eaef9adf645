// The suite's own webhook keys (ed25519) over time, from the control log. Keys are counted as
// generations: each is derived from the master key, so the log names a generation and never a key.
// Pure.

export interface WebhookKeyRotation {
  readonly generation: number
  /** ISO 8601. */
  readonly at: string
}

/**
 * How long a replaced key still signs together with its successor, ms: receivers have time to read
 * the published keys again.
 */
export const webhookKeyOverlapMs = 24 * 3_600_000
/**
 * Replaced keys that may still sign: a further rotation is refused until the first of them ends.
 */
export const replacedWebhookKeysMax = 4
/** Rotations remembered: those that may still sign, and some that are listed as ended. */
const rotationsKept = 16

export interface WebhookKeyLife {
  readonly generation: number
  /** `next`: published ahead, does not sign yet. */
  readonly state: 'current' | 'replaced' | 'next'
  /** Since when it signs, ISO 8601; null for the first key and for the next. */
  readonly from: string | null
  /** Until, not at, this time it signs; null while no end is known. */
  readonly until: string | null
}

/**
 * The keys to publish at a time, ms: the current one first, then replaced ones that still sign,
 * newest first, then the next. The next one is published ahead, so that a receiver that keeps the
 * list never meets an unknown key. Pure.
 */
export function webhookKeysAt(
  rotations: readonly WebhookKeyRotation[],
  nowMs: number
): readonly WebhookKeyLife[] {
  const generation = findCurrent(rotations)
  const begun = (of: number) => rotations.find(each => each.generation === of)?.at ?? null
  const replaced = rotations
    .map(({ generation, at }) => ({
      generation: generation - 1,
      state: 'replaced' as const,
      from: begun(generation - 1),
      until: new Date(Date.parse(at) + webhookKeyOverlapMs).toISOString()
    }))
    .filter(({ until }) => nowMs < Date.parse(until))
  return [
    { generation, state: 'current', from: begun(generation), until: null },
    ...replaced.reverse(),
    { generation: generation + 1, state: 'next', from: null, until: null }
  ]
}

export function findCurrent(rotations: readonly WebhookKeyRotation[]): number {
  return rotations.at(-1)?.generation ?? 0
}

/** Of two rotations to one generation, the first counts. */
export function withWebhookKeyRotated(
  rotations: readonly WebhookKeyRotation[],
  generation: number,
  at: string
): readonly WebhookKeyRotation[] {
  return generation === findCurrent(rotations) + 1
    ? [...rotations, { generation, at }].slice(-rotationsKept)
    : rotations
}
