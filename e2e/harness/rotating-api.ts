// Clients that know several instances of one service: each call goes to the next one, and on to
// another if it does not answer.

import { systemClock } from '@tocsin/event-log/system-clock'
import {
  type ApiAnswer,
  type ApiCall,
  type Method,
  type Patience,
  retryPolitely,
  SuiteApi
} from '@tocsin/host/client/suite-api'

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
  callPatiently(
    method: Method,
    path: string,
    call: ApiCall,
    patience: Patience
  ): Promise<ApiAnswer> {
    return retryPolitely(() => this.call(method, path, call), { ...patience, signal: call.signal })
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
