// A client's request over a network that loses, repeats and delays messages. The result is an answer, a refusal, or nothing
// reliable: then the client retries.

import type { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import { problems } from '@tocsin/contracts/problem/problem-catalogue'
import { problemOf } from '@tocsin/service-kit/http/http-problems'
import type { Chance } from '../world/chance.ts'
import type { World } from '../world/world.ts'

export type Reply<T> =
  | { readonly kind: 'answered'; readonly value: T }
  | { readonly kind: 'refused'; readonly problem: ProblemError }
  | { readonly kind: 'unknown' }

/** How long a client waits for an answer, ms. */
const patienceMs = 8_000
/** How long it rests before it asks again, ms. */
const restMs = [200, 3_000] as const
/** How often a client asks before the run counts as stuck. */
const attemptsMax = 400

const unknown = { kind: 'unknown' } as const

export class Requests {
  readonly #world: World
  readonly #chance: Chance

  constructor(world: World, name: string) {
    this.#world = world
    this.#chance = world.chance.fork(`requests of ${name}`)
  }

  /** Asks until there is an answer or a refusal. Null when there was neither after very many attempts. */
  async untilAnswered<S, T>(server: () => S | null, work: (server: S) => Promise<T>): Promise<Reply<T> | null> {
    for (let attempt = 0; attempt < attemptsMax; attempt++) {
      const reply = await this.#once(server, work)
      if (reply.kind !== 'unknown') return reply
      await this.#pause(this.#chance.integer(...restMs))
    }
    return null
  }

  async #once<S, T>(server: () => S | null, work: (server: S) => Promise<T>): Promise<Reply<T>> {
    const fate = this.#world.weather.strikes('requestLost')
      ? this.#chance.pick(['lost there', 'lost back', 'twice'] as const)
      : 'well'
    await this.#pause(this.#chance.integer(0, 15))
    const serving = server()
    if (serving === null || fate === 'lost there') return unknown
    const first = this.#done(work(serving))
    if (fate === 'twice') void this.#pause(this.#chance.integer(0, 40)).then(() => this.#again(server, work))
    const reply = await Promise.race([first, this.#pause(patienceMs).then(() => unknown)])
    return fate === 'lost back' ? unknown : reply
  }

  /** The request arrives a second time; nobody waits for that answer. */
  async #again<S, T>(server: () => S | null, work: (server: S) => Promise<T>): Promise<void> {
    const serving = server()
    if (serving !== null) await this.#done(work(serving))
  }

  async #done<T>(result: Promise<T>): Promise<Reply<T>> {
    try {
      return { kind: 'answered', value: await result }
    } catch (error) {
      const problem = problemOf(error)
      if (problem.code === 'internal')
        this.#world.violate('no answer is a 500', error instanceof Error ? `${error.stack}` : String(error))
      const { status } = problems[problem.code]
      return status === 503 || status === 507 || status === 429 ? unknown : { kind: 'refused', problem }
    }
  }

  #pause(ms: number): Promise<void> {
    return this.#world.time.pause(ms, 'client')
  }
}
