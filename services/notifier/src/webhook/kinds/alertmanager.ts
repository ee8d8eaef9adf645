// Alertmanager: API v2. Labels identify an alert there, so they stay the same over its revisions;
// what changes is in annotations. Alertmanager forgets alerts when it restarts and resolves them at
// `endsAt`: each heartbeat of the subscription sends the open ones again. Source: Alertmanager,
// "api/v2/openapi.yaml".

import { jsonHeaders, type Kind, type KindContext, type KindSettings } from './kind.ts'
import type { News } from './news.ts'

/** An alert that Tocsin did not end must not look resolved because Tocsin is away, ms. */
const openForMs = 3_600_000
const testForMs = 300_000

export const alertmanager: Kind = {
  service: 'Alertmanager',
  needs: { url: 'the address of Alertmanager, such as https://alertmanager.example' },
  takes: ['token', 'labels', 'heartbeatSeconds'],
  isUrlSecret: false,
  hosts: [],
  heartbeatSeconds: 60,
  showsState: true,
  render: (news, settings, context) => post([news], settings, context),
  renderHeartbeat: post
}

function post(news: readonly News[], settings: KindSettings, context: KindContext) {
  const { url, token } = settings
  return {
    url: `${url.replace(/\/+$/, '')}/api/v2/alerts`,
    headers: {
      ...jsonHeaders,
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` })
    },
    body: JSON.stringify(news.map(each => describe(each, settings, context)))
  }
}

function describe(news: News, { labels }: KindSettings, { nowMs }: KindContext): object {
  const { alertId, theatre, startsAt, alertUrl, isTest } = news
  return {
    labels: {
      ...labels,
      alertname: isTest ? 'TocsinTest' : 'TocsinAlert',
      alert_id: alertId,
      theatre
    },
    annotations: dropEmpty({
      summary: news.headline,
      description: news.explanation,
      severity: news.severity,
      status: news.status,
      pattern: news.pattern,
      acknowledge_url: news.answerUrl ?? ''
    }),
    ...(startsAt === null || Date.parse(startsAt) > nowMs ? {} : { startsAt }),
    endsAt: new Date(nowMs + readLeftMs(news)).toISOString(),
    ...(alertUrl === null ? {} : { generatorURL: alertUrl })
  }
}

function readLeftMs({ state, isTest }: News): number {
  if (state === 'over') return 0
  return isTest ? testForMs : openForMs
}

/** Alertmanager drops labels without a value; annotations without one have no meaning. */
function dropEmpty(texts: Readonly<Record<string, string>>): object {
  return Object.fromEntries(Object.entries(texts).filter(([, text]) => text !== ''))
}
