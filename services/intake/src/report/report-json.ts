// Limits the JSON of a report. A body is validated as a whole before it is refused, so one with a
// hundred thousand members would block the event loop.

import type { JsonLimits } from '@tocsin/contracts/json/strict-json'
import { takeJsonAs } from '@tocsin/service/http/json-body'
import type { FastifyInstance } from 'fastify'

/**
 * Most values in the JSON of a report: several times what its schema and an event's own attributes
 * allow. A body beyond it is malformed.
 */
export const reportValuesMax = 5_000

/** The limits of an app, tightened to what a report can need. */
export function reportJsonLimits({ depthMax, valuesMax }: JsonLimits): JsonLimits {
  return { depthMax, valuesMax: Math.min(valuesMax, reportValuesMax) }
}

/** Applies these limits in the scope of a plugin. */
export function takeReportJson(app: FastifyInstance): void {
  app.removeContentTypeParser('application/json')
  takeJsonAs(app, 'application/json', reportJsonLimits(app.jsonLimits))
}
