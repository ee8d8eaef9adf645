// CloudEvents in binary mode: attributes in headers, the report as the body. Structured mode is
// packages/contracts/src/report/report-event.ts.

import type { IncomingHttpHeaders } from 'node:http'
import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import { judgeReportEvent } from '@tocsin/contracts/report/report-event'

/**
 * The event's key, if the headers are those of an event in binary mode; null if not. Throws
 * ProblemError `header-invalid`.
 */
export function makeEventKey(headers: IncomingHttpHeaders): string | null {
  if (
    headers['ce-specversion'] === undefined &&
    headers['ce-id'] === undefined &&
    headers['ce-type'] === undefined
  )
    return null
  const attribute = (name: string) => decoded(headers[`ce-${name}`])
  const judged = judgeReportEvent(
    {
      specversion: attribute('specversion'),
      type: attribute('type'),
      source: attribute('source'),
      id: attribute('id'),
      datacontenttype: headers['content-type']
    },
    name => (name === 'datacontenttype' ? 'content-type' : `ce-${name}`)
  )
  if (judged.ok) return judged.key
  const [first] = judged.errors
  const detail = `The headers are those of a CloudEvent: ${first?.pointer} ${first?.detail}.`
  throw new ProblemError('header-invalid', detail, { errors: judged.errors })
}

/**
 * Decodes the percent-encoding of header values. Undefined if it is invalid. Source: CloudEvents
 * HTTP binding, 3.1.3.2.
 */
function decoded(value: string | string[] | undefined): string | undefined {
  if (typeof value !== 'string') return undefined
  try {
    return decodeURIComponent(value)
  } catch {
    return undefined
  }
}
