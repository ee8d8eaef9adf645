// CAP over HTTP: one document, and the Atom feed of the newest. Both can be asked for again by
// ETag.

import { FailureLimiter } from '@tocsin/auth/access/failure-limiter'
import { makeView } from '@tocsin/auth/access/reader-view'
import { getPrincipal } from '@tocsin/auth/sign-in/authentication'
import { admitUsage } from '@tocsin/auth/sign-in/usage-guard'
import { atomMediaType } from '@tocsin/contracts/cap/atom-feed'
import { capMediaType } from '@tocsin/contracts/cap/cap-document'
import { optional, record, text } from '@tocsin/contracts/format/format'
import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import type { Clock } from '@tocsin/domain/ports'
import { answer, createRouteAdder, idText } from '@tocsin/service/route/definition'
import type { FastifyInstance } from 'fastify'
import { computeLimit, cursorText, filterParameters, readFilter } from '../alerts/list-queries.ts'
import { makeReadingRoutes } from '../alerts/position-headers.ts'
import type { SharedKnowledge } from '../alerts/shared-knowledge.ts'
import { refuseWhileStale } from '../alerts/stale-answers.ts'
import { sendTaggedText, taggedTextAnswers } from '../alerts/tagged-text.ts'
import type { CapAddresses } from './cap-addresses.ts'
import type { CapDocuments } from './cap-documents.ts'
import type { CapFeed } from './cap-feed.ts'
import { addDigestFeed, type DigestFeedDeps, type ReadWhere } from './digest-feed.ts'

export interface CapRoutesDeps extends DigestFeedDeps {
  readonly capDocuments: CapDocuments
  readonly capFeed: CapFeed
  readonly shared: SharedKnowledge
  readonly clock: Pick<Clock, 'nowMs' | 'monotonicMs'>
  /** Null: no key has an address. */
  readonly addresses: CapAddresses | null
}

const entriesMax = 100
const entriesDefault = 50

const reading = { tag: 'Streams', access: ['alerts:read'] } as const
const publicOnly = 'Needs no key: whoever knows the address reads public alerts in its theatres.'
const documentParams = {
  id: idText('The `alertId`.'),
  revision: text('The `revision` of the event.', { minLength: 1, maxLength: 32 })
}
const addressParams = {
  address: text('The address of a key, from `GET /v1/cap-address`.', {
    minLength: 1,
    maxLength: 256
  })
}
const feedQuery = {
  ...filterParameters,
  cursor: optional(cursorText('That of a `next` link.')),
  limit: computeLimit('Maximum number of documents per page.', entriesMax, entriesDefault)
}

export function addCapRoutes(app: FastifyInstance, deps: CapRoutesDeps): void {
  const add = makeReadingRoutes(app, deps, reading)
  addDigestFeed(add, deps, {
    ...{ prefix: '/v1', params: {}, id: 'readDigestFeed' },
    summary: 'Read an Atom feed of the digests of the last eight weeks',
    description: 'The newest first, each as plain text, of what is known now.'
  })
  addDocument(add, deps, {
    ...{ prefix: '/v1', params: {}, id: 'getCapDocument' },
    summary: 'Read an alert event as a CAP 1.2 document',
    description: 'The documents of an alert are the events of the feed, under the same ids.'
  })
  addFeed(add, deps, {
    ...{ prefix: '/v1', params: {}, id: 'readCapFeed' },
    summary: 'Read an Atom feed of CAP documents',
    description: 'The newest first. A link with `rel="next"` leads to older ones (RFC 5005).'
  })
  createRouteAdder(
    app,
    reading
  )({
    id: 'getCapAddress',
    method: 'GET',
    path: '/v1/cap-address',
    summary: 'Read the address of the own key for programs without a header',
    description:
      'With the setting `cap.addresses`. Whoever knows the address reads public alerts as CAP within the limits of the key, while the key is valid.',
    answers: {
      200: answer(
        'The address of the feed.',
        record({ url: text('Relative without `publicUrl`.') })
      )
    },
    async handle(request) {
      const { id } = getPrincipal(request)
      if (deps.addresses === null)
        throw new ProblemError(
          'not-found',
          'Keys have no address here: an operator can turn on cap.addresses.'
        )
      if (!deps.control.state.keys.has(id))
        throw new ProblemError(
          'not-found',
          'The owner and people who sign in have no address: ask with a key from `tocsin keys create`.'
        )
      return { url: `${deps.publicUrl}/v1/public/${deps.addresses.make(id)}/cap.atom` }
    }
  })
  addPublicRoutes(app, deps)
}

/** The same for whoever knows the address of a key: public alerts, within its limits. */
function addPublicRoutes(app: FastifyInstance, deps: CapRoutesDeps): void {
  const failures = new FailureLimiter()
  void app.register(async scope => {
    scope.addHook<{ Params: { address: string } }>('onRequest', async (request, reply) => {
      const nowMs = deps.clock.monotonicMs()
      const waitMs = failures.waitMs(request.ip, nowMs)
      if (waitMs > 0)
        throw new ProblemError('too-many', 'Too many wrong addresses.', {
          retryAfterS: Math.ceil(waitMs / 1000)
        })
      const { address } = request.params
      const { state } = deps.control
      const reader = deps.addresses?.open(address, state, deps.clock.nowMs())
      if (!reader) {
        failures.note(request.ip, nowMs)
        throw new ProblemError('not-found', 'There is no such address.')
      }
      request.principal = reader
      admitUsage(app.usageLimits, request, reply, reader)
      reply.header('referrer-policy', 'no-referrer')
    })
    const add = makeReadingRoutes(scope, deps, { ...reading, access: 'open' })
    const there = { prefix: '/v1/public/:address', params: addressParams }
    addDigestFeed(add, deps, {
      ...{ ...there, id: 'readPublicDigestFeed' },
      summary: 'Read an Atom feed of the digests of what is public',
      description:
        'Needs no key: whoever knows the address reads of public reports in its theatres.'
    })
    addDocument(add, deps, {
      ...{ ...there, id: 'getPublicCapDocument' },
      summary: 'Read a public alert event as a CAP 1.2 document',
      description: publicOnly
    })
    addFeed(add, deps, {
      ...{ ...there, id: 'readPublicCapFeed' },
      summary: 'Read an Atom feed of CAP documents of public alerts',
      description: publicOnly
    })
  })
}

function addDocument(
  add: ReturnType<typeof createRouteAdder>,
  deps: CapRoutesDeps,
  { prefix, params, ...words }: ReadWhere
): void {
  add({
    ...words,
    method: 'GET',
    path: `${prefix}/cap/:id/:revision.xml`,
    params: { ...documentParams, ...params },
    headers: ['if-none-match'],
    answers: taggedTextAnswers('The document.', capMediaType),
    problems: ['log-unavailable'],
    async handle(request, reply) {
      const view = makeView(getPrincipal(request))
      const { id, revision } = request.params
      const found = await deps.shared.find(['alerts'], () =>
        deps.capDocuments.find(view, id, revision)
      )
      const document = found === undefined ? null : await deps.capDocuments.write(view, found)
      if (document === null) throw new ProblemError('not-found', 'There is no such document.')
      return sendTaggedText(request, reply, capMediaType, document)
    }
  })
}

function addFeed(
  add: ReturnType<typeof createRouteAdder>,
  deps: CapRoutesDeps,
  { prefix, ...words }: ReadWhere
): void {
  add({
    ...words,
    method: 'GET',
    path: `${prefix}/cap.atom`,
    query: feedQuery,
    headers: ['if-none-match'],
    answers: taggedTextAnswers('A page of the feed.', atomMediaType),
    problems: ['log-unavailable'],
    async handle(request, reply) {
      refuseWhileStale(deps.stale())
      const { cursor, limit } = request.query
      const { address = '' } = request.params
      const page = await deps.capFeed.page({
        view: makeView(getPrincipal(request)),
        filter: readFilter(request.query),
        ...{ limit, cursor, url: request.url },
        query: queryWithoutCursor(request.url),
        base: prefix.replace(':address', address)
      })
      return sendTaggedText(request, reply, atomMediaType, page)
    }
  })
}

function queryWithoutCursor(url: string): string {
  const asked = new URLSearchParams(url.includes('?') ? url.slice(url.indexOf('?') + 1) : '')
  asked.delete('cursor')
  const text = asked.toString()
  return text === '' ? '' : `?${text}`
}
