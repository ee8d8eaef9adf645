// Runs inside a thread: previews one theatre after another. Nothing of a theatre is kept after it.
// Who wants it to stop ends the thread.

import type { MessagePort } from 'node:worker_threads'
import {
  type AlertDifference,
  type PreviewGround,
  previewRules
} from '@tocsin/domain/rule/rule-preview'
import { more, type PreviewTask } from './preview-task.ts'
import { ArrivingGround, type GroundPart } from './travelling-ground.ts'

/** Parts that wait here or are on their way. */
const partsAhead = 2

export async function previewTheatre({
  rules,
  against,
  parts,
  steps
}: PreviewTask): Promise<AlertDifference> {
  const work = previewRules(await arrived(parts), rules, against)
  for (;;) {
    const step = work.next()
    if (step.done) return step.value
    Atomics.add(steps, 0, 1)
  }
}

function arrived(parts: MessagePort): Promise<PreviewGround> {
  return new Promise((resolve, reject) => {
    const ground = new ArrivingGround()
    parts.on('message', (part: GroundPart) => {
      parts.postMessage(more)
      const whole = ground.take(part)
      if (whole === null) return
      parts.close()
      resolve(whole)
    })
    parts.on('messageerror', reject)
    for (let i = 0; i < partsAhead; i++) parts.postMessage(more)
  })
}
