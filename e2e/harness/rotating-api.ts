// Clients that know several instances of one service: each call goes to the next one, and on to another if it does not answer.

import type { ApiAnswer, ApiCall } from '@tocsin/cli/client/suite-api'
import { SuiteApi, SuiteUnreachableError } from '@tocsin/cli/client/suite-api'
import type { Clock } from '@tocsin/domain/ports'

type Method = Parameters<SuiteApi['call']>[0]

export class RotatingApi {
  readonly #apis: readonly SuiteApi[]
  #turn = 0

  constructor(urls: readonly string[], key: string, timeoutMs = 5_000) {
    this.#apis = urls.map(url => new SuiteApi({ url, key, timeoutMs }))
  }

  /** One call to the next instance. Rejects with SuiteUnreachableError when that one did not answer. */
  call(method: Method, path: string, call: ApiCall = {}): Promise<ApiAnswer> {
    return this.#next().call(method, path, call)
  }

  /** Calls one instance after the other until one can say something. */
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
      const passing = outcome instanceof SuiteUnreachableError || [429, 503, 507].includes(outcome.status)
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
