// A client of the pull feed: requests a page, keeps its cursor, requests the next. After a lost
// answer it repeats with the same cursor. It checks the chain of rows; completeness is checked by
// the checker.

import type { Principal } from '@tocsin/auth/access/principal'
import { makeView } from '@tocsin/auth/access/reader-view'
import { readPage } from '@tocsin/notifier/alerts/feed-routes'
import type { VisibleEvent } from '@tocsin/notifier/alerts/reader-view'
import type { Audience } from '@tocsin/notifier/alerts/record-judging'
import { openCursor } from '@tocsin/service/projection/sealed-cursor'
import type { RandomSource } from '../world/random-source.ts'
import type { Notifier, Suite } from '../world/suite.ts'
import type { World } from '../world/world.ts'
import { Requests } from './requests.ts'
import type { ReaderOptions, Reading, ReceivedEvent } from './stream-reader.ts'

export class FeedReader {
  readonly options: ReaderOptions
  /** Reads from the beginning. */
  readonly reading: Reading = { start: [], snapshot: null, events: [] }
  readonly #world: World
  readonly #suite: Suite
  readonly #random: RandomSource
  readonly #requests: Requests
  readonly #seen = new Set<string>()
  #cursor: string | undefined
  /** The cursor that was opened last: the next step begins there. */
  #opened: { readonly cursor: string; readonly positions: readonly bigint[] } | null = null
  #isClosed = false

  constructor(world: World, suite: Suite, options: Omit<ReaderOptions, 'from'>) {
    this.options = { ...options, from: 'earliest' }
    this.#world = world
    this.#suite = suite
    this.#random = world.random.fork(`feed ${options.name}`)
    this.#requests = new Requests(world, `feed ${options.name}`)
  }

  /** Requests pages until it is closed. */
  async run(): Promise<void> {
    while (!this.#isClosed) {
      await this.#world.time.pause(this.#random.integer(500, 20_000), 'feed')
      const from = this.#cursor
      const reply = await this.#requests.untilAnswered(
        () => this.#suite.notifier,
        notifier => this.#page(notifier, from)
      )
      if (reply?.kind === 'answered') this.#take(reply.value, from)
      else this.#broken('a page was refused or never answered')
    }
  }

  close(): void {
    this.#isClosed = true
  }

  async #page(notifier: Notifier, from: string | undefined) {
    const audience = audienceOf(this.options.principal, this.options.filter)
    const start = await notifier.cursors.resume(from ?? 'earliest', audience.view)
    if (start.kind !== 'from') return null
    const limit = this.#random.integer(1, 6)
    return (await readPage(notifier, start, { audience, detail: 'full' }, { limit })).page
  }

  #take(page: Awaited<ReturnType<typeof readPage>>['page'] | null, from: string | undefined): void {
    if (page === null || !page.recovered) {
      this.#broken('a cursor of the feed could not be resumed')
      return
    }
    let at = from
    for (const { event: shown, cursor, prev } of page.items) {
      const event = shown as VisibleEvent
      if (at !== undefined && prev !== at)
        this.#broken('the chain broke at a row: prev is not the cursor before it')
      if (this.#seen.has(event.id))
        this.#world.violate(
          '5 once',
          `${this.options.name} was fed ${event.type} ${event.id} twice`
        )
      this.#seen.add(event.id)
      this.reading.events.push(event as unknown as ReceivedEvent)
      this.#checkForward(at, cursor)
      at = cursor
    }
    this.#checkForward(at, page.next)
    this.#cursor = page.next
  }

  #checkForward(before: string | undefined, after: string): void {
    const [from, to] = [
      before === undefined ? [] : this.#positionsOf(before),
      this.#positionsOf(after)
    ]
    if (from.some((at, i) => (to[i] ?? 0n) < at))
      this.#broken(`its cursor went back from ${from} to ${to}`)
  }

  #positionsOf(cursor: string): readonly bigint[] {
    if (this.#opened?.cursor === cursor) return this.#opened.positions
    const opened = openCursor(this.#world.cursorKey, cursor)
    const positions = opened.ok ? (opened.content.cursors[0]?.positions ?? []) : []
    this.#opened = { cursor, positions }
    return positions
  }

  #broken(detail: string): void {
    this.#world.violate('6 no silent gap', `${this.options.name}: ${detail}`)
  }
}

function audienceOf(principal: Principal, filter: ReaderOptions['filter']): Audience {
  return { view: makeView(principal), filter: filter as Audience['filter'], holdsQuiet: false }
}
