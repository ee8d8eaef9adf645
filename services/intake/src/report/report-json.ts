// How much JSON a report may be. It is judged as a whole before it is refused, so a body of a hundred thousand members would hold up everybody else.

import type { JsonLimits } from '@tocsin/contracts/json/strict-json'
import { takeJsonAs } from '@tocsin/service-kit/http/json-body'
import type { FastifyInstance } from 'fastify'

/** Most values in the JSON of a report: several times what its schema lets through, and an event's own attributes. Beyond it a body is malformed. */
export const reportValuesMax = 5_000

/** The limits of an app, tightened to what a report can need. */
export function reportJsonLimits({ depthMax, valuesMax }: JsonLimits): JsonLimits {
  return { depthMax, valuesMax: Math.min(valuesMax, reportValuesMax) }
}

/** Makes JSON no larger than a report in the scope of a plugin. */
export function takeReportJson(app: FastifyInstance): void {
  app.removeContentTypeParser('application/json')
  takeJsonAs(app, 'application/json', reportJsonLimits(app.jsonLimits))
}
