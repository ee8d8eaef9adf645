// The preview of one theatre in a thread: what goes in. Plain data.

import type { MessagePort } from 'node:worker_threads'
import type { PreviewBase, PreviewedRule } from '@tocsin/domain/rule/rule-preview'

export interface PreviewTask {
  readonly rules: readonly PreviewedRule[]
  readonly against: PreviewBase
  /** Gives the ground in parts: `more` is answered by the next. */
  readonly parts: MessagePort
  /** Shared: how many pauses it has made so far. */
  readonly steps: Int32Array<SharedArrayBuffer>
}

/** Asks for the next part. */
export const more = 'more'
