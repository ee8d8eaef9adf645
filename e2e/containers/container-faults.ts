// Container faults: killed, paused, disconnected, restarted. One at a time, so that two of each
// service remain; chosen by a seeded generator.

import type { RunningService } from './running-service.ts'

export const faults = ['kill', 'pause', 'cut', 'restart'] as const
export type Fault = (typeof faults)[number]

export interface FaultOptions {
  readonly targets: readonly RunningService[]
  readonly random: () => number
  /** How long a container is paused or disconnected, ms. */
  readonly holdMs: number
}

export class ContainerFaults {
  readonly done: string[] = []
  readonly #options: FaultOptions
  #healing: Promise<void> = Promise.resolve()

  constructor(options: FaultOptions) {
    this.#options = options
  }

  /**
   * Causes a fault once the previous one is over. Resolves when it has happened; it heals by
   * itself.
   */
  async strike(): Promise<void> {
    await this.#healing
    const { targets, random } = this.#options
    const target = targets[Math.floor(random() * targets.length)]!
    // Each kind in turn, so that every run has all kinds.
    const fault = faults[this.done.length % faults.length]!
    await this.strikeAt(target, fault)
  }

  async strikeAt(target: RunningService, fault: Fault): Promise<void> {
    await this.#healing
    this.done.push(`${fault} ${target.name}`)
    if (fault === 'kill') await target.kill()
    if (fault === 'pause') await target.pause()
    if (fault === 'cut') await target.disconnect()
    this.#healing = this.#heal(target, fault)
    // The waiter gets the error; until then it must not be an unhandled rejection.
    this.#healing.catch(() => undefined)
  }

  /** Resolves when all faults are healed. Rejects if one could not be. */
  async over(): Promise<void> {
    await this.#healing
  }

  async #heal(target: RunningService, fault: Fault): Promise<void> {
    if (fault === 'restart') await target.stop()
    if (fault === 'pause' || fault === 'cut')
      await new Promise(resolve => setTimeout(resolve, this.#options.holdMs))
    if (fault === 'pause') await target.unpause()
    else if (fault === 'cut') await target.connect()
    else await target.start()
    await (target.service.ports.length > 0 ? target.ready() : target.healthy())
  }
}
