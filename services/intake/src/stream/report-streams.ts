// Streams of reports over HTTP: NDJSON in and out at the same time. report-stream.ts handles the
// lines; this file handles bytes, compression, the pace of both sides, and how connections end.

import { Readable } from 'node:stream'
import type { Principal } from '@tocsin/auth/access/principal'
import { Quota } from '@tocsin/auth/access/quota'
import type { Admission } from '@tocsin/auth/access/usage-limits'
import { getPrincipal } from '@tocsin/auth/sign-in/authentication'
import { overLimit } from '@tocsin/auth/sign-in/usage-guard'
import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import type { Lane } from '@tocsin/contracts/theatre/report'
import type { Clock } from '@tocsin/domain/ports'
import type { RecordPosition } from '@tocsin/event-log/port'
import {
  atMostRatio,
  type BodyEncoding,
  type ExpansionCheck,
  expanded,
  readBodyEncoding
} from '@tocsin/service/http/body-encoding'
import { checkCharset } from '@tocsin/service/http/json-body'
import { exemptFromTimeout } from '@tocsin/service/http/timeout-exemption'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { ReportAcceptance } from '../acceptance/acceptance.ts'
import { reportJsonLimits } from '../report/incoming-report.ts'
import type { IntakeConfig } from '../settings/config.ts'
import type { CutReason, IntakeMetrics, Outcome } from '../telemetry/intake-metrics.ts'
import { type Pacing, ReportStream, type ResultSink, SenderGoneError } from './report-stream.ts'

export interface StreamRouteOptions {
  readonly acceptance: ReportAcceptance
  readonly clock: Clock
  readonly metrics: IntakeMetrics
  readonly limits: IntakeConfig['intake']
  readonly cursorBehind: (places: readonly RecordPosition[]) => string
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
/** How long a sender that ignores its answer may go on sending before it is cut off, ms. */
const lingerMs = 5_000
const closingLingerMs = 250

/**
 * How long a backfill stream waits for lagging rules, ms: long enough for a burst of live reports.
 */
const rulesPatienceMs = 30_000

/** The open streams of a process. */
export class ReportStreams {
  readonly #options: StreamRouteOptions
  readonly #open = new Set<OpenStream>()
  readonly #quota: Quota
  #isClosing = false

  constructor(options: StreamRouteOptions) {
    this.#options = options
    this.#quota = new Quota({ total: options.limits.streamsMax, perKey: streamsPerKeyMax })
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
    const { id } = getPrincipal(request)
    this.#quota.take(id, 'open streams', retryAfterS)
    const stream = new OpenStream(request, lane, this.#options)
    this.#open.add(stream)
    void stream.run().finally(() => {
      this.#open.delete(stream)
      this.#quota.release(id)
    })
    const refusal = await stream.begun
    if (refusal !== null) throw refusal
    return reply.code(200).header('content-type', streamContentType).send(stream.results)
  }
}

/** One stream, from the first byte to the end of the connection. */
class OpenStream {
  readonly results: Readable
  /** Resolves when there is output: with null, or with the problem that is the whole answer. */
  readonly begun: Promise<ProblemError | null>
  readonly #begun = Promise.withResolvers<ProblemError | null>()
  readonly #options: StreamRouteOptions
  readonly #request: FastifyRequest
  readonly #lane: Lane
  readonly #body: PacedBody
  readonly #source: AsyncIterable<Buffer>
  readonly #sink: ReadableSink
  #problem: ProblemError | null = null
  readonly #counts: Record<Outcome, number> = {
    accepted: 0,
    duplicate: 0,
    refused: 0,
    unavailable: 0
  }

  constructor(request: FastifyRequest, lane: Lane, options: StreamRouteOptions) {
    const { clock, limits } = options
    const encoding = readBodyEncoding(request.headers)
    this.#options = options
    this.#request = request
    this.#lane = lane
    const pace = { bytesMin: limits.streamBytesMin, periodMs: limits.streamPatienceMs }
    this.#body = new PacedBody(request.raw, clock, pace)
    const check = atMostRatio(expansionRatioMax, expansionFreeBytes)
    this.#source = this.#body.text(encoding, check)
    this.#sink = new ReadableSink(clock, limits.streamPatienceMs, () => this.#begun.resolve(null))
    this.begun = this.#begun.promise
    this.results = this.#sink.readable
  }

  get principalId(): string {
    return getPrincipal(this.#request).id
  }

  stop(problem: ProblemError): void {
    this.#problem ??= problem
    this.#body.stop(problem)
  }

  /** Resolves when both directions of the request have ended. */
  async run(): Promise<void> {
    const { raw } = this.#request
    const endExemption = exemptFromTimeout(raw)
    // A client that closes before the end of the answer is gone, also if its request was complete.
    this.results.once('close', () => {
      if (!this.results.readableEnded)
        this.#body.stop(new SenderGoneError('nobody reads the results'))
    })
    try {
      const problem = await this.#stream().run(this.#source)
      if (problem !== null) this.#options.metrics.streamsCut.inc({ reason: findCutReason(problem) })
      this.#logRefused(problem)
      this.#begun.resolve(problem)
      this.#sink.end()
      // If the connection is closed with unread bytes of the request, the client may lose an answer
      // that came before its end.
      const patienceMs = problem?.code === 'shutting-down' ? closingLingerMs : lingerMs
      if (!(await this.#body.discard(patienceMs))) raw.destroy()
    } catch (error) {
      this.#request.log.error({ error }, 'a stream of reports failed unexpectedly')
      this.#begun.resolve(null)
      raw.destroy()
    } finally {
      endExemption()
    }
  }

  /** A refused batch: of all its lines or some, or ended early. */
  #logRefused(problem: ProblemError | null): void {
    const { refused, unavailable } = this.#counts
    if (problem === null && refused + unavailable === 0) return
    this.#request.log.info(
      { by: this.principalId, ...this.#counts, problem: problem?.code ?? null },
      problem === null ? 'reports of a stream were refused' : 'a stream of reports ended early'
    )
  }

  #stream(): ReportStream {
    const { acceptance, clock, limits, metrics, cursorBehind } = this.#options
    const { server } = this.#request
    const principal = getPrincipal(this.#request)
    const bodyBytesMax = this.#request.routeOptions.bodyLimit
    return new ReportStream(this.#sink, {
      acceptance,
      clock,
      principal,
      lane: this.#lane,
      json: reportJsonLimits(server.jsonLimits),
      limits: {
        lineBytesMax: readLineBytesMax(principal, bodyBytesMax),
        linesMax: limits.streamLinesMax,
        // Any line up to the limit fits.
        bytesMax: Math.max(limits.streamWindowBytes, bodyBytesMax),
        inFlightMax: Math.ceil(limits.inFlightMax / 2),
        inFlightBytesMax: limits.inFlightBytesMax / 2,
        rulesPatienceMs
      },
      charge: units => server.usageLimits.addUnits(principal, units),
      admit: () => readPacing(server.usageLimits.takeReports(principal), this.#lane),
      hindrance: () =>
        this.#problem ?? (server.authenticator.isStillGood(principal) ? null : noLongerGood()),
      cursorBehind,
      onLines: (outcome, count) => {
        this.#counts[outcome] += count
        metrics.requests.inc({ operation: 'line', outcome }, count)
      },
      onDefect: error =>
        this.#request.log.error({ error }, 'a line of a stream failed unexpectedly')
    })
  }
}

/**
 * Backfill waits for the next minute. Live reports are refused immediately. Neither waits for the
 * next day.
 */
function readPacing(admission: Admission, lane: Lane): Pacing | null {
  if (admission.kind === 'admitted') return null
  const waits = lane === 'backfill' && admission.policy === 'per-minute'
  return { waitMs: waits ? admission.retryAfterS * 1000 : null, problem: overLimit(admission) }
}

/** A line may be as long as a body of this key. */
function readLineBytesMax({ limits }: Principal, bodyBytesMax: number): number {
  const own = limits === undefined || limits === 'none' ? undefined : limits.bodyBytes
  return Math.min(bodyBytesMax, own ?? bodyBytesMax)
}

function findCutReason({ code }: ProblemError): CutReason {
  if (code === 'request-timeout') return 'too-slow'
  if (code === 'not-authenticated') return 'key-ended'
  if (code === 'shutting-down') return 'shutting-down'
  if (code === 'too-many') return 'limit'
  return code === 'body-too-large' || code === 'body-malformed' ? 'body' : 'log'
}

/** Results as a stream with backpressure from its reader. */
class ReadableSink implements ResultSink {
  readonly readable: Readable
  readonly #clock: Clock
  readonly #patienceMs: number
  readonly #onWrite: () => void
  #room: PromiseWithResolvers<void> | null = null

  /** `onWrite`: called for every write. */
  constructor(clock: Clock, patienceMs: number, onWrite: () => void) {
    this.#onWrite = onWrite
    this.#clock = clock
    this.#patienceMs = patienceMs
    const release = () => {
      this.#room?.resolve()
      this.#room = null
    }
    this.readable = new Readable({
      highWaterMark: 64 * 1024,
      read: release,
      destroy: (error, done) => {
        release()
        done(error)
      }
    })
  }

  write(text: string): void {
    this.#onWrite()
    if (this.readable.destroyed || this.readable.push(text)) return
    this.#room ??= Promise.withResolvers<void>()
  }

  room(): Promise<void> | null {
    return this.#room === null ? null : this.#taken(this.#room.promise)
  }

  end(): void {
    if (!this.readable.destroyed) this.readable.push(null)
  }

  async #taken(room: Promise<void>): Promise<void> {
    const taken = new AbortController()
    const late = this.#clock.sleep(this.#patienceMs, taken.signal).then(() => taken.signal.aborted)
    const isTaken = await Promise.race([room.then(() => true), late])
    taken.abort('taken')
    if (isTaken) return
    // No problem can be sent: the client does not read.
    this.readable.destroy()
    throw new SenderGoneError('the results are not read')
  }
}

function shuttingDown(): ProblemError {
  return new ProblemError(
    'shutting-down',
    'The service is shutting down. Send the unanswered lines to another instance, or later.',
    {
      retryAfterS: 5
    }
  )
}

function noLongerGood(): ProblemError {
  return new ProblemError('not-authenticated', 'The key is no longer valid.')
}

/**
 * Minimum pace of the sender: bytes as sent per ms while a read is pending. Time without a pending
 * read does not count.
 */
export interface Pace {
  readonly bytesMin: number
  readonly periodMs: number
}

export class PacedBody implements AsyncIterable<Buffer> {
  readonly #body: Readable
  readonly #clock: Clock
  readonly #pace: Pace
  #held: Buffer[] = []
  #ended = false
  #failure: Error | null = null
  #wake: (() => void) | null = null
  #waitedMs = 0
  #bytesInPeriod = 0

  constructor(body: Readable, clock: Clock, pace: Pace) {
    this.#body = body
    this.#clock = clock
    this.#pace = pace
    body.on('data', (chunk: Buffer) => this.#came(chunk))
    body.once('end', () => this.#over(null))
    body.once('error', () => this.#over(new SenderGoneError('the sender is gone')))
    body.once('close', () => this.#over(new SenderGoneError('the sender is gone')))
    body.pause()
    if (body.destroyed) this.#over(new SenderGoneError('the sender was gone before'))
  }

  /** Ends the reading: pending and later reads reject with this error. */
  stop(problem: Error): void {
    this.#failure ??= problem
    this.#wake?.()
  }

  /**
   * Chunks as they arrive; the next is read on demand. Rejects `request-timeout` below the pace,
   * and with SenderGoneError.
   */
  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    for (;;) {
      const chunk = this.#held.shift()
      if (this.#failure !== null) throw this.#failure
      if (chunk !== undefined) yield chunk
      else if (this.#ended) return
      else await this.#more()
    }
  }

  /** The text of the body. Rejects as reading it does, and as `expanded` does. */
  text(encoding: BodyEncoding, check: ExpansionCheck): AsyncIterable<Buffer> {
    return encoding === 'identity' ? this : expanded(this, encoding, check)
  }

  /**
   * Reads and discards the rest, so that a sender that reads only after sending gets the answer;
   * true if the body ended within the time, ms.
   */
  async discard(timeoutMs: number): Promise<boolean> {
    this.#body.removeAllListeners('data')
    this.#held = []
    this.#body.resume()
    const over = new AbortController()
    this.#wake = () => over.abort('over')
    if (!this.#ended && !this.#body.destroyed) await this.#clock.sleep(timeoutMs, over.signal)
    this.#wake = null
    return this.#ended
  }

  async #more(): Promise<void> {
    const { bytesMin, periodMs } = this.#pace
    const beganMs = this.#clock.monotonicMs()
    const came = new AbortController()
    const wake = () => came.abort('came')
    this.#wake = wake
    this.#body.resume()
    await this.#clock.sleep(Math.max(1, periodMs - this.#waitedMs), came.signal)
    // A caller that discards the rest may be waiting by now.
    if (this.#wake === wake) this.#wake = null
    this.#waitedMs += this.#clock.monotonicMs() - beganMs
    if (this.#waitedMs < periodMs) return
    if (this.#bytesInPeriod < bytesMin && this.#failure === null && !this.#ended) {
      const detail = `Fewer than ${bytesMin} bytes arrived in ${Math.round(periodMs / 1000)} s.`
      this.#failure = new ProblemError('request-timeout', detail)
    }
    this.#waitedMs = 0
    this.#bytesInPeriod = 0
  }

  #came(chunk: Buffer): void {
    this.#body.pause()
    this.#bytesInPeriod += chunk.length
    this.#held.push(chunk)
    this.#wake?.()
  }

  #over(failure: Error | null): void {
    if (failure === null) this.#ended = true
    else if (!this.#ended) this.#failure ??= failure
    this.#wake?.()
  }
}
