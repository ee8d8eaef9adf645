// Random faults of a fleet: kill -9, SIGSTOP for a while, a network cut. Several instances at once;
// all are healed at the end.

import { setTimeout as sleep } from 'node:timers/promises'
import type { Fleet, FleetMember } from './fleet.ts'

export type TroubleKind = 'kill' | 'pause' | 'cut' | 'blackhole'

export interface TroubleOptions {
  readonly fleet: Fleet
  readonly random: () => number
  /** Duration of a pause or a network cut, ms. */
  readonly lastsMs: number
  readonly kinds?: readonly TroubleKind[]
  /** Concurrent faults; default 1. */
  readonly atOnce?: number
  /** Longest pause between two faults, ms; default 500. */
  readonly restsMsMax?: number
}

export class Trouble {
  readonly counts: Record<TroubleKind, number> = { kill: 0, pause: 0, cut: 0, blackhole: 0 }
  readonly #options: TroubleOptions
  #stopped = false
  readonly #inTrouble = new Set<FleetMember>()
  #running: Promise<unknown> | null = null

  constructor(options: TroubleOptions) {
    this.#options = options
  }

  /** Starts faults on random instances, until `end`. */
  begin(): void {
    this.#running = Promise.all(
      Array.from({ length: this.#options.atOnce ?? 1 }, () => this.#run())
    )
  }

  /** Stops; resolves when all instances have recovered. Rejects if one has not. */
  async end(): Promise<void> {
    this.#stopped = true
    await this.#running
  }

  async #run(): Promise<void> {
    const {
      fleet,
      random,
      kinds = ['kill', 'pause', 'cut', 'blackhole'],
      restsMsMax = 500
    } = this.#options
    while (!this.#stopped) {
      const well = fleet.members.filter(member => !this.#inTrouble.has(member))
      const member = well[Math.floor(random() * well.length)]!
      const kind = kinds[Math.floor(random() * kinds.length)]!
      this.counts[kind]++
      this.#inTrouble.add(member)
      await this.#befall(member, kind)
      this.#inTrouble.delete(member)
      await sleep(Math.floor(random() * restsMsMax))
    }
  }

  async #befall(member: FleetMember, kind: TroubleKind): Promise<void> {
    const { lastsMs } = this.#options
    switch (kind) {
      case 'kill':
        await member.killAndRestart()
        break
      case 'pause':
        member.process.signal('SIGSTOP')
        await sleep(lastsMs)
        member.process.signal('SIGCONT')
        break
      case 'cut':
        member.proxy.refuse()
        await sleep(lastsMs)
        member.proxy.resume()
        break
      case 'blackhole':
        member.proxy.blackhole()
        await sleep(lastsMs)
        member.proxy.resume()
        break
      default:
        kind satisfies never
    }
  }
}
