// Schemas of paths and queries that routes about reports share.

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
