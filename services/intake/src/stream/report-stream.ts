// A stream of reports, one a line, without HTTP: lines are taken side by side up to a limit, answered in their order, and summed up at the end. Of a
// line that was answered it is known what became of it; one that was not may be sent again. Memory does not grow with the stream.

import type { JsonLimits } from '@tocsin/contracts/json/strict-json'
import { type FieldError, ProblemError, problems } from '@tocsin/contracts/problem/problem-catalogue'
import { inEvent, looksLikeEvent, openReportEvent } from '@tocsin/contracts/report/report-event'
import type { Clock } from '@tocsin/domain/ports'
import type { Lane } from '@tocsin/domain/report/report'
import type { Principal } from '@tocsin/service-kit/access/principal'
import { problemOf } from '@tocsin/service-kit/http/http-problems'
import { readStrictJson } from '@tocsin/service-kit/http/json-body'
import type { ReportAcceptance } from '../acceptance/acceptance.ts'
import type { LogPlace } from '../known/known-report.ts'
import { invalidBody } from '../report/refusals.ts'
import type { Answer } from '../report/report-answer.ts'
import type { Outcome } from '../telemetry/intake-metrics.ts'
import { type Line, LineReader } from './line-reader.ts'
import { SenderGoneError } from './paced-body.ts'
import { answeredLine, problemLine, summaryLine, type Tally } from './stream-lines.ts'

export interface ReportStreamOptions {
  readonly acceptance: Pick<
    ReportAcceptance,
    'accept' | 'inFlight' | 'inFlightBytes' | 'logTrouble' | 'awaitRules' | 'untilLiveIdle'
  >
  readonly clock: Clock
  readonly principal: Principal
  readonly lane: Lane
  readonly limits: StreamLimits
  readonly json: JsonLimits
  /** Asked for each line: how the sender's key is limited; null where it may send one more, which is counted then. */
  readonly admit: () => Pacing | null
  /** Asked now and then: why no further line may be taken; null while they may. */
  readonly hindrance: () => ProblemError | null
  /** The sealed cursor behind some places of the incidents log. */
  readonly cursorBehind: (places: readonly LogPlace[]) => string
  /** Told how many lines have come to an outcome. */
  readonly onLines?: (outcome: Outcome, count: number) => void
  /** Told of a line that failed for a reason that nobody foresaw; the stream goes on. */
  readonly onDefect?: (cause: unknown) => void
}

/** What keeps a key from sending one more report now. The line waits where `waitMs` is a number; else it is answered so, and the stream ends. */
export interface Pacing {
  readonly waitMs: number | null
  readonly problem: ProblemError
}

export interface StreamLimits {
  readonly lineBytesMax: number
  /** Lines of one stream that are under way or wait to be told, and their bytes. */
  readonly linesMax: number
  readonly bytesMax: number
  /** Reports under way here, of whomever, and what they hold, beyond which a stream begins no further one: the rest is for those who post one by one. */
  readonly inFlightMax: number
  readonly inFlightBytesMax: number
  /** How long a log that does not answer is waited for before a line is told so, ms. */
  readonly logPatienceMs: number
  /** How long a stream of old news waits for the rules before it is summed up as too early, ms. */
  readonly rulesPatienceMs: number
}

/** Where results go. */
export interface ResultSink {
  write(text: string): void
  /** Resolves when what was written is taken off; rejects when nobody does. Null while there is room. */
  room(): Promise<void> | null
}

/** After so many lines, bytes of lines, or ms, others get their turn. */
const turnLines = 128
const turnBytes = 128 * 1024
const turnMs = 2
/** Between two looks at a log that is away, and until a line is tried on it where none is under way, ms. */
const troubleWaitMs = 20
const probeWaitMs = 600
/** Between two looks at what a key may send, ms. */
const paceWaitMs = 1000
/** How long a stream that may begin nothing looks away, ms. */
const fullWaitMs = 2

/** A line that was begun. `text` is its result, null while it is under way. */
interface Entry {
  readonly line: number
  readonly bytes: number
  text: string | null
}

export class ReportStream {
  readonly #options: ReportStreamOptions
  readonly #sink: ResultSink
  readonly #entries: Entry[] = []
  readonly #tally: Record<keyof Tally, number> = { lines: 0, blank: 0, accepted: 0, duplicates: 0, refused: 0, unavailable: 0 }
  readonly #told: Record<Outcome, number> = { accepted: 0, duplicate: 0, refused: 0, unavailable: 0 }
  readonly #ends = new Map<number, bigint>()
  /** Reports under way by what names them: two lines about one report go one after the other. */
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
   * Takes all lines. Resolves when everything begun is over, and told: with null, or with why the stream was not taken to its end. Never rejects for
   * what a source or a line does. Where not even one line was answered, nothing is told: the problem is all there is to say.
   */
  async run(source: AsyncIterable<Buffer>): Promise<ProblemError | null> {
    try {
      await this.#read(source)
    } catch (error) {
      if (error instanceof SenderGoneError) this.#isGone = true
      else this.#stop ??= problemOf(error)
    }
    while (this.#entries.length > 0) {
      this.#flush()
      if (this.#entries.length > 0) await this.#progress.promise
    }
    if (!this.#isGone && (this.#stop === null || this.#hasTold)) this.#sink.write(this.#summary())
    this.#tell()
    return this.#stop
  }

  async #read(source: AsyncIterable<Buffer>): Promise<void> {
    const reader = new LineReader(this.#options.limits.lineBytesMax)
    for await (const chunk of source) {
      for (const line of reader.push(chunk)) {
        // Nothing is waited for where nothing must be: at these rates each wait is felt.
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

  /** True where a line may be begun at once. */
  #hasTurn(line: Line): boolean {
    if (this.#stop !== null || this.#isTurnOver()) return false
    return !this.#isFull(bytesOf(line)) && this.#options.acceptance.logTrouble === null
  }

  #isTurnOver(): boolean {
    const { lines, bytes, beganMs } = this.#turn
    return lines >= turnLines || bytes >= turnBytes || this.#options.clock.monotonicMs() - beganMs >= turnMs
  }

  /** Begins a line, once there is room for it. False when no further one is to be taken. */
  async #take(line: Line): Promise<boolean> {
    if (this.#isTurnOver()) await this.#yield()
    while (this.#stop === null && this.#isFull(bytesOf(line))) await this.#wait()
    if (this.#stop === null && this.#options.acceptance.logTrouble !== null) await this.#awaitLog()
    return this.#stop === null && this.#put(line)
  }

  /** Begins a line. False when it was the last. */
  #put(line: Line): boolean | Promise<boolean> {
    const bytes = bytesOf(line)
    this.#turn.lines++
    this.#turn.bytes += bytes
    const number = ++this.#tally.lines
    if (line.kind === 'blank') {
      this.#tally.blank++
      return true
    }
    const entry: Entry = { line: number, bytes, text: null }
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
    // What came before it may have failed, and then this line may not overtake it.
    if (this.#stop === null) this.#accept(entry, read)
    else this.#failed(entry, this.#stop)
    return this.#stop === null
  }

  #accept(entry: Entry, read: ReadLine): void {
    const { acceptance, lane, principal } = this.#options
    const { body, key: idempotencyKey, name } = read
    const done = acceptance.accept({ body, idempotencyKey, keyAt: 'event-id', lane, principal }).then(
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
    if (acceptance.inFlight >= limits.inFlightMax || acceptance.inFlightBytes >= limits.inFlightBytesMax) return true
    if (this.#entries.length === 0) return false
    return this.#entries.length >= limits.linesMax || this.#bytes + bytes > limits.bytesMax
  }

  /** Until a line of this stream is over, or for a moment where none is under way. */
  async #wait(): Promise<void> {
    this.#flush()
    const room = this.#sink.room()
    if (room !== null) return room
    if (this.#entries.length === 0) {
      await this.#options.clock.sleep(fullWaitMs)
      this.#stop ??= this.#options.hindrance()
      return
    }
    if (this.#entries[0]?.text === null) await this.#progress.promise
  }

  /** Null when the key may send one more, and why it may not where waiting is no help. Who sends old news too fast is slowed down, not refused. */
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

  /** A log that does not answer is waited for, and nothing is read meanwhile. Where nothing is under way, only a line can show that it is back. */
  async #awaitLog(): Promise<void> {
    const { acceptance, clock, limits } = this.#options
    const beganMs = clock.monotonicMs()
    while (this.#stop === null && acceptance.logTrouble !== null) {
      const waitedMs = clock.monotonicMs() - beganMs
      if (waitedMs >= (this.#entries.length > 0 ? limits.logPatienceMs : probeWaitMs)) return
      this.#flush()
      await clock.sleep(troubleWaitMs)
      this.#stop ??= this.#options.hindrance()
    }
  }

  /** Lets others have their turn, tells what is over, and looks whether the stream may go on. */
  async #yield(): Promise<void> {
    await new Promise(resolve => setImmediate(resolve))
    this.#flush()
    await this.#sink.room()
    this.#stop ??= this.#options.hindrance()
    const { acceptance, clock, lane, limits } = this.#options
    if (lane === 'backfill' && this.#stop === null) {
      await acceptance.awaitRules([...this.#ends.keys()], limits.rulesPatienceMs)
      await acceptance.untilLiveIdle()
    }
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

  /** A line that was refused is told and the stream goes on; one for which the log was not there is the last to be begun. */
  #failed(entry: Entry, error: unknown): void {
    const problem = problemOf(error)
    // What ends the stream is nothing that is wrong with the line.
    const isRefused = problem !== this.#stop && problems[problem.code].status < 500 && problem.code !== 'too-many'
    if (isRefused) this.#tally.refused++
    else this.#tally.unavailable++
    if (problem.code === 'internal') this.#options.onDefect?.(problem.cause)
    else if (!isRefused) this.#stop ??= problem
    this.#over(entry, isRefused ? 'refused' : 'unavailable', problemLine(entry.line, problem))
  }

  #over(entry: Entry, outcome: Outcome, text: string): void {
    entry.text = text
    this.#told[outcome]++
    if (this.#entries[0] !== entry || this.#isFlushing) return
    // All that one commit of the log brings is told at once.
    this.#isFlushing = true
    setImmediate(() => {
      this.#isFlushing = false
      this.#flush()
    })
  }

  /** Tells the results that are next in order. */
  #flush(): void {
    let count = 0
    let text = ''
    for (const entry of this.#entries) {
      if (entry.text === null) break
      text += entry.text
      this.#bytes -= entry.bytes
      count++
    }
    if (count === 0) return
    this.#entries.splice(0, count)
    this.#sink.write(text)
    this.#hasTold = true
    this.#tell()
    const { resolve } = this.#progress
    this.#progress = Promise.withResolvers<void>()
    resolve()
  }

  #tell(): void {
    for (const outcome of Object.keys(this.#told) as Outcome[]) {
      if (this.#told[outcome] > 0) this.#options.onLines?.(outcome, this.#told[outcome])
      this.#told[outcome] = 0
    }
  }

  #summary(): string {
    const places = [...this.#ends].map(([partition, position]) => ({ partition, position }))
    return summaryLine(this.#tally, places.length === 0 ? null : this.#options.cursorBehind(places), this.#stop)
  }
}

interface ReadLine {
  readonly body: unknown
  readonly key: string | null
  /** Same for two lines that are surely about one report; null where it can't be told so early. */
  readonly name: string | null
  readonly isEvent: boolean
}

function bytesOf(line: Line): number {
  return line.kind === 'text' ? line.bytes.length : 0
}

/** What a line holds: a report, or an event with one. Throws ProblemError. */
function readLine(line: Line, { json, limits }: Pick<ReportStreamOptions, 'json' | 'limits'>): ReadLine {
  if (line.kind !== 'text') throw tooLong(limits.lineBytesMax)
  const value = readStrictJson(line.bytes, json)
  if (!looksLikeEvent(value)) return { body: value, key: null, name: nameOf(value), isEvent: false }
  const event = openReportEvent(value)
  if (!event.ok) throw invalidBody(event.errors)
  return { body: event.report, key: event.key, name: nameOf(event.report) ?? event.key, isEvent: true }
}

function nameOf(body: unknown): string | null {
  const { source, externalId } = (body ?? {}) as { source?: { id?: unknown } | null; externalId?: unknown }
  const id = source?.id
  return typeof id === 'string' && typeof externalId === 'string' ? `${id} ${externalId.normalize('NFC').trim()}` : null
}

/** The errors of a report that came in an event point into the event. */
export function ofEvent(error: unknown): unknown {
  if (!(error instanceof ProblemError)) return error
  // The key of an event that was used before: in structured mode it is no header.
  if (error.errors[0]?.pointer === 'event-id') return invalidBody(error.errors.map(({ detail }) => ({ pointer: '/id', detail })))
  if (error.code !== 'body-invalid') return error
  const errors: readonly FieldError[] = inEvent(error.errors)
  return invalidBody(errors)
}

function tooLong(bytesMax: number): ProblemError {
  return new ProblemError('body-too-large', `The line has more than ${bytesMax} bytes.`)
}
