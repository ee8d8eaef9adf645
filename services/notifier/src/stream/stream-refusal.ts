// The limits that close a connection with 4029.

/** Labels of a metric. */
const streamRefusals = [
  'connections',
  'connections-of-key',
  'strangers',
  'subscriptions',
  'filters',
  'filters-of-key',
  'messages-waiting',
  'messages-a-minute'
] as const
export type StreamRefusal = (typeof streamRefusals)[number]

/** For the client's developer. */
export const refusalWords: Readonly<Record<StreamRefusal, string>> = {
  connections: 'too many connections',
  'connections-of-key': 'too many connections of this key or session',
  strangers: 'too many connections that have not authenticated',
  subscriptions: 'too many subscriptions on this connection',
  filters: 'the filters of all subscriptions cost too much: use simpler ones',
  'filters-of-key':
    'the filters of all subscriptions of this key or session cost too much: use simpler ones',
  'messages-waiting': 'too many messages at once',
  'messages-a-minute': 'too many messages per minute'
}
