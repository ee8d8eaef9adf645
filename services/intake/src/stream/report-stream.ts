// A stream of reports, one per line, without HTTP: one loop reads lines and begins them, another
// gives their results in order and sums up at the end. The outcome of an answered line is final; an
// unanswered one may be sent again. Memory does not grow with the stream: without room, no line is
// begun.

import type { Principal } from '@tocsin/auth/access/principal'
import type { JsonLimits } from '@tocsin/contracts/json/strict-json'
import { ProblemError, problems } from '@tocsin/contracts/problem/problem-catalogue'
import { isEventLike, moveToEvent, openReportEvent } from '@tocsin/contracts/report/report-event'
import type { Lane } from '@tocsin/contracts/theatre/report'
import type { Clock } from '@tocsin/domain/ports'
import type { RecordPosition } from '@tocsin/event-log/port'
import { makeProblem } from '@tocsin/service/http/http-problems'
import { readStrictJson } from '@tocsin/service/http/json-body'
import type { ReportAcceptance } from '../acceptance/acceptance.ts'
import { invalidBody } from '../report/refusals.ts'
import { type Answer, describeAnswer } from '../report/report-answer.ts'
import type { Outcome } from '../telemetry/intake-metrics.ts'
import { type Line, LineReader } from './line-reader.ts'

export interface ReportStreamOptions {
  readonly acceptance: ReportAcceptance
  readonly clock: Clock
  readonly principal: Principal
  readonly lane: Lane
  readonly limits: StreamLimits
  readonly json: JsonLimits
  /** Counts a report of the key; the problem if the key may send no more now. */
  readonly admit: () => ProblemError | null
  /** Called for each part of the body: why no further line may be accepted; null while lines may. */
  readonly hindrance: () => ProblemError | null
  /** The sealed cursor behind some places of the incidents log. */
  readonly cursorBehind: (places: readonly RecordPosition[]) => string
  /** Called with the number of lines that have an outcome. */
  readonly onLines?: (outcome: Outcome, count: number) => void
  /** Called for a line that failed unexpectedly; the stream continues. */
  readonly onDefect?: (cause: unknown) => void
}

export interface StreamLimits {
  readonly lineBytesMax: number
  /** Limits of one stream: lines in flight or waiting to be answered, and their bytes. */
  readonly linesMax: number
  readonly bytesMax: number
  /** Reports in flight here beyond which a stream begins no line: the rest is for single posts. */
  readonly inFlightMax: number
  /** How long a backfill stream waits for the rules before it ends as too early, ms. */
  readonly rulesPatienceMs: number
}

/** A stream leaves the event loop to others after this time, ms. */
const turnMs = 2
/** How long a stream that may not begin its first line pauses, ms. */
const fullWaitMs = 2

/** A line that was begun, with its result, null while it is in flight. */
interface Entry {
  readonly line: number
  readonly bytes: number
  result: { readonly outcome: Outcome; readonly text: string } | null
}

/**
 * Counts of one stream. All but `lines` and `blank` count answered lines; with the blank ones they
 * add up to `lines`.
 */
const noLines = { lines: 0, blank: 0, accepted: 0, duplicates: 0, refused: 0, unavailable: 0 }

export class ReportStream {
  readonly #options: ReportStreamOptions
  readonly #entries: Entry[] = []
  readonly #tally = { ...noLines }
  readonly #ends = new Map<number, bigint>()
  #bytes = 0
  #turnFromMs = Number.NEGATIVE_INFINITY
  #problem: ProblemError | null = null
  #isReadToEnd = false
  #hasTold = false
  #isReading = false
  #isGiving = false
  #change = Promise.withResolvers<void>()

  constructor(options: ReportStreamOptions) {
    this.#options = options
  }

  /** Why the stream ended early; null if it did not. */
  get problem(): ProblemError | null {
    return this.#problem
  }

  /** Who has to act before the stream goes on; null while it works. */
  get waitsFor(): 'sender' | 'reader' | null {
    if (this.#isGiving) return 'reader'
    return this.#isReading && this.#entries.length === 0 ? 'sender' : null
  }

  get tally(): Readonly<typeof noLines> {
    return this.#tally
  }

  /** Begins no further line. Those in flight are answered, and the summary says why. */
  stop(problem: ProblemError): void {
    this.#problem ??= problem
    this.#notify()
  }

  /**
   * Accepts all lines and gives their results, then the summary. If no line was answered, no line
   * is given: it rejects with the problem that ended the stream.
   */
  async *results(source: AsyncIterable<Buffer>): AsyncGenerator<string> {
    void this.#read(source)
    for (;;) {
      // The results of one commit of the log are given together.
      await nextTurn()
      const text = this.#takeResults()
      if (text !== '') {
        this.#hasTold = true
        yield* this.#give(text)
      } else if (this.#entries.length === 0 && (this.#isReadToEnd || this.#problem !== null)) break
      else await this.#change.promise
    }
    if (this.#problem !== null && !this.#hasTold) throw this.#problem
    yield* this.#give(this.#formatSummary())
  }

  *#give(text: string): Generator<string> {
    this.#isGiving = true
    yield text
    this.#isGiving = false
  }

  /** Reads to the end of the source also after a stop: a sender may read only once it has sent all. */
  async #read(source: AsyncIterable<Buffer>): Promise<void> {
    const { hindrance, limits } = this.#options
    const reader = new LineReader(limits.lineBytesMax)
    try {
      this.#isReading = true
      for await (const chunk of source) {
        this.#isReading = false
        this.#problem ??= hindrance()
        for (const line of reader.push(chunk)) {
          // No await unless needed: at these rates each one is measurable.
          if (!this.#hasTurn(line)) await this.#awaitTurn(line)
          if (this.#problem !== null) break
          this.#begin(line)
        }
        await this.#awaitRules()
        this.#isReading = true
      }
      const last = reader.last()
      if (last !== null && this.#problem === null) this.#begin(last)
    } catch (error) {
      this.#problem ??= makeProblem(error)
    }
    this.#isReading = false
    this.#isReadToEnd = true
    this.#notify()
  }

  #hasTurn(line: Line): boolean {
    const { clock } = this.#options
    return clock.monotonicMs() - this.#turnFromMs < turnMs && !this.#isFull(line)
  }

  /** Gives others a turn, and waits until there is room for a line. */
  async #awaitTurn(line: Line): Promise<void> {
    const { clock } = this.#options
    await nextTurn()
    while (this.#problem === null && this.#isFull(line))
      await (this.#entries.length > 0 ? this.#change.promise : clock.sleep(fullWaitMs))
    this.#turnFromMs = clock.monotonicMs()
  }

  #isFull(line: Line): boolean {
    const { limits, acceptance } = this.#options
    if (acceptance.inFlight >= limits.inFlightMax) return true
    if (this.#entries.length === 0) return false
    // The lines in flight show whether the log answers again.
    if (acceptance.logTrouble !== null) return true
    return (
      this.#entries.length >= limits.linesMax || this.#bytes + countBytes(line) > limits.bytesMax
    )
  }

  async #awaitRules(): Promise<void> {
    const { acceptance, lane, limits } = this.#options
    if (lane === 'backfill' && this.#problem === null)
      await acceptance.awaitRules([...this.#ends.keys()], limits.rulesPatienceMs)
  }

  #begin(line: Line): void {
    const number = ++this.#tally.lines
    if (line.kind === 'blank') {
      this.#tally.blank++
      return
    }
    const entry: Entry = { line: number, bytes: countBytes(line), result: null }
    this.#entries.push(entry)
    this.#bytes += entry.bytes
    const { acceptance, lane, principal } = this.#options
    let isEvent = false
    try {
      const over = this.#options.admit()
      if (over !== null) throw over
      const read = readLine(line, this.#options)
      isEvent = read.isEvent
      acceptance.accept({ ...read, keyAt: 'event-id', lane, principal }).then(
        answer => this.#accepted(entry, answer),
        error => this.#failed(entry, isEvent ? ofEvent(error) : error)
      )
    } catch (error) {
      this.#failed(entry, error)
    }
  }

  #accepted(entry: Entry, answer: Answer): void {
    for (const { partition, position } of answer.places) {
      if (position >= (this.#ends.get(partition) ?? 0n)) this.#ends.set(partition, position)
    }
    if (answer.duplicate) this.#tally.duplicates++
    else this.#tally.accepted++
    const text = formatLine({ line: entry.line, status: 202, ...describeAnswer(answer) })
    this.#over(entry, answer.duplicate ? 'duplicate' : 'accepted', text)
  }

  /**
   * If the log is away, or the key over its limit, the line is the last to begin; after any other
   * failure the stream continues.
   */
  #failed(entry: Entry, error: unknown): void {
    const problem = makeProblem(error)
    const { status } = problems[problem.code]
    const isRefused = status < 500 && status !== 429
    if (isRefused) this.#tally.refused++
    else this.#tally.unavailable++
    if (problem.code === 'internal') this.#options.onDefect?.(problem.cause)
    else if (!isRefused) this.#problem ??= problem
    const text = formatLine({ line: entry.line, ...listMembers(problem) })
    this.#over(entry, isRefused ? 'refused' : 'unavailable', text)
  }

  #over(entry: Entry, outcome: Outcome, text: string): void {
    entry.result = { outcome, text }
    if (this.#entries[0] === entry) this.#notify()
  }

  /** The results that are next in order; empty if the next line is in flight. */
  #takeResults(): string {
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
    if (count === 0) return ''
    this.#entries.splice(0, count)
    for (const [outcome, number] of counts) this.#options.onLines?.(outcome, number)
    this.#notify()
    return text
  }

  #notify(): void {
    const { resolve } = this.#change
    this.#change = Promise.withResolvers<void>()
    resolve()
  }

  /**
   * The last line, which has no `line`. `complete`: the stream was read to its end. If not,
   * `problem` gives the reason; lines after the last answered one were not begun.
   */
  #formatSummary(): string {
    const places = [...this.#ends].map(([partition, position]) => ({ partition, position }))
    const cursor = places.length === 0 ? null : this.#options.cursorBehind(places)
    const ending = this.#problem === null ? {} : { problem: listMembers(this.#problem) }
    return formatLine({ complete: this.#problem === null, ...this.#tally, cursor, ...ending })
  }
}

const formatLine = (value: object) => `${JSON.stringify(value)}\n`
const nextTurn = () => new Promise<void>(resolve => setImmediate(resolve))

interface ReadLine {
  readonly body: unknown
  readonly idempotencyKey: string | null
  readonly isEvent: boolean
}

function countBytes(line: Line): number {
  return line.kind === 'text' ? line.bytes.length : 0
}

/** The content of a line: a report, or an event with one. Throws ProblemError. */
function readLine(line: Line, { json, limits }: ReportStreamOptions): ReadLine {
  if (line.kind !== 'text') {
    const detail = `The line has more than ${limits.lineBytesMax} bytes.`
    throw new ProblemError('body-too-large', detail)
  }
  const value = readStrictJson(line.bytes, json)
  if (!isEventLike(value)) return { body: value, idempotencyKey: null, isEvent: false }
  const event = openReportEvent(value)
  if (!event.ok) throw invalidBody(event.errors)
  return { body: event.report, idempotencyKey: event.key, isEvent: true }
}

/** Errors of a report in an event get pointers into the event. */
export function ofEvent(error: unknown): unknown {
  if (!(error instanceof ProblemError)) return error
  // A reused event key: in structured mode it is not a header.
  if (error.errors[0]?.pointer === 'event-id')
    return invalidBody(error.errors.map(({ detail }) => ({ pointer: '/id', detail })))
  return error.code === 'body-invalid' ? invalidBody(moveToEvent(error.errors)) : error
}

/** Those of the problem that the report would get as a single post. */
function listMembers(problem: ProblemError): object {
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
