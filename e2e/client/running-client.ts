// A client of a running suite, with what it was given.

import { type ClientOptions, type ClientState, statesAlert, TocsinClient } from '@tocsin/client'
import type { ClientSubscription, SubscribeOptions } from '@tocsin/client/subscription'
import { waitFor } from '@tocsin/testing/process/wait-for'

export class RunningClient {
  readonly client: TocsinClient
  readonly subscription: ClientSubscription
  /** Ids of events, in order. */
  readonly events: string[] = []
  /** Headlines of the open alerts and of events. */
  readonly headlines: string[] = []
  readonly states: ClientState[] = []
  snapshots = 0

  constructor(options: Omit<ClientOptions, 'onState'>, subscribe: SubscribeOptions<'full'> = {}) {
    this.client = new TocsinClient({ ...options, onState: state => this.states.push(state) })
    this.subscription = this.client.subscribe(subscribe, {
      snapshot: alerts => {
        this.snapshots += 1
        this.headlines.push(...alerts.map(({ headline }) => headline))
      },
      alert: event => {
        this.events.push(event.id)
        if (statesAlert(event)) this.headlines.push(event.data.headline)
      }
    })
  }

  get transport(): string | null {
    const { state } = this.client
    return state.kind === 'live' ? state.transport : null
  }
}

/** A report that raises an alert of its own: each number of deaths is in a place of its own. */
export function massacre(externalId: string, deaths: number) {
  const day = new Date().toISOString().slice(0, 10)
  return {
    source: { id: 'wire-1' },
    externalId,
    occurred: { from: day, to: day },
    category: 'attack-on-civilians',
    location: { country: 'ML', lat: 12 + deaths * 0.15, lon: -5.2547, radiusKm: 2 },
    fatalities: { low: deaths, best: deaths, high: deaths },
    handling: 'public'
  }
}

/** Long enough for the longest wait of a client between two attempts. */
export async function until(
  what: string,
  probe: () => boolean | Promise<boolean>,
  timeoutMs = 60_000
): Promise<void> {
  await waitFor(probe, { what, timeoutMs, intervalMs: 50 })
}
