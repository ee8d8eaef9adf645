// Removed routes answer 410.

import { text } from '@tocsin/contracts/format/format'
import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import { createRouteAdder } from '@tocsin/service/route/definition'
import type { FastifyInstance } from 'fastify'
import { removedRoutes } from './removed.ts'

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
