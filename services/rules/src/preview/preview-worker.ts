// Runs inside a thread: previews one theatre after another. No data of a theatre stays after it. A
// caller that wants it to stop ends the thread.

import type { AlertDifference } from '@tocsin/engine/theatre/preview'
import { type PreviewTask, previewChanges } from './preview-ground.ts'

export interface SharedTask extends PreviewTask {
  /** Written here: how much is done, thousandths. */
  readonly share: Int32Array<SharedArrayBuffer>
}

export function previewTheatre({ share, ...task }: SharedTask): AlertDifference {
  const work = previewChanges(task)
  for (;;) {
    const step = work.next()
    if (step.done === true) return step.value
    Atomics.store(share, 0, Math.floor(step.value * 1000))
  }
}
