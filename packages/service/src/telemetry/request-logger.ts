// The logger of a request: adds the request's id, and is created only when a line is written.
// Most requests write none, and a child logger for each would cost more than everything else at the
// edge.

import type { FastifyBaseLogger } from 'fastify'
import type { Bindings, LogFn, Logger } from 'pino'

type Level = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal'

/** For Fastify's `childLoggerFactory`. */
export function requestLogger(parent: Logger, bindings: Bindings): FastifyBaseLogger {
  return new RequestLogger(parent, bindings)
}

// Methods, not getters of bound functions: Fastify reads each of them for every request.
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

  trace(...line: Parameters<LogFn>): void {
    this.#write('trace', line)
  }

  debug(...line: Parameters<LogFn>): void {
    this.#write('debug', line)
  }

  info(...line: Parameters<LogFn>): void {
    this.#write('info', line)
  }

  warn(...line: Parameters<LogFn>): void {
    this.#write('warn', line)
  }

  error(...line: Parameters<LogFn>): void {
    this.#write('error', line)
  }

  fatal(...line: Parameters<LogFn>): void {
    this.#write('fatal', line)
  }

  silent(): void {}

  child(bindings: Bindings): FastifyBaseLogger {
    return new RequestLogger(this.#parent, { ...this.#bindings, ...bindings })
  }

  #write(level: Level, line: Parameters<LogFn>): void {
    if (!this.#parent.isLevelEnabled(level)) return
    this.#made ??= this.#parent.child(this.#bindings)
    this.#made[level](...line)
  }
}
