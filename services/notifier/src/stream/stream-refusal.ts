// The limits that close a connection with 4029.

/** For the client's developer. */
export const refusalWords = {
  connections: 'too many connections',
  'connections-of-key': 'too many connections of this key or session',
  strangers: 'too many connections that have not authenticated',
  subscriptions: 'too many subscriptions on this connection',
  filters: 'the filters of all subscriptions cost too much: use simpler ones',
  'filters-of-key':
    'the filters of all subscriptions of this key or session cost too much: use simpler ones',
  'messages-waiting': 'too many messages at once',
  'messages-a-minute': 'too many messages per minute'
} as const

/** Labels of a metric. */
export type StreamRefusal = keyof typeof refusalWords
