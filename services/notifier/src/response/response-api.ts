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
      'A call is an alert from the first event that paged people until it is over; a reopening that pages is a further call, an escalation is not. The time to acknowledgement ends with the first one, also if it lapsed; the time to response with the earliest of what officers recorded as done. Drills are counted apart. By `subscriber` a call begins when the endpoint has the alert, if that is later than the page, and is acknowledged when a human there answers; what was done there counts beside what officers recorded, and in no other report; you get the subscriptions that you manage, and as an officer those within your reach. It counts the alerts that the key may see, as far back as the suite keeps them.',
    query: {
      from: 'Only calls that began at this time or later: a day, or an instant with a UTC offset.',
      to: 'Only calls that began before this time.',
      by: 'What a row is: a severity at the page; an area, a country or an ISO 3166-2 code; the officer who acknowledged; or a subscription.',
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
      'The measured figure beside the false alarms a year that an alert expects at its threshold. It counts alerts that were raised in the last 365 days by the time of their theatre and that the key may see, whatever the version of their rule; exercises are left out. A rate is of what officers judged: where not all alerts were judged it is the least that it can be. It is null if fewer than 10 were judged or less than half a year is kept.',
    headers: ['tocsin-cursor'],
    answers: { 200: { description: 'The rows.', schema: ref('Dispositions') } },
    problems: ['log-unavailable']
  }
}
