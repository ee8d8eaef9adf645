// What routes about reports take in their paths and queries: one schema, whichever file the route stands in.

export const reportIdParams = {
  type: 'object',
  required: ['id'],
  properties: { id: { type: 'string', pattern: '^[0-9a-f]{32}$' } }
} as const

export const laneQuery = {
  type: 'object',
  additionalProperties: false,
  properties: { lane: { type: 'string', enum: ['live', 'backfill'], default: 'live' } }
} as const
