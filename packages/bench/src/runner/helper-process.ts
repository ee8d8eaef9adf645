// Processes that help a bench, so that what they spend does not count: they serve calls of named
// functions.

import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** Functions with at most one argument. Arguments and results are JSON. */
type Calls = Readonly<Record<string, (argument: never) => unknown>>

interface Ask {
  readonly number: number
  readonly name: string
  readonly argument: unknown
}
type Answer = { readonly number: number } & (
  | { readonly result: unknown }
  | { readonly error: string }
)

export class Helper<C extends Calls> implements Disposable {
  readonly #process: ChildProcess
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>()
  #asked = 0

  /** Starts a file of this package that calls `serveCalls`. */
  constructor(path: string) {
    this.#process = fork(fileURLToPath(new URL(`../${path}`, import.meta.url)))
    this.#process.on('message', (answer: Answer) => {
      const { resolve, reject } = this.#waiting.get(answer.number)!
      this.#waiting.delete(answer.number)
      if ('error' in answer) reject(new Error(answer.error))
      else resolve(answer.result)
    })
    this.#process.on('exit', code => {
      for (const { reject } of this.#waiting.values())
        reject(new Error(`${path} ended with ${code}`))
    })
  }

  get pid(): number {
    return this.#process.pid ?? -1
  }

  call<Name extends keyof C & string>(
    name: Name,
    ...[argument]: Parameters<C[Name]>
  ): Promise<Awaited<ReturnType<C[Name]>>> {
    const number = this.#asked++
    const answered = Promise.withResolvers<unknown>()
    this.#waiting.set(number, answered)
    this.#process.send({ number, name, argument } satisfies Ask)
    return answered.promise as Promise<Awaited<ReturnType<C[Name]>>>
  }

  [Symbol.dispose](): void {
    this.#process.kill()
  }
}

/** Serves the calls of a `Helper` until its parent disconnects. */
export function serveCalls(calls: Calls): void {
  process.on('message', async ({ number, name, argument }: Ask) => {
    let answer: Answer
    try {
      answer = { number, result: await calls[name]!(argument as never) }
    } catch (error) {
      answer = { number, error: error instanceof Error ? `${error.stack}` : String(error) }
    }
    process.send?.(answer)
  })
  process.on('disconnect', () => process.exit(0))
}
