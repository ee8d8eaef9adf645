// Log lines of the suite: JSON on standard output by pino, with a request id and nothing private. No line carries a body, a header, a query,
// a key, a ticket or a name; an error is told by its kind, its code and where it happened.

import { type DestinationStream, type Logger, pino } from 'pino'

export type { Logger } from 'pino'

export interface LoggerOptions {
  readonly level: string
  /** Which process speaks: `up`, `intake`, … */
  readonly name: string
  /** Where lines go: log-output.ts for a process that serves. Standard output, line by line, by default. */
  readonly destination?: DestinationStream
}

/** Words that never may be told, wherever they stand in what is logged, up to three levels deep. */
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

/** A logger of this process. */
export function createLogger({ level, name, destination }: LoggerOptions): Logger {
  const options = {
    level,
    base: { name, pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { err: describeError, error: describeError },
    redact: { paths: privateNames.flatMap(word => [word, `*.${word}`, `*.*.${word}`]), censor: '***' }
  }
  return pino(options, destination ?? pino.destination({ dest: 1, sync: true }))
}

/** Puts a line that a logger of another thread has made where the lines of this one go. */
export function writeLine(logger: Logger, line: string): void {
  const { [pino.symbols.streamSym]: stream } = logger as unknown as { readonly [pino.symbols.streamSym]: DestinationStream }
  stream.write(line)
}

export interface DescribedError {
  readonly type: string
  readonly code?: string
  readonly message?: string
  /** Frames alone: the first line of a stack is the message. */
  readonly stack?: readonly string[]
  readonly cause?: DescribedError
}

const causesMax = 5
const framesMax = 12

/**
 * An error as a log line may tell it. A syntax error's message is left out, and of other errors of the language what they quote: both repeat what they
 * were given, which may be a body. Pure.
 */
export function describeError(error: unknown, depth = 0): DescribedError {
  if (!(error instanceof Error)) return { type: typeof error }
  const code = (error as { code?: unknown }).code
  const frames = (error.stack ?? '').split('\n').filter(line => /^\s+at /.test(line))
  return {
    type: error.name,
    ...(typeof code === 'string' ? { code } : {}),
    ...(error instanceof SyntaxError ? {} : { message: messageOf(error).slice(0, 500) }),
    stack: frames.slice(0, framesMax).map(line => line.trim()),
    ...(error.cause !== undefined && depth < causesMax ? { cause: describeError(error.cause, depth + 1) } : {})
  }
}

/** Errors that the language and Node make of the values they are given. */
function quotesValues(error: Error): boolean {
  const { code } = error as { code?: unknown }
  if (typeof code === 'string') return /^ERR_(?:INVALID|OUT_OF_RANGE|UNKNOWN|HTTP_INVALID|MISSING)/.test(code)
  return error instanceof TypeError || error instanceof RangeError || error instanceof URIError || error instanceof ReferenceError
}

/** The message without what it quotes. Where it happened stands in the frames. */
function messageOf(error: Error): string {
  if (!quotesValues(error)) return error.message
  return error.message
    .replace(/\bReceived\b.*$/s, 'Received …')
    .replace(/(['"`]).*\1/s, '…')
    .replace(/(\bproperty|:) (?!of\b|…)\S.*$/s, '$1 …')
}
