// What time it is in each theatre, as the incidents log says: the last tick. And which operators' requests stand there without an outcome yet.

import type { OperatorRequest, TheatreConfig, TheatreRecord } from '@tocsin/domain/theatre-record'

/** Requests without outcome that are remembered; the oldest is forgotten. */
export const pendingRequestsMax = 10_000

export interface PendingRequest {
  readonly theatre: string
  readonly request: OperatorRequest
  readonly at: string
}

export class TheatreClocks {
  readonly #lastTick = new Map<string, string>()
  readonly #configs = new Map<string, TheatreConfig>()
  readonly #requests = new Map<string, PendingRequest>()

  /** The last tick, ISO 8601; null before the first. */
  lastTick(theatre: string): string | null {
    return this.#lastTick.get(theatre) ?? null
  }

  /** The area and clock that the theatre's own log states. */
  config(theatre: string): TheatreConfig | undefined {
    return this.#configs.get(theatre)
  }

  request(actionId: string): PendingRequest | undefined {
    return this.#requests.get(actionId)
  }

  apply(record: TheatreRecord): void {
    if (record.type === 'clock.ticked') {
      const last = this.#lastTick.get(record.theatre)
      if (last === undefined || record.data.to > last) this.#lastTick.set(record.theatre, record.data.to)
    }
    if (record.type === 'theatre.configured') this.#configs.set(record.theatre, record.data)
    if (record.type === 'operator.requested') this.#note(record.theatre, record.data, record.time)
  }

  #note(theatre: string, request: OperatorRequest, at: string): void {
    this.#requests.set(request.actionId, { theatre, request, at })
    if (this.#requests.size > pendingRequestsMax) this.#requests.delete(this.#requests.keys().next().value as string)
  }
}
