// OpenAPI texts of exports. The route is in export-routes.ts.

import { filterQuery } from '@tocsin/contracts/openapi/filter-schema'
import type { ApiDocs } from '@tocsin/contracts/openapi/operation'

const text = { type: 'string' } as const
const featureCollection = {
  type: 'object',
  required: ['type', 'features', 'rows'],
  properties: {
    type: { type: 'string', enum: ['FeatureCollection'] },
    features: { type: 'array', items: { type: 'object' } },
    rows: { type: 'integer' }
  }
} as const

export const exportApi: ApiDocs = {
  'GET /v1/export': {
    id: 'exportAll',
    tag: 'Alerts',
    summary: 'Export alerts or incidents as one file',
    description:
      'What the lists show to the same key, streamed. A file without the number of its rows at its end was cut off. Incidents take the filters `theatre`, `category`, `country`, `admin1` and `source`.',
    query: {
      ...filterQuery,
      kind: 'What to export.',
      format:
        '`csv`: one row each. `geojson`: one feature each (RFC 7946). `kml`: one placemark each (KML 2.2). `ndjson`: whole statements.',
      hxl: 'CSV alone: `true` adds a second line of HXL tags, and the p-codes of OCHA for areas.',
      bom: 'CSV alone: begin with a byte order mark, for Excel.',
      source: 'Incidents alone, ids of sources: with a report of one of them.',
      from: 'Only what began at this time or later: a day, or an instant with a UTC offset.',
      to: 'Only what began before this time.'
    },
    headers: ['tocsin-cursor'],
    answers: {
      200: {
        description: 'The file.',
        mediaType: 'text/csv',
        schema: text,
        alsoAs: {
          'application/geo+json': { schema: featureCollection },
          'application/vnd.google-earth.kml+xml': { schema: text },
          'application/x-ndjson': { schema: text }
        }
      }
    },
    problems: ['projection-behind', 'too-many']
  }
}
