// A stream of reports, one per line, without HTTP: lines are accepted concurrently up to a limit,
// answered in order, and summed up at the end. The outcome of an answered line is final; an
// unanswered one may be sent again. Memory does not grow with the stream.

import type { Principal } from '@tocsin/auth/access/principal'
import type { JsonLimits } from '@tocsin/contracts/json/strict-json'
import {
  type FieldError,
  ProblemError,
  problems
} from '@tocsin/contracts/problem/problem-catalogue'
import { isEventLike, moveToEvent, openReportEvent } from '@tocsin/contracts/report/report-event'
import type { Lane } from '@tocsin/contracts/theatre/report'
import type { Clock } from '@tocsin/domain/ports'
import type { RecordPosition } from '@tocsin/event-log/port'
import { GatheredBytes } from '@tocsin/service/http/gathered-bytes'
import { makeProblem } from '@tocsin/service/http/http-problems'
import { readStrictJson } from '@tocsin/service/http/json-body'
import type { ReportAcceptance } from '../acceptance/acceptance.ts'
import type { Charge } from '../report/incoming-report.ts'
import { invalidBody } from '../report/refusals.ts'
import { type Answer, formatAnswer } from '../report/report-answer.ts'
import type { Outcome } from '../telemetry/intake-metrics.ts'

export interface ReportStreamOptions {
  readonly acceptance: Pick<
    ReportAcceptance,
    'accept' | 'inFlight' | 'inFlightBytes' | 'logTrouble' | 'awaitRules'
  >
  readonly clock: Clock
  readonly principal: Principal
  readonly lane: Lane
  readonly limits: StreamLimits
  readonly json: JsonLimits
  /**
   * Called for each line: the limit that the sender's key has reached; null if it may send one
   * more, which is then counted.
   */
  readonly admit: () => Pacing | null
  readonly charge?: Charge
  /** Called periodically: why no further line may be accepted; null while lines may be. */
  readonly hindrance: () => ProblemError | null
  /** The sealed cursor behind some places of the incidents log. */
  readonly cursorBehind: (places: readonly RecordPosition[]) => string
  /** Called with the number of lines that have an outcome. */
  readonly onLines?: (outcome: Outcome, count: number) => void
  /** Called for a line that failed unexpectedly; the stream continues. */
  readonly onDefect?: (cause: unknown) => void
}

/**
 * Why a key may not send one more report: the line waits `waitMs`, or gets the problem and ends the
 * stream.
 */
export interface Pacing {
  readonly waitMs: number | null
  readonly problem: ProblemError
}

export interface StreamLimits {
  readonly lineBytesMax: number
  /** Limits of one stream: lines in flight or waiting to be answered, and their bytes. */
  readonly linesMax: number
  readonly bytesMax: number
  /**
   * Limits of all reports in flight here, beyond which a stream begins no line: the rest is for
   * single posts.
   */
  readonly inFlightMax: number
  readonly inFlightBytesMax: number
  /** How long a backfill stream waits for the rules before it ends as too early, ms. */
  readonly rulesPatienceMs: number
}

/** The output of results. */
export interface ResultSink {
  write(text: string): void
  /**
   * Resolves when the written output is drained; rejects if the reader stalls. Null while there is
   * room.
   */
  room(): Promise<void> | null
}

/** A stream yields to the event loop after this many lines, bytes of lines, or ms. */
const turnLines = 128
const turnBytes = 128 * 1024
const turnMs = 2
/** Interval between checks of a key's limit, ms. */
const paceWaitMs = 1000
/** How long a stream that may not begin a line pauses, ms. */
const fullWaitMs = 2

/** A line that was begun, with its result, null while it is in flight. */
interface Entry {
  readonly line: number
  readonly bytes: number
  result: { readonly outcome: Outcome; readonly text: string } | null
}

/** The sender disconnected before the end of the body. No answer can be sent. */
export class SenderGoneError extends Error {
  override readonly name = 'SenderGoneError'
}

export class ReportStream {
  readonly #options: ReportStreamOptions
  readonly #sink: ResultSink
  readonly #entries: Entry[] = []
  readonly #tally: Record<keyof Tally, number> = {
    lines: 0,
    blank: 0,
    accepted: 0,
    duplicates: 0,
    refused: 0,
    unavailable: 0
  }
  readonly #ends = new Map<number, bigint>()
  /**
   * Lines in flight by the name of their report: two lines about one report run one after the
   * other.
   */
  readonly #under = new Map<string, Promise<void>>()
  #bytes = 0
  #turn = { lines: 0, bytes: 0, beganMs: Number.NEGATIVE_INFINITY }
  #stop: ProblemError | null = null
  #isGone = false
  #hasTold = false
  #progress = Promise.withResolvers<void>()
  #isFlushing = false

  constructor(sink: ResultSink, options: ReportStreamOptions) {
    this.#sink = sink
    this.#options = options
  }

  /**
   * Accepts all lines. Resolves once every line that was begun has been answered: with null, or
   * with the problem that ended the stream early. Never rejects because of its source or a line. If
   * no line was answered, no line is written: the problem is the whole answer.
   */
  async run(source: AsyncIterable<Buffer>): Promise<ProblemError | null> {
    try {
      await this.#read(source)
    } catch (error) {
      if (error instanceof SenderGoneError) this.#isGone = true
      else this.#stop ??= makeProblem(error)
    }
    while (this.#entries.length > 0) {
      this.#flush()
      if (this.#entries.length > 0) await this.#progress.promise
    }
    if (!this.#isGone && (this.#stop === null || this.#hasTold)) this.#sink.write(this.#summary())
    return this.#stop
  }

  async #read(source: AsyncIterable<Buffer>): Promise<void> {
    const reader = new LineReader(this.#options.limits.lineBytesMax)
    for await (const chunk of source) {
      for (const line of reader.push(chunk)) {
        // No await unless needed: at these rates each one is measurable.
        const taken = this.#hasTurn(line) ? this.#put(line) : this.#take(line)
        if (taken !== true && !(await taken)) return
      }
      await this.#sink.room()
      this.#stop ??= this.#options.hindrance()
      if (this.#stop !== null) return
    }
    const last = reader.last()
    if (last !== null) await this.#take(last)
  }

  /** True if a line may begin immediately. */
  #hasTurn(line: Line): boolean {
    if (this.#stop !== null || this.#isTurnOver()) return false
    return !this.#isFull(countBytes(line))
  }

  #isTurnOver(): boolean {
    const { lines, bytes, beganMs } = this.#turn
    return (
      lines >= turnLines ||
      bytes >= turnBytes ||
      this.#options.clock.monotonicMs() - beganMs >= turnMs
    )
  }

  /** Begins a line, once there is room for it. False if no further line may be accepted. */
  async #take(line: Line): Promise<boolean> {
    if (this.#isTurnOver()) await this.#yield()
    while (this.#stop === null && this.#isFull(countBytes(line))) await this.#wait()
    return this.#stop === null && this.#put(line)
  }

  /** Begins a line. False if it was the last. */
  #put(line: Line): boolean | Promise<boolean> {
    const bytes = countBytes(line)
    this.#turn.lines++
    this.#turn.bytes += bytes
    const number = ++this.#tally.lines
    if (line.kind === 'blank') {
      this.#tally.blank++
      return true
    }
    const entry: Entry = { line: number, bytes, result: null }
    this.#entries.push(entry)
    this.#bytes += bytes
    const pacing = this.#options.admit()
    return pacing === null ? this.#begin(entry, line) : this.#beginPaced(entry, line, pacing)
  }

  async #beginPaced(entry: Entry, line: Line, pacing: Pacing): Promise<boolean> {
    const over = await this.#paced(pacing)
    if (over === null) return this.#begin(entry, line)
    this.#failed(entry, over)
    return this.#stop === null
  }

  #begin(entry: Entry, line: Line): boolean | Promise<boolean> {
    let read: ReadLine
    try {
      read = readLine(line, this.#options)
    } catch (error) {
      this.#failed(entry, error)
      return this.#stop === null
    }
    const before = read.name === null ? undefined : this.#under.get(read.name)
    if (before !== undefined) return this.#beginAfter(before, entry, read)
    this.#accept(entry, read)
    return true
  }

  async #beginAfter(before: Promise<void>, entry: Entry, read: ReadLine): Promise<boolean> {
    await before
    // An earlier line may have failed, and this line may not overtake it.
    if (this.#stop === null) this.#accept(entry, read)
    else this.#failed(entry, this.#stop)
    return this.#stop === null
  }

  #accept(entry: Entry, read: ReadLine): void {
    const { acceptance, lane, principal, charge } = this.#options
    const { body, key: idempotencyKey, name } = read
    const done = acceptance
      .accept({ body, idempotencyKey, keyAt: 'event-id', lane, principal, charge })
      .then(
        answer => this.#accepted(entry, answer),
        error => this.#failed(entry, read.isEvent ? ofEvent(error) : error)
      )
    if (name === null) return
    const over = done.then(() => {
      if (this.#under.get(name) === over) this.#under.delete(name)
    })
    this.#under.set(name, over)
  }

  #isFull(bytes: number): boolean {
    const { limits, acceptance } = this.#options
    if (
      acceptance.inFlight >= limits.inFlightMax ||
      acceptance.inFlightBytes >= limits.inFlightBytesMax
    )
      return true
    if (this.#entries.length === 0) return false
    // The lines in flight show whether the log answers again.
    if (acceptance.logTrouble !== null) return true
    return this.#entries.length >= limits.linesMax || this.#bytes + bytes > limits.bytesMax
  }

  /** Until a line of this stream settles, or for a moment if none is in flight. */
  async #wait(): Promise<void> {
    this.#flush()
    const room = this.#sink.room()
    if (room !== null) return room
    if (this.#entries.length === 0) {
      await this.#options.clock.sleep(fullWaitMs)
      this.#stop ??= this.#options.hindrance()
      return
    }
    if (this.#entries[0]?.result === null) await this.#progress.promise
  }

  /**
   * Why the key may not send one more, where waiting does not help; else null. Backfill is slowed
   * down instead.
   */
  async #paced(first: Pacing): Promise<ProblemError | null> {
    const { admit, clock, hindrance } = this.#options
    for (let pacing: Pacing | null = first; pacing !== null; pacing = admit()) {
      if (pacing.waitMs === null) return pacing.problem
      this.#flush()
      await clock.sleep(Math.min(pacing.waitMs, paceWaitMs))
      this.#stop ??= hindrance()
      if (this.#stop !== null) return this.#stop
    }
    return null
  }

  /** Yields to the event loop, flushes results, and checks whether the stream may continue. */
  async #yield(): Promise<void> {
    await new Promise(resolve => setImmediate(resolve))
    this.#flush()
    await this.#sink.room()
    this.#stop ??= this.#options.hindrance()
    const { acceptance, clock, lane, limits } = this.#options
    if (lane === 'backfill' && this.#stop === null)
      await acceptance.awaitRules([...this.#ends.keys()], limits.rulesPatienceMs)
    this.#turn = { lines: 0, bytes: 0, beganMs: clock.monotonicMs() }
  }

  #accepted(entry: Entry, answer: Answer): void {
    for (const { partition, position } of answer.places) {
      if (position >= (this.#ends.get(partition) ?? 0n)) this.#ends.set(partition, position)
    }
    if (answer.duplicate) this.#tally.duplicates++
    else this.#tally.accepted++
    this.#over(entry, answer.duplicate ? 'duplicate' : 'accepted', answeredLine(entry.line, answer))
  }

  /**
   * If the log is away, or the key over its limit, the line is the last to begin; after any other
   * failure the stream continues.
   */
  #failed(entry: Entry, error: unknown): void {
    const problem = makeProblem(error)
    // A problem that ends the stream is not an error of the line.
    const { status } = problems[problem.code]
    const isRefused = problem !== this.#stop && status < 500 && status !== 429
    if (isRefused) this.#tally.refused++
    else this.#tally.unavailable++
    if (problem.code === 'internal') this.#options.onDefect?.(problem.cause)
    else if (!isRefused && problem.code !== 'corrected-too-often') this.#stop ??= problem
    this.#over(entry, isRefused ? 'refused' : 'unavailable', problemLine(entry.line, problem))
  }

  #over(entry: Entry, outcome: Outcome, text: string): void {
    entry.result = { outcome, text }
    if (this.#entries[0] !== entry || this.#isFlushing) return
    // The results of one log commit are written together.
    this.#isFlushing = true
    setImmediate(() => {
      this.#isFlushing = false
      this.#flush()
    })
  }

  /** Writes the results that are next in order. */
  #flush(): void {
    const counts = new Map<Outcome, number>()
    let count = 0
    let text = ''
    for (const { result, bytes } of this.#entries) {
      if (result === null) break
      text += result.text
      counts.set(result.outcome, (counts.get(result.outcome) ?? 0) + 1)
      this.#bytes -= bytes
      count++
    }
    if (count === 0) return
    this.#entries.splice(0, count)
    this.#sink.write(text)
    this.#hasTold = true
    for (const [outcome, number] of counts) this.#options.onLines?.(outcome, number)
    const { resolve } = this.#progress
    this.#progress = Promise.withResolvers<void>()
    resolve()
  }

  #summary(): string {
    const places = [...this.#ends].map(([partition, position]) => ({ partition, position }))
    return summaryLine(
      this.#tally,
      places.length === 0 ? null : this.#options.cursorBehind(places),
      this.#stop
    )
  }
}

interface ReadLine {
  readonly body: unknown
  readonly key: string | null
  /** Equal for two lines that are certainly about one report; null if unknown before parsing. */
  readonly name: string | null
  readonly isEvent: boolean
}

function countBytes(line: Line): number {
  return line.kind === 'text' ? line.bytes.length : 0
}

/** The content of a line: a report, or an event with one. Throws ProblemError. */
function readLine(line: Line, { json, limits }: ReportStreamOptions): ReadLine {
  if (line.kind !== 'text') throw tooLong(limits.lineBytesMax)
  const value = readStrictJson(line.bytes, json)
  if (!isEventLike(value)) return { body: value, key: null, name: findName(value), isEvent: false }
  const event = openReportEvent(value)
  if (!event.ok) throw invalidBody(event.errors)
  return {
    body: event.report,
    key: event.key,
    name: findName(event.report) ?? event.key,
    isEvent: true
  }
}

function findName(body: unknown): string | null {
  const { source, externalId } = (body ?? {}) as {
    source?: { id?: unknown } | null
    externalId?: unknown
  }
  const id = source?.id
  return typeof id === 'string' && typeof externalId === 'string'
    ? `${id} ${externalId.normalize('NFC').trim()}`
    : null
}

/** Errors of a report in an event get pointers into the event. */
export function ofEvent(error: unknown): unknown {
  if (!(error instanceof ProblemError)) return error
  // A reused event key: in structured mode it is not a header.
  if (error.errors[0]?.pointer === 'event-id')
    return invalidBody(error.errors.map(({ detail }) => ({ pointer: '/id', detail })))
  if (error.code !== 'body-invalid') return error
  const errors: readonly FieldError[] = moveToEvent(error.errors)
  return invalidBody(errors)
}

function tooLong(bytesMax: number): ProblemError {
  return new ProblemError('body-too-large', `The line has more than ${bytesMax} bytes.`)
}

/**
 * Counts of one stream. All but `lines` and `blank` count answered lines; with the blank ones they
 * add up to `lines`.
 */
export interface Tally {
  readonly lines: number
  readonly blank: number
  readonly accepted: number
  readonly duplicates: number
  readonly refused: number
  readonly unavailable: number
}

/**
 * `{"line","status":202,"reportId","revision","theatre","duplicate","place","alsoAt"?,"superseded"?}`
 */
export function answeredLine(line: number, answer: Answer): string {
  return `{"line":${line},"status":202,${formatAnswer(answer)}}\n`
}

/**
 * `{"line","status","code","detail","errors"?,"retryAfter"?}`: the problem that the report would
 * get as a single post.
 */
function problemLine(line: number, problem: ProblemError): string {
  return `${JSON.stringify({ line, ...problemMembers(problem) })}\n`
}

/**
 * The last line, which has no `line`. `complete`: the stream was read to its end. If not, `problem`
 * gives the reason; lines after the last answered one were not begun.
 */
function summaryLine(tally: Tally, cursor: string | null, problem: ProblemError | null): string {
  const ending = problem === null ? {} : { problem: problemMembers(problem) }
  return `${JSON.stringify({ complete: problem === null, ...tally, cursor, ...ending })}\n`
}

function problemMembers(problem: ProblemError): object {
  const { status, title } = problems[problem.code]
  return {
    status,
    type: `urn:tocsin:problem:${problem.code}`,
    title,
    code: problem.code,
    detail: problem.message,
    ...(problem.errors.length === 0 ? {} : { errors: problem.errors }),
    ...(problem.retryAfterS === null ? {} : { retryAfter: problem.retryAfterS })
  }
}

export type Line =
  | { readonly kind: 'text'; readonly bytes: Buffer }
  /** White space only. */
  | { readonly kind: 'blank' }
  | { readonly kind: 'too-long' }

const newline = 0x0a
const byteOrderMark = [0xef, 0xbb, 0xbf] as const

export class LineReader {
  readonly #bytesMax: number
  /** The start of the unfinished line; null if it is empty. */
  #begun: GatheredBytes | null = null
  #isTooLong = false
  #isFirst = true

  /** `bytesMax`: longest line, without its line end. */
  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax
  }

  /** The lines that end in this chunk, in order. They may share its memory. */
  *push(chunk: Buffer): Generator<Line> {
    let from = 0
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, from)) {
      yield this.#ended(chunk.subarray(from, end))
      from = end + 1
    }
    if (from < chunk.length) this.#keep(chunk.subarray(from))
  }

  /** The last line, if it has no line end; null if it has one. */
  last(): Line | null {
    return this.#begun === null && !this.#isTooLong ? null : this.#ended(Buffer.alloc(0))
  }

  #keep(piece: Buffer): void {
    if (this.#isTooLong) return
    // One byte over the limit may be the carriage return.
    this.#begun ??= new GatheredBytes(this.#bytesMax + byteOrderMark.length + 1)
    if (this.#begun.add(piece)) return
    this.#isTooLong = true
    this.#begun = null
  }

  #ended(piece: Buffer): Line {
    const line = this.#makeLine(piece)
    this.#begun = null
    this.#isTooLong = false
    this.#isFirst = false
    return line
  }

  #makeLine(piece: Buffer): Line {
    if (this.#isTooLong) return { kind: 'too-long' }
    if (this.#begun !== null && !this.#begun.add(piece)) return { kind: 'too-long' }
    const whole = this.#begun?.bytes ?? piece
    const bytes = withoutReturn(this.#isFirst ? withoutMark(whole) : whole)
    if (bytes.length > this.#bytesMax) return { kind: 'too-long' }
    return isBlank(bytes) ? { kind: 'blank' } : { kind: 'text', bytes }
  }
}

function withoutMark(bytes: Buffer): Buffer {
  return byteOrderMark.every((byte, i) => bytes[i] === byte)
    ? bytes.subarray(byteOrderMark.length)
    : bytes
}

function withoutReturn(bytes: Buffer): Buffer {
  return bytes.at(-1) === 0x0d ? bytes.subarray(0, -1) : bytes
}

function isBlank(bytes: Buffer): boolean {
  return bytes.every(byte => byte === 0x20 || byte === 0x09 || byte === 0x0d)
}
