// The logger of a request: adds the request's id, and is created only when a line is written.
// Most requests write none, and a child logger for each would cost more than everything else at the
// edge.

import type { FastifyBaseLogger } from 'fastify'
import type { Bindings, LogFn, Logger } from 'pino'

const levels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const

export function requestLogger(parent: Logger, bindings: Bindings): FastifyBaseLogger {
  return new RequestLogger(parent, bindings) as RequestLogger & FastifyBaseLogger
}

class RequestLogger {
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

  silent(): void {}

  child(bindings: Bindings): FastifyBaseLogger {
    return requestLogger(this.#parent, { ...this.#bindings, ...bindings })
  }

  write(level: (typeof levels)[number], line: Parameters<LogFn>): void {
    if (!this.#parent.isLevelEnabled(level)) return
    this.#made ??= this.#parent.child(this.#bindings)
    this.#made[level](...line)
  }
}

// Methods, not getters of bound functions: Fastify reads each of them for every request.
for (const level of levels)
  Object.defineProperty(RequestLogger.prototype, level, {
    value(this: RequestLogger, ...line: Parameters<LogFn>) {
      this.write(level, line)
    }
  })
