// The logger of one request: it knows the request's id, and is made only when a line is really written. Most requests write none, and a child of
// the process's logger for each would cost more than all other bookkeeping of the edge.

import type { FastifyBaseLogger } from 'fastify'
import type { Bindings, LogFn, Logger } from 'pino'

type Level = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal'

const nothing: LogFn = () => {}

/** For Fastify's `childLoggerFactory`. */
export function requestLogger(parent: Logger, bindings: Bindings): FastifyBaseLogger {
  return new RequestLogger(parent, bindings)
}

class RequestLogger implements FastifyBaseLogger {
  readonly #parent: Logger
  readonly #bindings: Bindings
  #made: Logger | null = null

  constructor(parent: Logger, bindings: Bindings) {
    this.#parent = parent
    this.#bindings = bindings
  }

  get level(): string {
    return this.#parent.level
  }

  get trace(): LogFn {
    return this.#writerOf('trace')
  }

  get debug(): LogFn {
    return this.#writerOf('debug')
  }

  get info(): LogFn {
    return this.#writerOf('info')
  }

  get warn(): LogFn {
    return this.#writerOf('warn')
  }

  get error(): LogFn {
    return this.#writerOf('error')
  }

  get fatal(): LogFn {
    return this.#writerOf('fatal')
  }

  get silent(): LogFn {
    return nothing
  }

  child(bindings: Bindings): FastifyBaseLogger {
    return new RequestLogger(this.#parent, { ...this.#bindings, ...bindings })
  }

  #writerOf(level: Level): LogFn {
    if (!this.#parent.isLevelEnabled(level)) return nothing
    this.#made ??= this.#parent.child(this.#bindings)
    return this.#made[level].bind(this.#made)
  }
}
