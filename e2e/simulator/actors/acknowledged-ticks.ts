// Times acknowledged for a replay theatre, and reports accepted afterwards: none may carry an
// earlier time.

import { halfDigestLength } from '@tocsin/contracts/report/report-identity'
import { topics } from '@tocsin/event-log/topics'
import type { StoreReader } from '../world/store-reader.ts'

export class AcknowledgedTicks {
  readonly #now = new Map<string, string>()
  /** By hash prefix of a content, the theatres' times when it was first sent. */
  readonly #atFirst = new Map<string, ReadonlyMap<string, string>>()

  /** Records an acknowledged time of a theatre, ISO 8601. */
  acknowledged(theatre: string, to: string): void {
    if (to > (this.#now.get(theatre) ?? '')) this.#now.set(theatre, to)
  }

  /** Records that a report of this content is about to be sent. */
  sending(said: string): void {
    if (!this.#atFirst.has(said)) this.#atFirst.set(said, new Map(this.#now))
  }

  /** Reports accepted with a time earlier than one acknowledged before they were sent. */
  wrong(disk: StoreReader): string[] {
    return disk.entries(topics.incidents).flatMap(({ record }) => {
      if (record?.type !== 'report.received') return []
      const { theatre, time, data } = record as unknown as {
        theatre: string
        time: string
        data: { reportId: string; contentHash: string }
      }
      const told = this.#atFirst.get(data.contentHash.slice(0, halfDigestLength))?.get(theatre)
      if (told === undefined || time >= told) return []
      return [
        `report ${data.reportId} was accepted in ${theatre} at ${time}, after the time ${told} was acknowledged there`
      ]
    })
  }
}
