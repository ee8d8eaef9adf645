// Times acknowledged for a replay theatre, and reports accepted afterwards: none may carry an earlier time.

import { halfDigestLength } from '@tocsin/contracts/report/keyed-identity'
import { topics } from '@tocsin/event-log/topics'
import type { StoreReader } from '../world/store-reader.ts'

export class AcknowledgedTicks {
  readonly #now = new Map<string, string>()
  /** By how the hash of a content begins, the theatres' times when it was first sent. */
  readonly #atFirst = new Map<string, ReadonlyMap<string, string>>()

  /** Somebody was told that it is so late in a theatre, ISO 8601. */
  acknowledged(theatre: string, to: string): void {
    if (to > (this.#now.get(theatre) ?? '')) this.#now.set(theatre, to)
  }

  /** A report of this content is about to be sent. */
  sending(said: string): void {
    if (!this.#atFirst.has(said)) this.#atFirst.set(said, new Map(this.#now))
  }

  /** Reports accepted with an earlier time than one acknowledged before anybody had sent them. */
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
      return [`report ${data.reportId} was taken in ${theatre} at ${time}, after it was told that it is ${told} there`]
    })
  }
}
