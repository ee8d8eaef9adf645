// Decides of each frame of a subscription whether it continues what the client holds. Pure.

import type { Frame } from './frame.ts'

/** What the client holds of a subscription. */
export interface Held {
  /** The cursor of the last frame that was handled; null before the first. */
  readonly cursor: string | null
}

/** `gap`: something between is missing, and nothing after it may be shown. */
export type Continuity = 'continues' | 'gap'

export function continuityOf({ cursor }: Held, frame: Frame): Continuity {
  if (frame.type === 'subscribed') return 'continues'
  return frame.prev === cursor ? 'continues' : 'gap'
}
