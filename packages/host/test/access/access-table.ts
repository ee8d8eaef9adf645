// The expected access to each route of the suite, in one table. A route without a row fails, and so
// does a row without a route. Everything requested is in one theatre and restricted
// (access-world.ts).

import { scopes } from '@tocsin/contracts/record/control-record'
import {
  type AccessRow,
  admin,
  allowedBeyond,
  emptyBeyond,
  get,
  hiddenBeyond,
  lists,
  managesRules,
  type NamedId,
  onAlert,
  open,
  operates,
  readsAlert,
  readsAlerts,
  readsOwnReports,
  readsReports,
  readsRules,
  readsSettings,
  stale,
  writesReports
} from './access-row.ts'
import { canary, dayOf, hiddenReport, home } from './access-world.ts'
import { tellingAccess } from './telling-access.ts'

export const accessTable: Readonly<Record<string, AccessRow>> = {
  'GET /livez': open,
  'GET /readyz': open,
  'GET /metrics': open,
  'GET /sign-in': open,
  'POST /sign-in': open,
  'GET /answer': open,
  'POST /answer': open,
  'GET /sign-in/page.css': open,
  'GET /sign-in/ways': open,
  'GET /sign-in/identity': open,
  'GET /sign-in/identity/answer': open,
  'POST /sign-in/identity/renewal': open,
  'POST /sign-out': open,
  'GET /openapi.json': open,
  'GET /asyncapi.json': open,
  'GET /.well-known/tocsin-keys.json': open,
  'GET /docs': open,
  'GET /docs/start.js': open,
  'GET /docs/swagger-ui.css': open,
  'GET /docs/swagger-ui-bundle.js': open,
  'GET /': open,
  'GET /report': open,
  'GET /assets/:file': open,
  'GET /names.json': open,
  'GET /console': open,
  'GET /console/': open,
  // It authenticates by itself, also in its first message.
  'GET /v1/stream': open,

  // Whoever may do anything may know as whom, and begin a session, which has the rights of its
  // creator; so has a link's.
  'GET /v1/me': { access: scopes, ...allowedBeyond, ask: lists('/v1/me') },
  'POST /v1/sessions': {
    access: scopes,
    ...allowedBeyond,
    ask: () => ({ method: 'POST', url: '/v1/sessions' })
  },
  'POST /v1/sign-in-links': {
    ...admin,
    ...allowedBeyond,
    ask: () => ({ method: 'POST', url: '/v1/sign-in-links' })
  },

  'POST /v1/reports': {
    ...writesReports,
    elsewhere: 'refused',
    below: 'refused',
    ask: () => ({ method: 'POST', url: '/v1/reports', body: hiddenReport('walked') })
  },
  'GET /v1/imports': {
    ...writesReports,
    ...allowedBeyond,
    ask: lists('/v1/imports')
  },
  // Each row is judged as its post would be: what a key may not report is a refused row.
  'POST /v1/imports/dry-run': {
    ...writesReports,
    ...allowedBeyond,
    ask: () => ({
      method: 'POST',
      url: '/v1/imports/dry-run?format=ndjson',
      headers: { 'content-type': 'application/octet-stream' },
      body: Buffer.from(JSON.stringify(hiddenReport('first')))
    })
  },
  'GET /v1/reports': {
    ...readsReports,
    ...emptyBeyond,
    shows: ({ ids }) => ids.report,
    ask: lists('/v1/reports?source=wire-1&externalId=first')
  },
  'GET /v1/me/reports': {
    ...readsOwnReports,
    ...allowedBeyond,
    ask: lists('/v1/me/reports')
  },
  // A key without `reports:read` finds its own reports alone.
  'GET /v1/reports/:id': {
    ...readsOwnReports,
    ...hiddenBeyond,
    scopes: { 'reports:write': 'hidden' },
    shows: () => canary,
    ask: get(({ ids }) => `/v1/reports/${ids.report}`)
  },
  'PUT /v1/reports/:id': {
    ...writesReports,
    ...hiddenBeyond,
    ask: ({ ids }) => ({
      method: 'PUT',
      url: `/v1/reports/${ids.report}`,
      body: hiddenReport('first')
    })
  },
  'DELETE /v1/reports/:id': {
    ...writesReports,
    ...hiddenBeyond,
    ask: async world => ({
      method: 'DELETE',
      url: await world.spare('/v1/reports'),
      body: { reason: 'Walked.' }
    })
  },
  'DELETE /v1/reports/:id/private': {
    ...writesReports,
    ...hiddenBeyond,
    scopes: { 'reports:write': 'refused' },
    ask: ({ ids }) => ({ method: 'DELETE', url: `/v1/reports/${ids.report}/private` })
  },

  // The owner of the bytes is unknown: lists show position and reason, and only principals with
  // full access may settle them.
  'GET /v1/quarantine': {
    ...admin,
    ...allowedBeyond,
    shows: ({ ids }) => ids.entry,
    ask: lists('/v1/quarantine?state=all')
  },
  'GET /v1/quarantine/:id': {
    ...admin,
    ...allowedBeyond,
    shows: ({ ids }) => ids.entry,
    ask: get(({ ids }) => `/v1/quarantine/${ids.entry}`)
  },
  'DELETE /v1/quarantine/:id': {
    ...admin,
    elsewhere: 'refused',
    below: 'refused',
    home: 'refused',
    ask: ({ ids }) => ({ method: 'DELETE', url: `/v1/quarantine/${ids.entry}` })
  },

  'GET /v1/rules': {
    ...readsRules,
    elsewhere: 'empty',
    below: 'allowed',
    shows: ({ ids }) => ids.rule,
    ask: lists('/v1/rules')
  },
  'GET /v1/rules/:id': {
    ...readsRules,
    elsewhere: 'hidden',
    below: 'allowed',
    shows: ({ ids }) => ids.rule,
    ask: get(({ ids }) => `/v1/rules/${ids.rule}`)
  },
  'GET /v1/rules/:id/near': {
    ...readsRules,
    elsewhere: 'hidden',
    below: 'allowed',
    ask: get(({ ids }) => `/v1/rules/${ids.rule}/near`)
  },
  'GET /v1/rules/:id/versions': {
    ...readsRules,
    elsewhere: 'hidden',
    below: 'allowed',
    ask: get(({ ids }) => `/v1/rules/${ids.rule}/versions`)
  },
  'PUT /v1/rules/:id': {
    ...managesRules,
    elsewhere: 'refused',
    below: 'refused',
    statuses: [409],
    ask: ({ ids }) => ({
      method: 'PUT',
      url: `/v1/rules/${ids.rule}`,
      body: { pattern: 'siege', theatres: [home] },
      headers: stale
    })
  },
  'DELETE /v1/rules/:id': {
    ...managesRules,
    elsewhere: 'hidden',
    below: 'refused',
    both: 'refused',
    statuses: [409],
    ask: ({ ids }) => ({ method: 'DELETE', url: `/v1/rules/${ids.rule}`, headers: stale })
  },
  'POST /v1/rules/preview': {
    ...managesRules,
    ...emptyBeyond,
    shows: () => canary,
    ask: () => ({ method: 'POST', url: '/v1/rules/preview', body: { rules: [{ id: 'siege' }] } })
  },
  'GET /v1/rules/preview': {
    ...managesRules,
    ...allowedBeyond,
    ask: get(() => '/v1/rules/preview')
  },

  'GET /v1/alerts': {
    ...readsAlerts,
    ...emptyBeyond,
    shows: ({ ids }) => ids.alert,
    ask: lists('/v1/alerts')
  },
  'GET /v1/alerts/parents': {
    ...readsAlerts,
    ...emptyBeyond,
    shows: () => '"partOf"',
    ask: lists('/v1/alerts/parents')
  },
  'GET /v1/shift-report': {
    ...readsAlerts,
    ...emptyBeyond,
    shows: ({ ids }) => ids.alert,
    ask: lists('/v1/shift-report?since=2000-01-01')
  },
  'GET /v1/alerts/:id': {
    ...readsAlerts,
    ...hiddenBeyond,
    shows: () => canary,
    ask: readsAlert('')
  },
  'GET /v1/alerts/:id/evidence': {
    ...readsAlerts,
    ...hiddenBeyond,
    shows: () => canary,
    ask: readsAlert('/evidence')
  },
  // Who sees the alert and not what is internal is refused (decision 0081).
  'GET /v1/alerts/:id/told': {
    access: ['alerts:operate', 'subscriptions:manage'],
    ...hiddenBeyond,
    ask: readsAlert('/told')
  },
  'GET /v1/incidents': {
    ...readsAlerts,
    ...emptyBeyond,
    shows: () => canary,
    ask: lists('/v1/incidents')
  },
  'GET /v1/incidents/:id': {
    ...readsAlerts,
    ...hiddenBeyond,
    shows: () => canary,
    ask: get(({ ids }) => `/v1/incidents/${ids.incident}`)
  },
  'GET /v1/feed': {
    ...readsAlerts,
    ...emptyBeyond,
    shows: ({ ids }) => ids.alert,
    ask: lists('/v1/feed?cursor=earliest')
  },
  'GET /v1/events': {
    ...readsAlerts,
    ...emptyBeyond,
    shows: ({ ids }) => ids.alert,
    ask: () => ({ method: 'GET', url: '/v1/events', isEndless: true })
  },
  // A ticket has the reach of who asked for it.
  'POST /v1/tickets': {
    ...readsAlerts,
    ...allowedBeyond,
    ask: () => ({ method: 'POST', url: '/v1/tickets' })
  },
  'GET /v1/cap/:id/:revision.xml': {
    ...readsAlerts,
    ...hiddenBeyond,
    shows: () => canary,
    ask: get(({ ids }) => `/v1/cap/${ids.alert}/1.xml`)
  },
  'GET /v1/cap.atom': {
    ...readsAlerts,
    ...emptyBeyond,
    shows: ({ ids }) => ids.alert,
    ask: lists('/v1/cap.atom')
  },
  'GET /v1/cap-address': { ...readsAlerts, ...allowedBeyond, ask: get(() => '/v1/cap-address') },
  'GET /v1/public/:address/cap/:id/:revision.xml': open,
  'GET /v1/public/:address/cap.atom': open,
  'GET /v1/export': {
    ...readsAlerts,
    ...emptyBeyond,
    shows: () => canary,
    ask: lists('/v1/export?kind=incidents&format=csv')
  },
  'GET /v1/actions/:id': {
    access: ['alerts:operate', 'alerts:read'],
    ...hiddenBeyond,
    shows: ({ ids }) => ids.action,
    ask: get(({ ids }) => `/v1/actions/${ids.action}`)
  },
  'POST /v1/alerts/actions': {
    ...operates,
    ...emptyBeyond,
    shows: () => 'stale-revision',
    ask: ({ ids }) => ({
      method: 'POST',
      url: '/v1/alerts/actions',
      body: {
        alerts: [{ alertId: ids.alert, operatorRevision: 999 }],
        comment: { text: 'Walked.' }
      }
    })
  },
  'POST /v1/alerts/:id/acknowledgement': onAlert('acknowledgement', {}),
  'POST /v1/alerts/:id/assignment': onAlert('assignment', { to: 'the desk' }),
  'POST /v1/alerts/:id/comment': onAlert('comment', { text: 'Walked.' }),
  'GET /v1/response-times': {
    ...readsAlerts,
    ...emptyBeyond,
    shows: () => '"ML"',
    ask: lists('/v1/response-times?by=area')
  },
  'GET /v1/dispositions': {
    ...readsAlerts,
    ...emptyBeyond,
    shows: () => '"ruleId"',
    ask: lists('/v1/dispositions')
  },
  'GET /v1/digest.atom': {
    ...readsAlerts,
    elsewhere: 'hidden',
    below: 'allowed',
    ask: lists(`/v1/digest.atom?theatre=${home}`)
  },
  'GET /v1/public/:address/digest.atom': open,
  'GET /v1/digest': {
    ...readsAlerts,
    elsewhere: 'hidden',
    below: 'empty',
    // The hidden report is known from 40 days ago on, and what others see from 30 days ago.
    shows: () => `"baseDays":${40 - countDaysToMonday(24)}`,
    ask: lists(`/v1/digest?theatre=${home}&week=${dayOf(24)}`)
  },
  'POST /v1/alerts/:id/response': onAlert('response', { kind: 'sent' }),
  'POST /v1/alerts/:id/reopening': onAlert('reopening', {}),
  'POST /v1/alerts/:id/resolution': onAlert('resolution', { disposition: 'true' }),
  'POST /v1/incidents/:id/split': {
    ...operates,
    ...hiddenBeyond,
    statuses: [409],
    ask: ({ ids }) => ({
      method: 'POST',
      url: `/v1/incidents/${ids.incident}/split`,
      body: { reports: ['none'] }
    })
  },
  'POST /v1/incidents/:id/merge': {
    ...operates,
    ...hiddenBeyond,
    statuses: [422],
    ask: ({ ids }) => ({
      method: 'POST',
      url: `/v1/incidents/${ids.incident}/merge`,
      body: { with: 'none' }
    })
  },

  'GET /v1/audit': {
    access: ['audit:read'],
    ...emptyBeyond,
    shows: ({ ids }) => ids.key,
    ask: lists('/v1/audit?limit=500')
  },
  'GET /v1/theatres': {
    ...readsSettings,
    elsewhere: 'empty',
    below: 'allowed',
    shows: () => `"${home}"`,
    ask: lists('/v1/theatres')
  },
  'PUT /v1/theatres/:id': {
    ...admin,
    elsewhere: 'refused',
    below: 'refused',
    ask: () => ({ method: 'PUT', url: `/v1/theatres/${home}`, body: { countries: ['ML'] } })
  },
  'POST /v1/theatres/:id/ticks': {
    ...admin,
    elsewhere: 'refused',
    below: 'refused',
    statuses: [409],
    ask: () => ({
      method: 'POST',
      url: `/v1/theatres/${home}/ticks`,
      body: { to: '2025-06-02T09:00:00Z' }
    })
  },
  'POST /v1/theatres/:id/time': {
    ...admin,
    elsewhere: 'refused',
    below: 'refused',
    statuses: [409],
    ask: () => ({
      method: 'POST',
      url: `/v1/theatres/${home}/time`,
      body: { to: '2999-01-01T00:00:00Z', reason: 'Walked.' }
    })
  },
  // A source is rated alike in every theatre.
  'GET /v1/sources': {
    ...readsSettings,
    elsewhere: 'allowed',
    below: 'allowed',
    ask: lists('/v1/sources')
  },
  'PUT /v1/sources/:id': {
    ...admin,
    elsewhere: 'refused',
    below: 'refused',
    home: 'refused',
    ask: () => ({ method: 'PUT', url: '/v1/sources/wire-1', body: { reliability: 'B' } })
  },
  'GET /v1/keys': { ...admin, ...emptyBeyond, shows: ({ ids }) => ids.key, ask: lists('/v1/keys') },
  'POST /v1/keys': {
    ...admin,
    elsewhere: 'refused',
    below: 'refused',
    ask: () => ({
      method: 'POST',
      url: '/v1/keys',
      body: { name: 'walked', scopes: ['reports:read'], theatres: [home], handling: 'restricted' }
    })
  },
  'POST /v1/keys/:id/rotation': {
    ...admin,
    ...hiddenBeyond,
    ask: ({ ids }) => ({
      method: 'POST',
      url: `/v1/keys/${ids.key}/rotation`,
      body: { overlapHours: 0 }
    })
  },
  'POST /v1/keys/:id/sign-in-links': {
    ...admin,
    ...hiddenBeyond,
    ask: ({ ids }) => ({ method: 'POST', url: `/v1/keys/${ids.key}/sign-in-links` })
  },
  'DELETE /v1/keys/:id': {
    ...admin,
    ...hiddenBeyond,
    ask: async world => ({
      method: 'DELETE',
      url: await world.spare('/v1/keys')
    })
  },

  // A refused address shows that the key may ask. A key without the right to read alerts cannot
  // subscribe.
  ...tellingAccess
}

/** Ids outside the path. */
export const namedIds: Readonly<Record<string, NamedId>> = {
  'an external id in a query': {
    known: () => 'first',
    hiddenFrom: 'both',
    ask: id => ({ method: 'GET', url: `/v1/reports?source=wire-1&externalId=${id}` })
  },
  'an external id of a report that is wrong': {
    known: () => 'first',
    hiddenFrom: 'both',
    ask: id => ({
      method: 'POST',
      url: '/v1/reports',
      body: hiddenReport(id, {
        handling: 'partners',
        location: { name: 'Bol', country: 'TD', lat: 13.46, lon: 14.71 },
        occurred: { from: '2999-01-01', to: '2999-01-01' }
      })
    })
  },
  'an incident to merge with': {
    known: ({ ids }) => ids.incident,
    hiddenFrom: 'both',
    ask: (id, { ids }) => ({
      method: 'POST',
      url: `/v1/incidents/${ids.openIncident}/merge`,
      body: { with: id }
    })
  },
  'a report to split off': {
    known: ({ ids }) => ids.report,
    hiddenFrom: 'both',
    ask: (id, { ids }) => ({
      method: 'POST',
      url: `/v1/incidents/${ids.openIncident}/split`,
      body: { reports: [id] }
    })
  },
  'a report to split off, of the same theatre': {
    known: ({ ids }) => ids.report,
    hiddenFrom: 'below',
    ask: (id, { ids }) => ({
      method: 'POST',
      url: `/v1/incidents/${ids.openAtHome}/split`,
      body: { reports: [id] }
    })
  },
  'a rule to preview the end of': {
    known: ({ ids }) => ids.rule,
    hiddenFrom: 'elsewhere',
    ask: id => ({ method: 'POST', url: '/v1/rules/preview', body: { rules: [{ id }] } })
  },
  'a theatre to preview in': {
    known: () => home,
    hiddenFrom: 'elsewhere',
    ask: id => ({
      method: 'POST',
      url: '/v1/rules/preview',
      body: { rules: [{ id: 'siege' }], theatres: [id] }
    })
  },
  'a theatre of a rule': {
    known: () => home,
    hiddenFrom: 'elsewhere',
    ask: id => ({
      method: 'PUT',
      url: '/v1/rules/mine',
      body: { pattern: 'siege', theatres: [id] }
    })
  },
  'a theatre to filter by': {
    known: () => home,
    hiddenFrom: 'elsewhere',
    ask: id => ({ method: 'GET', url: `/v1/alerts?theatre=${id}` })
  },
  'a rule to filter by': {
    known: ({ ids }) => ids.rule,
    hiddenFrom: 'both',
    ask: id => ({ method: 'GET', url: `/v1/alerts?ruleId=${id}` })
  }
}

/** Days from the Monday of the week of an earlier day until today. */
function countDaysToMonday(daysAgo: number): number {
  return daysAgo + ((new Date(dayOf(daysAgo)).getUTCDay() + 6) % 7)
}
