// A client's request over a network that loses, repeats and delays messages. The result is an
// answer, a refusal, or nothing reliable: then the client retries.

import type { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import { problems } from '@tocsin/contracts/problem/problem-catalogue'
import { makeProblem } from '@tocsin/service/http/http-problems'
import type { RandomSource } from '../world/random-source.ts'
import type { World } from '../world/world.ts'

export type Reply<T> =
  | { readonly kind: 'answered'; readonly value: T }
  | { readonly kind: 'refused'; readonly problem: ProblemError }
  | { readonly kind: 'unknown' }

/** How long a client waits for an answer, ms. */
const patienceMs = 8_000
/** Pause before a retry, ms. */
const restMs = [200, 3_000] as const
/** Attempts before the run counts as stuck. */
const attemptsMax = 400

const unknown = { kind: 'unknown' } as const

export class Requests {
  readonly #world: World
  readonly #random: RandomSource

  constructor(world: World, name: string) {
    this.#world = world
    this.#random = world.random.fork(`requests of ${name}`)
  }

  /**
   * Retries until there is an answer or a refusal. Null if there is neither after the maximum of
   * attempts.
   */
  async untilAnswered<S, T>(
    server: () => S | null,
    work: (server: S) => Promise<T>
  ): Promise<Reply<T> | null> {
    for (let attempt = 0; attempt < attemptsMax; attempt++) {
      const reply = await this.#once(server, work)
      if (reply.kind !== 'unknown') return reply
      await this.#pause(this.#random.integer(...restMs))
    }
    return null
  }

  async #once<S, T>(server: () => S | null, work: (server: S) => Promise<T>): Promise<Reply<T>> {
    const fate = this.#world.faults.occurs('requestLost')
      ? this.#random.pick(['lost there', 'lost back', 'twice'] as const)
      : 'well'
    await this.#pause(this.#random.integer(0, 15))
    const serving = server()
    if (serving === null || fate === 'lost there') return unknown
    const first = this.#done(work(serving))
    if (fate === 'twice')
      void this.#pause(this.#random.integer(0, 40)).then(() => this.#again(server, work))
    const reply = await Promise.race([first, this.#pause(patienceMs).then(() => unknown)])
    return fate === 'lost back' ? unknown : reply
  }

  /** The request arrives a second time; its answer is ignored. */
  async #again<S, T>(server: () => S | null, work: (server: S) => Promise<T>): Promise<void> {
    const serving = server()
    if (serving !== null) await this.#done(work(serving))
  }

  async #done<T>(result: Promise<T>): Promise<Reply<T>> {
    try {
      return { kind: 'answered', value: await result }
    } catch (error) {
      const problem = makeProblem(error)
      if (problem.code === 'internal')
        this.#world.violate(
          'no answer is a 500',
          error instanceof Error ? `${error.stack}` : String(error)
        )
      const { status } = problems[problem.code]
      return status === 503 || status === 507 || status === 429
        ? unknown
        : { kind: 'refused', problem }
    }
  }

  #pause(ms: number): Promise<void> {
    return this.#world.time.pause(ms, 'client')
  }
}
