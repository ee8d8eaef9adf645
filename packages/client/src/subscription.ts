// One subscription of the client: checks the chain of frames, hands them to the listener
// one after the other, and knows from where to resume.

import type { AlertFilter, Detail, DetailedEvents, SnapshotAlerts } from './alert.ts'
import type { Request } from './channel.ts'
import { type Frame, type HeartbeatFrame, hasCaughtUp, type SignOfLife } from './frame.ts'

/**
 * What the application does with what comes. Each call ends, or its promise settles, before the
 * next one.
 */
export interface Listener<D extends Detail = 'full'> {
  /**
   * Open alerts as of `cursor`, the gravest first. `isFirst`: the application's state of this
   * subscription is void, and these take its place. `isLast`: all parts have come.
   */
  snapshot(
    alerts: readonly SnapshotAlerts[D][],
    part: { readonly cursor: string; readonly isFirst: boolean; readonly isLast: boolean }
  ): unknown
  /**
   * An event with the whole state of the alert after it. Save `cursor` with what it changed, and
   * never miss or repeat one.
   */
  alert(event: DetailedEvents[D], place: { readonly cursor: string }): unknown
  /**
   * Every event up to `cursor` has come. `life`: what the server says of itself; what it does not
   * say, or not now, is left out. `ageSeconds`, in steps of 5 s: what the suite took in since may
   * not have been looked at; null: it was not sent.
   */
  position?(cursor: string, life: ToldLife): unknown
}

export interface ToldLife extends Omit<SignOfLife, 'ageSeconds'> {
  readonly ageSeconds: number | null
}

export interface SubscribeOptions<D extends Detail = Detail> {
  readonly filter?: AlertFilter
  /**
   * How much of an alert each event carries. Default `full`; the others need a fraction of the
   * bytes.
   */
  readonly detail?: D
  /**
   * `latest` (default): the open alerts, then what comes; `earliest`: all events of the log; or a
   * cursor that was saved.
   */
  readonly from?: string
  /**
   * Seconds between signs of life, 2 to 10; left out: those of the server, 10 unless its operator
   * sets another, and 15 for the feed, where each is a request.
   */
  readonly heartbeatSeconds?: number
}

/**
 * Frames that wait for the listener at most; beyond it the client stops reading until the listener
 * has caught up.
 */
const waitingMax = 1_000

/** Gaps in a row at one place after which the client reads the state again. */
const gapsMax = 3

/**
 * `gap`: a frame is missing before this one; it was not handed on. `full`: the listener is too
 * slow.
 */
export type Taken = 'ok' | 'gap' | 'full'

export class ClientSubscription {
  readonly id: string
  /** Resolves when it ended by `unsubscribe` or `close`; rejects with the error of its listener. */
  readonly done: Promise<void>
  /** Settles `done`. */
  #end!: (error?: unknown) => void
  readonly #listener: Listener<Detail>
  readonly #options: SubscribeOptions
  /**
   * The cursor of the last frame that was accepted, and of the last that the listener has handled.
   */
  #accepted: string | null = null
  #handled: string | null = null
  #waiting = 0
  #gaps = 0
  #isAnew = false
  #work: Promise<void> = Promise.resolve()
  #isOver = false
  #caughtUpAt: number | null = null
  readonly #failed: (id: string) => void

  /** `failed` is called if its listener throws. */
  constructor(
    id: string,
    options: SubscribeOptions,
    listener: Listener<Detail>,
    failed: (id: string) => void
  ) {
    this.id = id
    this.#options = options
    this.#listener = listener
    this.#failed = failed
    this.done = new Promise((resolve, reject) => {
      this.#end = error => (error === undefined ? resolve() : reject(error))
    })
    // The application may not look at `done`: the client's state reports it too.
    this.done.catch(() => {})
  }

  /**
   * The place to resume from in another run of the program; null before the first frame was
   * handled.
   */
  get cursor(): string | null {
    return this.#handled
  }

  /** When a frame last reported the end of the backlog, ms; null: not since the last request. */
  get caughtUpAt(): number | null {
    return this.#caughtUpAt
  }

  /** A request is open, or the channel is silent: more may come. */
  markBehind(): void {
    this.#caughtUpAt = null
  }

  /** What to ask a new channel for. */
  get request(): Request {
    const { filter = {}, detail = 'full', from = 'latest', heartbeatSeconds } = this.#options
    const place = this.#accepted ?? (this.#isAnew ? 'latest' : from)
    const asked = { id: this.id, filter, detail, from: place }
    return heartbeatSeconds === undefined ? asked : { ...asked, heartbeatSeconds }
  }

  /** Takes the next frame of a channel. */
  take(frame: Frame, nowMs: number): Taken {
    if (this.#isOver) return 'ok'
    if (!continues(this.#accepted, this.request.from, frame)) return this.#handleGap()
    if (this.#waiting >= waitingMax) return 'full'
    this.#accepted = frame.cursor
    if (frame.type !== 'subscribed') this.#gaps = 0
    const isCaughtUp = hasCaughtUp(frame)
    if (isCaughtUp !== null) this.#caughtUpAt = isCaughtUp ? nowMs : null
    this.#waiting += 1
    this.#work = this.#work.then(() => this.#handle(frame))
    return 'ok'
  }

  /** Resolves when the listener has handled all that was taken. */
  async waitUntilSettled(): Promise<void> {
    await this.#work
  }

  end(error?: unknown): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#end(error)
  }

  /**
   * The place is asked for again. If frames are missing each time, the client reads the state
   * again.
   */
  #handleGap(): 'gap' {
    this.#gaps += 1
    if (this.#gaps >= gapsMax) {
      this.#accepted = null
      this.#isAnew = true
    }
    return 'gap'
  }

  async #handle(frame: Frame): Promise<void> {
    this.#waiting -= 1
    if (this.#isOver) return
    try {
      await this.#deliverFrame(frame)
      this.#handled = frame.cursor
    } catch (error) {
      // The frame counts as not handled: a program that resumes from `cursor` gets it again.
      this.end(error)
      this.#failed(this.id)
    }
  }

  async #deliverFrame(frame: Frame): Promise<void> {
    const { cursor } = frame
    switch (frame.type) {
      case 'alert':
        await this.#listener.alert(frame.event, { cursor })
        return
      case 'heartbeat':
        await this.#listener.position?.(cursor, readLife(frame))
        return
    }
    const isFirst = frame.type === 'subscribed'
    if (isFirst && frame.recovered) await this.#listener.position?.(cursor, { ageSeconds: null })
    else {
      const part = { cursor, isFirst, isLast: frame.more !== true }
      await this.#listener.snapshot(frame.snapshot ?? [], part)
    }
  }
}

/** Shortest `prev` of the server, characters. */
const prevLengthMin = 8

/**
 * False if frames are missing before this one: it must not be shown. `cursor`: of the last frame;
 * null before the first. `asked`: where a channel was asked to begin.
 */
export function continues(cursor: string | null, asked: string, frame: Frame): boolean {
  // A place that was recovered is the one that was asked for, byte for byte.
  if (frame.type === 'subscribed')
    return !frame.recovered || !isCursor(asked) || frame.cursor === asked
  // In the smaller details `prev` is a beginning of the cursor.
  return frame.prev.length >= prevLengthMin && cursor?.startsWith(frame.prev) === true
}

export function isCursor(from: string): boolean {
  return from !== 'latest' && from !== 'earliest'
}

/** A delayed page of the feed reports the age at its request, so its age is unknown. */
function readLife({ ageSeconds, canaryAgeSeconds, complete, isLate }: HeartbeatFrame): ToldLife {
  if (isLate === true) return { ageSeconds: null }
  return {
    ageSeconds: ageSeconds ?? null,
    ...(canaryAgeSeconds === undefined ? {} : { canaryAgeSeconds }),
    ...(complete === undefined ? {} : { complete })
  }
}
