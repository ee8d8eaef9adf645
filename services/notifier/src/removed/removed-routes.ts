// Removed routes answer 410.

import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import '@tocsin/service-kit/sign-in/fastify-augmentation'
import type { FastifyInstance } from 'fastify'
import { removedRoutes } from './removed.ts'

export function addRemovedRoutes(app: FastifyInstance): void {
  for (const { method, url, detail } of removedRoutes)
    app.route({
      method,
      url,
      config: { access: 'open' },
      // Documents of the API define every parameter of a path.
      ...(url.includes(':id')
        ? { schema: { params: { type: 'object', properties: { id: { type: 'string' } } } } }
        : {}),
      exposeHeadRoute: false,
      handler: () => {
        throw new ProblemError('removed', detail)
      }
    })
}
