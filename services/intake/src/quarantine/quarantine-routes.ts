// HTTP routes of the quarantine. Rules are in quarantine-operations.ts.

import { getPrincipal } from '@tocsin/auth/sign-in/authentication'
import { integer, optional, ref, text, words } from '@tocsin/contracts/format/format'
import { positionHeader } from '@tocsin/service/projection/read-positions'
import { answer, createRouteAdder, writeProblems } from '@tocsin/service/route/definition'
import type { FastifyPluginAsync } from 'fastify'
import type { Answer } from '../report/report-answer.ts'
import { quarantineEntrySchema, quarantineListSchema } from '../report/report-answers.ts'
import { acceptedAs, readLane } from '../report/report-schemas.ts'
import { entryAsSeen, type QuarantineOperations } from './quarantine-operations.ts'

export interface QuarantineRoutesOptions {
  readonly operations: QuarantineOperations
  /** The sealed cursor behind what was written. */
  readonly cursorBehind: (places: Answer['places']) => string
}

const params = { id: text({ description: 'Id of the entry.', pattern: '^[0-9a-f]{32}$' }) }
const entry = (description: string) => ({ 200: answer(description, quarantineEntrySchema) })

/** The routes of the quarantine, to be registered on a host's app. */
export function quarantineRoutes({
  operations,
  cursorBehind
}: QuarantineRoutesOptions): FastifyPluginAsync {
  return async app => {
    const add = createRouteAdder(app, { tag: 'Administration', access: ['admin'] })
    add({
      id: 'listQuarantine',
      method: 'GET',
      path: '/v1/quarantine',
      summary: 'List records that no version can parse',
      description:
        'Parts of a log that could not be parsed, with position and reason, without the bytes.',
      query: {
        state: words(['open', 'settled', 'all'], '`open`: neither replaced nor dismissed yet.', {
          default: 'open'
        }),
        limit: integer('Maximum number of items per page.', {
          minimum: 1,
          maximum: 500,
          default: 100
        }),
        cursor: optional(text('The `next` of the previous page.', { minLength: 1, maxLength: 64 }))
      },
      answers: { 200: answer('A page of entries, newest first.', quarantineListSchema) },
      problems: ['log-unavailable'],
      async handle(request) {
        const { state, limit, cursor } = request.query
        const list = await operations.list(state, limit, cursor ?? null)
        const items = list.items.map(each => entryAsSeen(each, getPrincipal(request)))
        return { ...list, items }
      }
    })
    add({
      id: 'getQuarantineEntry',
      method: 'GET',
      path: '/v1/quarantine/:id',
      summary: 'Read a quarantine entry',
      description: 'With the bytes for keys that may see everything.',
      params,
      answers: entry('The entry.'),
      problems: ['log-unavailable'],
      handle: request => operations.read(request.params.id, getPrincipal(request))
    })
    add({
      id: 'replayQuarantineEntry',
      method: 'POST',
      path: '/v1/quarantine/:id/replay',
      summary: 'Replace a quarantine entry by a corrected report',
      description: 'The report is accepted like any other; then the entry is settled.',
      params,
      query: readLane('`backfill` for historical reports, which page nobody.'),
      // Counts for the key's quota like any report.
      config: { counts: 'reports' },
      reads: { content: { 'application/json': { schema: ref('Report') } } },
      answers: { 202: acceptedAs('The report was accepted and is in the log.') },
      problems: [...writeProblems, 'report-withdrawn', 'action-refused'],
      async handle(request, reply) {
        const { id } = request.params
        const { lane } = request.query
        const { places, ...accepted } = await operations.replay(
          id,
          request.body,
          lane,
          getPrincipal(request)
        )
        const cursor = cursorBehind(places)
        return reply
          .code(202)
          .header(positionHeader, cursor)
          .send({ ...accepted, cursor })
      }
    })
    add({
      id: 'dismissQuarantineEntry',
      method: 'DELETE',
      path: '/v1/quarantine/:id',
      summary: 'Dismiss a quarantine entry',
      description: 'Settles the entry without a replacement. Idempotent.',
      params,
      answers: entry('The entry, settled.'),
      problems: [...writeProblems, 'action-refused'],
      handle: request => operations.dismiss(request.params.id, getPrincipal(request))
    })
  }
}
