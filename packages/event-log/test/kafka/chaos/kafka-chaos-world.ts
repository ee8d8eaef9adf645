// A broker behind a faulty network, with faults drawn from a seed.

import { setTimeout as rest } from 'node:timers/promises'
import { type KafkaBroker, startKafkaBroker } from '@tocsin/testing/kafka/kafka-broker'
import { freePorts } from '@tocsin/testing/process/free-port'
import { TcpProxy } from '@tocsin/testing/process/tcp-proxy'

export interface ChaosWorld {
  readonly broker: KafkaBroker
  readonly proxy: TcpProxy
  dispose(): Promise<void>
}

/** A broker that advertises the address of the proxy. */
export async function makeChaosWorld(): Promise<ChaosWorld> {
  const [plain, controller] = await freePorts(2)
  const proxy = await TcpProxy.listen({ target: `127.0.0.1:${plain}` })
  const listeners = `PLAINTEXT://${proxy.address},CONTROLLER://127.0.0.1:${controller}`
  const broker = await startKafkaBroker({
    ports: { plain: plain!, controller: controller! },
    properties: { 'advertised.listeners': listeners, 'group.min.session.timeout.ms': '1000' }
  })
  return {
    broker,
    proxy,
    async dispose() {
      proxy.resume()
      await proxy.close()
      await broker.dispose()
    }
  }
}

/** Uniform in [0, 1), from a seed of 32 bits. Source: mulberry32. */
export function chance(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

type Fault = (world: ChaosWorld, forMs: number) => Promise<void>

/** Each fault ends in a healthy state. Times are short: the transitions matter. */
const faults: Readonly<Record<string, Fault>> = {
  async cut({ proxy }) {
    proxy.cut()
  },
  async delay({ proxy }, forMs) {
    proxy.delay(1 + forMs / 20)
    await rest(forMs)
    proxy.resume()
  },
  async hold({ proxy }, forMs) {
    proxy.blackhole()
    await rest(forMs)
    proxy.resume()
  },
  // Requests arrive and are carried out, but no answer comes: then the connections die.
  async 'lose answers'({ proxy }, forMs) {
    proxy.blackhole(['answers'])
    await rest(forMs)
    proxy.cut()
    proxy.resume()
  },
  async 'hold requests'({ proxy }, forMs) {
    proxy.blackhole(['requests'])
    await rest(forMs)
    proxy.resume()
  },
  async 'half-close'({ proxy }) {
    proxy.halfClose('answers')
  },
  async 'half-close requests'({ proxy }) {
    proxy.halfClose('requests')
  },
  async refuse({ proxy }, forMs) {
    proxy.refuse()
    await rest(forMs)
    proxy.resume()
  },
  async pause({ broker }, forMs) {
    broker.pause()
    await rest(forMs)
    broker.resume()
  },
  async 'pause until answers are overdue'({ broker }, forMs) {
    broker.pause()
    await rest(2_000 + forMs)
    broker.resume()
  },
  async kill({ broker }) {
    await broker.restart()
  },
  async 'kill while answers are held'({ broker, proxy }, forMs) {
    proxy.blackhole(['answers'])
    await rest(forMs / 4)
    await broker.kill()
    proxy.cut()
    proxy.resume()
    await broker.start()
  },
  async stop({ broker }) {
    await broker.stop()
    await broker.start()
  }
}

/**
 * Runs one fault after the other for `forMs`. Resolves with the faults in order, when all is
 * healthy again.
 */
export async function wreak(
  world: ChaosWorld,
  seed: number,
  forMs: number
): Promise<readonly string[]> {
  const random = chance(seed)
  const done: string[] = []
  const names = Object.keys(faults)
  const endMs = performance.now() + forMs
  while (performance.now() < endMs) {
    await rest(50 + random() * 700)
    const name = names[Math.floor(random() * names.length)]!
    const faultMs = 50 + random() ** 2 * 2_500
    done.push(`${name} ${Math.round(faultMs)} ms`)
    await faults[name]!(world, faultMs)
  }
  return done
}
