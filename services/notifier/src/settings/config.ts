// Settings of the notifier alone. Unit and limits stand with each; webhooks.allow and webhooks.allowHttp are base settings.

import { type ConfigOf, integer } from '@tocsin/service-kit/settings/settings'

export const notifierSettings = {
  notifier: {
    closedAlertsMax: integer({
      default: 20_000,
      min: 0,
      max: 10_000_000,
      doc: 'Closed alerts of one theatre and handling that are kept in memory; beyond that the one closed first leaves lists, and stands in the log alone.'
    }),
    momentsPerAlertMax: integer({
      default: 1000,
      min: 2,
      max: 1_000_000,
      doc: 'Events of one alert that are kept in memory; of a longer story the first and the newest.'
    }),
    recentEventsMax: integer({
      default: 5000,
      min: 0,
      max: 1_000_000,
      doc: 'Newest alert events that are kept in memory for clients that come back; older ones are read from the log.'
    }),
    attemptsMax: integer({
      default: 128,
      min: 2,
      max: 10_000,
      doc: 'Webhook attempts under way at once. Endpoints in trouble share half of them; the others wait for nobody.'
    }),
    pendingMax: integer({
      default: 10_000,
      min: 1,
      max: 1_000_000,
      doc: 'Pending deliveries of one subscription; beyond that its events wait in the alerts log until half of them are gone.'
    }),
    subscriptionsMax: integer({ default: 1000, min: 1, max: 100_000, doc: 'Webhook subscriptions; one more is refused.' }),
    keysMax: integer({ default: 10_000, min: 1, max: 1_000_000, doc: 'API keys that are good; one more is refused.' }),
    theatresMax: integer({ default: 1024, min: 1, max: 100_000, doc: 'Theatres; one more is refused.' }),
    sourcesMax: integer({ default: 100_000, min: 1, max: 10_000_000, doc: 'Declared sources; one more is refused.' })
  },
  stream: {
    heartbeatMs: integer({
      default: 10_000,
      min: 100,
      max: 300_000,
      doc: 'How often each live subscription gets a heartbeat, ms.'
    }),
    staleAfterMs: integer({
      default: 10_000,
      min: 1_000,
      max: 600_000,
      doc: 'How long it may be unknown whether the alerts log holds more before clients are told that nothing is live and sent away with 4000, ms.'
    }),
    pingMs: integer({ default: 25_000, min: 100, max: 300_000, doc: 'How often a connection is pinged, ms.' }),
    pongMs: integer({
      default: 8_000,
      min: 100,
      max: 300_000,
      doc: 'How long a pong may take before the connection is closed with 4002, ms.'
    }),
    authenticateMs: integer({
      default: 5_000,
      min: 100,
      max: 300_000,
      doc: 'How long a connection may take to authenticate before it is closed with 4501, ms.'
    }),
    queueBytesMax: integer({
      default: 1_048_576,
      min: 1024,
      max: 1_073_741_824,
      doc: 'Bytes that may wait for one client; above that its events wait in the log until it has read some.'
    }),
    slowMs: integer({
      default: 30_000,
      min: 100,
      max: 3_600_000,
      doc: 'How long a client may read nothing of what waits for it before it is closed with 4001, ms.'
    }),
    messageBytesMax: integer({ default: 65_536, min: 1024, max: 16_777_216, doc: 'Largest message of a client, bytes.' }),
    messagesPerMinuteMax: integer({
      default: 120,
      min: 1,
      max: 1_000_000,
      doc: 'Messages and pings that one connection may send in a minute; one more closes it with 4029.'
    }),
    connectionsMax: integer({
      default: 2000,
      min: 1,
      max: 1_000_000,
      doc: 'Connections of the stream that have authenticated. Beyond that the key that has most loses one to a key that has fewer; where none has, one more is closed with 4029.'
    }),
    connectionsPerKeyMax: integer({
      default: 1500,
      min: 1,
      max: 1_000_000,
      doc: 'Connections of the stream of one key, session or token holder; one more is closed with 4029.'
    }),
    connectionsPerAddressMax: integer({
      default: 1500,
      min: 1,
      max: 1_000_000,
      doc: 'Authenticated connections of the stream from one address (IPv6: one /64); one more is closed with 4029.'
    }),
    strangersMax: integer({
      default: 64,
      min: 1,
      max: 1_000_000,
      doc: 'Connections of the stream that have not authenticated. Beyond that the oldest from the address that has most is closed with 4029.'
    }),
    strangersPerAddressMax: integer({
      default: 8,
      min: 1,
      max: 1_000_000,
      doc: 'Connections of the stream from one address (IPv6: one /64) that have not authenticated; beyond that the oldest is closed with 4029.'
    }),
    subscriptionsMax: integer({
      default: 16,
      min: 1,
      max: 1000,
      doc: 'Subscriptions on one connection; one more closes it with 4029.'
    }),
    filterCostPerKeyMax: integer({
      default: 50_000,
      min: 0,
      max: 1_000_000_000,
      doc: 'Alternatives and positions in the filters of all live subscriptions of one key, session or token holder; one more closes the connection with 4029.'
    }),
    filterCostMax: integer({
      default: 200_000,
      min: 0,
      max: 1_000_000_000,
      doc: 'Alternatives and positions in the filters of all live subscriptions; one more closes the connection with 4029.'
    }),
    feedWaitsMax: integer({
      default: 500,
      min: 1,
      max: 1_000_000,
      doc: 'Requests of the feed that wait for a first row; one more is answered at once with 429.'
    }),
    feedWaitsPerKeyMax: integer({
      default: 50,
      min: 1,
      max: 1_000_000,
      doc: 'The same of one key, session or token holder.'
    }),
    snapshotAlertsMax: integer({
      default: 500,
      min: 1,
      max: 1_000_000,
      doc: 'Open alerts in one part of a snapshot, which also ends at a quarter of queueBytesMax; the rest follows in further parts.'
    }),
    catchUpRecordsMax: integer({
      default: 100_000,
      min: 0,
      max: 1_000_000_000,
      doc: 'Events that a client that comes back is brought; one that is further behind gets a snapshot instead.'
    })
  }
}
export type NotifierConfig = ConfigOf<typeof notifierSettings>
