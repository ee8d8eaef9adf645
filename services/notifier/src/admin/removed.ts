// Features of the previous release that this one has removed. For one release they are refused with
// a sentence that names the replacement; then this folder is removed as well.

import { text } from '@tocsin/contracts/format/format'
import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import { createRouteAdder } from '@tocsin/service/route/definition'
import type { FastifyInstance } from 'fastify'

/** Also the answer to a stream that asks for a policy. */
export const removedStreamPolicy =
  'Streams take no policy any more: subscribe without one, or give a policy to a webhook subscription.'

const removedAnswer =
  'GET /v1/alerts/{id}/told says of each subscription that you may know whether it was told of the alert, and why not.'

interface RemovedRoute {
  readonly method: 'GET' | 'POST'
  readonly url: string
  readonly detail: string
}

export const removedRoutes: readonly RemovedRoute[] = [
  { method: 'GET', url: '/v1/alerts/:id/decisions', detail: removedStreamPolicy },
  {
    method: 'POST',
    url: '/v1/subscriptions/preview',
    detail:
      'Policies have no preview any more: give the policy to a subscription and read its deliveries.'
  },
  { method: 'GET', url: '/v1/alerts/:id/deliveries', detail: removedAnswer },
  { method: 'GET', url: '/v1/subscriptions/:id/why', detail: removedAnswer },
  {
    method: 'GET',
    url: '/v1/changes',
    detail: 'Read /v1/silences or /v1/watches every few seconds, with the ETag in If-None-Match.'
  }
]

export function addRemovedRoutes(app: FastifyInstance): void {
  const add = createRouteAdder(app, { tag: 'Operations', access: 'open' })
  for (const { method, url: path, detail } of removedRoutes)
    add({
      id: `removed${path.replace(/[^a-z]+(.)/g, (_, letter: string) => letter.toUpperCase())}`,
      ...{ method, path },
      summary: 'Removed: answers 410',
      description: detail,
      // Documents of the API define every parameter of a path.
      ...(path.includes(':id') ? { params: { id: text('Not read.') } } : {}),
      answers: {},
      problems: ['removed'],
      options: { exposeHeadRoute: false },
      handle() {
        throw new ProblemError('removed', detail)
      }
    })
}
