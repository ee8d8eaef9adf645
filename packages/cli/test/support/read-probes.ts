// What is asked of each route that reads, to find what it tells whom: every filter aimed at hidden
// things, ids of theirs beside ids that do not exist, and cursors of others. A route that reads and
// has no probe fails (hidden-matrix.int.test.ts).

import type { Ask } from './access-world.ts'
import { cells, type Known, marksOf, theatres, wordOf } from './marked-world.ts'

/** What a probe may use: all ids of all cells, and cursors that others were given. */
export interface Targets {
  readonly known: ReadonlyMap<string, Known>
  readonly cursors: readonly string[]
}

export interface ReadProbe {
  /** Asked of it by every key. */
  readonly asks: (targets: Targets) => readonly Ask[]
  /**
   * Ids that it takes in `<id>`, of address or body; each is tried beside one that nothing has, and
   * must be answered alike.
   */
  readonly ids?: keyof Omit<Known, 'secrets'>
  /**
   * The owner finds the words of all cells in its answers: a reader who may see one finds that, and
   * no other.
   */
  readonly tells: boolean
  /** It may be answered 503: here nothing has built the console, which the page then says. */
  readonly mayBeUnbuilt?: true
  /**
   * Members of its answer that are the time of asking, or follow from it: they are not compared.
   */
  readonly timed?: readonly string[]
  /** Why it is not compared when hidden things are added. */
  readonly moves?: string
}

const get = (url: string): Ask => ({ method: 'GET', url })
const urls = (...all: string[]) => all.map(get)
const encoded = encodeURIComponent

/** Every filter, with the values that hidden things have, and some that nothing has. */
export const alertFilters = [
  ...['extreme', 'severe', 'moderate', 'minor'].flatMap(each => [
    `severity=${each}`,
    `minSeverity=${each}`
  ]),
  ...['provisional', 'confirmed', 'retracted', 'resolved'].map(each => `status=${each}`),
  ...['siege', 'surge'].map(each => `pattern=${each}`),
  ...['siege', ...cells.map(cell => wordOf(cell))].map(each => `ruleId=${each}`),
  'category=blockade,movement-denied',
  ...[...Object.keys(theatres), Object.keys(theatres).join()].map(each => `theatre=${each}`),
  'admin1=TD-HL,ML-4,ML-6,CI-VB,CI-YM',
  ...Object.values(theatres).map(each => `country=${each}`),
  ...['observed', 'likely', 'possible', 'unlikely'].map(each => `certainty=${each}`),
  ...['public', 'partners', 'internal', 'restricted'].map(each => `handling=${each}`),
  'drill=false',
  'drill=true',
  ...cells.map(cell => `circle=${marksOf(cell).lat},${marksOf(cell).lon},50`),
  ...cells.map(cell => `polygon=${encoded(JSON.stringify(boxAround(cell)))}`)
]
const incidentFilters = alertFilters.filter(each =>
  /^(theatre|category|country|admin1)=/.test(each)
)

function boxAround(cell: (typeof cells)[number]) {
  const { lat, lon } = marksOf(cell)
  const corners = [
    [-1, -1],
    [1, -1],
    [1, 1],
    [-1, 1],
    [-1, -1]
  ] as const
  return {
    type: 'Polygon',
    coordinates: [corners.map(([east, north]) => [lon + east, lat + north])]
  }
}

/**
 * A preview of everything at once, and of a policy that tells only what is extreme, by each filter
 * and for each id.
 */
function previewsOf(): readonly Ask[] {
  const strict = { minSeverity: 'extreme', groupWaitSeconds: 0 }
  const filters = [
    ...['extreme', 'severe', 'moderate'].map(each => ({ severity: [each] })),
    ...[...Object.keys(theatres), 'none'].map(each => ({ theatre: [each] })),
    ...Object.values(theatres).map(each => ({ country: [each] })),
    ...['public', 'restricted'].map(each => ({ handling: [each] })),
    ...['siege', ...cells.map(wordOf)].map(each => ({ ruleId: [each] })),
    ...cells.map(cell => ({ circle: [marksOf(cell).lat, marksOf(cell).lon, 50] }))
  ]
  const bodies = [
    { policy: {} },
    { policy: strict },
    { policy: { ...strict, unansweredMinutes: 60 } },
    { policy: { ...strict, repeatMinutes: 1_440 } },
    { policy: strict, subscriptionId: '<id>' },
    ...filters.map(filter => ({ policy: strict, filter }))
  ]
  return bodies.map(body => ({ method: 'POST', url: '/v1/subscriptions/preview', body }))
}

const filtered = (path: string, filters: readonly string[]) =>
  ['', ...filters].map(filter =>
    get(`${path}${filter === '' ? '' : `${path.includes('?') ? '&' : '?'}${filter}`}`)
  )
const paged = (path: string, { cursors }: Targets) => [
  ...cursors.map(cursor => get(`${path}${path.includes('?') ? '&' : '?'}cursor=${cursor}`)),
  ...cursors.slice(-8).map(cursor => ({ ...get(path), headers: { 'tocsin-cursor': cursor } }))
]
const sortedPages = ['newest', 'oldest', 'gravity'].flatMap(sort =>
  ['', '&answered=false'].map(of => `/v1/alerts?sort=${sort}${of}&limit=1`)
)
const soughtAlerts = [
  'find=attack',
  'from=2000-01-01',
  'to=2100-01-01',
  ...cells.map(cell => `find=${wordOf(cell)}`)
]
const open = (path: string): ReadProbe => ({ asks: () => urls(path), tells: false })
const exportOf = (kind: string, format: string) => `/v1/export?kind=${kind}&format=${format}`
const exportFormats = ['csv', 'geojson', 'ndjson'] as const

export const readProbes: Readonly<Record<string, ReadProbe>> = {
  'GET /livez': open('/livez'),
  'GET /readyz': open('/readyz'),
  'GET /metrics': {
    ...open('/metrics'),
    moves:
      'it counts what the suite does: settings decide who may read it, and beyond them who sees all (decision 0123)'
  },
  'GET /.well-known/tocsin-keys.json': open('/.well-known/tocsin-keys.json'),
  'GET /sign-in': { asks: () => urls('/sign-in', '/sign-in?token=x'), tells: false },
  'GET /answer': { asks: () => urls('/answer', '/answer?token=ta_x'), tells: false },
  'GET /sign-in/page.css': open('/sign-in/page.css'),
  'GET /sign-in/ways': open('/sign-in/ways'),
  'GET /sign-in/identity': {
    asks: () => urls('/sign-in/identity', '/sign-in/identity?to=x'),
    tells: false
  },
  'GET /sign-in/identity/answer': {
    asks: () => urls('/sign-in/identity/answer', '/sign-in/identity/answer?code=x'),
    tells: false
  },
  'GET /openapi.json': open('/openapi.json'),
  'GET /asyncapi.json': open('/asyncapi.json'),
  'GET /docs': open('/docs'),
  'GET /docs/start.js': open('/docs/start.js'),
  'GET /docs/swagger-ui.css': open('/docs/swagger-ui.css'),
  'GET /docs/swagger-ui-bundle.js': open('/docs/swagger-ui-bundle.js'),
  'GET /': { ...open('/'), mayBeUnbuilt: true },
  'GET /assets/:file': open('/assets/x.js'),
  'GET /names.json': open('/names.json'),
  'GET /console': open('/console?alert=x'),
  'GET /console/': open('/console/?alert=x'),
  'GET /v1/me': open('/v1/me'),
  // Its frames are in the stories of the stream; here what it says to plain HTTP.
  'GET /v1/stream': { asks: () => urls('/v1/stream', '/v1/stream?ticket=x'), tells: false },
  'GET /v1/events': {
    asks: () => urls('/v1/events?cursor=x', '/v1/events?theatre='),
    tells: false
  },

  'GET /v1/reports': {
    asks: ({ known }) => [
      ...cells.flatMap((cell, i) =>
        urls(`/v1/reports?source=${wordOf(cell)}-wire-1&externalId=${wordOf(cell)}-${i}-1`)
      ),
      ...urls('/v1/reports', `/v1/reports?limit=${known.size}`)
    ],
    tells: false
  },
  'GET /v1/reports/:id': {
    asks: () => urls('/v1/reports/<id>', '/v1/reports/<id>?wait=0.01'),
    ids: 'reports',
    tells: true
  },
  'GET /v1/quarantine': {
    asks: t => [...urls('/v1/quarantine?state=all'), ...paged('/v1/quarantine', t)],
    tells: false
  },
  'GET /v1/quarantine/:id': {
    asks: () => urls('/v1/quarantine/<id>'),
    ids: 'reports',
    tells: false
  },
  'GET /v1/rules': { asks: () => urls('/v1/rules'), tells: false },
  'GET /v1/rules/:id': {
    asks: () =>
      cells.flatMap(cell => urls(`/v1/rules/${wordOf(cell)}`)).concat(urls('/v1/rules/siege')),
    tells: false
  },
  'GET /v1/rules/:id/near': {
    asks: () =>
      ['siege', 'surge', ...cells.map(wordOf)].flatMap(rule =>
        urls(
          `/v1/rules/${rule}/near`,
          ...Object.keys(theatres).map(each => `/v1/rules/${rule}/near?theatre=${each}`)
        )
      ),
    tells: false
  },
  'GET /v1/rules/preview': { asks: () => urls('/v1/rules/preview'), tells: false },
  'POST /v1/rules/preview': {
    asks: () => [
      { method: 'POST', url: '/v1/rules/preview', body: { rules: [{ id: 'siege' }] } },
      ...Object.keys(theatres).map(each => ({
        method: 'POST',
        url: '/v1/rules/preview',
        body: { rules: [{ id: 'siege' }], theatres: [each] }
      }))
    ],
    tells: true
  },

  'GET /v1/alerts': {
    asks: t => [
      ...filtered('/v1/alerts', alertFilters),
      ...paged('/v1/alerts?limit=1', t),
      ...filtered('/v1/alerts?answered=false', alertFilters),
      ...filtered('/v1/alerts?limit=1', soughtAlerts),
      ...sortedPages.flatMap(page => [get(page), ...paged(page, t)])
    ],
    tells: true
  },
  'GET /v1/response-times': {
    asks: () =>
      urls(
        ...['severity', 'area', 'officer', 'subscriber'].flatMap(by =>
          ['json', 'csv'].map(f => `/v1/response-times?by=${by}&format=${f}`)
        ),
        ...['from=2026-02-28', 'to=2026-02-28', 'from=2026-02-01&to=2026-03-02'].map(
          span => `/v1/response-times?by=officer&${span}`
        )
      ),
    tells: true
  },
  // It names rules and counts their alerts, and tells nothing of any one of them.
  'GET /v1/dispositions': { asks: () => urls('/v1/dispositions'), tells: false },
  'GET /v1/alerts/:id': {
    asks: () => urls('/v1/alerts/<id>', '/v1/alerts/<id>?revisions=1'),
    ids: 'alerts',
    tells: true
  },
  'GET /v1/alerts/:id/evidence': {
    asks: ({ cursors }) => [
      ...urls('/v1/alerts/<id>/evidence', '/v1/alerts/<id>/evidence?limit=1'),
      ...cursors.slice(0, 12).map(cursor => get(`/v1/alerts/<id>/evidence?cursor=${cursor}`))
    ],
    ids: 'alerts',
    tells: true
  },
  'GET /v1/alerts/:id/deliveries': {
    asks: ({ cursors }) => [
      ...urls('/v1/alerts/<id>/deliveries', '/v1/alerts/<id>/deliveries?limit=1'),
      ...cursors.slice(0, 12).map(cursor => get(`/v1/alerts/<id>/deliveries?cursor=${cursor}`))
    ],
    ids: 'alerts',
    tells: false
  },
  'GET /v1/alerts/:id/told': {
    asks: () => urls('/v1/alerts/<id>/told'),
    ids: 'alerts',
    tells: false
  },
  'GET /v1/incidents': {
    asks: t => [
      ...filtered('/v1/incidents', incidentFilters),
      ...paged('/v1/incidents?limit=1', t)
    ],
    tells: true
  },
  'GET /v1/incidents/:id': {
    asks: () => urls('/v1/incidents/<id>'),
    ids: 'incidents',
    tells: true
  },
  'GET /v1/feed': {
    asks: t => [
      ...filtered('/v1/feed?limit=500', alertFilters),
      ...filtered('/v1/feed?cursor=latest&snapshot=true&detail=headline', alertFilters),
      ...['full', 'headline', 'ids'].flatMap(each =>
        urls(`/v1/feed?detail=${each}`, `/v1/feed?cursor=latest&snapshot=true&detail=${each}`)
      ),
      ...paged('/v1/feed?limit=1', t)
    ],
    tells: true
  },
  'GET /v1/cap/:id/:revision.xml': {
    asks: () =>
      ['1', '2', '3', '4', '1-left-view', '0', 'x'].map(each => get(`/v1/cap/<id>/${each}.xml`)),
    ids: 'alerts',
    tells: true
  },
  'GET /v1/cap.atom': {
    asks: t => [
      ...filtered('/v1/cap.atom?limit=100', alertFilters),
      ...paged('/v1/cap.atom?limit=1', t)
    ],
    tells: true
  },
  'GET /v1/export': {
    asks: () => [
      ...filtered(exportOf('alerts', 'csv'), alertFilters),
      ...filtered(exportOf('incidents', 'csv'), incidentFilters),
      ...exportFormats.flatMap(format =>
        urls(exportOf('alerts', format), exportOf('incidents', format))
      ),
      ...['from=2025-12-31', 'to=2026-02-01', 'from=2026-01-01&to=2026-03-02'].flatMap(span =>
        ['alerts', 'incidents'].map(kind => get(`${exportOf(kind, 'csv')}&${span}`))
      )
    ],
    tells: true
  },
  'GET /v1/actions/:id': { asks: () => urls('/v1/actions/<id>'), ids: 'actions', tells: false },

  'GET /v1/audit': {
    asks: t => [
      ...urls(
        '/v1/audit?limit=500',
        '/v1/audit?limit=1',
        '/v1/audit?of=alerts&limit=500',
        '/v1/audit?of=alerts&subject=<id>'
      ),
      ...['/v1/audit?limit=2', '/v1/audit?of=alerts&limit=1'].flatMap(url => paged(url, t))
    ],
    ids: 'alerts',
    tells: false
  },
  'GET /v1/theatres': {
    asks: t => [...urls('/v1/theatres'), ...paged('/v1/theatres?limit=1', t)],
    tells: false
  },
  'GET /v1/sources': {
    asks: t => [...urls('/v1/sources'), ...paged('/v1/sources?limit=1', t)],
    tells: false
  },
  'GET /v1/keys': {
    asks: t => [...urls('/v1/keys?limit=500'), ...paged('/v1/keys?limit=1', t)],
    tells: false
  },
  'GET /v1/subscriptions': {
    asks: t => [...urls('/v1/subscriptions?limit=500'), ...paged('/v1/subscriptions?limit=1', t)],
    tells: false
  },
  'GET /v1/subscriptions/:id': {
    asks: () => urls('/v1/subscriptions/<id>'),
    ids: 'subscriptions',
    tells: false
  },
  'GET /v1/subscriptions/:id/health': {
    asks: () => urls('/v1/subscriptions/<id>/health'),
    ids: 'subscriptions',
    tells: false
  },
  'GET /v1/subscriptions/:id/why': {
    asks: () => urls('/v1/subscriptions/<id>/why', '/v1/subscriptions/<id>/why?alertId=x'),
    ids: 'subscriptions',
    tells: false
  },
  'POST /v1/subscriptions/preview': {
    asks: previewsOf,
    ids: 'subscriptions',
    tells: true,
    timed: ['from', 'to']
  },
  'GET /v1/changes': {
    asks: () => urls('/v1/changes?of=silences', '/v1/changes?of=watches'),
    tells: false
  },
  'GET /v1/watches': { asks: () => urls('/v1/watches'), tells: false },
  'GET /v1/watches/:id': { asks: () => urls('/v1/watches/<id>'), ids: 'watches', tells: false },
  'GET /v1/silences': {
    asks: t => [
      ...urls('/v1/silences?limit=50', '/v1/silences?standing=over'),
      ...paged('/v1/silences?limit=1', t)
    ],
    tells: false
  },
  'GET /v1/silences/:id': { asks: () => urls('/v1/silences/<id>'), ids: 'silences', tells: false },
  'GET /v1/subscriptions/:id/deliveries': {
    asks: () =>
      urls(
        '/v1/subscriptions/<id>/deliveries',
        '/v1/subscriptions/<id>/deliveries?limit=1&cursor=1'
      ),
    ids: 'subscriptions',
    tells: false
  }
}
