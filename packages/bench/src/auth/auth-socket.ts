// Second part of bench `auth`: the same refusals over a socket, as an attacker would time them. One
// connection, sequential requests, kinds of keys shuffled in each turn; each answer must be 401.
// The statistic is in auth-bench.ts.

import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import type { ControlState } from '@tocsin/domain/control/control-state'
import type { Clock } from '@tocsin/domain/ports'
import { buildHost, type Host } from '@tocsin/service-kit/http/host'
import type { Secrets } from '@tocsin/service-kit/privacy/secrets'
import { systemRandom } from '@tocsin/service-kit/process/clock'
import type { Service } from '@tocsin/service-kit/process/service'
import { baseSettings } from '@tocsin/service-kit/settings/base-settings'
import { defaultConfig } from '@tocsin/service-kit/settings/config'
import { createLogger } from '@tocsin/service-kit/telemetry/logger'
import { Registry } from 'prom-client'

export interface SocketOptions<K extends string> {
  readonly state: ControlState
  readonly secrets: Secrets
  readonly clock: Clock
  readonly seconds: number
  /** The kinds in the order of one turn. */
  readonly turn: () => readonly K[]
  readonly secretOf: (kind: K) => string
}

/** Warm-up requests. */
const warmUpTurns = 500

/** Nanoseconds from request written to answer read, by kind. Rejects if an answer is not 401. */
export async function refusalsOverSocket<K extends string>(
  options: SocketOptions<K>
): Promise<ReadonlyMap<K, readonly number[]>> {
  const host = await hostOf(options)
  try {
    const socket = connect({
      port: Number(new URL(await host.listen()).port),
      host: '127.0.0.1',
      noDelay: true
    })
    await once(socket, 'connect')
    await host.start()
    try {
      return await timed(socket, options)
    } finally {
      socket.destroy()
    }
  } finally {
    await host.close()
  }
}

async function timed<K extends string>(
  socket: Socket,
  { seconds, turn, secretOf }: SocketOptions<K>
): Promise<ReadonlyMap<K, readonly number[]>> {
  const samples = new Map<K, number[]>()
  let endMs = Number.POSITIVE_INFINITY
  for (let turns = 0; performance.now() < endMs; turns++) {
    if (turns === warmUpTurns) endMs = performance.now() + seconds * 1000
    for (const kind of turn()) {
      const ns = await roundTrip(socket, secretOf(kind))
      if (turns < warmUpTurns) continue
      const known = samples.get(kind)
      if (known) known.push(ns)
      else samples.set(kind, [ns])
    }
  }
  return samples
}

async function roundTrip(socket: Socket, secret: string): Promise<number> {
  const request = Buffer.from(
    `GET /v1/alerts HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer ${secret}\r\n\r\n`
  )
  const before = process.hrtime.bigint()
  socket.write(request)
  const [chunk] = (await once(socket, 'data')) as [Buffer]
  const ns = Number(process.hrtime.bigint() - before)
  const status = chunk.toString('latin1', 9, 12)
  if (status !== '401') throw new Error(`an invalid key was answered with ${status}`)
  return ns
}

/** A host with one closed route, and nothing behind it. */
function hostOf({
  state,
  secrets,
  clock
}: Pick<SocketOptions<string>, 'state' | 'secrets' | 'clock'>): Promise<Host> {
  const service: Service = {
    name: 'notifier',
    routes: async app =>
      void app.get('/v1/alerts', { config: { access: ['alerts:read'] } }, async () => ({})),
    failed: new Promise(() => {}),
    readiness: () => ({ ready: true, checks: {} }),
    start: async () => {},
    close: async () => {}
  }
  return buildHost({
    services: [service],
    secrets,
    control: { state, failed: new Promise(() => {}) },
    config: defaultConfig(baseSettings, { port: 0 }),
    logger: createLogger({ level: 'silent', name: 'bench' }),
    clock,
    random: systemRandom,
    metrics: new Registry()
  })
}
