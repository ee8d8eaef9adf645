// Log lines of the suite: JSON on standard output by pino, at a terminal for people, with a request id and nothing private.
// No line contains a body, a header, a query, a key, a ticket or a name; an error is described by
// its kind, its code and its place.

import { type DestinationStream, type Logger, pino } from 'pino'

import { activeTracing } from './tracing.ts'

export type { Logger } from 'pino'

export interface LoggerOptions {
  readonly level: string
  /** Name of the process: `up`, `intake`, … */
  readonly name: string
  /**
   * Destination of lines: log-output.ts in a process that serves. Default: standard output, line by
   * line.
   */
  readonly destination?: DestinationStream
}

/** Field names that are removed from log objects, up to three levels deep. */
const privateNames = [
  'authorization',
  'cookie',
  'headers',
  'body',
  'query',
  'token',
  'ticket',
  'secret',
  'ownerKey',
  'masterKey',
  'password',
  'private',
  'narrative',
  'persons',
  'links'
]

export function createLogger({ level, name, destination }: LoggerOptions): Logger {
  const options = {
    level,
    base: { name, pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    // A line written within a request names its trace.
    mixin: () => {
      const { traceId, spanId } = activeTracing()?.active() ?? {}
      return traceId === undefined ? {} : { trace_id: traceId, span_id: spanId }
    },
    serializers: { err: describeError, error: describeError },
    redact: {
      paths: privateNames.flatMap(word => [word, `*.${word}`, `*.*.${word}`]),
      censor: '***'
    }
  }
  return pino(options, destination ?? pino.destination({ dest: 1, sync: true }))
}

/** Lines for a person at a terminal: time, level, message, and the other members as JSON. */
export function formatForPeople(destination: DestinationStream): DestinationStream {
  return {
    write(line) {
      const { time, level, msg, name: _, pid: __, ...rest } = JSON.parse(line)
      const members = Object.entries(rest).map(([key, value]) => ` ${key}=${JSON.stringify(value)}`)
      destination.write(`${time.slice(11, 23)} ${level.padEnd(5)} ${msg}${members.join('')}\n`)
    }
  }
}

/** Writes a line made by the logger of another thread to the destination of this one. */
export function writeLine(logger: Logger, line: string): void {
  const { [pino.symbols.streamSym]: stream } = logger as unknown as {
    readonly [pino.symbols.streamSym]: DestinationStream
  }
  stream.write(line)
}

export interface DescribedError {
  readonly type: string
  readonly code?: string
  readonly message?: string
  /** Frames only: the first line of a stack is the message. */
  readonly stack?: readonly string[]
  readonly cause?: DescribedError
}

const causesMax = 5
const framesMax = 12

/**
 * An error in a form that is safe to log. The message of a syntax error is omitted, and in other
 * errors of the language what they quote: both repeat their input, which may be a body. Pure.
 */
export function describeError(error: unknown, depth = 0): DescribedError {
  if (!(error instanceof Error)) return { type: typeof error }
  const code = (error as { code?: unknown }).code
  const frames = (error.stack ?? '').split('\n').filter(line => /^\s+at /.test(line))
  return {
    type: error.name,
    ...(typeof code === 'string' ? { code } : {}),
    ...(error instanceof SyntaxError ? {} : { message: readMessage(error).slice(0, 500) }),
    stack: frames.slice(0, framesMax).map(line => line.trim()),
    ...(error.cause !== undefined && depth < causesMax
      ? { cause: describeError(error.cause, depth + 1) }
      : {})
  }
}

/** Errors of the language and of Node that quote the values they were given. */
function quotesValues(error: Error): boolean {
  const { code } = error as { code?: unknown }
  if (typeof code === 'string')
    return /^ERR_(?:INVALID|OUT_OF_RANGE|UNKNOWN|HTTP_INVALID|MISSING)/.test(code)
  return [TypeError, RangeError, URIError, ReferenceError].some(kind => error instanceof kind)
}

/** The message without quotations. The frames say where it happened. */
function readMessage(error: Error): string {
  const message = maskAddresses(error.message)
  if (!quotesValues(error)) return message
  return message
    .replace(/\bReceived\b.*$/s, 'Received …')
    .replace(/(['"`]).*\1/s, '…')
    .replace(/(\bproperty|:) (?!of\b|…)\S.*$/s, '$1 …')
}

/** Addresses of webhooks can contain a secret in their path, their query or before their host. */
function maskAddresses(text: string): string {
  return text.replace(
    /(https?:\/\/)(?:[^\s/@'"]*@)?([^\s/?#'"]+)[/?#][^\s'"]*/g,
    (_, scheme: string, host: string) => `${scheme}${host}/…`
  )
}
