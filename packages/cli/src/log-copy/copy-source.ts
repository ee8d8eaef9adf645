// Whether a log may be copied: it must be complete, with the topics that it was created with.

import type { EventLog } from '@tocsin/event-log/port'
import { topics } from '@tocsin/event-log/topics'
import { isHalfCopied } from '@tocsin/service-kit/privacy/log-claim'
import { controlStateOf } from './control-reading.ts'
import { CopyRefusedError } from './copy-types.ts'

/**
 * Throws CopyRefusedError with the reason. `repartition`: keys are redistributed, so added
 * partitions do no harm.
 */
export async function checkSource(from: EventLog, repartition: boolean): Promise<void> {
  const state = await controlStateOf(from)
  if (await isHalfCopied(state, from))
    throw new CopyRefusedError(
      'source-unfinished',
      'the source is itself an unfinished copy of another log: copy that one, or finish its copy first'
    )
  for (const { topic, epoch, partitions } of state.topics.values()) {
    const known = Object.values(topics).find(name => name === topic)
    if (known === undefined || known === topics.snapshots) continue
    if ((await from.epoch(known)) !== epoch)
      throw new CopyRefusedError(
        'source-replaced',
        `${topic} of the source is not the original topic: it was deleted and created again, and its records are lost`
      )
    const found = await from.partitionCount(known)
    if (found !== partitions && !repartition)
      throw new CopyRefusedError(
        'keys-displaced',
        `${topic} of the source has ${found} partitions, but its log was created with ${partitions}: give --partitions ${partitions}, which moves each key to its partition`
      )
  }
}
