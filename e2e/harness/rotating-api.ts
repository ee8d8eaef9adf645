// Clients that know several instances of one service: each call goes to the next one, and on to
// another if it does not answer.

import type { Clock } from '@tocsin/domain/ports'
import { systemClock } from '@tocsin/event-log/system-clock'
import type { ApiAnswer, ApiCall } from '@tocsin/host/client/suite-api'
import { SuiteApi, SuiteUnreachableError } from '@tocsin/host/client/suite-api'

type Method = Parameters<SuiteApi['call']>[0]

export class RotatingApi {
  readonly #apis: readonly SuiteApi[]
  #turn = 0

  constructor(urls: readonly string[], key: string, timeoutMs = 5_000) {
    this.#apis = urls.map(url => new SuiteApi({ url, key, timeoutMs }))
  }

  /** One call to the next instance. Rejects with SuiteUnreachableError if it does not answer. */
  call(method: Method, path: string, call: ApiCall = {}): Promise<ApiAnswer> {
    return this.#next().call(method, path, call)
  }

  /** Calls the instances in turn until one answers. */
  async callPatiently(
    method: Method,
    path: string,
    call: ApiCall,
    { clock, patienceMs }: { clock: Clock; patienceMs: number }
  ): Promise<ApiAnswer> {
    const deadlineMs = clock.monotonicMs() + patienceMs
    for (;;) {
      const outcome = await this.call(method, path, call).catch((error: unknown) => {
        if (error instanceof SuiteUnreachableError) return error
        throw error
      })
      const passing =
        outcome instanceof SuiteUnreachableError || [429, 503, 507].includes(outcome.status)
      if (!passing) return outcome
      if (clock.monotonicMs() >= deadlineMs) {
        if (outcome instanceof SuiteUnreachableError) throw outcome
        return outcome
      }
      await clock.sleep(100, call.signal)
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#apis.map(api => api.close()))
  }

  #next(): SuiteApi {
    return this.#apis[this.#turn++ % this.#apis.length]!
  }
}

/** Options of a client whose every connection goes to the next address, from the first on. */
export function nextOf<T extends object>(
  urls: readonly string[],
  options: T,
  first = 0
): T & { readonly url: string } {
  let turn = first
  return {
    ...options,
    get url() {
      return urls[turn++ % urls.length]!
    }
  }
}

/** The body of the answer to a call that must succeed. Throws for a problem. */
export async function must(
  api: Pick<SuiteApi, 'callPatiently'>,
  method: Method,
  path: string,
  body: unknown
): Promise<Record<string, unknown>> {
  const answer = await api.callPatiently(
    method,
    path,
    { body },
    { clock: systemClock, patienceMs: 30_000 }
  )
  if (answer.problem) throw new Error(`${method} ${path}: ${JSON.stringify(answer.body)}`)
  return answer.body as Record<string, unknown>
}
