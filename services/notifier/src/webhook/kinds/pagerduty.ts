// PagerDuty: Events API v2. One incident for each alert, by its `dedup_key`. It discards an
// acknowledgement without an incident, and does not notify of a trigger of an acknowledged one: so
// a trigger is sent before each acknowledgement. Source: PagerDuty, "Send an alert event" and
// "PD-CEF".

import type { Severity } from '@tocsin/contracts/theatre/severity'
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
  showsState: true,
  render: (news, settings) => {
    const write = (action: Action) => JSON.stringify(describe(news, settings, action))
    const request = { url: settings.url, headers: jsonHeaders }
    if (news.state === 'acknowledged')
      return { ...request, bodyBefore: write('trigger'), body: write('acknowledge') }
    return { ...request, body: write(news.state === 'over' ? 'resolve' : 'trigger') }
  }
}

type Action = 'trigger' | 'acknowledge' | 'resolve'

function describe(news: News, { routingKey }: KindSettings, action: Action): object {
  const { alertId, alertUrl, answerUrl } = news
  const event = {
    routing_key: routingKey,
    dedup_key: `tocsin/${alertId}`,
    event_action: action
  }
  if (action !== 'trigger') return event
  const links = [
    ...(alertUrl === null ? [] : [{ href: alertUrl, text: 'Open in Tocsin' }]),
    ...(answerUrl === null ? [] : [{ href: answerUrl, text: 'Acknowledge in Tocsin' }])
  ]
  return {
    ...event,
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
