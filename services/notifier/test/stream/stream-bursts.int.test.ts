// A burst reaches a client in one write: the write, not the frame, is what a fan-out costs. Counted
// at the server's sockets.

import type { Socket } from 'node:net'
import { topics } from '@tocsin/event-log/topics'
import { StreamClient } from '@tocsin/testing/client/stream-client'
import { closedAfterTest } from '@tocsin/testing/process/closed-after-test'
import { waitFor } from '@tocsin/testing/process/wait-for'
import { beforeEach, describe, expect, it } from 'vitest'
import { AlertWriter } from '../support/alert-builder.ts'
import { type ListeningNotifier, listenNotifier } from '../support/listening-notifier.ts'
import { ownerKey } from '../support/notifier-harness.ts'

const burst = 40

/** Writes to the system of each of the server's sockets. */
class Writes {
  readonly #counts = new Map<Socket, number>()

  constructor(notifier: ListeningNotifier) {
    notifier.host.app.server.on('connection', (socket: Socket) => {
      this.#counts.set(socket, 0)
      for (const name of ['_write', '_writev'] as const) {
        const write = (socket[name] as (...args: unknown[]) => void).bind(socket)
        Object.assign(socket, {
          [name]: (...args: unknown[]) => {
            this.#counts.set(socket, (this.#counts.get(socket) ?? 0) + 1)
            write(...args)
          }
        })
      }
    })
  }

  get all(): number[] {
    return [...this.#counts].filter(([socket]) => !socket.destroyed).map(([, count]) => count)
  }
}

let notifier: ListeningNotifier
let alerts: AlertWriter
let writes: Writes
beforeEach(async () => {
  notifier = closedAfterTest(await listenNotifier())
  writes = new Writes(notifier)
  alerts = new AlertWriter(notifier.log)
})

const append = (records: readonly ReturnType<AlertWriter['record']>[]) =>
  notifier.log.append(
    topics.alerts,
    records.map(([record]) => record)
  )
const records = (count: number) =>
  Array.from({ length: count }, (_, i) => alerts.record('raised', `a${i}`))

describe('a burst of records in one page of the log', () => {
  it('is one write for each client of the WebSocket', async () => {
    const clients = await Promise.all(
      Array.from({ length: 3 }, () => new StreamClient({ url: notifier.url, key: ownerKey }).open())
    )
    const before = writes.all
    await append(records(burst))
    for (const client of clients)
      await waitFor(() => client.frames.length === burst, { what: 'all frames' })
    expect(writes.all.map((count, i) => count - before[i]!)).toEqual([1, 1, 1])
    for (const client of clients) {
      expect(client.violations).toEqual([])
      client.close()
    }
  })
})
