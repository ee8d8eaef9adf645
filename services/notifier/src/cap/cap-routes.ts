// CAP over HTTP: one document, and the Atom feed of the newest. Both can be asked for again by
// ETag.

import { atomMediaType } from '@tocsin/contracts/cap/atom-feed'
import { capMediaType } from '@tocsin/contracts/cap/cap-document'
import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import type { Clock } from '@tocsin/domain/ports'
import { FailureLimiter } from '@tocsin/service-kit/access/failure-limiter'
import type { ControlView } from '@tocsin/service-kit/projection/control-view'
import { principalOf } from '@tocsin/service-kit/sign-in/authentication'
import { admitUsage } from '@tocsin/service-kit/sign-in/usage-guard'
import type { FastifyInstance } from 'fastify'
import { filterParameters, pageParameters, query, readFilter } from '../alert-http/list-queries.ts'
import { reach } from '../cursor/position-headers.ts'
import type { SharedKnowledge } from '../cursor/shared-knowledge.ts'
import { sendTaggedText } from '../cursor/tagged-text.ts'
import { addDigestFeed, type DigestFeedDeps } from '../digest/digest-feed.ts'
import { refuseWhileStale } from '../projection/stale-answers.ts'
import { viewOf } from '../reader/reader-view.ts'
import type { CapAddresses } from './cap-addresses.ts'
import type { CapDocuments } from './cap-documents.ts'
import type { CapFeed } from './cap-feed.ts'
import '@tocsin/service-kit/sign-in/fastify-augmentation'

export interface CapRoutesDeps extends DigestFeedDeps {
  readonly capDocuments: CapDocuments
  readonly capFeed: CapFeed
  readonly shared: SharedKnowledge
  readonly clock: Pick<Clock, 'nowMs' | 'monotonicMs'>
  readonly control: Pick<ControlView, 'state'>
  /** Null: no key has an address. */
  readonly addresses: CapAddresses | null
}

const access = { access: ['alerts:read'] } as const
const entriesMax = 100
const entriesDefault = 50

const address = { type: 'string', minLength: 1, maxLength: 256 } as const
const documentParameters = {
  type: 'object',
  required: ['id', 'revision'],
  properties: {
    id: { type: 'string', minLength: 1, maxLength: 128 },
    revision: { type: 'string', minLength: 1, maxLength: 32 }
  }
} as const

type FeedQuery = Readonly<Record<string, unknown>> & {
  readonly cursor?: string
  readonly limit: number
}

export function addCapRoutes(app: FastifyInstance, deps: CapRoutesDeps): void {
  addReaderRoutes(app, deps, { prefix: '/v1', config: access })
  app.get('/v1/cap-address', { config: access }, async request => {
    const { id } = principalOf(request)
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
    addReaderRoutes(scope, deps, { prefix: '/v1/public/:address', config: { access: 'open' } })
  })
}

interface ReaderRoutes {
  readonly prefix: string
  readonly config: typeof access | { readonly access: 'open' }
}

function addReaderRoutes(
  app: FastifyInstance,
  deps: CapRoutesDeps,
  { prefix, config }: ReaderRoutes
): void {
  const reader = config.access === 'open' ? { address } : {}
  const params = { type: 'object', properties: reader }
  addDigestFeed(app, deps, { prefix, config, params })
  app.get<{ Params: { id: string; revision: string } }>(
    `${prefix}/cap/:id/:revision.xml`,
    {
      config,
      schema: {
        params: {
          ...documentParameters,
          properties: { ...documentParameters.properties, ...reader }
        }
      }
    },
    async (request, reply) => {
      await reach(deps, request)
      const view = viewOf(principalOf(request))
      const { id, revision } = request.params
      const found = await deps.shared.find(['alerts'], () =>
        deps.capDocuments.find(view, id, revision)
      )
      const document = found === undefined ? null : await deps.capDocuments.write(view, found)
      if (document === null) throw new ProblemError('not-found', 'There is no such document.')
      return sendTaggedText(request, reply, capMediaType, document)
    }
  )

  const limit = { ...pageParameters.limit, maximum: entriesMax, default: entriesDefault }
  app.get<{ Querystring: FeedQuery; Params: { address?: string } }>(
    `${prefix}/cap.atom`,
    {
      config,
      schema: {
        params,
        querystring: query({ ...filterParameters, ...pageParameters, limit })
      }
    },
    async (request, reply) => {
      await reach(deps, request)
      refuseWhileStale(deps.stale())
      const { cursor, limit: countMax } = request.query
      const page = await deps.capFeed.page({
        view: viewOf(principalOf(request)),
        filter: readFilter(request.query),
        limit: countMax,
        cursor,
        url: request.url,
        query: queryWithoutCursor(request.url),
        base: prefix.replace(':address', request.params.address ?? '')
      })
      return sendTaggedText(request, reply, atomMediaType, page)
    }
  )
}

function queryWithoutCursor(url: string): string {
  const asked = new URLSearchParams(url.includes('?') ? url.slice(url.indexOf('?') + 1) : '')
  asked.delete('cursor')
  const text = asked.toString()
  return text === '' ? '' : `?${text}`
}
