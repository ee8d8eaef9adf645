// A client of the server in memory, with notes of what it was given.

import { type ClientOptions, type ClientState, TocsinClient } from '../src/client.ts'
import type { Listener } from '../src/subscription.ts'
import type { ModelServer } from './model-server.ts'

/** Notes what a listener is given. */
export function notes() {
  const events: string[] = []
  const snapshots: { readonly isFirst: boolean; readonly isLast: boolean }[] = []
  /** How old what was told may have been, s. */
  const ages: (number | null)[] = []
  const listener: Listener = {
    alert: event => void events.push(event.id),
    snapshot: (_alerts, { isFirst, isLast }) => void snapshots.push({ isFirst, isLast }),
    position: (_cursor, { ageSeconds }) => void ages.push(ageSeconds)
  }
  return { events, snapshots, ages, listener }
}

export function clientOf(server: ModelServer, options: Partial<ClientOptions> = {}) {
  const states: ClientState[] = []
  const client = new TocsinClient({
    url: 'https://alerts.example',
    token: 'tk_1',
    ports: server.ports,
    onState: state => states.push(state),
    ...options
  })
  return { client, states, kinds: () => states.map(({ kind }) => kind) }
}
