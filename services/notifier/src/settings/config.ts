// Settings of the notifier alone. Unit and limits stand with each; webhooks.allow and
// webhooks.allowHttp are base settings.

import { type ConfigOf, flag, integer, text } from '@tocsin/service-kit/settings/settings'

export const notifierSettings = {
  notifier: {
    closedAlertsMax: integer({
      default: 20_000,
      min: 0,
      max: 10_000_000,
      doc: 'Maximum number of closed alerts kept in memory per theatre and handling; beyond that the one closed first leaves the lists and stays only in the log.'
    }),
    momentsPerAlertMax: integer({
      default: 1000,
      min: 2,
      max: 1_000_000,
      doc: 'Maximum number of events kept in memory per alert; of a longer history the first and the newest.'
    }),
    recentEventsMax: integer({
      default: 5000,
      min: 0,
      max: 1_000_000,
      doc: 'Number of newest alert events kept in memory for clients that resume; older ones are read from the log.'
    }),
    attemptsMax: integer({
      default: 128,
      min: 2,
      max: 10_000,
      doc: 'Maximum number of concurrent webhook attempts at healthy endpoints. Others have half as many of their own, so that they delay no healthy one.'
    }),
    pendingMax: integer({
      default: 200_000,
      min: 1,
      max: 1_000_000,
      doc: 'Maximum number of pending deliveries per subscription; beyond that its events wait in the alerts log until half of them are done.'
    }),
    pendingDays: integer({
      default: 30,
      min: 0,
      max: 36_500,
      doc: 'How long a delivery waits or is parked, days; then it lapses, and its partner has the feed. 0 = for ever.'
    }),
    deliveriesDays: integer({
      default: 30,
      min: 0,
      max: 36_500,
      doc: 'How long the deliveries log keeps what was done, days; it can be listed and replayed so long. What still waits is kept. 0 = for ever. Also on Kafka, whose topic itself has no retention limit.'
    }),
    subscriptionsMax: integer({
      default: 1000,
      min: 1,
      max: 100_000,
      doc: 'Maximum number of webhook subscriptions; one key may have 250 of them.'
    }),
    subscriptionsLabelledMax: integer({
      default: 100,
      min: 0,
      max: 10_000,
      doc: 'Webhook subscriptions with metrics of their own; beyond that the others are one, `other`.'
    }),
    theatresLabelledMax: integer({
      default: 50,
      min: 0,
      max: 1_000,
      doc: 'Theatres whose times to answers have metrics of their own, by name; beyond that the others are one, `other`. 0 keeps the names out of the metrics.'
    }),
    keysMax: integer({
      default: 10_000,
      min: 1,
      max: 1_000_000,
      doc: 'Maximum number of valid API keys.'
    }),
    theatresMax: integer({
      default: 1024,
      min: 1,
      max: 100_000,
      doc: 'Maximum number of theatres.'
    }),
    sourcesMax: integer({
      default: 100_000,
      min: 1,
      max: 10_000_000,
      doc: 'Maximum number of declared sources.'
    })
  },
  cap: {
    sender: text({
      default: '',
      pattern: '^[^\\s,<&]*$',
      doc: 'Sender of CAP documents, unique in the world, without spaces, commas, < and &, such as alerts@example.org. If it is empty: the host of publicUrl, else tocsin.'
    }),
    senderName: text({
      default: 'Tocsin',
      pattern: '.',
      doc: 'Name of the sender of CAP documents, for people.'
    }),
    contact: text({
      default: '',
      doc: 'Whom readers of CAP documents may ask; empty = nobody is named.'
    }),
    addresses: flag({
      default: false,
      doc: 'Whether a key that reads alerts has an address at which anybody who knows it reads public alerts as CAP without a header (GET /v1/cap-address).'
    })
  },
  export: {
    runningMax: integer({
      default: 8,
      min: 1,
      max: 1000,
      doc: 'Maximum number of exports at a time; one more is answered 429.'
    }),
    runningPerKeyMax: integer({
      default: 2,
      min: 1,
      max: 1000,
      doc: 'The same per key, session or token holder.'
    }),
    slowMs: integer({
      default: 30_000,
      min: 100,
      max: 3_600_000,
      doc: 'How long a client may read nothing of its export before it is cut off, ms.'
    })
  },
  stream: {
    heartbeatMs: integer({
      default: 10_000,
      min: 100,
      max: 300_000,
      doc: 'Interval between heartbeats of a live subscription, ms.'
    }),
    staleAfterMs: integer({
      default: 10_000,
      min: 1_000,
      max: 600_000,
      doc: 'How long the end of the alerts log may be unknown, ms; after that clients are told that nothing is live and closed with 4000.'
    }),
    pingMs: integer({
      default: 25_000,
      min: 100,
      max: 300_000,
      doc: 'Interval between pings of a connection, ms.'
    }),
    pongMs: integer({
      default: 8_000,
      min: 100,
      max: 300_000,
      doc: 'How long a pong may take before the connection is closed with 4002, ms; longer where much was sent before the ping.'
    }),
    authenticateMs: integer({
      default: 10_000,
      min: 100,
      max: 300_000,
      doc: 'How long a connection may take to authenticate before it is closed with 4501, ms.'
    }),
    queueBytesMax: integer({
      default: 1_048_576,
      min: 1024,
      max: 1_073_741_824,
      doc: 'Maximum number of bytes queued for one client; beyond that its events wait in the log until it has read some.'
    }),
    slowMs: integer({
      default: 30_000,
      min: 100,
      max: 3_600_000,
      doc: 'How long a client may read nothing of its queue before it is closed with 4001, ms.'
    }),
    messageBytesMax: integer({
      default: 65_536,
      min: 1024,
      max: 16_777_216,
      doc: 'Largest message of a client, bytes.'
    }),
    messagesPerMinuteMax: integer({
      default: 120,
      min: 1,
      max: 1_000_000,
      doc: 'Maximum number of messages, pings and unasked pongs per connection and minute; one more closes it with 4029.'
    }),
    connectionsMax: integer({
      default: 2000,
      min: 1,
      max: 1_000_000,
      doc: 'Maximum number of authenticated stream connections; one more is closed with 4029.'
    }),
    connectionsPerKeyMax: integer({
      default: 1500,
      min: 1,
      max: 1_000_000,
      doc: 'Maximum number of stream connections per key, session or token holder; one more is closed with 4029.'
    }),
    strangersMax: integer({
      default: 1024,
      min: 1,
      max: 1_000_000,
      doc: 'Maximum number of stream connections that have not authenticated; beyond that the oldest is closed with 4029.'
    }),
    subscriptionsMax: integer({
      default: 16,
      min: 1,
      max: 1000,
      doc: 'Maximum number of subscriptions per connection; one more closes it with 4029.'
    }),
    filterCostPerKeyMax: integer({
      default: 50_000,
      min: 0,
      max: 1_000_000_000,
      doc: 'Maximum filter cost (alternatives and positions) of all live subscriptions of one key, session or token holder; beyond it the connection is closed with 4029.'
    }),
    filterCostMax: integer({
      default: 200_000,
      min: 0,
      max: 1_000_000_000,
      doc: 'Maximum filter cost (alternatives and positions) of all live subscriptions; beyond it the connection is closed with 4029.'
    }),
    feedWaitsMax: integer({
      default: 500,
      min: 1,
      max: 1_000_000,
      doc: 'Maximum number of requests that wait for a first row of the feed; one more is answered 429 at once.'
    }),
    feedWaitsPerKeyMax: integer({
      default: 50,
      min: 1,
      max: 1_000_000,
      doc: 'The same per key, session or token holder.'
    }),
    snapshotAlertsMax: integer({
      default: 500,
      min: 1,
      max: 1_000_000,
      doc: 'Maximum number of open alerts per snapshot part, which also ends at a quarter of queueBytesMax; the rest follows in further parts.'
    }),
    catchUpRecordsMax: integer({
      default: 100_000,
      min: 0,
      max: 1_000_000_000,
      doc: 'Maximum number of events that a client which resumes is behind, of those that it may see; one that is further behind gets a snapshot instead.'
    })
  }
}
export type NotifierConfig = ConfigOf<typeof notifierSettings>
