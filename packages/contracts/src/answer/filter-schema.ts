// Alert filters in the document: one object in JSON, the same names in a query. The domain's
// alert-filter.ts parses them.

import { alertStatuses, certainties } from '../alert/alert.ts'
import { alternativesMax, type filterNames } from '../alert/alert-filter.ts'
import { type JsonSchema, words } from '../format/format.ts'
import { handlings } from '../theatre/handling.ts'
import { categories } from '../theatre/report.ts'
import { severities } from '../theatre/severity.ts'

type FilterName = (typeof filterNames)[number]

const buildAlternatives = (items: JsonSchema, description?: string): JsonSchema => ({
  ...(description === undefined ? {} : { description }),
  type: 'array',
  minItems: 1,
  maxItems: alternativesMax,
  items
})
const word: JsonSchema = { type: 'string', minLength: 1, maxLength: 200 }

const members: Readonly<Record<FilterName, JsonSchema>> = {
  severity: buildAlternatives(words(severities)),
  minSeverity: words(severities, 'This severity or more.'),
  status: buildAlternatives(words(alertStatuses)),
  pattern: buildAlternatives(word),
  ruleId: buildAlternatives(word),
  category: buildAlternatives(words(categories), 'Of the reports of its evidence.'),
  theatre: buildAlternatives(word),
  admin1: buildAlternatives(word, 'ISO 3166-2.'),
  country: buildAlternatives(word, 'ISO 3166-1 alpha-2.'),
  polygon: {
    description:
      'A GeoJSON Polygon that the circle of the alert intersects; at most 1,000 positions.',
    type: 'object',
    required: ['type', 'coordinates'],
    properties: {
      type: { type: 'string', enum: ['Polygon'] },
      coordinates: {
        type: 'array',
        minItems: 1,
        items: {
          type: 'array',
          minItems: 4,
          items: { type: 'array', minItems: 2, items: { type: 'number' } }
        }
      }
    }
  },
  circle: {
    description:
      'Latitude, longitude and radius, km, of a circle that the circle of the alert intersects.',
    type: 'array',
    prefixItems: [
      { type: 'number', minimum: -90, maximum: 90 },
      { type: 'number', minimum: -180, maximum: 180 },
      { type: 'number', minimum: 0, maximum: 20_100 }
    ],
    minItems: 3,
    maxItems: 3,
    items: { type: 'number' }
  },
  certainty: buildAlternatives(words(certainties)),
  handling: buildAlternatives(words(handlings)),
  drill: { description: 'True: only drills. False: no drills.', type: 'boolean' }
}

/** A filter in a body. Values of a name are alternatives; all names must match. */
export const filterSchema: JsonSchema = {
  description: 'Values of one name are alternatives, all names must match. Empty: all alerts.',
  type: 'object',
  additionalProperties: false,
  properties: members
}

/** The same in a request, where a single value may replace a list. */
export const filterBody: JsonSchema = {
  ...filterSchema,
  properties: Object.fromEntries(
    Object.entries(members).map(([name, member]) => [name, allowSingle(name, member)])
  )
}

/** The same names in a query, where lists are separated by commas and the polygon is JSON. */
export const filterQuery: Readonly<Record<FilterName, JsonSchema>> = {
  ...members,
  polygon: { ...members.polygon, contentMediaType: 'application/json' }
}

function allowSingle(name: string, member: JsonSchema): JsonSchema {
  if (member.type !== 'array' || name === 'circle') return member
  const { description, items, ...list } = member
  return {
    ...(description === undefined ? {} : { description }),
    anyOf: [{ ...list, items }, items]
  }
}
