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
  const read = createReader(deps)
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
      const items = await read(makeView(getPrincipal(request)))
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

/** Reads the list of a view, as it is now or later, once for all who ask at the same time. */
function createReader({ clock, projection, scans }: ReadDeps) {
  const readings = new LRUCache<string, Reading>({ max: viewsMax })
  const findEnd = () => projection.journal.end.join()

  const scan = async (view: ReaderView, reading: Reading, last: Reading | undefined) => {
    await last?.items
    const waitMs = (last?.nextMs ?? 0) - clock.monotonicMs()
    if (waitMs > 0) await clock.sleep(waitMs)
    reading.end = findEnd()
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

  return (view: ReaderView): Promise<readonly Parent[]> => {
    const key = makeScopeKey(view)
    const last = readings.get(key)
    if (last !== undefined && (last.end === null || last.end === findEnd())) return last.items
    const reading: Reading = { end: null, nextMs: 0, items: Promise.resolve([]) }
    readings.set(key, reading)
    reading.items = scan(view, reading, last)
    reading.items.catch(() => readings.delete(key))
    return reading.items
  }
}
