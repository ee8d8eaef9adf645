// Decides whether a frame of a subscription continues the client's state. Pure.

import type { Frame } from './frame.ts'

/** The client's state of a subscription. */
export interface Held {
  /** The cursor of the last frame that was handled; null before the first. */
  readonly cursor: string | null
  /** Where a channel is asked to begin: `latest`, `earliest` or a cursor. */
  readonly asked: string
}

/** Shortest `prev` of the server, characters. */
export const prevLengthMin = 8

/** `gap`: frames are missing, and later ones must not be shown. */
export type Continuity = 'continues' | 'gap'

export function checkContinuity({ cursor, asked }: Held, frame: Frame): Continuity {
  if (frame.type === 'subscribed') {
    // A place that was recovered is the one that was asked for, byte for byte.
    return !frame.recovered || !isCursor(asked) || frame.cursor === asked ? 'continues' : 'gap'
  }
  // In the smaller details `prev` is a beginning of the cursor.
  return cursor !== null && frame.prev.length >= prevLengthMin && cursor.startsWith(frame.prev)
    ? 'continues'
    : 'gap'
}

export function isCursor(from: string): boolean {
  return from !== 'latest' && from !== 'earliest'
}
