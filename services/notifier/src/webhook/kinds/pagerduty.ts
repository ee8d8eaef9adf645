// PagerDuty: Events API v2. One incident for each alert, by its `dedup_key`. Source: PagerDuty,
// "Send an alert event" and "PD-CEF".

import type { Severity } from '@tocsin/domain/record/severity'
import { jsonHeaders, type Kind, type KindSettings } from './kind.ts'
import { cutText, type News } from './news.ts'

const summaryMax = 1_024
const severities: Readonly<Record<Severity, string>> = {
  extreme: 'critical',
  severe: 'error',
  moderate: 'warning',
  minor: 'info'
}

export const pagerduty: Kind = {
  service: 'PagerDuty',
  needs: { routingKey: 'the integration key of a service, of kind Events API v2' },
  takes: [],
  urlDefault: 'https://events.pagerduty.com/v2/enqueue',
  isUrlSecret: false,
  hosts: ['events.pagerduty.com', 'events.eu.pagerduty.com'],
  render: (news, settings) => ({
    url: settings.url,
    headers: jsonHeaders,
    body: JSON.stringify(describe(news, settings))
  })
}

function describe(news: News, { routingKey }: KindSettings): object {
  const { alertId, alertUrl, answerUrl, state } = news
  const event = { routing_key: routingKey, dedup_key: `tocsin/${alertId}` }
  if (state !== 'open')
    return { ...event, event_action: state === 'over' ? 'resolve' : 'acknowledge' }
  const links = [
    ...(alertUrl === null ? [] : [{ href: alertUrl, text: 'Open in Tocsin' }]),
    ...(answerUrl === null ? [] : [{ href: answerUrl, text: 'Acknowledge in Tocsin' }])
  ]
  return {
    ...event,
    event_action: 'trigger',
    client: 'Tocsin',
    ...(alertUrl === null ? {} : { client_url: alertUrl }),
    ...(links.length === 0 ? {} : { links }),
    payload: {
      summary: cutText(news.headline, summaryMax),
      source: `tocsin/${news.theatre}`,
      severity: severities[news.severity],
      timestamp: news.at,
      group: news.theatre,
      class: news.pattern,
      custom_details: {
        change: news.change,
        explanation: news.explanation,
        severity: news.severity,
        status: news.status
      }
    }
  }
}
