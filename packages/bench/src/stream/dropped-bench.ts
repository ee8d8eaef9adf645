// Show 1 of the streams: clients of every transport and detail, each cut off once for two seconds
// at random, while alerts flow.

import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { DroppedCounts, FromDropped, ToDropped } from './dropped-clients.ts'
import { withNotifier } from './one-notifier.ts'

export interface DroppedFigure extends DroppedCounts {
  readonly clients: number
  readonly seconds: number
  /** Distinct ones, to each client. */
  readonly alerts: number
}

const downMs = 2_000

/** Resolves when each client has the last alert. */
export function benchDropped({
  clients,
  seconds
}: {
  readonly clients: number
  readonly seconds: number
}): Promise<DroppedFigure> {
  return withNotifier(async ({ url, headers, publisher }) => {
    const crowd = fork(fileURLToPath(new URL('./dropped-clients.ts', import.meta.url)))
    const answer = async () => (await once(crowd, 'message'))[0] as FromDropped
    const send = (message: ToDropped) => crowd.send(message)
    try {
      const ready = answer()
      send({ kind: 'begin', url, headers, count: clients })
      await ready
      send({ kind: 'drop', forMs: Math.max(0, seconds * 1000 - downMs), downMs })
      const alerts = await publisher.raiseFor(seconds)
      const ended = answer()
      send({ kind: 'last', number: alerts })
      const end = await ended
      if (end.kind !== 'end') throw new Error('the clients gave no counts')
      const { kind: _kind, ...counts } = end
      return { clients, seconds, alerts, ...counts }
    } finally {
      crowd.kill()
    }
  })
}
