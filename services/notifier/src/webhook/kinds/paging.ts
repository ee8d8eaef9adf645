// Alerting services, which show the state of each alert.

import type { Severity } from '@tocsin/contracts/theatre/severity'
import { type Kind, type KindSettings, postJson } from './kind.ts'
import { cutText, type News } from './news.ts'

const summaryMax = 1_024
const severities: Readonly<Record<Severity, string>> = {
  extreme: 'critical',
  severe: 'error',
  moderate: 'warning',
  minor: 'info'
}

/**
 * Events API v2. One incident for each alert, by its `dedup_key`. It discards an acknowledgement
 * without an incident, and does not notify of a trigger of an acknowledged one: so a trigger is
 * sent before each acknowledgement. Source: PagerDuty, "Send an alert event" and "PD-CEF".
 */
export const pagerduty: Kind = {
  service: 'PagerDuty',
  needs: { routingKey: 'the integration key of a service, of kind Events API v2' },
  urlDefault: 'https://events.pagerduty.com/v2/enqueue',
  hosts: ['events.pagerduty.com', 'events.eu.pagerduty.com'],
  showsState: true,
  render: (news, { url, routingKey }) => {
    const write = (action: 'trigger' | 'acknowledge' | 'resolve') => ({
      routing_key: routingKey,
      dedup_key: `tocsin/${news.alertId}`,
      event_action: action,
      ...(action === 'trigger' ? describeIncident(news) : {})
    })
    if (news.state === 'acknowledged') return postJson(url, write('trigger'), write('acknowledge'))
    return postJson(url, write(news.state === 'over' ? 'resolve' : 'trigger'))
  }
}

function describeIncident(news: News): object {
  const { alertUrl, change, explanation, severity, status } = news
  return {
    client: 'Tocsin',
    ...(alertUrl === null ? {} : { client_url: alertUrl }),
    links: news.links.map(({ text, url: href }) => ({ href, text })),
    payload: {
      summary: cutText(news.headline, summaryMax),
      source: `tocsin/${news.theatre}`,
      severity: severities[severity],
      timestamp: news.at,
      group: news.theatre,
      class: news.pattern,
      custom_details: { change, explanation, severity, status }
    }
  }
}

/** An alert that Tocsin did not end must not look resolved because Tocsin is away, ms. */
const openForMs = 3_600_000
const testForMs = 300_000

/**
 * API v2. Labels identify an alert there, so they stay the same over its revisions; what changes is
 * in annotations. Alertmanager forgets alerts when it restarts and resolves them at `endsAt`: each
 * heartbeat of the subscription sends the open ones again. Source: Alertmanager,
 * "api/v2/openapi.yaml".
 */
export const alertmanager: Kind = {
  service: 'Alertmanager',
  needs: { url: 'the address of Alertmanager, such as https://alertmanager.example' },
  takes: ['token', 'labels', 'heartbeatSeconds'],
  hosts: [],
  heartbeatSeconds: 60,
  showsState: true,
  render: (news, settings, nowMs) => postAlerts([news], settings, nowMs),
  renderHeartbeat: postAlerts
}

function postAlerts(news: readonly News[], { url, token, labels }: KindSettings, nowMs: number) {
  const alerts = news.map(each => describeAlert(each, labels, nowMs))
  const request = postJson(`${url.replace(/\/+$/, '')}/api/v2/alerts`, alerts)
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` }
  return { ...request, headers: { ...request.headers, ...authorization } }
}

function describeAlert(news: News, labels: KindSettings['labels'], nowMs: number): object {
  const { alertId, theatre, startsAt, alertUrl, isTest } = news
  const forMs = news.state === 'over' ? 0 : isTest ? testForMs : openForMs
  const annotations = {
    summary: news.headline,
    description: news.explanation,
    severity: news.severity,
    status: news.status,
    pattern: news.pattern,
    acknowledge_url: news.answerUrl ?? ''
  }
  return {
    labels: {
      ...labels,
      alertname: isTest ? 'TocsinTest' : 'TocsinAlert',
      alert_id: alertId,
      theatre
    },
    annotations: Object.fromEntries(Object.entries(annotations).filter(([, text]) => text !== '')),
    ...(startsAt === null || Date.parse(startsAt) > nowMs ? {} : { startsAt }),
    endsAt: new Date(nowMs + forMs).toISOString(),
    ...(alertUrl === null ? {} : { generatorURL: alertUrl })
  }
}
