// OpenAPI texts of times to acknowledgement and to response, and of dispositions. The routes are in
// response-routes.ts.

import { ref } from '@tocsin/contracts/openapi/json-schema'
import type { ApiDocs } from '@tocsin/contracts/openapi/operation'

export const responseApi: ApiDocs = {
  'GET /v1/response-times': {
    id: 'getResponseTimes',
    tag: 'Alerts',
    summary: 'Times from alerts to acknowledgement and to response',
    description:
      'A call begins with the first event that paged people and lasts until the alert is over; a reopening that pages is another. The time to acknowledgement ends with the first one, the time to response with the earliest of what was done. `…InTime` counts those within the targets: 7 days from the beginning to the page, 1 to acknowledgement, 7 to response. Drills are counted apart. By `subscriber` a call begins when the endpoint has the alert, and is acknowledged by an answer there. Alerts that the key may see, and subscriptions that it manages or, for officers, within its reach.',
    query: {
      from: 'Only calls that began at this time or later: a day, or an instant with a UTC offset.',
      to: 'Only calls that began before this time.',
      by: 'A row is the gravest severity of a call; an area, ISO 3166; the officer who acknowledged; or a subscription.',
      format: '`json`, or `csv` with the same rows.'
    },
    headers: ['tocsin-cursor'],
    answers: {
      200: {
        description: 'The rows.',
        schema: ref('ResponseTimes'),
        alsoAs: { 'text/csv': { schema: { type: 'string' } } }
      }
    },
    problems: ['log-unavailable', 'too-many', 'overloaded']
  },
  'GET /v1/dispositions': {
    id: 'getDispositions',
    tag: 'Alerts',
    summary: 'How often alerts of each rule were false alarms, by dispositions',
    description:
      'What officers judged of alerts raised in the last 365 days of their theatre that the key may see, beside the budget of their rule and what they spent of it by their own statements. Drills are left out. A rate is null if fewer than 10 were judged or less than half a year is kept.',
    headers: ['tocsin-cursor'],
    answers: { 200: { description: 'The rows.', schema: ref('Dispositions') } },
    problems: ['log-unavailable']
  }
}
