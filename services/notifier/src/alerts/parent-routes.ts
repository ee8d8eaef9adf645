// Under which alert each open one is listed. It changes without events: clients that show a list read
// it again after events.

import { makeScopeKey, makeView, type ReaderView } from '@tocsin/auth/access/reader-view'
import { getPrincipal } from '@tocsin/auth/sign-in/authentication'
import { isOpen } from '@tocsin/contracts/alert/alert'
import { listOf, part, shape, text } from '@tocsin/contracts/format/format'
import { answer } from '@tocsin/service/route/definition'
import type { FastifyInstance } from 'fastify'
import { LRUCache } from 'lru-cache'
import { makeReadingRoutes, type ReadDeps } from './position-headers.ts'
import { findShown } from './record-judging.ts'
import { sendTagged } from './request-headers.ts'

const parentListSchema = shape('ParentList', 'Open alerts that are listed under another.', {
  items: listOf(
    part('', { alertId: text(), partOf: text('The open alert under which it is listed.') })
  )
})

export function addParentRoutes(app: FastifyInstance, deps: ReadDeps): void {
  const lists = new ParentLists(deps)
  const add = makeReadingRoutes(app, deps, { tag: 'Alerts', access: ['alerts:read'] })
  add({
    id: 'listParents',
    method: 'GET',
    path: '/v1/alerts/parents',
    summary: 'List which open alerts are listed under another',
    description:
      'For a screen that follows the stream: `partOf` of an alert changes without an event. Read it after events; a large list may take a second.',
    answers: { 200: answer('All of them.', parentListSchema) },
    problems: ['log-unavailable'],
    async handle(request, reply) {
      const items = await lists.read(makeView(getPrincipal(request)))
      return sendTagged(deps, request, reply, { items })
    }
  })
}

interface Parent {
  readonly alertId: string
  readonly partOf: string
}

interface Reading {
  /** Of the log when it began; null: it waits. */
  end: string | null
  nextMs: number
  items: Promise<readonly Parent[]>
}

/** Views whose last list is cached. */
const viewsMax = 100
/** Alerts in one slice of a scan. */
const sliceSize = 20
/** A list takes at most this share of the time. */
const share = 1 / 20

/** Reads the list of a view once for all who ask at the same time. */
class ParentLists {
  readonly #deps: ReadDeps
  readonly #readings = new LRUCache<string, Reading>({ max: viewsMax })

  constructor(deps: ReadDeps) {
    this.#deps = deps
  }

  /** The list as it is now or later. */
  read(view: ReaderView): Promise<readonly Parent[]> {
    const key = makeScopeKey(view)
    const last = this.#readings.get(key)
    if (last !== undefined && (last.end === null || last.end === this.#end())) return last.items
    const reading: Reading = { end: null, nextMs: 0, items: Promise.resolve([]) }
    this.#readings.set(key, reading)
    reading.items = this.#scan(view, reading, last)
    reading.items.catch(() => this.#readings.delete(key))
    return reading.items
  }

  async #scan(
    view: ReaderView,
    reading: Reading,
    last: Reading | undefined
  ): Promise<readonly Parent[]> {
    const { clock, projection, scans } = this.#deps
    await last?.items
    const waitMs = (last?.nextMs ?? 0) - clock.monotonicMs()
    if (waitMs > 0) await clock.sleep(waitMs)
    reading.end = this.#end()
    const { alerts } = projection
    const found = alerts.search(view, { wantsKind: ({ facts }) => isOpen(facts) })
    const ids = [...found].flatMap(chunk => chunk.map(({ alertId }) => alertId))
    const items: Parent[] = []
    let busyMs = 0
    for (let from = 0; from < ids.length; from += sliceSize) {
      await scans.next()
      const beganMs = clock.monotonicMs()
      for (const alertId of ids.slice(from, from + sliceSize)) {
        const shown = findShown(alerts, view, alertId)
        const partOf = shown && alerts.findParent(view.level, shown.state)
        if (partOf !== null) items.push({ alertId, partOf })
      }
      busyMs += clock.monotonicMs() - beganMs
    }
    reading.nextMs = clock.monotonicMs() + busyMs / share
    return items
  }

  #end(): string {
    return this.#deps.projection.journal.end.join()
  }
}
