// Streams of reports over HTTP: NDJSON in and out at the same time. report-stream.ts handles the
// lines; this file handles compression, limits, and how connections end.

import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import type { Principal } from '@tocsin/auth/access/principal'
import { Quota } from '@tocsin/auth/access/quota'
import { getPrincipal } from '@tocsin/auth/sign-in/authentication'
import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import type { Lane } from '@tocsin/contracts/theatre/report'
import {
  atMostRatio,
  type BodyEncoding,
  expanded,
  readBodyEncoding
} from '@tocsin/service/http/body-encoding'
import { checkCharset } from '@tocsin/service/http/json-body'
import { exemptFromTimeout } from '@tocsin/service/http/timeout-exemption'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { ReportAcceptance } from '../acceptance/acceptance.ts'
import { reportJsonLimits } from '../report/incoming-report.ts'
import type { WrittenCursors } from '../report/written-cursors.ts'
import type { CutReason, IntakeMetrics } from '../telemetry/intake-metrics.ts'
import type { IntakeParts } from '../wiring/intake-parts.ts'
import { ReportStream } from './report-stream.ts'

export interface StreamParts extends IntakeParts {
  readonly acceptance: ReportAcceptance
  readonly intakeMetrics: IntakeMetrics
  readonly cursors: WrittenCursors
}

export const streamContentType = 'application/x-ndjson'

/** Maximum number of open streams per key: an import has one. */
const streamsPerKeyMax = 4
/** A stream ends within minutes, or is as long as it is useful. */
const retryAfterS = 5

/**
 * Maximum compression ratio, checked after the first mebibyte of output: report text typically has
 * 10 to 30.
 */
const expansionRatioMax = 100
const expansionFreeBytes = 1024 * 1024
/** Results that wait in the output, bytes. */
const outputBytes = 64 * 1024
/** How long a sender may go on sending once it was answered: it may read only then, ms. */
const lingerMs = 1_000

/**
 * How long a backfill stream waits for lagging rules, ms: long enough for a burst of live reports.
 */
const rulesPatienceMs = 30_000

export class ReportStreams {
  readonly #parts: StreamParts
  readonly #open = new Set<ReportStream>()
  readonly #quota: Quota
  #isClosing = false

  constructor(parts: StreamParts) {
    this.#parts = parts
    const total = parts.config.intake.streamsMax
    this.#quota = new Quota({ total, perKey: streamsPerKeyMax })
  }

  get open(): number {
    return this.#open.size
  }

  /** Ends all streams; each is summed up with `shutting-down`. */
  close(): void {
    this.#isClosing = true
    for (const stream of this.#open) stream.stop(shuttingDown())
  }

  /**
   * Answers a request whose body is a stream of reports. Rejects with a ProblemError if the stream
   * ends before its first line was answered.
   */
  async answer(request: FastifyRequest, reply: FastifyReply, lane: Lane): Promise<FastifyReply> {
    if (this.#isClosing) throw shuttingDown()
    checkCharset(request)
    const encoding = readBodyEncoding(request.headers)
    this.#quota.take(getPrincipal(request).id, 'open streams', retryAfterS)
    const texts = this.#run(request, reply, this.#createStream(request, lane), encoding)
    const output = Readable.from(texts, { objectMode: false, highWaterMark: outputBytes })
    // Rejects with the problem if there is no result.
    await once(output, 'readable')
    return reply.code(200).header('content-type', streamContentType).send(output)
  }

  async *#run(
    request: FastifyRequest,
    reply: FastifyReply,
    stream: ReportStream,
    encoding: BodyEncoding
  ): AsyncGenerator<string> {
    const { config, intakeMetrics } = this.#parts
    const { streamPatienceMs } = config.intake
    const { raw } = request
    this.#open.add(stream)
    const endExemption = exemptFromTimeout(raw)
    reply.raw.setTimeout(streamPatienceMs, () => {
      raw.socket.setTimeout(streamPatienceMs)
      if (stream.waitsFor === 'sender')
        stream.stop(
          new ProblemError('request-timeout', 'Nothing of the body arrived for too long.')
        )
      // No problem can be sent: the client does not read.
      if (stream.waitsFor === 'reader') raw.destroy()
    })
    try {
      yield* stream.results(readBody(raw, encoding))
    } finally {
      this.#open.delete(stream)
      this.#quota.release(getPrincipal(request).id)
      endExemption()
      endLater(raw)
      if (stream.problem !== null)
        intakeMetrics.streamsCut.inc({ reason: cutReasons[stream.problem.code] ?? 'log' })
      logRefused(request, stream)
    }
  }

  #createStream(request: FastifyRequest, lane: Lane): ReportStream {
    const { acceptance, clock, config, intakeMetrics, cursors } = this.#parts
    const limits = config.intake
    const { server } = request
    const principal = getPrincipal(request)
    const bodyBytesMax = request.routeOptions.bodyLimit
    return new ReportStream({
      acceptance,
      clock,
      principal,
      lane,
      json: reportJsonLimits(server.jsonLimits),
      limits: {
        lineBytesMax: readLineBytesMax(principal, bodyBytesMax),
        linesMax: limits.streamLinesMax,
        // Any line up to the limit fits.
        bytesMax: Math.max(limits.streamWindowBytes, bodyBytesMax),
        inFlightMax: Math.ceil(limits.inFlightMax / 2),
        rulesPatienceMs
      },
      admit: () => server.usageLimits.take(principal, 1, 1),
      hindrance: () =>
        server.authenticator.isStillGood(principal)
          ? null
          : new ProblemError('not-authenticated', 'The key is no longer valid.'),
      cursorBehind: places => cursors.seal(places),
      onLines: (outcome, count) =>
        intakeMetrics.requests.inc({ operation: 'line', outcome }, count),
      onDefect: error => request.log.error({ error }, 'a line of a stream failed unexpectedly')
    })
  }
}

/** The text of a body. Rejects `body-malformed` if it was cut off, and as `expanded` does. */
function readBody(raw: IncomingMessage, encoding: BodyEncoding): AsyncIterable<Buffer> {
  const body = readRaw(raw)
  return encoding === 'identity'
    ? body
    : expanded(body, encoding, atMostRatio(expansionRatioMax, expansionFreeBytes))
}

async function* readRaw(raw: IncomingMessage): AsyncGenerator<Buffer> {
  try {
    // The connection stays for the answer if the reading ends early.
    yield* raw.iterator({ destroyOnReturn: false })
  } catch (cause) {
    throw new ProblemError('body-malformed', 'The body was cut off.', { cause })
  }
}

/**
 * If a connection were closed with unread bytes of the request, the client might lose an answer that
 * came before its end.
 */
function endLater(raw: IncomingMessage): void {
  if (raw.complete) return
  const timer = setTimeout(() => raw.destroy(), lingerMs)
  raw.once('close', () => clearTimeout(timer)).resume()
}

/** A refused batch: of all its lines or some, or ended early. */
function logRefused(request: FastifyRequest, { problem, tally }: ReportStream): void {
  if (problem === null && tally.refused + tally.unavailable === 0) return
  request.log.info(
    { by: getPrincipal(request).id, ...tally, problem: problem?.code ?? null },
    problem === null ? 'reports of a stream were refused' : 'a stream of reports ended early'
  )
}

/** A line may be as long as a body of this key. */
function readLineBytesMax({ limits }: Principal, bodyBytesMax: number): number {
  const own = limits === undefined || limits === 'none' ? undefined : limits.bodyBytes
  return Math.min(bodyBytesMax, own ?? bodyBytesMax)
}

/** By the problem that ended a stream; any other is of the log. */
const cutReasons: Partial<Record<ProblemError['code'], CutReason>> = {
  'request-timeout': 'too-slow',
  'not-authenticated': 'key-ended',
  'shutting-down': 'shutting-down',
  'too-many': 'limit',
  'body-too-large': 'body',
  'body-malformed': 'body'
}

function shuttingDown(): ProblemError {
  const detail =
    'The service is shutting down. Send the unanswered lines to another instance, or later.'
  return new ProblemError('shutting-down', detail, { retryAfterS: 5 })
}
