// Who publishes CAP documents. The settings are recorded in the control log with the place from
// which they apply: a changed setting rewrites no document that somebody has read.

import type { CapPublisher } from '@tocsin/contracts/cap/cap-document'
import { digest } from '@tocsin/contracts/json/digest'
import type { ControlPayload } from '@tocsin/contracts/record/control-record'
import type { RecordPosition } from '@tocsin/event-log/port'
import { topics } from '@tocsin/event-log/topics'
import type { CapPublisherSet } from '@tocsin/service/control/control-state'
import type { ServiceDeps } from '@tocsin/service/service-deps'

/** The publisher of the settings, as they are now. */
export function readPublisher({
  cap: { sender, senderName, contact },
  publicUrl
}: {
  readonly cap: Readonly<Record<'sender' | 'senderName' | 'contact', string>>
  readonly publicUrl: string
}): CapPublisher {
  return {
    sender: sender || (publicUrl === '' ? 'tocsin' : new URL(publicUrl).hostname),
    senderName,
    contact: contact === '' ? null : contact,
    web: publicUrl === '' ? null : publicUrl
  }
}

/** The publisher of an event of the alerts log: the first one, before any record. Pure. */
export function findPublisher(
  sets: readonly CapPublisherSet[],
  { partition, position }: RecordPosition,
  settings: CapPublisher
): CapPublisher {
  const set = sets.findLast(({ from }) => BigInt(from[partition] ?? 0) <= position) ?? sets[0]
  return set ?? settings
}

/**
 * Records the publisher of the settings unless it is the last one recorded; the first one publishes
 * all events of the log. `append` resolves when the record is folded. Rejects with an EventLogError.
 */
export async function recordPublisher(
  publisher: CapPublisher,
  { log, control }: ServiceDeps,
  append: (payload: ControlPayload, id: string) => Promise<unknown>
): Promise<void> {
  const sets = control.state.capPublishers
  const last = sets.at(-1)
  if (last !== undefined && toText(last) === toText(publisher)) return
  const { positions } = await log.cursorAt(topics.alerts, 'latest')
  const from = positions.map(position => String(last === undefined ? 0n : position))
  // If instances start together, one record counts.
  const id = digest('cap-publisher', String(sets.length), toText(publisher))
  await append({ type: 'cap.publisher-set', data: { ...publisher, from } }, id)
}

function toText({ sender, senderName, contact, web }: CapPublisher): string {
  return JSON.stringify([sender, senderName, contact, web])
}
