// What programs follow that speak no API of Tocsin's: CAP documents, and Atom feeds of them and of
// weekly digests. Each is there for the holder of a key, and for whoever knows the address of one.

import { createHmac, timingSafeEqual } from 'node:crypto'
import { FailureLimiter } from '@tocsin/auth/access/failure-limiter'
import type { Principal } from '@tocsin/auth/access/principal'
import { makeScopeKey, makeView } from '@tocsin/auth/access/reader-view'
import { admitUsage } from '@tocsin/auth/access/usage-limits'
import { getPrincipal } from '@tocsin/auth/sign-in/authentication'
import { atomMediaType, renderTextFeed } from '@tocsin/contracts/cap/atom-feed'
import { capMediaType } from '@tocsin/contracts/cap/cap-document'
import { optional, record, text } from '@tocsin/contracts/format/format'
import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import { dayMs } from '@tocsin/domain/space-time/event-time'
import { weekDays } from '@tocsin/engine/theatre/week-count'
import { answer, createRouteAdder, idText } from '@tocsin/service/route/definition'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { computeLimit, cursorText, filterParameters, readFilter } from '../alerts/list-queries.ts'
import { refuseWhileStale } from '../alerts/liveness.ts'
import { makeReadingRoutes } from '../alerts/position-headers.ts'
import { sendUnlessHeld, taggedTextAnswers } from '../alerts/request-headers.ts'
import { ReportQueue } from '../alerts/scan-scheduler.ts'
import { formatDigestUrl, writeDigest, writeDigestTitle } from '../webhook/kinds/digest-news.ts'
import { type CapDeps, findMessage, readCapFeed, writeDocument } from './cap-documents.ts'
import {
  checkTheatre,
  digestsWaitingMax,
  dueAfterMs,
  findDueMonday,
  makeDigests,
  theatreText
} from './week-digest.ts'

const reading = { tag: 'Streams', access: ['alerts:read'] } as const
const documentParams = {
  id: idText('The `alertId`.'),
  revision: text('The `revision` of the event.', { minLength: 1, maxLength: 32 })
}
const feedQuery = {
  ...filterParameters,
  cursor: optional(cursorText('That of a `next` link.')),
  limit: computeLimit('Maximum number of documents per page.', 100, 50)
}

export function addCapRoutes(app: FastifyInstance, deps: CapDeps): void {
  addFamily(makeReadingRoutes(app, deps, reading), deps, false)
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
      if (deps.addressSecret === null)
        throw new ProblemError(
          'not-found',
          'Keys have no address here: an operator can turn on cap.addresses.'
        )
      if (!deps.control.state.keys.has(id))
        throw new ProblemError(
          'not-found',
          'The owner and people who sign in have no address: ask with a key from `tocsin keys create`.'
        )
      return { url: `${deps.publicUrl}/v1/public/${makeAddress(deps.addressSecret, id)}/cap.atom` }
    }
  })
  const failures = new FailureLimiter()
  void app.register(async scope => {
    scope.addHook<{ Params: { address: string } }>('onRequest', async (request, reply) => {
      const nowMs = deps.clock.monotonicMs()
      const waitMs = failures.waitMs(request.ip, nowMs)
      if (waitMs > 0)
        throw new ProblemError('too-many', 'Too many wrong addresses.', {
          retryAfterS: Math.ceil(waitMs / 1000)
        })
      const reader = openAddress(deps, request.params.address)
      if (reader === null) {
        failures.note(request.ip, nowMs)
        throw new ProblemError('not-found', 'There is no such address.')
      }
      request.principal = reader
      admitUsage(app.usageLimits, request, reply, reader)
      reply.header('referrer-policy', 'no-referrer')
    })
    addFamily(makeReadingRoutes(scope, deps, { ...reading, access: 'open' }), deps, true)
  })
}

/** The address of a key, impossible to guess. It is not stored: it ends with its key. */
function makeAddress(secret: Buffer, keyId: string): string {
  return `${keyId}.${createHmac('sha256', secret).update(keyId).digest('base64url')}`
}

/**
 * Who reads at an address: the key, for public alerts alone. Null for an address that was never
 * made, and for a key that was revoked, has expired or may not read alerts.
 */
function openAddress(
  { addressSecret, control, clock }: CapDeps,
  address: string
): Principal | null {
  const id = address.slice(0, address.indexOf('.'))
  const key = control.state.keys.get(id)
  if (key === undefined || addressSecret === null) return null
  const { name, theatres, limits, scopes } = key
  const [given, own] = [Buffer.from(address), Buffer.from(makeAddress(addressSecret, id))]
  if (given.length !== own.length || !timingSafeEqual(given, own)) return null
  const expiresAtMs = key.expiresAt === null ? null : Date.parse(key.expiresAt)
  if (key.revokedAt !== null || (expiresAtMs !== null && clock.nowMs() >= expiresAtMs)) return null
  if (!scopes.some(scope => scope === 'alerts:read' || scope === 'admin')) return null
  return {
    ...{ id, name, theatres, expiresAtMs },
    handling: 'public',
    scopes: new Set(['alerts:read'] as const),
    ...(limits === undefined ? {} : { limits })
  }
}

/** For the holder of a key, or for whoever knows its address. */
function addFamily(
  add: ReturnType<typeof createRouteAdder>,
  deps: CapDeps,
  isPublic: boolean
): void {
  const prefix = isPublic ? '/v1/public/:address' : '/v1'
  const address = text('The address of a key, from `GET /v1/cap-address`.', {
    ...{ minLength: 1, maxLength: 256 }
  })
  const params: { readonly address?: typeof address } = isPublic ? { address } : {}
  const publicOnly = 'Needs no key: whoever knows the address reads public alerts in its theatres.'
  const sendText = (
    request: FastifyRequest,
    reply: FastifyReply,
    mediaType: string,
    body: string
  ) => sendUnlessHeld(deps, request, reply, { question: `text ${mediaType} `, body, mediaType })
  const queue = new ReportQueue(digestsWaitingMax)
  const { publisher, publicUrl } = deps
  add({
    id: isPublic ? 'readPublicDigestFeed' : 'readDigestFeed',
    summary: `Read an Atom feed of the digests of ${isPublic ? 'what is public' : 'the last eight weeks'}`,
    description: isPublic
      ? 'Needs no key: whoever knows the address reads of public reports in its theatres.'
      : 'The newest first, each as plain text, of what is known now.',
    method: 'GET',
    path: `${prefix}/digest.atom`,
    params,
    query: { theatre: theatreText },
    headers: ['if-none-match'],
    answers: taggedTextAnswers('The feed.', atomMediaType),
    problems: ['log-unavailable'],
    async handle(request, reply) {
      refuseWhileStale(deps.stale())
      const principal = getPrincipal(request)
      const { theatre } = request.query
      checkTheatre(deps.control, principal, theatre)
      const [view, last] = [makeView(principal), findDueMonday(deps.nowIn(theatre))]
      const mondays = Array.from({ length: 8 }, (_, i) => last - i * weekDays)
      const digests = await queue.run(principal.id, () =>
        makeDigests(deps, view, { theatre, mondays })
      )
      const feed = renderTextFeed({
        identity: ['digest', publisher.sender, makeScopeKey(view), theatre],
        author: publisher.senderName,
        title: `Weekly digest: ${theatre}`,
        self: `${publicUrl}${request.url}`,
        entries: digests.map(digest => ({
          id: digest.from,
          title: writeDigestTitle(digest),
          updated: new Date(Date.parse(digest.from) + weekDays * dayMs + dueAfterMs).toISOString(),
          href: publicUrl === '' ? null : formatDigestUrl(publicUrl, digest),
          text: writeDigest(digest, publicUrl)
        }))
      })
      return sendText(request, reply, atomMediaType, feed)
    }
  })
  add({
    id: isPublic ? 'getPublicCapDocument' : 'getCapDocument',
    summary: `Read ${isPublic ? 'a public' : 'an'} alert event as a CAP 1.2 document`,
    description: isPublic
      ? publicOnly
      : 'The documents of an alert are the events of the feed, under the same ids.',
    method: 'GET',
    path: `${prefix}/cap/:id/:revision.xml`,
    params: { ...documentParams, ...params },
    headers: ['if-none-match'],
    answers: taggedTextAnswers('The document.', capMediaType),
    problems: ['log-unavailable'],
    async handle(request, reply) {
      const view = makeView(getPrincipal(request))
      const { id, revision } = request.params
      const found = await deps.shared.find(['alerts'], () => findMessage(deps, view, id, revision))
      const document = found === undefined ? null : await writeDocument(deps, view, found)
      if (document === null) throw new ProblemError('not-found', 'There is no such document.')
      return sendText(request, reply, capMediaType, document)
    }
  })
  add({
    id: isPublic ? 'readPublicCapFeed' : 'readCapFeed',
    summary: `Read an Atom feed of CAP documents${isPublic ? ' of public alerts' : ''}`,
    description: isPublic
      ? publicOnly
      : 'The newest first. A link with `rel="next"` leads to older ones (RFC 5005).',
    method: 'GET',
    path: `${prefix}/cap.atom`,
    params,
    query: feedQuery,
    headers: ['if-none-match'],
    answers: taggedTextAnswers('A page of the feed.', atomMediaType),
    problems: ['log-unavailable'],
    async handle(request, reply) {
      refuseWhileStale(deps.stale())
      const { cursor, limit } = request.query
      const { address = '' } = request.params
      const page = await readCapFeed(deps, {
        view: makeView(getPrincipal(request)),
        filter: readFilter(request.query),
        ...{ limit, cursor, url: request.url },
        query: queryWithoutCursor(request.url),
        base: prefix.replace(':address', address)
      })
      return sendText(request, reply, atomMediaType, page)
    }
  })
}

function queryWithoutCursor(url: string): string {
  const query = new URLSearchParams(url.replace(/^[^?]*\??/, ''))
  query.delete('cursor')
  return query.size === 0 ? '' : `?${query}`
}
